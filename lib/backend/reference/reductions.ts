/** @file Sums, extremes and softmax over the last axes. */

import { sizeOf } from "../../shape/rules.js";
import type { Data, Reduction, View } from "../backend.js";
import * as float64 from "../math.js";
import * as float32 from "../math32.js";
import { allocate, dtypeOf } from "../storage.js";
import { isRowMajor, packed, Walk } from "../views.js";

const { sqrt } = Math;

/**
 * The sum of n numbers. Of float64 as `compensatedSum`; of narrower dtypes in float64, where element i goes to partial sum
 * i mod 4, as SIMD lanes have it, and the result is (p₀ + p₂) + (p₁ + p₃). Before it is rounded to float32, that is within
 * n · 2⁻⁵⁵ Σ|xᵢ| of the exact sum.
 */
export function sum(x: Data, at: number, step: number, n: number): number {
  if (x instanceof Float64Array) return compensatedSum(x, at, step, n);
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

/** By this much numbers are divided whose sum overflows on the way: 2³¹ of the largest of them still fit. */
const HEADROOM = 2 ** 32;

/**
 * The sum s of n float64, with what each addition loses in rounding added up beside it (Ogita, Rump & Oishi 2005, Sum2):
 * within 2⁻⁵³ |s| + n² 2⁻¹⁰⁶ Σ|xᵢ| of the exact sum, as if summed with twice the digits and rounded once.
 */
function compensatedSum(x: Float64Array, at: number, step: number, n: number, scale = 1): number {
  let total = 0;
  let lost = 0;
  for (let i = at, left = n; left > 0; left--, i += step) {
    const term = x[i] * scale;
    const next = total + term;
    const added = next - total;
    lost += total - (next - added) + (term - added);
    total = next;
  }
  if (Number.isFinite(lost)) return total + lost;
  return scale === 1 ? compensatedSum(x, at, step, n, 1 / HEADROOM) * HEADROOM : total;
}

/** Σx / n, which is finite wherever the numbers are. */
function mean(x: Data, at: number, step: number, n: number): number {
  const total = sum(x, at, step, n);
  if (!(x instanceof Float64Array) || Number.isFinite(total)) return total / n;
  return (compensatedSum(x, at, step, n, 1 / HEADROOM) / n) * HEADROOM;
}

/**
 * Σ aᵢ bᵢ of n numbers in the order of `sum`. Products of float32 are exact in float64, so that theirs is rounded once;
 * of float64 each product is rounded, and the result within 2⁻⁵³ (|a · b| + Σ|aᵢbᵢ|) of the exact one.
 */
export function dotProduct(a: Data, i: number, di: number, b: Data, j: number, dj: number, n: number): number {
  if (a instanceof Float64Array) {
    const products = new Float64Array(n);
    for (let k = 0; k < n; k++, i += di, j += dj) products[k] = a[i] * b[j];
    return compensatedSum(products, 0, 1, n);
  }
  const p = [0, 0, 0, 0];
  for (let k = 0; k < n; k++, i += di, j += dj) p[k & 3] += a[i] * b[j];
  return p[0] + p[2] + (p[1] + p[3]);
}

/** Sums of squares between these have lost nothing by overflow or underflow. */
const SAFE_SQUARES = [1e-280, 1e300];

/** √Σx², which is finite and not 0 wherever the numbers are: where squares leave float64, of numbers brought near 1. */
function norm(x: Data, at: number, step: number, n: number): number {
  const squares = dotProduct(x, at, step, x, at, step, n);
  if (!(x instanceof Float64Array) || (squares > SAFE_SQUARES[0] && squares < SAFE_SQUARES[1])) return sqrt(squares);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(x[at + i * step]));
  if (!(largest > 0 && largest < Infinity)) return largest;
  const scale = 2 ** Math.min(-float64.exponent(largest), 1023);
  const near = Float64Array.from({ length: n }, (_, i) => x[at + i * step] * scale);
  return sqrt(dotProduct(near, 0, 1, near, 0, 1, n)) / scale;
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

const totals = { sum, mean, norm };

export function reduce(f: Reduction, x: View, axes: number): Data {
  const out = allocate(dtypeOf(x.data), sizeOf(x.shape, x.shape.length - axes));
  if (f === "sum" || f === "mean" || f === "norm") {
    const total = totals[f];
    reduceRows(x, axes, (o, data, at, step, n) => {
      out[o] = total(data, at, step, n);
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
