/** @file The same numbers in another place: views (which copy nothing), parts, padding, reversal, repeats and copies. */

import { declaredAs, op } from "../autograd/engine.js";
import { partOfView } from "../autograd/partial.js";
import { allocate, backend, type DType } from "../backend/index.js";
import * as rules from "../shape/rules.js";
import type {
  BroadcastTo,
  Fits,
  Flatten,
  NoInfer,
  Permute,
  Reduce,
  Repeat,
  Replace,
  Reshape,
  Result,
  Shape,
  Slice,
  Squeeze,
  Swap,
  Unsqueeze,
} from "../shape/shape.js";
import { checkDtype } from "../tensor/dtype.js";
import { Tensor } from "../tensor/tensor.js";
import { copy, reordered, stretch, toIntegers } from "../tensor/views.js";

// ── Views ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const view = (x: Tensor, shape: readonly number[], strides: readonly number[], offset = x.offset): Tensor =>
  new Tensor(x.data, shape as number[], strides, offset);

/** A view with the axes in another order. */
const inOrder = (x: Tensor, order: readonly number[]): Tensor => {
  const { shape, strides } = reordered(x, order);
  return view(x, shape, strides);
};

/** The same elements in another shape, in row-major order; -1 stands for the remaining size. Copies only if it must. */
export const reshape: <S extends Shape, const T extends Fits<Reshape<S, T>, unknown>>(
  this: Tensor<S>,
  shape: T,
) => Tensor<Result<Reshape<S, T>>> = op(
  "reshape",
  (x: Tensor, shape: Shape) => {
    const target = [...rules.reshape(x.shape, shape)];
    if (x.isContiguous) return new Tensor(x.data, target, undefined, x.offset);
    const strides = withOtherOnes(x, target);
    return strides ? view(x, target, strides) : new Tensor(copy(x), target);
  },
  [(g, _, x) => g.reshape(x.shape)],
  true,
);

/** The strides of `x` in `shape`, if the two differ only in axes of size 1, which need no copy. */
function withOtherOnes(x: Tensor, shape: Shape): number[] | undefined {
  const long = (size: number) => size !== 1;
  if (!rules.sameShape(x.shape.filter(long), shape.filter(long))) return undefined;
  const strides = x.strides.filter((_, axis) => long(x.shape[axis])).values();
  return shape.map((size) => (long(size) ? (strides.next().value as number) : 0));
}

/** Flattens the axes from `axis` (0) on into one. A scalar becomes a vector of one. */
export const flatten: <S extends Shape, I extends number = 0>(
  this: Tensor<S>,
  axis?: Fits<Flatten<S, I>, I>,
) => Tensor<Result<Flatten<S, I>>> = declaredAs(function (this: Tensor, axis = 0) {
  const { shape } = this;
  const from = shape.length === 0 ? 0 : rules.axisOf("flatten", shape, axis);
  return this.reshape([...shape.slice(0, from), rules.sizeOf(shape.slice(from))]);
});

/** Reorders the axes: `permute([2, 0, 1])` puts the last axis first. */
export const permute: <S extends Shape, const P extends Fits<Permute<S, P>, unknown>>(
  this: Tensor<S>,
  order: P,
) => Tensor<Result<Permute<S, P>>> = op(
  "permute",
  (x: Tensor, order: readonly number[]) => inOrder(x, rules.permute(x.shape, order)),
  [
    (g, _, x, order) => {
      const axes = rules.permute(x.shape, order);
      return g.permute(axes.map((_, i) => axes.indexOf(i)));
    },
  ],
  true,
);

/** Swaps axes `i` and `j`. (The transpose of a matrix is also `a.T`.) */
export const transpose: <S extends Shape, I extends number, J extends number>(
  this: Tensor<S>,
  i: I,
  j: Fits<Swap<S, I, J>, J>,
) => Tensor<Result<Swap<S, I, J>>> = op(
  "transpose",
  (x: Tensor, i: number, j: number) => {
    const order = x.shape.map((_, axis) => axis);
    const [from, to] = [rules.axisOf("transpose", x.shape, i), rules.axisOf("transpose", x.shape, j)];
    [order[from], order[to]] = [to, from];
    return inOrder(x, order);
  },
  [(g, _, _x, i, j) => g.transpose(i, j)],
  true,
);

/** Drops `axis`, which must have size 1; every axis of size 1 if none is named. */
export const squeeze: <S extends Shape, I extends number | undefined = undefined>(
  this: Tensor<S>,
  axis?: Fits<Squeeze<S, I>, I>,
) => Tensor<Result<Squeeze<S, NoInfer<I>>>> = declaredAs(function (this: Tensor, axis?: number) {
  return this.reshape(rules.reduce(this.shape, rules.squeeze(this.shape, axis), false));
});

/** Adds an axis of size 1, which becomes axis `axis` of the result. */
export const unsqueeze: <S extends Shape, I extends number>(
  this: Tensor<S>,
  axis: Fits<Unsqueeze<S, I>, I>,
) => Tensor<Result<Unsqueeze<S, I>>> = declaredAs(function (this: Tensor, axis: number) {
  const at = rules.unsqueeze("unsqueeze", this.shape, axis);
  return this.reshape([...this.shape.slice(0, at), 1, ...this.shape.slice(at)]);
});

