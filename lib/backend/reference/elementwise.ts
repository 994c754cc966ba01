/** @file Functions applied element by element. */

import { sizeOf } from "../../shape/rules.js";
import type { Binary, Comparison, Data, DType, View } from "../backend.js";
import { functions, type Scalar, type Unary } from "../functions.js";
import { pow } from "../math.js";
import { allocate, dtypeOf, stored } from "../storage.js";
import { copyInto, isRowMajor, operand, rowMajor, Walk } from "../views.js";

export function unary(name: Unary, x: View, parameter = 0): Data {
  const dtype = dtypeOf(x.data);
  const f = functions[dtype === "float32" ? "float32" : "float64"][name];
  if (dtype === "float32") parameter = Math.fround(parameter);
  const out = allocate(dtype, sizeOf(x.shape));
  if (isRowMajor(x)) {
    map(f, parameter, out, 0, out.length, x.data, x.offset, 1);
    return out;
  }
  const walk = new Walk(x.shape, [x]);
  let o = 0;
  do {
    map(f, parameter, out, o, o + walk.length, x.data, walk.at[0], walk.step[0]);
    o += walk.length;
  } while (walk.next());
  return out;
}

function map(f: Scalar, parameter: number, out: Data, o: number, end: number, x: Data, i: number, step: number): void {
  for (; o < end; o++, i += step) out[o] = f(x[i], parameter);
}

/** out[o … end) from a at i, i + di, … and b at j, j + dj, … */
type Row = (out: Data, o: number, end: number, a: Data, i: number, di: number, b: Data, j: number, dj: number) => void;

const each =
  (f: (a: number, b: number) => number | boolean): Row =>
  (out, o, end, a, i, di, b, j, dj) => {
    for (; o < end; o++, i += di, j += dj) out[o] = Number(f(a[i], b[j]));
  };

const rows: Record<Binary, Row> = {
  add(out, o, end, a, i, di, b, j, dj) {
    for (; o < end; o++, i += di, j += dj) out[o] = a[i] + b[j];
  },
  sub(out, o, end, a, i, di, b, j, dj) {
    for (; o < end; o++, i += di, j += dj) out[o] = a[i] - b[j];
  },
  mul(out, o, end, a, i, di, b, j, dj) {
    for (; o < end; o++, i += di, j += dj) out[o] = a[i] * b[j];
  },
  div(out, o, end, a, i, di, b, j, dj) {
    for (; o < end; o++, i += di, j += dj) out[o] = a[i] / b[j];
  },
  pow: each(pow),
  maximum: each(Math.max),
  minimum: each(Math.min),
};

/** A product of two int32 keeps its low 32 bits, which a float64 product may have lost. */
const wholeProduct = each(Math.imul);

const comparisons: Record<Comparison, Row> = {
  eq: each((a, b) => a === b),
  ne: each((a, b) => a !== b),
  lt: each((a, b) => a < b),
  le: each((a, b) => a <= b),
  gt: each((a, b) => a > b),
  ge: each((a, b) => a >= b),
};

export function binary(name: Binary, a: View | number, b: View | number): Data {
  const dtype = dtypeOf(viewAmong(a, b).data);
  return pairwise(name === "mul" && dtype === "int32" ? wholeProduct : rows[name], dtype, a, b);
}

export const compare = (name: Comparison, a: View | number, b: View | number): Uint8Array =>
  pairwise(comparisons[name], "bool", a, b) as Uint8Array;

function viewAmong(a: View | number, b: View | number): View {
  const view = typeof a === "number" ? b : a;
  if (typeof view === "number") throw new Error("backend: at least one operand must be a view, got two numbers");
  return view;
}

/** From one element to the next in row-major order: 1 of packed data, 0 of one element for all, −1 if it varies. */
function stepOf(x: View | number): number {
  if (typeof x === "number") return 0;
  if (isRowMajor(x)) return 1;
  for (let axis = 0; axis < x.strides.length; axis++) if (x.strides[axis] !== 0) return -1;
  return 0;
}

