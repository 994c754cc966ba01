/** @file How far the library's math functions are from the exact values, in units in the last place. */

import type { BigNumber } from "mathjs";
import { functions, type Scalar } from "../../lib/backend/functions.js";
import * as float64 from "../../lib/backend/math.js";
import { exact, exactly, type Name, pow } from "./exact.js";

export type FloatType = "float64" | "float32";

interface Format {
  /** Binary digits after the first. */
  readonly digits: number;
  /** The exponent of the smallest number. */
  readonly smallest: number;
  readonly round: (x: number) => number;
  /** The float at a position among all positive floats, in increasing order. */
  readonly at: (position: number) => number;
  readonly position: (x: number) => number;
}

const bits64 = new BigInt64Array(1);
const double = new Float64Array(bits64.buffer);
const bits32 = new Int32Array(1);
const single = new Float32Array(bits32.buffer);

const formats: Record<FloatType, Format> = {
  float64: {
    digits: 52,
    smallest: -1074,
    round: (x) => x,
    at: (position) => {
      bits64[0] = BigInt(Math.round(position));
      return double[0];
    },
    position: (x) => {
      double[0] = x;
      return Number(bits64[0]);
    },
  },
  float32: {
    digits: 23,
    smallest: -149,
    round: Math.fround,
    at: (position) => {
      bits32[0] = Math.round(position);
      return single[0];
    },
    position: (x) => {
      single[0] = x;
      return bits32[0];
    },
  },
};

/** The distance of `ours` from the exact value, in units of the last place that the exact value has in the format. */
export function ulps(type: FloatType, ours: number, value: BigNumber): number {
  if (value.isZero() || !Number.isFinite(ours)) return ours === 0 ? 0 : Number.POSITIVE_INFINITY;
  const { digits, smallest } = formats[type];
  const exponent = Math.floor(Number(value.abs().log(2).toFixed(12)));
  const unit = exactly(2 ** Math.max(exponent - digits, smallest));
  return exactly(ours).minus(value).abs().div(unit).toNumber();
}

/** Where each function is neither constant, nor x itself, nor out of the float64 range; float32's lies within. */
const ranges: Record<Name, readonly [from: number, to: number]> = {
  exp: [-745, 709.7],
  expm1: [-40, 709.7],
  log: [5e-324, 1.7e308],
  log1p: [-0.999999, 1.7e308],
  sqrt: [5e-324, 1.7e308],
  sin: [-1.7e308, 1.7e308],
  cos: [-1.7e308, 1.7e308],
  tanh: [-22, 22],
  erf: [-6.1, 6.1],
  sigmoid: [-745, 40],
  softplus: [-745, 1000],
  elu: [-40, 10],
  gelu: [-38.6, 20],
  geluTanh: [-21.7, 20],
  geluSlope: [-38.6, 20],
  geluTanhSlope: [-21.7, 20],
};

/** The functions' limits in float32, where they end sooner. */
const ranges32: Partial<Record<Name, readonly [from: number, to: number]>> = {
  exp: [-103.9, 88.7],
  log: [1.4e-45, 3.4e38],
  sqrt: [1.4e-45, 3.4e38],
  sin: [-3.4e38, 3.4e38],
  cos: [-3.4e38, 3.4e38],
  tanh: [-10, 10],
  erf: [-4.1, 4.1],
  sigmoid: [-103.9, 20],
  softplus: [-103.9, 200],
  elu: [-20, 10],
  gelu: [-14.2, 10],
  geluTanh: [-10.6, 10],
  geluSlope: [-14.2, 10],
  geluTanhSlope: [-10.6, 10],
};

/** Next to the root of a slope its relative error has no bound. */
const roots: Partial<Record<Name, readonly [from: number, to: number]>> = {
  geluSlope: [-1.5, -0.4],
  geluTanhSlope: [-1.5, -0.4],
};

/** The functions that operations apply. */
const tables: Readonly<Record<FloatType, Partial<Record<Name, Scalar>>>> = functions;
/** α of elu; the others take none. */
const PARAMETER = 1;

/** An even spread over [0, 1) without a pattern. */
const spread = (i: number) => (i * 0.6180339887498949) % 1;

/** Half of them evenly over the range, half evenly over the floats in it, so that every size of number has its share. */
function samples(type: FloatType, [from, to]: readonly [number, number], count: number): number[] {
  const { at, position, round } = formats[type];
  const [low, high] = [from < 0 ? -position(-from) : position(from), to < 0 ? -position(-to) : position(to)];
  return Array.from({ length: count }, (_, i) => {
    if (i % 2) return round(from * (1 - spread(i)) + to * spread(i));
    const place = low + spread(i) * (high - low);
    return place < 0 ? -at(-place) : at(place);
  });
}

export interface Worst {
  readonly ulps: number;
  readonly x: number;
}

/** The largest error of a function over `count` samples; null for one that the dtype does not have. */
export function worst(name: Name, type: FloatType, count: number): Worst | null {
  const f = tables[type][name];
  if (!f) return null;
  const range = (type === "float32" && ranges32[name]) || ranges[name];
  const [rootFrom, rootTo] = roots[name] ?? [0, 0];
  let most: Worst = { ulps: 0, x: 0 };
  for (const x of samples(type, range, count)) {
    if (x > rootFrom && x < rootTo) continue;
    const error = ulps(type, formats[type].round(f(x, PARAMETER)), exact(name, x));
    if (error > most.ulps) most = { ulps: error, x };
  }
  return most;
}

/** The largest error of xᵖ over `count` pairs whose results fill the range of the dtype. */
export function worstPow(type: FloatType, count: number): Worst & { readonly p: number } {
  const { at, position, round } = formats[type];
  const [least, most] = type === "float64" ? [-744, 709] : [-103, 88];
  const largest = position(type === "float64" ? Number.MAX_VALUE : 3.4e38);
  let worst = { ulps: 0, x: 0, p: 0 };
  for (let i = 1; i <= count; i++) {
    const x = i % 2 ? at(spread(i) * largest) : round(4 * spread(i));
    const logarithm = float64.log(x);
    const target = least + (most - least) * ((i * 0.7548776662466927) % 1);
    const p = round(target / logarithm);
    if (!Number.isFinite(p) || x === 0) continue;
    const error = ulps(type, round(float64.pow(x, p)), pow(exactly(x), exactly(p)));
    if (error > worst.ulps) worst = { ulps: error, x, p };
  }
  return worst;
}
