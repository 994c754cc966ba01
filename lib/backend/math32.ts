/**
 * @file The same functions in float32. Every operation is rounded by Math.fround (but for exponents in float64, where
 * gelu needs them) and none branches on its argument, so that four SIMD lanes can follow step by step and arrive at the
 * same bits. Errors are at most 4 units in the last place: ACCURACY.md has each function's.
 */

import * as math from "./math.js";

const { abs, floor, fround, max, min } = Math;

const mul = (a: number, b: number) => fround(a * b);
const add = (a: number, b: number) => fround(a + b);
const sub = (a: number, b: number) => fround(a - b);
const div = (a: number, b: number) => fround(a / b);
/** a · b + c, rounded twice */
const mulAdd = (a: number, b: number, c: number) => fround(fround(a * b) + c);

const bits = new Int32Array(1);
const float32 = new Float32Array(bits.buffer);

/** 2ⁿ for −126 ≤ n ≤ 127 */
function powerOfTwo(n: number): number {
  bits[0] = (n + 127) << 23;
  return float32[0];
}

const LOG2_E = fround(Math.LOG2E);
/** ln 2 in two parts; the first has 15 bits, so that n · LN2_HIGH is exact. */
const LN2_HIGH = fround(0.693145751953125);
const LN2_LOW = fround(1.428606765330187e-6);

/** 1/k!, from k = 7 down to 2 */
const [E7, E6, E5, E4, E3, E2] = [5040, 720, 120, 24, 6, 2].map((factorial) => fround(1 / factorial));

/** eʳ − 1 = r + r² (1/2! + r/3! + …) for |r| ≤ ln 2 / 2 */
function expm1Reduced(r: number): number {
  let p = mulAdd(E7, r, E6);
  p = mulAdd(p, r, E5);
  p = mulAdd(p, r, E4);
  p = mulAdd(p, r, E3);
  p = mulAdd(p, r, E2);
  return mulAdd(mul(p, r), r, r);
}

/** The whole number nearest to x / ln 2. */
const exponentOf = (x: number) => floor(mulAdd(x, LOG2_E, 0.5));
/** x − n ln 2 */
const remainder = (x: number, n: number) => sub(sub(x, mul(n, LN2_HIGH)), mul(n, LN2_LOW));

/** eˣ = 2ⁿ eʳ; 2ⁿ is applied in two halves, so that results below 2⁻¹²⁶ lose their digits gradually. */
export function exp(x: number): number {
  const clamped = min(max(x, -104), 89);
  const n = exponentOf(clamped);
  const y = add(1, expm1Reduced(remainder(clamped, n)));
  const half = n >> 1;
  return mul(mul(y, powerOfTwo(half)), powerOfTwo(n - half));
}

/** eˣ − 1 = 2ⁿ (eʳ − 1) + (2ⁿ − 1), for x ≤ 80 */
function expm1(x: number): number {
  const clamped = max(x, -25);
  const n = exponentOf(clamped);
  const scale = powerOfTwo(n);
  return mulAdd(scale, expm1Reduced(remainder(clamped, n)), sub(scale, 1));
}

/** 2/k, for k = 9, 7, 5, 3 */
const [L9, L7, L5, L3] = [9, 7, 5, 3].map((k) => fround(2 / k));
const SQRT_HALF_BITS = 0x3f3504f3;
const SMALLEST_NORMAL = 1.1754943508222875e-38;

/** log x = n ln 2 + log(1 + f), with s = f / (2 + f) and log(1 + f) = f − f²/2 + s (f²/2 + 2s²/3 + 2s⁴/5 + …) */
export function log(x: number): number {
  const tiny = x < SMALLEST_NORMAL;
  float32[0] = tiny ? mul(x, 8388608) : x;
  const n = (bits[0] - SQRT_HALF_BITS) >> 23;
  bits[0] -= n << 23;
  const exponent = n - (tiny ? 23 : 0);
  const f = sub(float32[0], 1);
  const s = div(f, add(2, f));
  const z = mul(s, s);
  let p = mulAdd(L9, z, L7);
  p = mulAdd(p, z, L5);
  p = mulAdd(p, z, L3);
  const half = mul(mul(0.5, f), f);
  const bent = mulAdd(s, mulAdd(p, z, half), mul(exponent, LN2_LOW));
  const y = sub(mul(exponent, LN2_HIGH), sub(sub(half, bent), f));
  if (x === 0) return -Infinity;
  return x > 0 && x < Infinity ? y : x === Infinity ? x : NaN;
}

/** log(1 + u) for 0 ≤ u ≤ 1: the log of the rounded sum, corrected for what rounding lost. */
function log1p(u: number): number {
  const sum = add(1, u);
  return add(log(sum), div(sub(u, sub(sum, 1)), sum));
}

const signed = (size: number, x: number) => (x < 0 ? -size : size);

export function tanh(x: number): number {
  const t = expm1(min(mul(2, abs(x)), 40));
  return x === 0 ? x : signed(div(t, add(t, 2)), x);
}

export function sigmoid(x: number): number {
  const e = exp(-abs(x));
  return div(x < 0 ? e : 1, add(1, e));
}

/** log(1 + eˣ) */
export const softplus = (x: number): number => add(max(x, 0), log1p(exp(-abs(x))));

/** erf(x) / x in powers of x², for |x| ≤ 1: a Chebyshev fit, error 1e-9 */
const [S6, S5, S4, S3, S2, S1, S0] = [
  7.875875062685488e-5, -0.000801686428716587, 0.005189087423433974, -0.026854212010626412, 0.11283594715160218,
  -0.37612626666720334, 1.1283791658483509,
].map(fround);
/** (1 − erf(x)) exp(x²) in powers of 2 / (2 + x), for 1 ≤ x ≤ 4: a Chebyshev fit, error 5e-8 */
const [C5, C4, C3, C2, C1, C0] = [
  -0.21879573720282477, 0.6044720742179791, -0.030179187078857053, 0.37871144104119653, 0.2644323566089702,
  0.0013318622994971264,
].map(fround);

