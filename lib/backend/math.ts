/**
 * @file exp, log, sin, cos, tanh, erf, pow in float64, written out, because JavaScript leaves the last bit of Math.exp
 * and its kin to each engine and version. Only exact operations are used: + − × ÷, sqrt, floor, abs and bit moves.
 *
 * Every function works the same way: reduce the argument to a short interval by an exact identity, sum the Taylor series
 * there (its coefficients are recognizable, 1/k!), and undo the reduction. A quantity that needs more than 53 bits is
 * kept as a sum of two numbers, high + low. Errors are at most 3 units in the last place: ACCURACY.md has each function's.
 */

const { floor, abs, max, min, sqrt } = Math;

/** ln 2 as a sum whose first part has 32 bits, so that n · LN2_HIGH is exact for every exponent n. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LOG2_E = Math.LOG2E;

const float64 = new Float64Array(1);
const words = new Int32Array(float64.buffer);
const HIGH = 1;

/** x · 2ⁿ, rounded once. */
function scale(x: number, n: number): number {
  if (n > 1023) return scale(x * 2 ** 1023, n - 1023);
  if (n < -1022) return scale(x * 2 ** -969, n + 969);
  words[0] = 0;
  words[HIGH] = (n + 1023) << 20;
  return x * float64[0];
}

/** Σ coefficients[k] · xᵏ by Horner's rule. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = coefficients[coefficients.length - 1];
  for (let k = coefficients.length - 2; k >= 0; k--) sum = sum * x + coefficients[k];
  return sum;
}

/** `count` numbers made from their position. */
const series = (count: number, term: (k: number) => number) => Array.from({ length: count }, (_, k) => term(k));
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** (eʳ − 1 − r) / r² */
const EXP = series(13, (k) => 1 / factorial(k + 2));
/** x = n ln 2 + (high + low), |high| ≤ ln 2 / 2 */
let low = 0;
function reduceByLn2(x: number, n: number): number {
  const head = x - n * LN2_HIGH;
  const tail = n * LN2_LOW;
  const high = head - tail;
  low = head - high - tail;
  return high;
}

export function exp(x: number): number {
  if (!(x < 709.79)) return Number.isNaN(x) ? x : Infinity;
  if (x < -745.14) return 0;
  const n = floor(x * LOG2_E + 0.5);
  const r = reduceByLn2(x, n);
  return scale(1 + (r + (r * r * polynomial(r, EXP) + low)), n);
}

/** eˣ − 1, exact to the last digits when x is near 0. */
export function expm1(x: number): number {
  if (x > 40) return exp(x);
  if (x < -40) return -1;
  const n = floor(x * LOG2_E + 0.5);
  if (n === 0) return x === 0 ? x : x + x * x * polynomial(x, EXP);
  const r = reduceByLn2(x, n);
  return scale(r + (r * r * polynomial(r, EXP) + low) + (1 - scale(1, -n)), n);
}

/** (atanh(s)·2 − 2s) / s, a series in s² */
const ATANH = [0, ...series(11, (k) => 2 / (2 * k + 3))];

/** log x = n ln 2 + log(1 + f); with s = f / (2 + f), log(1 + f) = 2 atanh(s) = f − f²/2 + s (f²/2 + 2s²/3 + 2s⁴/5 + …). */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const n = exponent(x);
  const f = scale(x, -n) - 1;
  const s = f / (2 + f);
  const half = 0.5 * f * f;
  return n * LN2_HIGH - (half - (s * (half + polynomial(s * s, ATANH)) + n * LN2_LOW) - f);
}

/** The n for which x · 2⁻ⁿ lies in [√½, √2); x is positive and finite. */
export function exponent(x: number): number {
  if (x < 2 ** -1022) return exponent(x * 2 ** 54) - 54;
  float64[0] = x;
  const n = (words[HIGH] >> 20) - 1023;
  return (words[HIGH] & 0xfffff) > 0x6a09e ? n + 1 : n;
}

/** log(1 + x), exact to the last digits when x is near 0. */
export function log1p(x: number): number {
  const u = 1 + x;
  if (u === 1) return x;
  if (!(u > 0) || u === Infinity) return log(u);
  return log(u) + (u > 2 ? 1 - (u - x) : x - (u - 1)) / u;
}

export function tanh(x: number): number {
  const size = abs(x);
  if (size === 0) return x; // ±0
  if (size > 22) return x > 0 ? 1 : -1;
  const t = expm1(2 * size);
  const y = size < 1 ? t / (t + 2) : 1 - 2 / (t + 2);
  return x > 0 ? y : -y;
}

