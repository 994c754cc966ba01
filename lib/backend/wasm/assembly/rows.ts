/** @file Row by row: sums, extremes, softmax, cross-entropy, layer normalization. Sums are float64, in four parts (../../reference/reductions.ts). */

import { add, constant, demoted, div, exp, log, lower, mul, mulAdd, sub, upper } from "./math";

/** Four numbers, of which the last `4 − count` are replaced by `filler` when fewer than four are left. */
@inline
function four(x: usize, count: i32, filler: f32): v128 {
  const v = v128.load(x);
  if (count >= 4) return v;
  return v128.bitselect(v, f32x4.splat(filler), i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}

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

/** out[i] = Σⱼ x[i, j] / divisor, rows of n numbers one behind the other */
export function sumRows(rows: i32, n: i32, x: usize, divisor: f64, out: usize): void {
  for (; rows > 0; rows--, x += n * 4, out += 4) store<f32>(out, <f32>(sumRow(n, x) / divisor));
}

/** Σ a b, products and sums in float64 */
function dotRow(n: i32, a: usize, b: usize): f64 {
  let p01 = f64x2.splat(0);
  let p23 = f64x2.splat(0);
  for (; n > 0; n -= 4, a += 16, b += 16) {
    const u = four(a, n, 0);
    const v = four(b, n, 0);
    p01 = f64x2.add(p01, f64x2.mul(lower(u), lower(v)));
    p23 = f64x2.add(p23, f64x2.mul(upper(u), upper(v)));
  }
  return total(p01, p23);
}

export function dot(n: i32, a: usize, b: usize, out: usize): void { store<f32>(out, <f32>dotRow(n, a, b)); }

/** out[i] = √Σⱼ x[i, j]² */
export function normRows(rows: i32, n: i32, x: usize, out: usize): void {
  for (; rows > 0; rows--, x += n * 4, out += 4) store<f32>(out, <f32>sqrt<f64>(dotRow(n, x, x)));
}

export function maxRows(rows: i32, n: i32, x: usize, out: usize): void {
  for (; rows > 0; rows--, x += n * 4, out += 4) store<f32>(out, maxRow(n, x));
}

/** out[j] = Σᵢ x[i, j] / divisor, four columns at a time; rows lie `row` bytes apart. */
export function sumColumns(rows: i32, n: i32, x: usize, row: i32, divisor: f64, out: usize): void {
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
    const low = f64x2.add(f64x2.add(a0, c0), f64x2.add(b0, d0));
    const high = f64x2.add(f64x2.add(a1, c1), f64x2.add(b1, d1));
    v128.store(out, demoted(f64x2.div(low, f64x2.splat(divisor)), f64x2.div(high, f64x2.splat(divisor))));
  }
}

/** out = e^(scale · x − max) and returns the sum; may write up to three numbers past the row. */
@inline
function expRow(n: i32, x: usize, scale: v128, max: v128, out: usize): f32 {
  let p01 = f64x2.splat(0);
  let p23 = f64x2.splat(0);
  for (; n > 0; n -= 4, x += 16, out += 16) {
    const e = exp(sub(mul(four(x, n, -Infinity), scale), max));
    v128.store(out, e);
    p01 = f64x2.add(p01, lower(e));
    p23 = f64x2.add(p23, upper(e));
  }
  return <f32>total(p01, p23);
}

export function softmaxRows(rows: i32, n: i32, x: usize, out: usize): void {
  for (; rows > 0; rows--, x += n * 4, out += n * 4) {
    const sum = constant(expRow(n, x, constant(1), constant(maxRow(n, x)), out));
    for (let o = out, end = out + n * 4; o < end; o += 16) v128.store(o, div(v128.load(o), sum));
  }
}

export function logSoftmaxRows(rows: i32, n: i32, x: usize, out: usize): void {
  for (; rows > 0; rows--, x += n * 4, out += n * 4) {
    const max = constant(maxRow(n, x));
    const logSum = log(constant(expRow(n, x, constant(1), max, out)));
    for (let at = x, o = out, end = out + n * 4; o < end; at += 16, o += 16) {
      v128.store(o, sub(sub(v128.load(at), max), logSum));
    }
  }
}

/** For each row: losses[i] = log Σ e^(x − max) − (x − max) at the target; gradient = softmax, less 1 at the target. */
export function crossEntropyRows(rows: i32, n: i32, x: usize, targets: usize, losses: usize, gradient: usize): void {
  for (; rows > 0; rows--, x += n * 4, gradient += n * 4, targets += 4, losses += 4) {
    const target = load<i32>(targets);
    if (target < 0) {
      store<f32>(losses, 0);
      memory.fill(gradient, 0, n * 4);
      continue;
    }
    const max = maxRow(n, x);
    const sum = constant(expRow(n, x, constant(1), constant(max), gradient));
    for (let o = gradient, end = gradient + n * 4; o < end; o += 16) v128.store(o, div(v128.load(o), sum));
    const hit = gradient + target * 4;
    store<f32>(hit, load<f32>(hit) - 1);
    store<f32>(losses, f32x4.extract_lane(log(sum), 0) - (load<f32>(x + target * 4) - max));
  }
}

