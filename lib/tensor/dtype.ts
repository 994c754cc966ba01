/** @file What a dtype can store. */

import type { DType } from "../backend/index.js";
import { describe } from "../shape/rules.js";

export function checkDtype(op: string, dtype: unknown): asserts dtype is DType {
  if (!["float32", "float64", "int32", "bool"].includes(dtype as string)) {
    throw new TypeError(`${op}: dtype is one of "float32", "float64", "int32", "bool"; got ${describe(dtype)}`);
  }
}

/** `value` as a number to store. @throws if `dtype` cannot hold it, apart from rounding to a float */
export function convert(op: string, value: number | boolean, dtype: DType): number {
  const number = Number(value);
  if (dtype === "bool" && number !== 0 && number !== 1) {
    throw new TypeError(`${op}: bool holds true and false, got ${number}`);
  }
  if (dtype === "int32" && number !== (number | 0)) {
    throw new TypeError(
      `${op}: int32 holds whole numbers below 2³¹ in size, got ${number}; use a float dtype, or round`,
    );
  }
  return number;
}
