/** @file Joining, splitting and repeating along axes. (To divide data at random: `split` in train/batches.ts.) */

import { declaredAs, record } from "../autograd/engine.js";
import { allocate, backend } from "../backend/index.js";
import * as rules from "../shape/rules.js";
import type { Concat, Fits, NoInfer, Repeat, Replace, Result, Shape, Stack } from "../shape/shape.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { describeNonTensor, requireSameDtype } from "./checks.js";

type Shapes<T extends readonly unknown[]> = { -readonly [K in keyof T]: T[K] extends Tensor<infer S> ? S : never };

function checkList(name: string, tensors: unknown): asserts tensors is readonly Tensor[] {
  if (!Array.isArray(tensors)) {
    throw new TypeError(`${name}: takes an array of tensors, got ${rules.describe(tensors)}`);
  }
  for (const [i, x] of tensors.entries()) {
    if (!isTensor(x))
      throw new TypeError(`${name}: takes an array of tensors, at place ${i} is ${describeNonTensor(x)}`);
    requireSameDtype(name, tensors[0], x);
  }
}

type Join<Rule extends "concat" | "stack"> = <const T extends Fits<Joined<Rule, T, I>, unknown>, I extends number = 0>(
  tensors: T,
  axis?: I,
) => Tensor<Result<Joined<Rule, NoInfer<T>, NoInfer<I>>>>;
type Joined<Rule extends string, T, I extends number> = T extends readonly unknown[]
  ? Rule extends "concat"
    ? ConcatOf<T, I>
    : StackOf<T, I>
  : `${Rule}: takes an array of tensors`;
type ConcatOf<T extends readonly unknown[], I extends number> = Concat<Shapes<T>, I>;
type StackOf<T extends readonly unknown[], I extends number> = Stack<Shapes<T>, I>;

/**
 * Concatenates tensors along `axis` (0), the only one on which their sizes may differ.
 * @example concat([ones([2]), zeros([1])]) // Tensor<[3]> [1, 1, 0]
 */
export const concat: Join<"concat"> = declaredAs((tensors: readonly Tensor[], axis = 0) => {
  checkList("concat", tensors);
  const joint = rules.concat(
    tensors.map((x) => x.shape),
    axis,
  );
  const y = new Tensor(allocate(tensors[0].dtype, rules.sizeOf(joint.shape)), joint.shape);
  let next = 0;
  const starts = tensors.map((x) => {
    const start = next;
    next += x.shape[joint.axis];
    backend().assign(new Tensor(y.data, x.shape, y.strides, start * y.strides[joint.axis]), x);
    return start;
  });
  return record("concat", y, tensors, (g, _y, _inputs, needs) =>
    tensors.map((x, i) => (needs[i] ? g.slice(starts[i], starts[i] + x.shape[joint.axis], joint.axis) : null)),
  );
});

/**
 * Stacks tensors of one shape along a new axis, which becomes axis `axis` (0) of the result.
 * @example stack([ones([2]), zeros([2])]) // Tensor<[2, 2]> [[1, 1], [0, 0]]
 */
export const stack: Join<"stack"> = declaredAs((tensors: readonly Tensor[], axis = 0) => {
  checkList("stack", tensors);
  const at = rules.stack(
    tensors.map((x) => x.shape),
    axis,
  );
  return concat(
    tensors.map((x) => x.unsqueeze(at)),
    at,
  );
});

/** Parts of one size, of which the last may be smaller, or of the sizes listed. */
type PartsOf<S extends Shape, Sizes, I extends number> = Sizes extends readonly number[]
  ? { -readonly [K in keyof Sizes]: Tensor<Result<Replace<"split", S, I, [Sizes[K] & number]>>> }
  : Tensor<Result<Replace<"split", S, I, [number]>>>[];

/**
 * Splits along `axis` (0) into parts of `sizes` entries, the last of what remains; or of the listed sizes.
 * @example const [a, b] = tensor([1, 2, 3]).split([1, 2]) // [1] and [2, 3]
 */
const split: <S extends Shape, const Sizes extends number | readonly number[], I extends number = 0>(
  this: Tensor<S>,
  sizes: Sizes,
  axis?: Fits<Replace<"split", S, I, []>, I>,
) => PartsOf<S, Sizes, I> = declaredAs(function (this: Tensor, sizes: number | readonly number[], axis = 0) {
  const at = rules.axisOf("split", this.shape, axis);
  let end = 0;
  return rules.split(this.shape, sizes, at).map((size) => {
    end += size;
    return this.slice(end - size, end, at);
  });
});

/**
 * Splits along `axis` (0) into `n` parts of equal size, the last perhaps smaller. As in PyTorch there may be fewer parts.
 * @example tensor([1, 2, 3, 4, 5]).chunk(2) // [1, 2, 3] and [4, 5]
 */
const chunk: <S extends Shape, I extends number = 0>(
  this: Tensor<S>,
  n: number,
  axis?: Fits<Replace<"chunk", S, I, []>, I>,
) => Tensor<Result<Replace<"chunk", S, I, [number]>>>[] = declaredAs(function (this: Tensor, n: number, axis = 0) {
  const at = rules.axisOf("chunk", this.shape, axis);
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`chunk: the number of parts is a whole number from 1 up, got ${rules.describe(n)}`);
  }
  return this.split(Math.max(1, Math.ceil(this.shape[at] / n)), at);
});

/**
 * Repeats the tensor `times` along each axis, with new axes in front: PyTorch's `repeat`, NumPy's `tile`. Always a copy.
 * @example tensor([1, 2]).repeat([2, 2]) // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
const repeat: <S extends Shape, const T extends Fits<Repeat<S, T>, unknown>>(
  this: Tensor<S>,
  times: T,
) => Tensor<Result<Repeat<S, T>>> = declaredAs(function (this: Tensor, times: readonly number[]) {
  rules.repeat(this.shape, times);
  const shape = [...times.slice(this.ndim).map(() => 1), ...this.shape];
  const beside = this.reshape(shape.flatMap((size) => [1, size]));
  const stretched = beside.broadcastTo(shape.flatMap((size, i) => [times[i], size]));
  const y: Tensor = stretched.reshape(shape.map((size, i) => rules.sizeOf([size, times[i]])));
  // What is repeated once, or has one element, needs no copy to be reshaped; a repetition is no view all the same.
  return y.data === this.data ? y.clone() : y;
});

export const joinMethods = { split, chunk, repeat };
