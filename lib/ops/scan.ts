/** @file Scans: running totals along an axis. */

import { op } from "../autograd/engine.js";
import { axisOf, sizeOf } from "../shape/rules.js";
import type { Fits, Replace, Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { copy, toIntegers } from "../tensor/views.js";

/**
 * The running sum yᵢ = x₀ + … + xᵢ along `axis`; bool counts in int32.   x̄ᵢ = ȳᵢ + … + ȳₙ₋₁.
 * @throws if an int32 sum does not fit into int32
 * @example tensor([1, 2, 3]).cumsum(0) // [1, 3, 6]
 */
const cumsum: <S extends Shape, I extends number>(
  this: Tensor<S>,
  axis: Fits<Replace<"cumsum", S, I, []>, I>,
) => Tensor<S> = op(
  "cumsum",
  (x: Tensor, axis: number) => {
    const at = axisOf("cumsum", x.shape, axis);
    const step = sizeOf(x.shape.slice(at + 1));
    const sums = copy(x, "float64");
    for (let i = 0; i < sums.length; i++) if (Math.floor(i / step) % x.shape[at] > 0) sums[i] += sums[i - step];
    const y = new Tensor(sums, x.shape);
    return x.isFloat ? y.to(x.dtype) : new Tensor(toIntegers("cumsum", y), x.shape);
  },
  [(g, _, _x, axis) => g.flip(axis).cumsum(axis).flip(axis)],
);

export const scanMethods = { cumsum };
