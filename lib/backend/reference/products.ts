/**
 * @file Products of many factors, and their gradients, by numbers that neither overflow nor underflow: what can be stored in
 * the end is right, whatever partial products would be.
 */

import { exponent } from "../math.js";

/** A number as m · 2ᵉ with m near 1, which neither overflows nor underflows. */
interface Scaled {
  readonly m: number;
  readonly e: number;
}
/** The empty sum: 0, also times ∞, since there is no term to multiply. */
const nothing: Scaled = { m: 0, e: 0 };
const one: Scaled = { m: 1, e: 0 };

function scaled(value: number): Scaled {
  if (value === 0 || !Number.isFinite(value)) return { m: value, e: 0 };
  const e = exponent(Math.abs(value));
  return { m: scaleBy(value, -e), e };
}

function times(a: Scaled, b: Scaled): Scaled {
  if (a === nothing || b === nothing) return nothing;
  const { m, e } = scaled(a.m * b.m);
  return { m, e: a.e + b.e + e };
}

function plus(a: Scaled, b: Scaled): Scaled {
  if (a === nothing || b === nothing) return a === nothing ? b : a;
  if (a.m === 0 || b.m === 0) return a.m === 0 ? b : a;
  const most = Math.max(a.e, b.e);
  const { m, e } = scaled(scaleBy(a.m, a.e - most) + scaleBy(b.m, b.e - most));
  return { m, e: most + e };
}

/** m · 2ᵉ */
function scaleBy(m: number, e: number): number {
  let value = m;
  let left = Math.max(-4000, Math.min(4000, e));
  for (; left > 1000; left -= 1000) value *= 2 ** 1000;
  for (; left < -1000; left += 1000) value *= 2 ** -1000;
  return value * 2 ** left;
}
const unscaled = ({ m, e }: Scaled): number => scaleBy(m, e);

/** A running fold: result i is what `step` has made of the elements before i. */
function running<T>(row: readonly Scaled[], first: T, step: (before: T, x: Scaled, i: number) => T): T[] {
  const found = [first];
  for (let i = 0; i < row.length - 1; i++) found.push(step(found[i], row[i], i));
  return found;
}

/** A product, and the sum Σ wᵢ Π xⱼ over the j ≠ i: how it changes where each xᵢ changes by wᵢ. */
interface Changing {
  readonly p: Scaled;
  readonly s: Scaled;
}
const changing = (before: Changing, x: Scaled, w: Scaled): Changing => ({
  p: times(before.p, x),
  s: plus(times(before.s, x), times(before.p, w)),
});

/** Πxᵢ */
export const product = (row: Float64Array): number => unscaled(Array.from(row, scaled).reduce(times, one));

/** yᵢ = seed · Π xⱼ over the j ≠ i: the gradient of a product. */
export function timesOthers(row: Float64Array, seed: number): number[] {
  const factors = Array.from(row, scaled);
  const before = running(factors, scaled(seed), times);
  const after = running(factors.slice().reverse(), one, times).reverse();
  return factors.map((_, i) => unscaled(times(before[i], after[i])));
}

/** The gradients of Σ wᵢ yᵢ, with the y above: by each of the row, and by the seed. */
export function timesOthersBackward(
  row: Float64Array,
  seed: number,
  weights: Float64Array,
): { drow: number[]; dseed: number } {
  const [factors, w] = [Array.from(row, scaled), Array.from(weights, scaled)];
  const [start, g]: [Changing, Scaled] = [{ p: one, s: nothing }, scaled(seed)];
  const last = row.length - 1;
  const left = running(factors, start, (before, factor, i) => changing(before, factor, w[i]));
  const right = running(factors.slice().reverse(), start, (after, factor, i) => changing(after, factor, w[last - i]));
  right.reverse();
  return {
    drow: factors.map((_, i) => unscaled(times(g, plus(times(left[i].s, right[i].p), times(left[i].p, right[i].s))))),
    dseed: unscaled(changing(left[last], factors[last], w[last]).s),
  };
}