/** 2/√π ∫₀ˣ exp(−t²) dt */
export function erf(x: number): number {
  const size = abs(x);
  const z = mul(size, size);
  let p = mulAdd(S6, z, S5);
  p = mulAdd(p, z, S4);
  p = mulAdd(p, z, S3);
  p = mulAdd(p, z, S2);
  p = mulAdd(p, z, S1);
  p = mulAdd(p, z, S0);
  const t = div(2, add(2, size));
  let q = mulAdd(C5, t, C4);
  q = mulAdd(q, t, C3);
  q = mulAdd(q, t, C2);
  q = mulAdd(q, t, C1);
  q = mulAdd(q, t, C0);
  return x === 0 ? x : signed(size < 1 ? mul(p, size) : sub(1, mul(q, exp(-z))), x);
}

/**
 * f · eᶻ, with a float64 z ≤ 0, since the exponential turns z's rounding error into a relative one. Rounded once where it
 * falls below the normal numbers.
 */
function timesExp(f: number, z: number): number {
  const n = exponentOf(fround(z));
  const y = mulAdd(f, expm1Reduced(fround(z - n * Math.LN2)), f);
  const half = n >> 1;
  return mul(mul(y, powerOfTwo(half)), powerOfTwo(n - half));
}

/** Q(a) = Φ(−a) e^(a²/2), divided by s, in powers of s = 4 / (4 + a), for 0 ≤ a ≤ 14.25: a Chebyshev fit, error 1.3e-8 */
const [Q9, Q8, Q7, Q6, Q5, Q4, Q3, Q2, Q1, Q0] = [
  0.015566486277593905, -0.05738072994838009, 0.03916094195613366, 0.04475562095031234, -0.0005571603551286904,
  0.09360420889054147, 0.06966183004755482, 0.09600230524632296, 0.0994357658437518, 0.09975073356997023,
].map(fround);

const ONE_OVER_SQRT_TWO_PI = fround(0.3989422804014327);

/**
 * Q(a): the normal distribution's lower half is Φ(−a) = e^(−a²/2) Q(a). Rounding s moves a by `shift`, which Q feels three
 * times over, and which Q′ = a Q − 1/√(2π) takes back.
 */
function normalTail(a: number): number {
  const sum = add(4, a);
  const s = div(4, sum);
  let p = mulAdd(Q9, s, Q8);
  p = mulAdd(p, s, Q7);
  p = mulAdd(p, s, Q6);
  p = mulAdd(p, s, Q5);
  p = mulAdd(p, s, Q4);
  p = mulAdd(p, s, Q3);
  p = mulAdd(p, s, Q2);
  p = mulAdd(p, s, Q1);
  p = mulAdd(p, s, Q0);
  const q = mul(s, p);
  const shift = mul(mul(0.25, fround((4 + a) * s - 4)), sum);
  return mulAdd(shift, sub(mul(a, q), ONE_OVER_SQRT_TWO_PI), q);
}

/** Beyond this, x Φ(x) is 0 or x to the last digit. */
const NORMAL_END = 15;

const relu = (x: number) => (x < 0 ? 0 : x);

/** x Φ(x), with the normal distribution's Φ(x) = ½ (1 + erf(x / √2)) */
export function gelu(x: number): number {
  const a = min(abs(x), NORMAL_END);
  return sub(relu(x), timesExp(mul(a, normalTail(a)), -0.5 * (a * a)));
}

/** gelu′(x) = Φ(x) + x φ(x), with the density φ(x) = e^(−x²/2) / √(2π); accurate but next to its root, −0.75. */
export function geluSlope(x: number): number {
  const a = min(abs(x), NORMAL_END);
  const below = timesExp(sub(normalTail(a), mul(a, ONE_OVER_SQRT_TWO_PI)), -0.5 * (a * a));
  return x < 0 ? below : sub(1, below);
}

/** w(a) = 2 √(2/π) (a + 0.044715 a³), in float64 */
const TANH_LINEAR = 1.5957691216057308;
const TANH_CUBIC = 0.07135481627260025;
const tanhArgument = (a: number) => a * (TANH_LINEAR + TANH_CUBIC * (a * a));
/** Beyond this, geluTanh is 0 or x to the last digit. */
const TANH_END = 11;

/** ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))) = x σ(w) */
export function geluTanh(x: number): number {
  const a = min(abs(x), TANH_END);
  const z = -tanhArgument(a);
  return sub(relu(x), div(timesExp(a, z), add(1, timesExp(1, z))));
}

/** geluTanh′(x) = σ(w) + x σ(w) (1 − σ(w)) w′; accurate but next to its root, −0.75. */
export function geluTanhSlope(x: number): number {
  const a = min(abs(x), TANH_END);
  const z = -tanhArgument(a);
  const rest = add(1, timesExp(1, z));
  const inner = mul(a, mulAdd(fround(3 * TANH_CUBIC), mul(a, a), fround(TANH_LINEAR)));
  const below = div(timesExp(sub(1, div(inner, rest)), z), rest);
  return x < 0 ? below : sub(1, below);
}

/** x where x > 0, else α (eˣ − 1) */
export const elu = (x: number, alpha: number): number => (x > 0 ? x : mul(alpha, expm1(min(x, 0))));

// Rarely hot, so they take the way through float64.
export const sin = (x: number): number => fround(math.sin(x));
export const cos = (x: number): number => fround(math.cos(x));
