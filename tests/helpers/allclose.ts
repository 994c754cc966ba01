/** @file The matcher `toBeAllclose`: |actual − expected| ≤ atol + rtol · |expected| for every element, NaN and ∞ exactly. */

import { expect } from "vitest";
import { type DType, isTensor, type Tensor } from "../../lib/index.js";
import { sameShape, show } from "../../lib/shape/rules.js";

/** A tensor to come close to, or its shape and values in row-major order. */
interface Expected {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}
interface Tolerance {
  rtol?: number;
  atol?: number;
}

/** Some dozens of units in the last place: enough for sums in another order, and for functions rounded another way. */
const tolerances: Record<DType, Required<Tolerance>> = {
  float32: { rtol: 4e-6, atol: 1e-6 },
  float64: { rtol: 1e-13, atol: 1e-14 },
  int32: { rtol: 0, atol: 0 },
  bool: { rtol: 0, atol: 0 },
};

declare module "vitest" {
  interface Matchers<T> {
    toBeAllclose(expected: Tensor | Expected, tolerance?: Tolerance): T;
  }
}

expect.extend({
  toBeAllclose(actual: Tensor, expected: Tensor | Expected, tolerance: Tolerance = {}) {
    const { rtol, atol } = { ...tolerances[actual.dtype], ...tolerance };
    const values = isTensor(expected) ? expected.toTypedArray() : expected.values;
    const found = actual.toTypedArray();
    const far = found.findIndex((value, i) => {
      const difference = Math.abs(value - values[i]);
      return !(Object.is(value, values[i]) || value === values[i] || difference <= atol + rtol * Math.abs(values[i]));
    });
    const pass = sameShape(actual.shape, expected.shape) && far < 0;
    const where = far < 0 ? "" : `: element ${far} is ${found[far]}, not ${values[far]}`;
    return {
      pass,
      message: () =>
        `${show(actual.shape)} [${found}]\nis ${pass ? "" : "not "}close to\n${show(expected.shape)} [${Array.from(values)}]${where}`,
    };
  },
});
