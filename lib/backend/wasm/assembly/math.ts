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
  return erfFrom(x, size, z, exp(f32x4.neg(z)));
}

/** erf(x) from |x|, x² and e^(−x²) */
@inline
export function erfFrom(x: v128, size: v128, z: v128, e: v128): v128 {
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
  const far = sub(constant(1), mul(q, e));
  return withSignOf(select(f32x4.lt(size, constant(1)), mul(p, size), far), x);
}

@inline
export function gelu(x: v128): v128 {
  return mul(mul(constant(0.5), x), add(constant(1), erf(mul(x, constant(0.7071067811865476)))));
}

@inline
export function geluTanh(x: v128): v128 {
  const inner = mul(constant(0.7978845608028654), mulAdd(mul(constant(0.044715), mul(x, x)), x, x));
  return mul(mul(constant(0.5), x), add(constant(1), tanh(inner)));
}

@inline
export function elu(x: v128, alpha: v128): v128 {
  return select(f32x4.gt(x, constant(0)), x, mul(alpha, expm1(atMost(x, 0))));
}
