/** @file Row by row: sums, extremes, softmax, cross-entropy, layer normalisation. Sums are float64, in four parts (../plain/reductions.ts). */

import { constant, div, exp, log, sub } from "./math";

/** Four numbers, of which the last `4 − count` are replaced by `filler` when fewer than four are left. */
@inline
function four(x: usize, count: i32, filler: f32): v128 {
  const v = v128.load(x);
  if (count >= 4) return v;
  return v128.bitselect(v, f32x4.splat(filler), i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}

/** The upper two of four float32, as float64. */
@inline function upper(v: v128): v128 { return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)); }
@inline function lower(v: v128): v128 { return f64x2.promote_low_f32x4(v); }
/** (p₀ + p₂) + (p₁ + p₃), from p₀ p₁ and p₂ p₃ */
@inline
function total(p01: v128, p23: v128): f64 {
  const pairs = f64x2.add(p01, p23);
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
}

function sumRow(n: i32, x: usize): f64 {
  let p01 = f64x2.splat(0);
  let p23 = f64x2.splat(0);
  for (; n > 0; n -= 4, x += 16) {
    const v = four(x, n, 0);
    p01 = f64x2.add(p01, lower(v));
    p23 = f64x2.add(p23, upper(v));
  }
  return total(p01, p23);
}

function maxRow(n: i32, x: usize): f32 {
  let best = f32x4.splat(-Infinity);
  for (; n > 0; n -= 4, x += 16) best = f32x4.max(best, four(x, n, -Infinity));
  return max(
    max(f32x4.extract_lane(best, 0), f32x4.extract_lane(best, 1)),
    max(f32x4.extract_lane(best, 2), f32x4.extract_lane(best, 3)),
  );
}

/** out[i] = Σⱼ x[i, j], rows of n numbers one behind the other */
export function sumRows(rows: i32, n: i32, x: usize, out: usize): void {
  for (; rows > 0; rows--, x += n * 4, out += 4) store<f32>(out, <f32>sumRow(n, x));
}

export function maxRows(rows: i32, n: i32, x: usize, out: usize): void {
  for (; rows > 0; rows--, x += n * 4, out += 4) store<f32>(out, maxRow(n, x));
}

/** out[j] = Σᵢ x[i, j], four columns at a time; rows lie `row` bytes apart. */
export function sumColumns(rows: i32, n: i32, x: usize, row: i32, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) {
    let a0 = f64x2.splat(0), a1 = f64x2.splat(0), b0 = f64x2.splat(0), b1 = f64x2.splat(0);
    let c0 = f64x2.splat(0), c1 = f64x2.splat(0), d0 = f64x2.splat(0), d1 = f64x2.splat(0);
    let at = x;
    let i = 0;
    for (; i + 4 <= rows; i += 4, at += 4 * row) {
      let v = v128.load(at);
      a0 = f64x2.add(a0, lower(v)); a1 = f64x2.add(a1, upper(v));
      v = v128.load(at + row);
      b0 = f64x2.add(b0, lower(v)); b1 = f64x2.add(b1, upper(v));
      v = v128.load(at + 2 * row);
      c0 = f64x2.add(c0, lower(v)); c1 = f64x2.add(c1, upper(v));
      v = v128.load(at + 3 * row);
      d0 = f64x2.add(d0, lower(v)); d1 = f64x2.add(d1, upper(v));
    }
    if (i < rows) {
      const v = v128.load(at);
      a0 = f64x2.add(a0, lower(v)); a1 = f64x2.add(a1, upper(v));
    }
    if (i + 1 < rows) {
      const v = v128.load(at + row);
      b0 = f64x2.add(b0, lower(v)); b1 = f64x2.add(b1, upper(v));
    }
    if (i + 2 < rows) {
      const v = v128.load(at + 2 * row);
      c0 = f64x2.add(c0, lower(v)); c1 = f64x2.add(c1, upper(v));
    }
    const low = f32x4.demote_f64x2_zero(f64x2.add(f64x2.add(a0, c0), f64x2.add(b0, d0)));
    const high = f32x4.demote_f64x2_zero(f64x2.add(f64x2.add(a1, c1), f64x2.add(b1, d1)));
    v128.store(out, v128.shuffle<f32>(low, high, 0, 1, 4, 5));
  }
}

/** out = e^(x − max) and returns the sum; may write up to three numbers past the row. */
@inline
function expRow(n: i32, x: usize, max: v128, out: usize): f32 {
  let p01 = f64x2.splat(0);
  let p23 = f64x2.splat(0);
  for (; n > 0; n -= 4, x += 16, out += 16) {
    const e = exp(sub(four(x, n, -Infinity), max));
    v128.store(out, e);
    p01 = f64x2.add(p01, lower(e));
    p23 = f64x2.add(p23, upper(e));
  }
  return <f32>total(p01, p23);
}

export function softmaxRows(rows: i32, n: i32, x: usize, out: usize): void {
  for (; rows > 0; rows--, x += n * 4, out += n * 4) {
    const sum = constant(expRow(n, x, constant(maxRow(n, x)), out));
    for (let o = out, end = out + n * 4; o < end; o += 16) v128.store(o, div(v128.load(o), sum));
  }
}

export function logSoftmaxRows(rows: i32, n: i32, x: usize, out: usize): void {
  for (; rows > 0; rows--, x += n * 4, out += n * 4) {
    const max = constant(maxRow(n, x));
    const logSum = log(constant(expRow(n, x, max, out)));
    for (let at = x, o = out, end = out + n * 4; o < end; at += 16, o += 16) {
      v128.store(o, sub(sub(v128.load(at), max), logSum));
    }
  }
}
