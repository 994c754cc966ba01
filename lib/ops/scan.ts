/** @file Scans: running totals along an axis. */

import { op } from "../autograd/engine.js";
import { accumulate } from "../backend/index.js";
import { axisOf, sizeOf } from "../shape/rules.js";
import type { Fits, Replace, Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { copy, toIntegers } from "../tensor/views.js";

/**
 * The running sum yᵢ = x₀ + … + xᵢ along `axis`; bool counts in int32.   x̄ᵢ = ȳᵢ + … + ȳₙ₋₁.
 * Computed in float64, with what each addition loses added up beside it: as precise as `sum`.
 * @throws if an int32 sum does not fit into int32
 * @example tensor([1, 2, 3]).cumsum(0) // [1, 3, 6]
 */
export const cumsum: <S extends Shape, I extends number>(
  this: Tensor<S>,
  axis: Fits<Replace<"cumsum", S, I, []>, I>,
) => Tensor<S> = op(
  "cumsum",
  (x: Tensor, axis: number) => {
    const at = axisOf("cumsum", x.shape, axis);
    const step = sizeOf(x.shape.slice(at + 1));
    const sums = copy(x, "float64");
    for (let rows = 0; rows < sums.length; rows += x.shape[at] * step) {
      for (let start = rows; start < rows + step; start++) accumulate(sums, start, step, x.shape[at]);
    }
    const y = new Tensor(sums, x.shape);
    return x.isFloat ? y.to(x.dtype) : new Tensor(toIntegers("cumsum", y), x.shape);
  },
  [(g, _, _x, axis) => g.flip(axis).cumsum(axis).flip(axis)],
);