export const sigmoid = (x: number): number => {
  const e = exp(-abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
};

/** log(1 + eˣ) */
export const softplus = (x: number): number => max(x, 0) + log1p(exp(-abs(x)));

// Sine and cosine: x = n π/2 + (y + yLow), and a quarter turn swaps the two.

const HALF_PI = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21];
/** ⌊2/π · 2¹²⁰⁰⌋ */
const TWO_OVER_PI =
  0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7bn;

let y = 0;
let yLow = 0;
/** Sets y + yLow, |y| ≤ π/4, and returns the quadrant n mod 4. */
function reduceByHalfPi(x: number): number {
  if (abs(x) > 1e5) return reduceLarge(x);
  const n = floor(x / (HALF_PI[0] + HALF_PI[1]) + 0.5);
  const head = x - n * HALF_PI[0];
  const part = -n * HALF_PI[1];
  const sum = head + part;
  const bent = sum - head;
  const error = head - (sum - bent) + (part - bent) - n * HALF_PI[2];
  y = sum + error;
  yLow = sum - y + error;
  return n & 3;
}

/** For large x: the fraction of x · 2/π, taken in whole-number arithmetic with 1200 binary digits of 2/π. */
function reduceLarge(x: number): number {
  const n = exponent(abs(x)) - 53;
  const turns = BigInt(scale(abs(x), -n)) * TWO_OVER_PI;
  const unit = BigInt(1200 - n);
  const quadrant = (turns + (1n << (unit - 1n))) >> unit;
  const fraction = turns - (quadrant << unit);
  const kept = Number(fraction >> (unit - 110n));
  const rest = Number((fraction >> (unit - 110n)) - BigInt(kept));
  const sign = x < 0 ? -1 : 1;
  y = sign * scale(kept, -110) * (Math.PI / 2);
  yLow = sign * (scale(rest, -110) * (Math.PI / 2) + scale(kept, -110) * 6.123233995736766e-17);
  return (sign * Number(quadrant & 3n)) & 3;
}

/** (sin x − x) / x³ and (cos x − 1 + x²/2) / x⁴, series in x² */
const SIN = series(8, (k) => (k % 2 ? 1 : -1) / factorial(2 * k + 3));
const COS = series(7, (k) => (k % 2 ? -1 : 1) / factorial(2 * k + 4));

function sinOfReduced(): number {
  const z = y * y;
  return y + (y * z * polynomial(z, SIN) + yLow * (1 - 0.5 * z));
}

function cosOfReduced(): number {
  const z = y * y;
  const half = 0.5 * z;
  const sum = 1 - half;
  return sum + (1 - sum - half + (z * z * polynomial(z, COS) - y * yLow));
}

export function sin(x: number): number {
  if (x === 0 || !(abs(x) < Infinity)) return x === 0 ? x : NaN;
  const quadrant = reduceByHalfPi(x);
  const value = quadrant & 1 ? cosOfReduced() : sinOfReduced();
  return quadrant & 2 ? -value : value;
}

export function cos(x: number): number {
  if (!(abs(x) < Infinity)) return NaN;
  const quadrant = reduceByHalfPi(x);
  const value = quadrant & 1 ? sinOfReduced() : cosOfReduced();
  return quadrant === 1 || quadrant === 2 ? -value : value;
}

/** (erf(x)/x − 1), a series in x² */
const TWO_OVER_SQRT_PI = 1.1283791670955126;
const ERF = [
  0.12837916709551256,
  ...series(18, (k) => ((k % 2 ? 1 : -1) * TWO_OVER_SQRT_PI) / (factorial(k + 1) * (2 * k + 3))),
];
/** (1 − erf(x)) · exp(x²) for 1 ≤ x ≤ 6 as a polynomial in 2 / (2 + x): a Chebyshev fit in high precision, error 3e-17. */
const ERFC = [
  1.2965841302986556e-7, 0.2820897599291754, 0.28218525546082207, 0.24583414322512834, 0.1838751661873122,
  0.042165810841716535, 0.16640235642296913, -0.5883804984529776, 1.2007988921739574, -2.216111295830811,
  2.868911487616877, -2.3603463108671057, 1.171209502392138, -0.29910874031127394, 0.013174502501744024,
  0.007301134995856917,
];

