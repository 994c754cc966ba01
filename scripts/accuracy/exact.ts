/** @file The library's math functions by their definitions, in decimal arithmetic of 60 digits: what accuracy is measured against. */

import { type BigNumber, bignumberDependencies, create, piDependencies } from "mathjs";

const { bignumber } = create(bignumberDependencies, { number: "BigNumber", precision: 60 });
/** Enough digits to take whole turns from the largest float64. */
const { bignumber: wide, pi: widePi } = create(
  { ...bignumberDependencies, ...piDependencies },
  { number: "BigNumber", precision: 400 },
) as unknown as { bignumber: typeof bignumber; pi: BigNumber };
const turn = widePi.times(2);

/** A float64 without rounding; `bignumber(x)` would take its shortest decimal spelling. */
export function exactly(x: number, decimal = bignumber): BigNumber {
  let exponent = 0;
  for (; x !== Math.floor(x) && exponent > -1074; exponent--) x *= 2;
  return decimal(BigInt(x).toString()).times(decimal(2).pow(exponent));
}

const one = bignumber(1);
const two = bignumber(2);
const pi = bignumber(widePi.toString());
const tolerance = bignumber("1e-58");

/** erf x = 2/√π Σ (−1)ᵏ x²ᵏ⁺¹ / (k! (2k + 1)), as e^(−x²) times a series of positive terms, so that none cancel. */
function erfSeries(x: BigNumber): BigNumber {
  const square = x.times(x);
  let term = x;
  let sum = x;
  for (let k = 1; term.abs().gt(sum.abs().times(tolerance)); k++) {
    term = term
      .times(square)
      .times(2)
      .div(2 * k + 1);
    sum = sum.plus(term);
  }
  return sum.times(square.neg().exp()).times(two).div(pi.sqrt());
}

/** 1 − erf x for x ≥ 2, by its continued fraction (Abramowitz & Stegun 7.1.14), from the innermost of `depth` levels out. */
function erfcFraction(x: BigNumber): BigNumber {
  const depth = Math.ceil(2000 / x.toNumber() ** 2) + 40;
  let fraction = x;
  for (let k = depth; k > 0; k--) fraction = x.plus(bignumber(k / 2).div(fraction));
  return x.times(x).neg().exp().div(fraction).div(pi.sqrt());
}

const erfc = (x: BigNumber): BigNumber => (x.lt(2) ? one.minus(erfSeries(x)) : erfcFraction(x));
const normalBelow = (x: BigNumber): BigNumber => erfc(x.neg().div(two.sqrt())).div(2);
const sigmoid = (x: BigNumber): BigNumber => one.div(one.plus(x.neg().exp()));
/** ln (1 + u), for a u of any size: Σ −(−u)ᵏ / k where 1 + u would drop digits of u. */
function log1p(u: BigNumber): BigNumber {
  if (u.abs().gt("1e-20")) return one.plus(u).ln();
  return u.minus(u.times(u).div(2)).plus(u.times(u).times(u).div(3));
}
/** eˣ − 1, likewise. */
function expm1(x: BigNumber): BigNumber {
  if (x.abs().gt("1e-20")) return x.exp().minus(one);
  return x.plus(x.times(x).div(2)).plus(x.times(x).times(x).div(6));
}
/** √(2/π) (x + 0.044715 x³) · 2 */
const tanhArgument = (x: BigNumber): BigNumber =>
  x.plus(x.times(x).times(x).times("0.044715")).times(2).times(two.div(pi).sqrt());

const definitions = {
  exp: (x) => x.exp(),
  expm1,
  log: (x) => x.ln(),
  log1p,
  sqrt: (x) => x.sqrt(),
  tanh: (x) => {
    const e = expm1(x.abs().times(2));
    const y = e.div(e.plus(2));
    return x.isNegative() ? y.neg() : y;
  },
  erf: (x) => (x.abs().lt(2) ? erfSeries(x) : one.minus(erfcFraction(x.abs())).times(x.isNegative() ? -1 : 1)),
  sigmoid,
  softplus: (x) => (x.gt(0) ? x.plus(log1p(x.neg().exp())) : log1p(x.exp())),
  elu: (x) => (x.gt(0) ? x : expm1(x)),
  gelu: (x) => x.times(normalBelow(x)),
  geluTanh: (x) => x.times(sigmoid(tanhArgument(x))),
  geluSlope: (x) => normalBelow(x).plus(x.times(x.times(x).div(-2).exp()).div(pi.times(2).sqrt())),
  geluTanhSlope: (x) => {
    const s = sigmoid(tanhArgument(x));
    const slope = x.times(x).times("0.134145").plus(1).times(2).times(two.div(pi).sqrt());
    return s.plus(x.times(s).times(one.minus(s)).times(slope));
  },
} satisfies Record<string, (x: BigNumber) => BigNumber>;

/** The angle x, without its whole turns. */
function angle(x: number): BigNumber {
  const whole = exactly(x, wide);
  return bignumber(whole.minus(turn.times(whole.div(turn).round())).toString());
}

const circular = {
  sin: (x: number): BigNumber => angle(x).sin(),
  cos: (x: number): BigNumber => angle(x).cos(),
};

export type Name = keyof typeof definitions | keyof typeof circular;
export const names = [...Object.keys(definitions), ...Object.keys(circular)] as Name[];

/** f(x) to about 55 digits. */
export const exact = (name: Name, x: number): BigNumber =>
  name === "sin" || name === "cos" ? circular[name](x) : definitions[name](exactly(x));

/** xᵖ */
export const pow = (x: BigNumber, p: BigNumber): BigNumber => p.times(x.ln()).exp();