function pairwise(row: Row, outType: DType, a: View | number, b: View | number): Data {
  const { shape, data } = viewAmong(a, b);
  const out = allocate(outType, sizeOf(shape));
  const left = typeof a === "number" ? stored(dtypeOf(data), a) : a.data;
  const right = typeof b === "number" ? stored(dtypeOf(data), b) : b.data;
  const [di, dj] = [stepOf(a), stepOf(b)];
  if (di >= 0 && dj >= 0) {
    row(
      out,
      0,
      out.length,
      left,
      typeof a === "number" ? 0 : a.offset,
      di,
      right,
      typeof b === "number" ? 0 : b.offset,
      dj,
    );
    return out;
  }
  const walk = new Walk(shape, [operand(a, shape.length), operand(b, shape.length)]);
  let o = 0;
  do {
    row(out, o, o + walk.length, left, walk.at[0], walk.step[0], right, walk.at[1], walk.step[1]);
    o += walk.length;
  } while (walk.next());
  return out;
}

export function where(condition: View, a: View | number, b: View | number, dtype: DType): Data {
  const { shape } = condition;
  const out = allocate(dtype, sizeOf(shape));
  const left = typeof a === "number" ? stored(dtype, a) : a.data;
  const right = typeof b === "number" ? stored(dtype, b) : b.data;
  const walk = new Walk(shape, [condition, operand(a, shape.length), operand(b, shape.length)]);
  const [dc, di, dj] = walk.step;
  let o = 0;
  do {
    let [c, i, j] = walk.at;
    for (const end = o + walk.length; o < end; o++, c += dc, i += di, j += dj) {
      out[o] = condition.data[c] ? left[i] : right[j];
    }
  } while (walk.next());
  return out;
}

export function assign(target: View, source: View | number): void {
  const { data, shape } = target;
  const toBool = dtypeOf(data) === "bool";
  // Where the two overlap, writing could overtake reading.
  const given = typeof source !== "number" && overlap(target, source) ? apart(source) : source;
  const read = typeof given === "number" ? stored("float64", given) : given.data;
  const row = toBool && dtypeOf(read) !== "bool" ? truthRow : copyRow;
  const walk = new Walk(shape, [target, operand(given, shape.length)]);
  const [dt, ds] = walk.step;
  do {
    const [t, s] = walk.at;
    if (row === copyRow && dt === 1 && ds === 1 && walk.length > 16) data.set(read.subarray(s, s + walk.length), t);
    else row(data, t, dt, read, s, ds, walk.length);
  } while (walk.next());
}

/** Whether the stretches of storage from the first to the last element of two views have bytes in common. */
function overlap(a: View, b: View): boolean {
  if (a.data.buffer !== b.data.buffer) return false;
  const [one, other] = [a, b].map(({ data, offset, shape, strides }) => {
    const spans = shape.map((size, axis) => (size - 1) * strides[axis]);
    const first = spans.reduce((at, span) => at + Math.min(span, 0), offset);
    const last = spans.reduce((at, span) => at + Math.max(span, 0), offset);
    const bytes = data.BYTES_PER_ELEMENT;
    return { start: data.byteOffset + first * bytes, end: data.byteOffset + (last + 1) * bytes };
  });
  return one.start < other.end && other.start < one.end;
}

/** The same values, in storage of their own. */
function apart(x: View): View {
  const data = allocate(dtypeOf(x.data), sizeOf(x.shape));
  copyInto(data, 0, x);
  return rowMajor(data, x.shape);
}

function copyRow(to: Data, t: number, dt: number, from: Data, s: number, ds: number, length: number): void {
  for (; length > 0; length--, t += dt, s += ds) to[t] = from[s];
}

/** A bool is 1 for every number but 0. */
function truthRow(to: Data, t: number, dt: number, from: Data, s: number, ds: number, length: number): void {
  for (; length > 0; length--, t += dt, s += ds) to[t] = Number(from[s] !== 0);
}
