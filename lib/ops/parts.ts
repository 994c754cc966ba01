/** @file A tensor cut into parts along an axis, and repeated. (Data divided at random: `split` in train/batches.ts.) */

import { declaredAs } from "../autograd/engine.js";
import { axisOf, repeat as checkRepeat, split as checkSplit, count, describe } from "../shape/rules.js";
import type { Fits, Repeat, Replace, Result, Shape } from "../shape/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/** Parts of one size, of which the last may be smaller, or of the sizes listed. */
type PartsOf<S extends Shape, Sizes, I extends number> = Sizes extends readonly number[]
  ? { -readonly [K in keyof Sizes]: Tensor<Result<Replace<"split", S, I, [Sizes[K] & number]>>> }
  : Tensor<Result<Replace<"split", S, I, [number]>>>[];

/**
 * Parts along `axis` (0): of `sizes` entries each, the last one of what is left; or of the sizes listed, which sum to all.
 * @example const [a, b] = tensor([1, 2, 3]).split([1, 2]) // [1] and [2, 3]
 */
const split: <S extends Shape, const Sizes extends number | readonly number[], I extends number = 0>(
  this: Tensor<S>,
  sizes: Sizes,
  axis?: Fits<Replace<"split", S, I, []>, I>,
) => PartsOf<S, Sizes, I> = declaredAs(function (this: Tensor, sizes: number | readonly number[], axis = 0) {
  const at = axisOf("split", this.shape, axis);
  let end = 0;
  return checkSplit(this.shape, sizes, at).map((size) => {
    end += size;
    return this.slice(end - size, end, at);
  });
});

/**
 * `n` parts along `axis` (0), of equal size but for the last; fewer where there are too few entries, as in PyTorch.
 * @example tensor([1, 2, 3, 4, 5]).chunk(2) // [1, 2, 3] and [4, 5]
 */
const chunk: <S extends Shape, I extends number = 0>(
  this: Tensor<S>,
  n: number,
  axis?: Fits<Replace<"chunk", S, I, []>, I>,
) => Tensor<Result<Replace<"chunk", S, I, [number]>>>[] = declaredAs(function (this: Tensor, n: number, axis = 0) {
  const at = axisOf("chunk", this.shape, axis);
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`chunk: the number of parts is a whole number from 1 up, got ${describe(n)}`);
  }
  return this.split(Math.max(1, Math.ceil(this.shape[at] / n)), at);
});

/**
 * The whole repeated, `times` on each axis, further axes in front: PyTorch's `repeat`, NumPy's `tile`.
 * @example tensor([1, 2]).repeat([2, 2]) // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
const repeat: <S extends Shape, const T extends Fits<Repeat<S, T>, unknown>>(
  this: Tensor<S>,
  times: T,
) => Tensor<Result<Repeat<S, T>>> = declaredAs(function (this: Tensor, times: readonly number[]) {
  checkRepeat(this.shape, times);
  const shape = [...times.slice(this.ndim).map(() => 1), ...this.shape];
  const beside = this.reshape(shape.flatMap((size) => [1, size]));
  const stretched = beside.broadcastTo(shape.flatMap((size, i) => [times[i], size]));
  return stretched.reshape(shape.map((size, i) => count([size, times[i]])));
});

export const partsMethods = { split, chunk, repeat };
