/** @file The functions of ../math32.ts on four lanes at once: the same operations in the same order, hence the same bits. */

@inline export function constant(x: f32): v128 { return f32x4.splat(x); }
@inline export function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
@inline export function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
@inline export function mul(a: v128, b: v128): v128 { return f32x4.mul(a, b); }
@inline export function div(a: v128, b: v128): v128 { return f32x4.div(a, b); }
/** a · b + c, rounded twice */
@inline export function mulAdd(a: v128, b: v128, c: v128): v128 { return f32x4.add(f32x4.mul(a, b), c); }
/** The smaller of x and a limit; NaN stays NaN. */
@inline export function atMost(x: v128, limit: f32): v128 { return f32x4.pmin(x, f32x4.splat(limit)); }
@inline export function atLeast(x: v128, limit: f32): v128 { return f32x4.pmax(x, f32x4.splat(limit)); }
/** condition ? a : b, lane by lane */
@inline export function select(condition: v128, a: v128, b: v128): v128 { return v128.bitselect(a, b, condition); }
@inline function withSignOf(size: v128, x: v128): v128 { return v128.or(size, v128.and(x, i32x4.splat(0x80000000))); }

/** 2ⁿ for lanes of whole numbers −126 ≤ n ≤ 127 */
@inline function powerOfTwo(n: v128): v128 { return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23); }

/** eʳ − 1 = r + r² (1/2! + r/3! + …) for |r| ≤ ln 2 / 2 */
@inline
function expm1Reduced(r: v128): v128 {
  let p = mulAdd(constant(<f32>(1.0 / 5040)), r, constant(<f32>(1.0 / 720)));
  p = mulAdd(p, r, constant(<f32>(1.0 / 120)));
  p = mulAdd(p, r, constant(<f32>(1.0 / 24)));
  p = mulAdd(p, r, constant(<f32>(1.0 / 6)));
  p = mulAdd(p, r, constant(0.5));
  return mulAdd(mul(p, r), r, r);
}

@inline function exponentOf(x: v128): v128 { return f32x4.floor(mulAdd(x, constant(1.4426950408889634), constant(0.5))); }
@inline
function remainder(x: v128, n: v128): v128 {
  return sub(sub(x, mul(n, constant(0.693145751953125))), mul(n, constant(1.428606765330187e-6)));
}

@inline
export function exp(x: v128): v128 {
  x = atMost(atLeast(x, -104), 89);
  const n = exponentOf(x);
  const y = add(constant(1), expm1Reduced(remainder(x, n)));
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  return mul(mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

@inline
function expm1(x: v128): v128 {
  x = atLeast(x, -25);
  const n = exponentOf(x);
  const scale = powerOfTwo(i32x4.trunc_sat_f32x4_s(n));
  return mulAdd(scale, expm1Reduced(remainder(x, n)), sub(scale, constant(1)));
}

@inline
export function log(x: v128): v128 {
  const tiny = f32x4.lt(x, constant(1.1754943508222875e-38));
  const bits = select(tiny, mul(x, constant(8388608)), x);
  const n = i32x4.shr_s(i32x4.sub(bits, i32x4.splat(0x3f3504f3)), 23);
  const exponent = f32x4.convert_i32x4_s(i32x4.sub(n, v128.and(tiny, i32x4.splat(23))));
  const f = sub(i32x4.sub(bits, i32x4.shl(n, 23)), constant(1));
  const s = div(f, add(constant(2), f));
  const z = mul(s, s);
  let p = mulAdd(constant(<f32>(2.0 / 9)), z, constant(<f32>(2.0 / 7)));
  p = mulAdd(p, z, constant(<f32>(2.0 / 5)));
  p = mulAdd(p, z, constant(<f32>(2.0 / 3)));
  const half = mul(mul(constant(0.5), f), f);
  const bent = mulAdd(s, mulAdd(p, z, half), mul(exponent, constant(1.428606765330187e-6)));
  const y = sub(mul(exponent, constant(0.693145751953125)), sub(sub(half, bent), f));
  const positive = f32x4.gt(x, constant(0));
  const finite = f32x4.lt(x, constant(Infinity));
  const special = select(f32x4.eq(x, constant(0)), constant(-Infinity), select(positive, x, constant(NaN)));
  return select(v128.and(positive, finite), y, special);
}

@inline
function log1p(u: v128): v128 {
  const sum = add(constant(1), u);
  return add(log(sum), div(sub(u, sub(sum, constant(1))), sum));
}

@inline
export function tanh(x: v128): v128 {
  const t = expm1(atMost(mul(constant(2), f32x4.abs(x)), 40));
  return withSignOf(div(t, add(t, constant(2))), x);
}

@inline
export function sigmoid(x: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(x)));
  return div(select(f32x4.lt(x, constant(0)), e, constant(1)), add(constant(1), e));
}

@inline
export function softplus(x: v128): v128 {
  return add(atLeast(x, 0), log1p(exp(f32x4.neg(f32x4.abs(x)))));
}