/** 2/√π ∫₀ˣ exp(−t²) dt */
export function erf(x: number): number {
  const size = abs(x);
  if (size < 1) return x + x * polynomial(x * x, ERF);
  if (Number.isNaN(x)) return x;
  const value = size > 6 ? 1 : 1 - exp(-size * size) * polynomial(2 / (2 + size), ERFC);
  return x > 0 ? value : -value;
}

/** log x as high + low (sets `low`); good to about 65 bits. */
function logInTwoParts(x: number): number {
  const n = exponent(x);
  const f = scale(x, -n) - 1;
  // s = f / (2 + f) as s + sLow
  const denominator = 2 + f;
  const lost = f - (denominator - 2);
  const s = f / denominator;
  const [product, productLow] = multiplyExactly(s, denominator);
  const sLow = (f - product - productLow - s * lost) / denominator;
  const [square, squareLow] = multiplyExactly(s, s);
  const [cube, cubeLow] = multiplyExactly(s, square);
  const [third, thirdLow] = multiplyExactly(cube, 2 / 3);
  const rest =
    s * square * square * polynomial(square, FIFTH) +
    (thirdLow + (2 / 3) * (cubeLow + s * squareLow) + cube * TWO_THIRDS_LOW + 2 * sLow * (1 + square));
  const whole = n * LN2_HIGH;
  const first = add(whole, 2 * s);
  const firstLow = low;
  const second = add(first, third);
  return add(second, low + firstLow + rest + n * LN2_LOW);
}
const FIFTH = series(10, (k) => 2 / (2 * k + 5));
const TWO_THIRDS_LOW = 3.700743415417188e-17;

/** a + b = sum + low, exactly. */
function add(a: number, b: number): number {
  const sum = a + b;
  const bent = sum - a;
  low = a - (sum - bent) + (b - bent);
  return sum;
}

