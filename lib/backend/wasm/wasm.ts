/** @file The backend in WebAssembly SIMD: float32 arrays that are large enough to be worth the call; the reference does the rest. */

import { sizeOf } from "../../shape/rules.js";
import type { Backend, Binary, Data, View } from "../backend.js";
import { reference } from "../reference/reference.js";
import { allocate, isFloat32 } from "../storage.js";
import { operand, packed, Walk } from "../views.js";
import { accelerated } from "./accelerated.js";
import * as layers from "./layers.js";
import {
  available,
  copyIn,
  copyInMatrices,
  copyInNumber,
  copyInSpan,
  copyOut,
  gemm,
  reserve,
  share,
  wasm,
} from "./memory.js";
import type { Exports } from "./module.generated.js";
import * as optimizers from "./optimizers.js";
import * as words from "./words.js";

/** From how many elements on a call pays; measured on a laptop-class CPU. */
const MIN_SIZE = { unary: 16, binary: 512, reduce: 256, softmax: 16, product: 512, dot: 512 };

/** How many elements a thread takes at least, a multiple of four; and how many products an element takes as long as. */
const GRAIN = 4096;
const ELEMENT_WORK = 8;

const unary = accelerated(
  reference.unary,
  (_name, x) => sizeOf(x.shape) >= MIN_SIZE.unary,
  (name, x, parameter = 0) => {
    // A function that the module has goes by its own name there.
    if (!Object.hasOwn(wasm(), name)) return reference.unary(name, x, parameter);
    const n = sizeOf(x.shape);
    const at = copyIn(x);
    share(name as keyof Exports, n, GRAIN, { args: [at, at, parameter], byItem: [4, 4] });
    return copyOut(at, n);
  },
  (_name, x) => ELEMENT_WORK * sizeOf(x.shape),
);

const rowLoops = {
  add: "addRows",
  sub: "subRows",
  mul: "mulRows",
  div: "divRows",
  maximum: "maximumRows",
  minimum: "minimumRows",
} as const satisfies { readonly [F in Binary]?: keyof Exports };

const binary = accelerated(
  reference.binary,
  (name, a, b) =>
    sizeOf(((typeof a === "number" ? b : a) as View).shape) >= MIN_SIZE.binary && (name !== "pow" || b === 2),
  (name, a, b) => (name === "pow" ? rowByRow("mul", a, a) : rowByRow(name, a, b)),
);

/** The operation on rows whose numbers lie side by side or are one number, after packing where they do not. */
function rowByRow(name: keyof typeof rowLoops, a: View | number, b: View | number): Data {
  const { shape } = (typeof a === "number" ? b : a) as View;
  const n = sizeOf(shape);
  const walk = new Walk(shape, [operand(a, shape.length), operand(b, shape.length)]);
  if (walk.shape.length > 1 || walk.step[0] > 1 || walk.step[1] > 1) {
    return rowByRow(name, typeof a === "number" ? a : packed(a), typeof b === "number" ? b : packed(b));
  }
  const rows = n / walk.length;
  const [aRow, bRow] = walk.strides.map((strides) => strides[0] ?? 0);
  const left = copyInRows(a, rows, aRow, walk.length, walk.step[0]);
  const right = a === b ? left : copyInRows(b, rows, bRow, walk.length, walk.step[1]);
  const out = reserve(n);
  wasm()[rowLoops[name]](rows, walk.length, left, aRow * 4, walk.step[0] * 16, right, bRow * 4, walk.step[1] * 16, out);
  return copyOut(out, n);
}

/** Copies in what rows of `length` numbers cover. */
function copyInRows(x: View | number, rows: number, rowStride: number, length: number, step: number): number {
  if (typeof x === "number") return copyInNumber(x);
  return copyInSpan(x.data, x.offset, (rows - 1) * rowStride + (length - 1) * step + 1);
}

/** The last `axes` axes as one: how many groups of how many elements, one group and one element apart; packed if need be. */
function grouped(x: View, axes: number) {
  const outer = x.shape.length - axes;
  const groups = new Walk(x.shape.slice(0, outer), [{ offset: 0, strides: x.strides.slice(0, outer) }]);
  const group = new Walk(x.shape.slice(outer), [{ offset: 0, strides: x.strides.slice(outer) }]);
  const regular = groups.shape.length === 0 && group.shape.length === 0;
  return { regular, count: groups.length, length: group.length, stride: groups.step[0], step: group.step[0] };
}

const reduce = accelerated(
  reference.reduce,
  (f, x) => f !== "min" && sizeOf(x.shape) >= MIN_SIZE.reduce,
  (f, x, axes) => {
    const { regular, count, length, stride, step } = grouped(x, axes);
    const sums = f === "sum" || f === "mean";
    if (sums && regular && stride === 1 && step >= count) {
      const at = copyInSpan(x.data, x.offset, (length - 1) * step + count);
      const out = reserve(count);
      wasm().sumColumns(length, count, at, step * 4, f === "mean" ? length : 1, out);
      return copyOut(out, count);
    }
    const n = sizeOf(x.shape.slice(x.shape.length - axes));
    const rows = sizeOf(x.shape) / n;
    const at = copyIn(x);
    const out = reserve(rows);
    if (sums) wasm().sumRows(rows, n, at, f === "mean" ? n : 1, out);
    else wasm()[f === "norm" ? "normRows" : "maxRows"](rows, n, at, out);
    return copyOut(out, rows);
  },
);

