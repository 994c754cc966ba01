/** @file Rounding to whole numbers. These functions are piecewise constant, so their gradients are 0. */

import { op } from "../autograd/engine.js";
import { Tensor } from "../tensor/tensor.js";
import { copy } from "../tensor/views.js";
import { requireFloat } from "./checks.js";
import type { UnaryMethod } from "./elementwise.js";

const rounding = (name: string, f: (x: number) => number): UnaryMethod =>
  op(
    name,
    (x: Tensor) => {
      if (x.dtype === "int32") return new Tensor(copy(x), x.shape);
      requireFloat(name, x);
      return new Tensor(copy(x).map(f), x.shape);
    },
    [(g: Tensor) => g.mul(0)],
  );

/**
 * ⌊x⌋, the largest whole number ≤ x.
 * @example tensor([1.5, -1.5]).floor() // [1, -2]
 */
export const floor = rounding("floor", Math.floor);

/**
 * Rounds to the nearest whole number; halves go to the even one, as in PyTorch and NumPy.
 * @example tensor([0.5, 1.5, 2.4]).round() // [0, 2, 2]
 */
export const round = rounding("round", (x) => {
  const up = Math.round(x); // a half goes up
  return Math.abs(x % 1) === 0.5 && up % 2 !== 0 ? up - 1 : up;
});