/** a · b = high + low, exactly (Dekker): each factor is split into halves of 26 bits. */
function multiplyExactly(a: number, b: number): [high: number, low: number] {
  const aHigh = a * 134217729 - (a * 134217729 - a);
  const bHigh = b * 134217729 - (b * 134217729 - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  const high = a * b;
  return [high, aHigh * bHigh - high + aHigh * bLow + aLow * bHigh + aLow * bLow];
}

const isOdd = (n: number) => abs(n) < 2 ** 53 && n % 2 !== 0 && n === floor(n);

/** xᵖ with the special cases of IEEE 754 (0⁰ = 1, NaN⁰ = 1); a negative x needs a whole p. */
export function pow(x: number, p: number): number {
  if (p === 0 || x === 1) return 1;
  if (p === 1 || Number.isNaN(x)) return x;
  if (p === 2) return x * x;
  if (p === 0.5 && x > 0) return sqrt(x);
  if (p === -1) return 1 / x;
  if (Number.isNaN(p) || (x < 0 && x !== -Infinity && p !== floor(p))) return NaN;
  const size = abs(x);
  const sign = (x < 0 || Object.is(x, -0)) && isOdd(p) ? -1 : 1;
  if (size === 1) return sign;
  if (abs(p) === Infinity) return size > 1 === p > 0 ? Infinity : 0;
  if (size === 0 || size === Infinity) return sign * ((size === 0) === p > 0 ? 0 : Infinity);
  const high = logInTwoParts(size);
  const logLow = low;
  if (abs(p * high) > 800) return sign * (p * high > 0 ? Infinity : 0);
  const [product, productLow] = multiplyExactly(p, high);
  const tail = productLow + p * logLow;
  const n = floor(product * LOG2_E + 0.5);
  const r = reduceByLn2(product, n);
  const rLow = low + tail;
  const bend = r * r * polynomial(r, EXP);
  return sign * scale(1 + (r + (bend + rLow * (1 + (r + bend)))), n);
}

/** f · e^(x + xLow), rounded once where it falls below the normal numbers; x ≤ 0. */
function timesExp(f: number, x: number, xLow: number): number {
  const n = floor(x * LOG2_E + 0.5);
  const high = reduceByLn2(x, n);
  const tail = low + xLow;
  const r = high + tail;
  const rLow = high - r + tail;
  return scale(f + f * (r + (r * r * polynomial(r, EXP) + rLow)), n);
}

// The normal distribution's lower half is Φ(−a) = e^(−a²/2) Q(a). Computed like that and not as ½ (1 + erf(−a/√2)), it
// keeps all its digits however small it gets.

const ONE_OVER_SQRT_TWO_PI = 0.3989422804014327;

/** Q(a) / s in powers of s = 4 / (4 + a), for 0 ≤ a ≤ 38.7: a Chebyshev fit in high precision, error 4e-17. */
const NORMAL_TAIL = [
  0.09973557010403689, 0.09973556982849689, 0.0935021062026947, 0.08103495902550177, 0.06350623599757722,
  0.043216400352317955, 0.023622336347069672, 0.0058285470818383546, 0.0034366379718310572, -0.03133872239543824,
  0.06985784705552356, -0.1804562191200634, 0.34086510619241805, -0.48194324178768894, 0.4978776168891538,
  -0.29724310851355834, -0.03020235169147283, 0.25388073319201654, -0.26290035128794254, 0.15165440840557984,
  -0.053630492712473526, 0.010961635827022158, -0.0010012229644405894,
];
/** Rounding s moves a by `shift`, which Q feels three times over, and which Q′ = a Q − 1/√(2π) takes back. */
function normalTail(a: number): number {
  const sum = 4 + a;
  const s = 4 / sum;
  const q = s * polynomial(s, NORMAL_TAIL);
  const [product, productLow] = multiplyExactly(sum, s);
  const shift = (product - 4 + (productLow + (a - (sum - 4)) * s)) * 0.25 * sum;
  return q + shift * (a * q - ONE_OVER_SQRT_TWO_PI);
}

/** f · e^(−a²/2); a² is taken in two parts, since the exponential turns its rounding error into a relative one. */
function timesGaussian(f: number, a: number): number {
  const [square, squareLow] = multiplyExactly(a, a);
  return timesExp(f, -0.5 * square, -0.5 * squareLow);
}

/** Beyond this, x Φ(x) is 0 or x to the last digit. */
const NORMAL_END = 40;

const relu = (x: number) => (x < 0 ? 0 : x);

/** x Φ(x), with the normal distribution's Φ(x) = ½ (1 + erf(x / √2)) */
export function gelu(x: number): number {
  const a = min(abs(x), NORMAL_END);
  return relu(x) - timesGaussian(a * normalTail(a), a);
}

/** gelu′(x) = Φ(x) + x φ(x), with the density φ(x) = e^(−x²/2) / √(2π); accurate but next to its root, −0.75. */
export function geluSlope(x: number): number {
  const a = min(abs(x), NORMAL_END);
  const below = timesGaussian(normalTail(a) - a * ONE_OVER_SQRT_TWO_PI, a);
  return x < 0 ? below : 1 - below;
}

/** 2 √(2/π), and that times 0.044715, each as a sum */
const TANH_LINEAR = 1.5957691216057308;
const TANH_LINEAR_LOW = -9.96930880911092e-17;
const TANH_CUBIC = 0.07135481627260025;
const TANH_CUBIC_LOW = -6.175149918155315e-19;
/** Beyond this, geluTanh is 0 or x to the last digit. */
const TANH_END = 25;

/** w(a) = 2 √(2/π) (a + 0.044715 a³) as high + low (sets `low`). */
function tanhArgument(a: number): number {
  const [square, squareLow] = multiplyExactly(a, a);
  const [cubic, cubicLow] = multiplyExactly(TANH_CUBIC, square);
  const factor = add(TANH_LINEAR, cubic);
  const factorLow = low + cubicLow + TANH_CUBIC_LOW * square + TANH_CUBIC * squareLow + TANH_LINEAR_LOW;
  const [w, wLow] = multiplyExactly(a, factor);
  low = wLow + a * factorLow;
  return w;
}

/** ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))) = x σ(w) */
export function geluTanh(x: number): number {
  const a = min(abs(x), TANH_END);
  const w = tanhArgument(a);
  return relu(x) - timesExp(a, -w, -low) / (1 + exp(-w));
}

/** geluTanh′(x) = σ(w) + x σ(w) (1 − σ(w)) w′; accurate but next to its root, −0.75. */
export function geluTanhSlope(x: number): number {
  const a = min(abs(x), TANH_END);
  const w = tanhArgument(a);
  const wLow = low;
  const rest = 1 + exp(-w);
  const below = timesExp(1 - (a * (TANH_LINEAR + 3 * TANH_CUBIC * a * a)) / rest, -w, -wLow) / rest;
  return x < 0 ? below : 1 - below;
}

/** x where x > 0, else α (eˣ − 1) */
export const elu = (x: number, alpha: number): number => (x > 0 ? x : alpha * expm1(x));