/** Broadcasts to `shape`: axes of size 1 and missing leading axes are repeated, without copying. */
export const broadcastTo: <S extends Shape, const T extends Fits<BroadcastTo<S, T>, unknown>>(
  this: Tensor<S>,
  shape: T,
) => Tensor<Result<BroadcastTo<S, T>>> = op(
  "broadcastTo",
  (x: Tensor, shape: Shape) => {
    rules.checkShape("broadcastTo", shape);
    rules.broadcastTo(x.shape, shape);
    const { strides } = stretch(x, shape);
    return view(x, [...shape], strides);
  },
  [(g) => g], // the engine sums the gradient back to the argument's shape
);

/** Entries from `start` to before `end` of `axis` (0), as in `Array.prototype.slice`: negative ones count from the end. */
export const slice: <
  S extends Shape,
  Start extends number,
  End extends number | undefined = undefined,
  I extends number = 0,
>(
  this: Tensor<S>,
  start: Start,
  end?: End,
  axis?: Fits<Slice<S, Start, End, I>, I>,
) => Tensor<Result<Slice<S, NoInfer<Start>, NoInfer<End>, NoInfer<I>>>> = op(
  "slice",
  (x: Tensor, start: number, end?: number, axis?: number) => {
    const at = rules.axisOf("slice", x.shape, axis ?? 0);
    const part = rules.slice(x.shape[at], start, end);
    const shape = x.shape.map((size, i) => (i === at ? part.length : size));
    return view(x, shape, x.strides, x.offset + part.start * x.strides[at]);
  },
  [(gradient, _y, _x, start, end, axis) => partOfView(gradient, (whole) => whole.slice(start, end, axis))],
  true,
);

/** Parts of one size, of which the last may be smaller, or of the sizes listed. */
type PartsOf<S extends Shape, Sizes, I extends number> = Sizes extends readonly number[]
  ? { -readonly [K in keyof Sizes]: Tensor<Result<Replace<"split", S, I, [Sizes[K] & number]>>> }
  : Tensor<Result<Replace<"split", S, I, [number]>>>[];

/**
 * Splits along `axis` (0) into parts of `sizes` entries, the last of what remains; or of the listed sizes. (The function
 * `split` divides data at random.)
 * @example const [a, b] = tensor([1, 2, 3]).split([1, 2]) // [1] and [2, 3]
 */
export const split: <S extends Shape, const Sizes extends number | readonly number[], I extends number = 0>(
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
export const chunk: <S extends Shape, I extends number = 0>(
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

/** Pads with zeros before and after along `axis` (0): the reverse of `slice`. */
export const pad: <S extends Shape, I extends number = 0>(
  this: Tensor<S>,
  before: number,
  after: number,
  axis?: Fits<Replace<"pad", S, I, [number]>, I>,
) => Tensor<Result<Replace<"pad", S, I, [number]>>> = op(
  "pad",
  (x: Tensor, before: number, after: number, axis: number | undefined) => {
    const at = rules.axisOf("pad", x.shape, axis ?? 0);
    for (const width of [before, after]) rules.checkShape("pad", [width]);
    const shape = x.shape.map((size, i) => (i === at ? before + size + after : size));
    rules.checkCount("pad", shape);
    const y = new Tensor(allocate(x.dtype, rules.sizeOf(shape)), shape);
    backend().assign(view(y, x.shape, y.strides, before * y.strides[at]), x);
    return y;
  },
  [(g, _, x, before, _after, axis = 0) => g.slice(before, before + x.shape[rules.axisOf("pad", x.shape, axis)], axis)],
);

/**
 * Reverses the order of elements along `axis`, several axes, or all.
 * @example tensor([1, 2, 3]).flip() // [3, 2, 1]
 */
export const flip: <S extends Shape, const I extends Fits<Reduce<"flip", S, I, true>, unknown> = never>(
  this: Tensor<S>,
  axis?: I,
) => Tensor<S> = op(
  "flip",
  (x: Tensor, axis: number | readonly number[] | undefined) => {
    const axes = rules.axesOf("flip", x.shape, axis);
    const y = new Tensor(allocate(x.dtype, x.size), x.shape);
    const strides = y.strides.map((stride, i) => (axes.includes(i) ? -stride : stride));
    const offset = axes.reduce((sum, i) => sum + (x.shape[i] - 1) * y.strides[i], 0);
    backend().assign({ data: y.data, offset, shape: x.shape, strides }, x);
    return y;
  },
  [(g, _, _x, axis) => g.flip(axis as undefined)],
);

// ── Copies ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Repeats the tensor `times` along each axis, with new axes in front: PyTorch's `repeat`, NumPy's `tile`. Always a copy.
 * @example tensor([1, 2]).repeat([2, 2]) // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export const repeat: <S extends Shape, const T extends Fits<Repeat<S, T>, unknown>>(
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

/** A copy of the values that stays part of the graph. */
export const clone: <S extends Shape>(this: Tensor<S>) => Tensor<S> = op(
  "clone",
  (x: Tensor) => new Tensor(copy(x), x.shape),
  [(g) => g],
);

/**
 * Converts to another dtype: int32 rounds toward 0, bool is x ≠ 0. The same dtype gives a view, as in PyTorch.
 * @throws if a value does not fit into int32
 */
export const to: <S extends Shape>(this: Tensor<S>, dtype: DType) => Tensor<S> = op(
  "to",
  (x: Tensor, dtype: DType) => {
    checkDtype("to", dtype);
    if (dtype === x.dtype) return x.detach();
    return new Tensor(dtype === "int32" && x.isFloat ? toIntegers("to", x) : copy(x, dtype), x.shape);
  },
  [(g, _, x) => g.to(x.dtype)],
);