const dot = accelerated(
  reference.dot,
  (a) => a.shape[0] >= MIN_SIZE.dot,
  (a, b) => {
    const left = copyIn(a);
    const right = a === b ? left : copyIn(b);
    const out = reserve(1);
    wasm().dot(a.shape[0], left, right, out);
    return copyOut(out, 1);
  },
);

const softmaxBy = (name: "softmax" | "logSoftmax", rowLoop: "softmaxRows" | "logSoftmaxRows") =>
  accelerated(
    reference[name],
    (x) => sizeOf(x.shape) >= MIN_SIZE.softmax,
    (x) => {
      const size = sizeOf(x.shape);
      const n = x.shape[x.shape.length - 1];
      const at = copyIn(x);
      const out = reserve(size);
      // Rows end where the next begin: see `grainOfRows` in layers.ts.
      const grain = n % 4 === 0 ? Math.ceil(GRAIN / n) : Infinity;
      share(rowLoop, size / n, grain, { args: [n, at, out], byItem: [0, 4 * n, 4 * n] });
      return copyOut(out, size);
    },
    (x) => ELEMENT_WORK * sizeOf(x.shape),
  );

/** Beyond so many numbers in all, a product is computed in parts. */
const MOST_NUMBERS = 2 ** 28;

/** A product of more numbers than the module's memory has room for: half after half, by matrices, rows or columns. */
function matmulInParts(a: View, b: View): Data {
  const axes = a.shape.length - 2;
  const n = b.shape[axes + 1];
  const size = sizeOf(a.shape, axes + 1) * n;
  if (sizeOf(a.shape) + sizeOf(b.shape) + size <= MOST_NUMBERS) return reference.matmul(a, b);
  const m = a.shape[axes];
  const batch = a.shape.slice(0, axes);
  const axis = batch.findIndex((length) => length > 1);
  if (!isFloat32(a.data) || !available() || (axis < 0 && m === 1 && n === 1)) return reference.matmul(a, b);
  const out = allocate("float32", size);
  if (axis >= 0) {
    const half = Math.ceil(batch[axis] / 2);
    const first = matmul(part(a, axis, 0, half), part(b, axis, 0, half));
    out.set(first);
    out.set(matmul(part(a, axis, half, batch[axis]), part(b, axis, half, batch[axis])), first.length);
  } else if (m >= n) {
    const half = Math.ceil(m / 2);
    out.set(matmul(part(a, axes, 0, half), b));
    out.set(matmul(part(a, axes, half, m), b), half * n);
  } else {
    const half = Math.ceil(n / 2);
    for (const [from, to] of [
      [0, half],
      [half, n],
    ]) {
      const columns = matmul(a, part(b, axes + 1, from, to));
      for (let i = 0; i < m; i++) out.set(columns.subarray(i * (to - from), (i + 1) * (to - from)), i * n + from);
    }
  }
  return out;
}

/** Elements `from` up to, not including, `to` of an axis. */
function part(x: View, axis: number, from: number, to: number): View {
  const shape = x.shape.slice();
  shape[axis] = to - from;
  return { data: x.data, offset: x.offset + from * x.strides[axis], shape, strides: x.strides };
}

const matmul: Backend["matmul"] = accelerated(
  matmulInParts,
  (a, b) => {
    const n = b.shape[b.shape.length - 1];
    const [m, k] = a.shape.slice(-2);
    return m * k * n >= MIN_SIZE.product && sizeOf(a.shape) > 0;
  },
  (a, b) => {
    const axes = a.shape.length - 2;
    const [m, k] = a.shape.slice(axes);
    const n = b.shape[axes + 1];
    // A batch that shares one B and whose matrices A follow one another is a single product of more rows.
    const batch = a.shape.slice(0, axes);
    let rows = m;
    while (
      batch.length > 0 &&
      b.strides[batch.length - 1] === 0 &&
      a.strides[batch.length - 1] === rows * a.strides[axes]
    ) {
      rows *= batch.pop() as number;
    }
    const size = sizeOf(batch) * rows * n;
    const left = copyInMatrices(a);
    const right = a === b ? left : copyInMatrices(b);
    const out = reserve(size);
    const walk = new Walk(batch, [left, right]);
    let c = out;
    do {
      for (let i = 0; i < walk.length; i++, c += rows * n * 4) {
        const aAt = (walk.at[0] + i * walk.step[0]) * 4;
        const bAt = (walk.at[1] + i * walk.step[1]) * 4;
        const [aRow, aColumn] = left.strides.slice(axes);
        const [bRow, bColumn] = right.strides.slice(axes);
        gemm(rows, n, k, aAt, aRow, aColumn, bAt, bRow, bColumn, c, n);
      }
    } while (walk.next());
    return copyOut(out, size);
  },
  (a, b) => sizeOf(a.shape) * b.shape[b.shape.length - 1],
);

export const simd: Backend = {
  ...reference,
  name: "wasm",
  unary,
  binary,
  reduce,
  softmax: softmaxBy("softmax", "softmaxRows"),
  logSoftmax: softmaxBy("logSoftmax", "logSoftmaxRows"),
  matmul,
  dot,
  ...layers,
  ...optimizers,
  ...words,
};
