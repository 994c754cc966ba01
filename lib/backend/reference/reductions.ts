/** @file Sums, extremes and softmax over the last axes. */

import type { Data, Reduction, View } from "../backend.js";
import * as float64 from "../math.js";
import * as float32 from "../math32.js";
import { allocate, dtypeOf, isRowMajor, packed, sizeOf, Walk } from "../views.js";

/**
 * The sum of n numbers, in an order that two or four SIMD lanes can follow: element i goes to partial sum i mod 4, and
 * the result is (p₀ + p₂) + (p₁ + p₃). Partial sums are float64 for every dtype, so that a float32 sum is rounded once.
 */
export function sum(x: Data, at: number, step: number, n: number): number {
  let p0 = 0;
  let p1 = 0;
  let p2 = 0;
  let p3 = 0;
  let i = at;
  for (let quads = n >> 2; quads > 0; quads--, i += 4 * step) {
    p0 += x[i];
    p1 += x[i + step];
    p2 += x[i + 2 * step];
    p3 += x[i + 3 * step];
  }
  const rest = n & 3;
  if (rest > 0) p0 += x[i];
  if (rest > 1) p1 += x[i + step];
  if (rest > 2) p2 += x[i + 2 * step];
  return p0 + p2 + (p1 + p3);
}

/** The first index i at which x is largest (`sign` 1) or smallest (`sign` −1); NaN is beyond everything. */
function extreme(x: Data, at: number, step: number, n: number, sign: number): number {
  let best = 0;
  let bestValue = sign * x[at];
  for (let i = 1; i < n; i++) {
    const value = sign * x[at + i * step];
    if (value > bestValue || (Number.isNaN(value) && !Number.isNaN(bestValue))) {
      best = i;
      bestValue = value;
    }
  }
  return best;
}

/** Calls `row(o, data, at, step, n)` for each result o with the n elements it is made of. */
function reduceRows(
  x: View,
  axes: number,
  row: (o: number, data: Data, at: number, step: number, n: number) => void,
): void {
  const outer = x.shape.length - axes;
  if (outer === 0 && isRowMajor(x)) {
    row(0, x.data, x.offset, 1, sizeOf(x.shape));
    return;
  }
  if (outer === 1 && axes === 1) {
    for (let o = 0; o < x.shape[0]; o++) row(o, x.data, x.offset + o * x.strides[0], x.strides[1], x.shape[1]);
    return;
  }
  let inner = new Walk(x.shape.slice(outer), [{ offset: 0, strides: x.strides.slice(outer) }]);
  if (inner.next()) {
    x = packed(x);
    inner = new Walk(x.shape.slice(outer), [{ offset: 0, strides: x.strides.slice(outer) }]);
  }
  const shape = x.shape.slice(0, outer);
  if (sizeOf(shape) === 0) return;
  const walk = new Walk(shape, [{ offset: x.offset, strides: x.strides.slice(0, outer) }]);
  let o = 0;
  do {
    for (let i = 0; i < walk.length; i++) {
      row(o++, x.data, walk.at[0] + i * walk.step[0], inner.step[0], inner.length);
    }
  } while (walk.next());
}

export function reduce(f: Reduction, x: View, axes: number): Data {
  const out = allocate(dtypeOf(x.data), sizeOf(x.shape, x.shape.length - axes));
  if (f === "sum") {
    reduceRows(x, axes, (o, data, at, step, n) => {
      out[o] = sum(data, at, step, n);
    });
  } else {
    const pick = f === "max" ? Math.max : Math.min;
    reduceRows(x, axes, (o, data, at, step, n) => {
      let best = data[at];
      for (let i = 1; i < n; i++) best = pick(best, data[at + i * step]);
      out[o] = best;
    });
  }
  return out;
}

export function argReduce(f: "max" | "min", x: View, axes: number): Int32Array {
  const out = allocate("int32", sizeOf(x.shape, x.shape.length - axes)) as Int32Array;
  const sign = f === "max" ? 1 : -1;
  reduceRows(x, axes, (o, data, at, step, n) => {
    out[o] = extreme(data, at, step, n, sign);
  });
  return out;
}

export const softmax = (x: View): Data => softmaxWith(x, false);
export const logSoftmax = (x: View): Data => softmaxWith(x, true);

/** With d = x − max: softmax is e^d / Σ e^d, its log is d − log Σ e^d. */
function softmaxWith(x: View, logarithm: boolean): Data {
  const dtype = dtypeOf(x.data);
  const { exp, log } = dtype === "float32" ? float32 : float64;
  const round = dtype === "float32" ? Math.fround : (value: number) => value;
  const out = allocate(dtype, sizeOf(x.shape));
  const exps = allocate(dtype, x.shape[x.shape.length - 1]);
  reduceRows(x, 1, (o, data, at, step, n) => {
    if (n === 0) return;
    let max = -Infinity;
    for (let i = 0; i < n; i++) max = Math.max(max, data[at + i * step]);
    for (let i = 0; i < n; i++) exps[i] = exp(round(data[at + i * step] - max));
    const total = round(sum(exps, 0, 1, n));
    const logTotal = logarithm ? log(total) : 0;
    for (let i = 0; i < n; i++) {
      out[o * n + i] = logarithm ? round(data[at + i * step] - max) - logTotal : exps[i] / total;
    }
  });
  return out;
}
