/** @file The functions of one number, by name, in float64 and in float32. */

import * as float64 from "./math.js";
import * as float32 from "./math32.js";

/** A function of x; `parameter` is leakyRelu's slope and elu's α. */
export type Scalar = (x: number, parameter: number) => number;

/** Storing a result in a Float32Array rounds it, so a function of one operation needs no float32 form. */
const exact = {
  neg: (x: number) => -x,
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  relu: (x: number) => (x < 0 ? 0 : x),
  leakyRelu: (x: number, slope: number) => (x < 0 ? x * slope : x),
};

/** What stands in `exact`, and all that math32.ts exports, which math.ts exports too. */
export type Unary = keyof typeof exact | keyof typeof float32;

export const functions: { readonly [dtype in "float32" | "float64"]: Readonly<Record<Unary, Scalar>> } = {
  float32: { ...exact, ...float32 },
  float64: { ...exact, ...float64 },
};