@inline
export function erf(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = mul(size, size);
  let p = mulAdd(constant(7.875875062685488e-5), z, constant(-0.000801686428716587));
  p = mulAdd(p, z, constant(0.005189087423433974));
  p = mulAdd(p, z, constant(-0.026854212010626412));
  p = mulAdd(p, z, constant(0.11283594715160218));
  p = mulAdd(p, z, constant(-0.37612626666720334));
  p = mulAdd(p, z, constant(1.1283791658483509));
  const t = div(constant(2), add(constant(2), size));
  let q = mulAdd(constant(-0.21879573720282477), t, constant(0.6044720742179791));
  q = mulAdd(q, t, constant(-0.030179187078857053));
  q = mulAdd(q, t, constant(0.37871144104119653));
  q = mulAdd(q, t, constant(0.2644323566089702));
  q = mulAdd(q, t, constant(0.0013318622994971264));
  const far = sub(constant(1), mul(q, exp(f32x4.neg(z))));
  return withSignOf(select(f32x4.lt(size, constant(1)), mul(p, size), far), x);
}

/** Two of four float32 as float64: the lower two, the upper two; and both pairs as float32 again. */
@inline export function lower(v: v128): v128 { return f64x2.promote_low_f32x4(v); }
@inline export function upper(v: v128): v128 { return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)); }
@inline
export function demoted(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

@inline function lessLn2(z: v128, n: v128): v128 { return f64x2.sub(z, f64x2.mul(n, f64x2.splat(0.6931471805599453))); }

/** f · eᶻ, with z ≤ 0 in float64, two lanes and two lanes */
@inline
function timesExp(f: v128, zLow: v128, zHigh: v128): v128 {
  const n = exponentOf(demoted(zLow, zHigh));
  const r = demoted(lessLn2(zLow, lower(n)), lessLn2(zHigh, upper(n)));
  const y = mulAdd(f, expm1Reduced(r), f);
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  return mul(mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** (4 + a) s − 4 */
@inline
function missed(a: v128, s: v128): v128 {
  return f64x2.sub(f64x2.mul(f64x2.add(f64x2.splat(4), a), s), f64x2.splat(4));
}

@inline
function normalTail(a: v128): v128 {
  const sum = add(constant(4), a);
  const s = div(constant(4), sum);
  let p = mulAdd(constant(0.015566486277593905), s, constant(-0.05738072994838009));
  p = mulAdd(p, s, constant(0.03916094195613366));
  p = mulAdd(p, s, constant(0.04475562095031234));
  p = mulAdd(p, s, constant(-0.0005571603551286904));
  p = mulAdd(p, s, constant(0.09360420889054147));
  p = mulAdd(p, s, constant(0.06966183004755482));
  p = mulAdd(p, s, constant(0.09600230524632296));
  p = mulAdd(p, s, constant(0.0994357658437518));
  p = mulAdd(p, s, constant(0.09975073356997023));
  const q = mul(s, p);
  const off = demoted(missed(lower(a), lower(s)), missed(upper(a), upper(s)));
  const shift = mul(mul(constant(0.25), off), sum);
  return mulAdd(shift, sub(mul(a, q), constant(0.3989422804014327)), q);
}

@inline function minusHalfSquare(a: v128): v128 { return f64x2.mul(f64x2.splat(-0.5), f64x2.mul(a, a)); }
@inline function timesGaussian(f: v128, a: v128): v128 { return timesExp(f, minusHalfSquare(lower(a)), minusHalfSquare(upper(a))); }

@inline
export function gelu(x: v128): v128 {
  const a = atMost(f32x4.abs(x), 15);
  return sub(atLeast(x, 0), timesGaussian(mul(a, normalTail(a)), a));
}

@inline
export function geluSlope(x: v128): v128 {
  const a = atMost(f32x4.abs(x), 15);
  const below = timesGaussian(sub(normalTail(a), mul(a, constant(0.3989422804014327))), a);
  return select(f32x4.lt(x, constant(0)), below, sub(constant(1), below));
}

/** −w(a), in float64 */
@inline
function minusTanhArgument(a: v128): v128 {
  const cubic = f64x2.mul(f64x2.splat(0.07135481627260025), f64x2.mul(a, a));
  return f64x2.neg(f64x2.mul(a, f64x2.add(f64x2.splat(1.5957691216057308), cubic)));
}

@inline
export function geluTanh(x: v128): v128 {
  const a = atMost(f32x4.abs(x), 11);
  const zLow = minusTanhArgument(lower(a));
  const zHigh = minusTanhArgument(upper(a));
  const rest = add(constant(1), timesExp(constant(1), zLow, zHigh));
  return sub(atLeast(x, 0), div(timesExp(a, zLow, zHigh), rest));
}

@inline
export function geluTanhSlope(x: v128): v128 {
  const a = atMost(f32x4.abs(x), 11);
  const zLow = minusTanhArgument(lower(a));
  const zHigh = minusTanhArgument(upper(a));
  const rest = add(constant(1), timesExp(constant(1), zLow, zHigh));
  const inner = mul(a, mulAdd(constant(<f32>(3 * 0.07135481627260025)), mul(a, a), constant(1.5957691216057308)));
  const below = div(timesExp(sub(constant(1), div(inner, rest)), zLow, zHigh), rest);
  return select(f32x4.lt(x, constant(0)), below, sub(constant(1), below));
}

@inline
export function elu(x: v128, alpha: v128): v128 {
  return select(f32x4.gt(x, constant(0)), x, mul(alpha, expm1(atMost(x, 0))));
}
