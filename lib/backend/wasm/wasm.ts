/** @file The kernels in WebAssembly SIMD, for float32 arrays large enough to be worth the call; the rest is left to the plain ones. */

import type { Backend, Binary, Data, Reduction, Unary, View } from "../backend.js";
import { reference } from "../reference/reference.js";
import { operand, packed, sizeOf, Walk } from "../views.js";
import * as layers from "./layers.js";
import {
  copyIn,
  copyInMatrices,
  copyInNumber,
  copyInSpan,
  copyOut,
  OUT_OF_ROOM,
  reserve,
  resetArena,
  wasm,
} from "./memory.js";
import * as optimizers from "./optimizers.js";
import * as words from "./words.js";

const isFloat32 = (x: View | number): boolean => typeof x === "number" || x.data instanceof Float32Array;

/** From how many elements on a call pays; measured on a laptop-class CPU. */
const MIN_SIZE = { unary: 16, binary: 512, reduce: 256, softmax: 16, product: 512, dot: 512 };

const functions: Partial<Record<Unary, (n: number, x: number, out: number, parameter: number) => void>> = {
  exp: wasm.exp,
  log: wasm.log,
  tanh: wasm.tanh,
  erf: wasm.erf,
  sigmoid: wasm.sigmoid,
  softplus: wasm.softplus,
  gelu: wasm.gelu,
  geluSlope: wasm.geluSlope,
  geluTanh: wasm.geluTanh,
  geluTanhSlope: wasm.geluTanhSlope,
  elu: wasm.elu,
  sqrt: wasm.sqrt,
  neg: wasm.neg,
  abs: wasm.abs,
  sign: wasm.sign,
  relu: wasm.relu,
  leakyRelu: wasm.leakyRelu,
};

function unary(name: Unary, x: View, parameter = 0): Data {
  const f = functions[name];
  const n = sizeOf(x.shape);
  if (!f || n < MIN_SIZE.unary || !isFloat32(x)) return reference.unary(name, x, parameter);
  resetArena();
  const at = copyIn(x);
  f(n, at, at, parameter);
  return copyOut(at, n);
}

const rowLoops: Partial<Record<Binary, typeof wasm.addRows>> = {
  add: wasm.addRows,
  sub: wasm.subRows,
  mul: wasm.mulRows,
  div: wasm.divRows,
  maximum: wasm.maximumRows,
  minimum: wasm.minimumRows,
};

function binary(name: Binary, a: View | number, b: View | number): Data {
  if (name === "pow" && b === 2) return binary("mul", a, a);
  const loop = rowLoops[name];
  const { shape } = (typeof a === "number" ? b : a) as View;
  const n = sizeOf(shape);
  if (!loop || n < MIN_SIZE.binary || !isFloat32(a) || !isFloat32(b)) return reference.binary(name, a, b);
  const walk = new Walk(shape, [operand(a, shape.length), operand(b, shape.length)]);
  if (walk.shape.length > 1 || walk.step[0] > 1 || walk.step[1] > 1) {
    return binary(name, typeof a === "number" ? a : packed(a), typeof b === "number" ? b : packed(b));
  }
  resetArena();
  const rows = n / walk.length;
  const [aRow, bRow] = walk.strides.map((strides) => strides[0] ?? 0);
  const left = copyInRows(a, rows, aRow, walk.length, walk.step[0]);
  const right = a === b ? left : copyInRows(b, rows, bRow, walk.length, walk.step[1]);
  const out = reserve(n);
  loop(rows, walk.length, left, aRow * 4, walk.step[0] * 16, right, bRow * 4, walk.step[1] * 16, out);
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

function reduce(f: Reduction, x: View, axes: number): Data {
  const size = sizeOf(x.shape);
  if (f === "min" || size < MIN_SIZE.reduce || !isFloat32(x)) return reference.reduce(f, x, axes);
  const { regular, count, length, stride, step } = grouped(x, axes);
  resetArena();
  if ((f === "sum" || f === "mean") && regular && stride === 1 && step >= count) {
    const at = copyInSpan(x.data, x.offset, (length - 1) * step + count);
    const out = reserve(count);
    wasm.sumColumns(length, count, at, step * 4, f === "mean" ? length : 1, out);
    return copyOut(out, count);
  }
  const n = sizeOf(x.shape.slice(x.shape.length - axes));
  const rows = size / n;
  const at = copyIn(x);
  const out = reserve(rows);
  if (f === "sum" || f === "mean") wasm.sumRows(rows, n, at, f === "mean" ? n : 1, out);
  else (f === "norm" ? wasm.normRows : wasm.maxRows)(rows, n, at, out);
  return copyOut(out, rows);
}

function dot(a: View, b: View): Data {
  const [n] = a.shape;
  if (n < MIN_SIZE.dot || !isFloat32(a) || !isFloat32(b)) return reference.dot(a, b);
  resetArena();
  const left = copyIn(a);
  const right = a === b ? left : copyIn(b);
  const out = reserve(1);
  wasm.dot(n, left, right, out);
  return copyOut(out, 1);
}

const softmaxWith =
  (fallback: (x: View) => Data, rowLoop: typeof wasm.softmaxRows) =>
  (x: View): Data => {
    const size = sizeOf(x.shape);
    const n = x.shape[x.shape.length - 1];
    if (size < MIN_SIZE.softmax || !isFloat32(x)) return fallback(x);
    resetArena();
    const at = copyIn(x);
    const out = reserve(size);
    rowLoop(size / n, n, at, out);
    return copyOut(out, size);
  };

function matmul(a: View, b: View): Data {
  const axes = a.shape.length - 2;
  const [m, k] = a.shape.slice(axes);
  const n = b.shape[axes + 1];
  if (m * n * k < MIN_SIZE.product || !isFloat32(a) || !isFloat32(b)) return reference.matmul(a, b);
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
  if (size === 0) return reference.matmul(a, b);
  resetArena();
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
      wasm.gemm(rows, n, k, aAt, aRow, aColumn, bAt, bRow, bColumn, c, n);
    }
  } while (walk.next());
  return copyOut(out, size);
}

const accelerated: Partial<Backend> = {
  unary,
  binary,
  reduce,
  softmax: softmaxWith(reference.softmax, wasm.softmaxRows),
  logSoftmax: softmaxWith(reference.logSoftmax, wasm.logSoftmaxRows),
  matmul,
  dot,
  ...layers,
  ...optimizers,
  ...words,
};

/** The kernel, or the reference's where the operands do not fit: all are copied in before anything is computed. */
function whereItFits<Args extends unknown[], Y>(run: (...args: Args) => Y, reference: (...args: Args) => Y) {
  return (...args: Args): Y => {
    try {
      return run(...args);
    } catch (error) {
      if (error !== OUT_OF_ROOM) throw error;
      return reference(...args);
    }
  };
}

const fitted = Object.entries(accelerated).map(([name, run]) => [
  name,
  whereItFits(
    run as (...args: unknown[]) => unknown,
    reference[name as keyof Backend] as (...args: unknown[]) => unknown,
  ),
]);

export const simd: Backend = { ...reference, ...Object.fromEntries(fitted), name: "wasm" };