/** y = (x − mean) · rstd · weight + bias, the mean and variance of each row in two passes */
export function layerNormRows(
  rows: i32, n: i32, x: usize, weight: usize, bias: usize, eps: f32, y: usize, means: usize, rstds: usize,
): void {
  for (; rows > 0; rows--, x += n * 4, y += n * 4, means += 4, rstds += 4) {
    const mean = <f32>(sumRow(n, x) / n);
    const m = constant(mean);
    let p01 = f64x2.splat(0);
    let p23 = f64x2.splat(0);
    for (let j = 0; j < n; j += 4) {
      const d = sub(four(x + j * 4, n - j, mean), m);
      const square = mul(d, d);
      p01 = f64x2.add(p01, lower(square));
      p23 = f64x2.add(p23, upper(square));
    }
    const rstd: f32 = <f32>1 / sqrt<f32>(<f32>(total(p01, p23) / n) + eps);
    const s = constant(rstd);
    for (let j = 0; j < n * 4; j += 16) {
      v128.store(y + j, mulAdd(mul(sub(v128.load(x + j), m), s), v128.load(weight + j), v128.load(bias + j)));
    }
    store<f32>(means, mean);
    store<f32>(rstds, rstd);
  }
}

/**
 * dx = rstd (h − Σh/n − x̂ Σ(h x̂)/n) with h = dy · weight; the sums over rows of dy x̂ and dy go to `dweight` and `dbias`
 * by way of float64 at `sums`, n numbers rounded up to whole groups of four for each.
 */
export function layerNormBackwardRows(
  rows: i32, n: i32, x: usize, weight: usize, means: usize, rstds: usize, dy: usize,
  dx: usize, dweight: usize, dbias: usize, sums: usize,
): void {
  const room = ((n + 3) & ~3) * 8;
  const biasSums = sums + room;
  memory.fill(sums, 0, 2 * room);
  for (; rows > 0; rows--, x += n * 4, dy += n * 4, dx += n * 4, means += 4, rstds += 4) {
    const m = load<f32>(means);
    const mean = constant(m);
    const rstd = v128.load32_splat(rstds);
    let h01 = f64x2.splat(0), h23 = f64x2.splat(0);
    let p01 = f64x2.splat(0), p23 = f64x2.splat(0);
    for (let j = 0; j < n; j += 4) {
      const d = four(dy + j * 4, n - j, 0);
      const normalized = mul(sub(four(x + j * 4, n - j, m), mean), rstd);
      const h = mul(d, four(weight + j * 4, n - j, 0));
      const product = mul(h, normalized);
      h01 = f64x2.add(h01, lower(h));
      h23 = f64x2.add(h23, upper(h));
      p01 = f64x2.add(p01, lower(product));
      p23 = f64x2.add(p23, upper(product));
      accumulate(sums + j * 8, mul(d, normalized));
      accumulate(biasSums + j * 8, d);
    }
    const h1 = constant(<f32>(total(h01, h23) / n));
    const h2 = constant(<f32>(total(p01, p23) / n));
    for (let j = 0; j < n * 4; j += 16) {
      const normalized = mul(sub(v128.load(x + j), mean), rstd);
      const h = mul(v128.load(dy + j), v128.load(weight + j));
      v128.store(dx + j, mul(rstd, sub(h, add(h1, mul(normalized, h2)))));
    }
  }
  for (let j = 0; j < n; j++) {
    store<f32>(dweight + j * 4, <f32>load<f64>(sums + j * 8));
    store<f32>(dbias + j * 4, <f32>load<f64>(biasSums + j * 8));
  }
}

/** Adds four float32 to four float64. */
@inline
function accumulate(sums: usize, v: v128): void {
  v128.store(sums, f64x2.add(v128.load(sums), lower(v)));
  v128.store(sums, f64x2.add(v128.load(sums, 16), upper(v)), 16);
}

/**
 * Attention's scores to weights: softmax of scale · x, scale > 0. Row i of a matrix of `t` rows sees `n` keys, or the first
 * i + 1 if `causal`, without those whose mask (float, 0 or 1; rows `maskRow` bytes apart) is 0; a query
 * that sees no key weights none. `mask` is 0 for none.
 */
export function attentionRows(t: i32, n: i32, x: usize, scale: f32, causal: i32, mask: usize, maskRow: i32, out: usize): void {
  const factor = constant(scale);
  for (let i = 0; i < t; i++, x += n * 4, out += n * 4) {
    const seen = causal ? min(i + 1, n) : n;
    if (mask) {
      for (let j = 0; j < seen; j++) if (load<f32>(mask + j * 4) == 0) store<f32>(x + j * 4, -Infinity);
      mask += maskRow;
    }
    const max = maxRow(seen, x);
    if (max == -Infinity) {
      memory.fill(out, 0, n * 4);
      continue;
    }
    const sum = constant(expRow(seen, x, factor, mul(constant(max), factor), out));
    for (let o = out, end = out + seen * 4; o < end; o += 16) v128.store(o, div(v128.load(o), sum));
    for (let o = out + seen * 4, end = out + n * 4; o < end; o += 16) v128.store(o, div(constant(0), sum));
  }
}

/** d ← scale · w (d − Σ w d), row by row, in place */
export function softmaxBackwardRows(rows: i32, n: i32, w: usize, d: usize, scale: f32, out: usize): void {
  for (; rows > 0; rows--, w += n * 4, d += n * 4, out += n * 4) {
    let p01 = f64x2.splat(0);
    let p23 = f64x2.splat(0);
    for (let j = 0; j < n; j += 4) {
      const product = mul(four(w + j * 4, n - j, 0), four(d + j * 4, n - j, 0));
      p01 = f64x2.add(p01, lower(product));
      p23 = f64x2.add(p23, upper(product));
    }
    const sum = constant(<f32>total(p01, p23));
    for (let j = 0; j < n * 4; j += 16) {
      const difference = sub(v128.load(d + j), sum);
      v128.store(out + j, mul(mul(v128.load(w + j), difference), constant(scale)));
    }
  }
}
