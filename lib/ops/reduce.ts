/** @file Reductions, fewer numbers from many: sums, means, norms, products, extremes. */

import { declaredAs, op } from "../autograd/engine.js";
import { fused } from "../autograd/fused.js";
import { backend, type Data, products } from "../backend/index.js";
import { checkNumber } from "../shape/numbers.js";
import {
  axesOf,
  axisOf,
  checkShape,
  sumTo as checkSumTo,
  reduce,
  ShapeError,
  sameShape,
  show,
  sizeOf,
} from "../shape/rules.js";
import type { Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { copy, toBack, toIntegers } from "../tensor/views.js";
import {
  type Axis,
  type AxisMethod,
  broadcastBack,
  type Keepdims,
  overAxes,
  type ReduceMethod,
  sumAxes,
  summed,
} from "./axes.js";
import { requireFloat } from "./checks.js";
import { concat } from "./join.js";

// ── Sums ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The sum Σx over `axis`, several axes, or all; 0 of no elements. Bool counts, in int32.
 * @throws if an int32 sum does not fit into int32
 */
export const sum: ReduceMethod<"sum"> = declaredAs(function (
  this: Tensor,
  axis?: Axis,
  { keepdims = false }: Keepdims = {},
) {
  return summed("sum", this, axesOf("sum", this.shape, axis), keepdims);
});

/** Sums broadcast axes down to `shape`, as the gradient of a broadcast needs: the reverse of `broadcastTo`. */
export const sumTo: <const T extends Shape>(this: Tensor, shape: T) => Tensor<[...T]> = declaredAs(function (
  this: Tensor,
  shape: Shape,
) {
  if (this.shape === shape) return this;
  checkShape("sumTo", shape);
  if (sameShape(this.shape, shape)) return this;
  checkSumTo(this.shape, shape);
  const extra = this.shape.length - shape.length;
  const axes = this.shape.flatMap((size, i) => (i < extra || (shape[i - extra] === 1 && size !== 1) ? [i] : []));
  return summed("sumTo", this, axes, true).reshape([...shape]);
});

/** Elements per result. */
const elementsPerResult = (x: Tensor, axes: readonly number[]) => axes.reduce((n, axis) => n * x.shape[axis], 1);

const meanAxes: (this: Tensor, axes: readonly number[], keepdims: boolean) => Tensor = op(
  "mean",
  (x: Tensor, axes: readonly number[], keepdims: boolean) => {
    const shape = reduce(x.shape, axes, keepdims);
    return new Tensor(backend().reduce("mean", toBack(x, axes), axes.length), shape);
  },
  [(g, _, x, axes) => broadcastBack(g.div(elementsPerResult(x, axes)), x, axes)],
);

/** The mean x̄ = Σx / n over `axis`, several axes, or all; NaN of no elements. */
export const mean: ReduceMethod<"mean"> = overAxes("mean", meanAxes);

interface Correction {
  /** Subtracted from n: 1 (default) for the unbiased estimate from a sample, 0 for the variance of these values. */
  correction?: number;
}

/** The variance Σ(x − x̄)² / (n − correction) over `axis`, several axes, or all. */
export const variance: ReduceMethod<"variance", Correction> = declaredAs(function (
  this: Tensor,
  axis?: Axis,
  { keepdims = false, correction = 1 }: Keepdims & Correction = {},
) {
  const { centered, axes, n } = centeredAlong("variance", this, axis, correction);
  const found = sumAxes.call(centered.mul(centered), axes, keepdims).div(n);
  const share = n > 0 ? shareThatFits(found) : null;
  if (!share) return found;
  const small = centeredAlong("variance", this.mul(share.reshape(reduce(this.shape, axes, true))), axis, correction);
  return sumAxes
    .call(small.centered.mul(small.centered.div(n)), axes, keepdims)
    .div(share)
    .div(share);
});

/** The standard deviation, √variance; its gradient is 0 where all values are equal, as in PyTorch. */
export const std: ReduceMethod<"std", Correction> = declaredAs(function (
  this: Tensor,
  axis?: Axis,
  { keepdims = false, correction = 1 }: Keepdims & Correction = {},
) {
  const { centered, axes, n } = centeredAlong("std", this, axis, correction);
  const found = rootOfSquares.call(centered, axes, keepdims, n);
  const share = n > 0 ? shareThatFits(found) : null;
  if (!share) return found;
  const small = centeredAlong("std", this.mul(share.reshape(reduce(this.shape, axes, true))), axis, correction);
  return rootOfSquares.call(small.centered, axes, keepdims, n).div(share);
});

/**
 * Of a variance or its root: ¼ where it is not finite, since a distance from the mean, its square or their sum may have
 * overflowed, and 1 elsewhere; null if it is finite everywhere.
 */
function shareThatFits(found: Tensor): Tensor | null {
  const values = copy(found);
  if (values.every(Number.isFinite)) return null;
  return new Tensor(
    values.map((value) => (Number.isFinite(value) ? 1 : 1 / 4)),
    found.shape,
  );
}

/** x − x̄ along the axes, and the divisor n − correction. */
function centeredAlong(name: string, x: Tensor, axis: Axis, correction: number) {
  requireFloat(name, x);
  checkNumber(name, "correction", correction, { from: 0 });
  const axes = axesOf(name, x.shape, axis);
  const n = Math.max(0, sizeOf(axes.map((i) => x.shape[i])) - correction);
  const aroundMean = (values: Tensor): Tensor => values.sub(meanAxes.call(values, axes, true));
  // Twice: a large mean is rounded to the dtype, which shifts every difference; these have a mean that is not.
  return { centered: aroundMean(aroundMean(x)), axes, n };
}

/** √(Σx² / n), n = 1 by default, as one operation: squares could overflow or underflow where their root does not. */
const rootOfSquares: (this: Tensor, axes: readonly number[], keepdims: boolean, n?: number) => Tensor = op(
  "norm",
  (x: Tensor, axes: readonly number[], keepdims: boolean, n?: number) => {
    const length = new Tensor(backend().reduce("norm", toBack(x, axes), axes.length), reduce(x.shape, axes, keepdims));
    return n === undefined ? length : length.div(Math.sqrt(n));
  },
  [
    (g, y, x, axes, _keepdims, n = 1) => {
      const along = reduce(x.shape, axes, true);
      const length = y.where(y.ne(0), 1).reshape(along);
      return x.div(length).where(y.ne(0).reshape(along), 0).mul(g.reshape(along).div(n));
    },
  ],
);

/** The Euclidean norm √Σx² over `axis`, several axes, or all; its gradient at 0 is 0, as in PyTorch. */
export const norm: ReduceMethod<"norm"> = overAxes("norm", rootOfSquares);

// ── Products ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What `f` makes of each row along `axis`, which is one of x. */
function rowsAlong<Result>(x: Tensor, axis: number, f: (row: Float64Array, index: number) => Result): Result[] {
  const values = copy(toBack(x, [axis]), "float64") as Float64Array;
  const n = x.shape[axis];
  return Array.from({ length: values.length / n }, (_, i) => f(values.subarray(i * n, (i + 1) * n), i));
}

/** Rows along `axis` as a tensor like x. */
function fromRows(rows: readonly (readonly number[])[], x: Tensor, axis: number): Tensor {
  const rest = x.shape.filter((_, i) => i !== axis);
  const back: Tensor = new Tensor(Float64Array.from(rows.flat()), [...rest, x.shape[axis]]).to(x.dtype);
  return back.permute(x.shape.map((_, i) => (i === axis ? rest.length : i < axis ? i : i - 1)));
}

/** One number for each row along `axis`, as a tensor. */
const perRow = (numbers: readonly number[], x: Tensor, axis: number): Tensor =>
  new Tensor(Float64Array.from(numbers), reduce(x.shape, [axis], false)).to(x.dtype);

const product: (this: Tensor, axis: number) => Tensor = op(
  "prod",
  (x: Tensor, axis: number) => perRow(rowsAlong(x, axis, products.product), x, axis),
  [(g, _, x, axis) => timesOthers(x, g, axis)],
);

/** The gradient of a product, yᵢ = g Π xⱼ over the j ≠ i, with its own gradient for the weights w = ȳ. */
const timesOthers = fused("prod", composedTimesOthers, (x: Tensor, g: Tensor, axis: number) => {
  const seeds = copy(g, "float64");
  const y = rowsAlong(x, axis, (row, k) => products.timesOthers(row, seeds[k]));
  return {
    y: fromRows(y, x, axis),
    backward(weights: Tensor) {
      const ws = rowsAlong(weights, axis, (row) => row);
      const found = rowsAlong(x, axis, (row, k) => products.timesOthersBackward(row, seeds[k], ws[k]));
      const [rows, sums] = [found.map(({ drow }) => drow), found.map(({ dseed }) => dseed)];
      return [fromRows(rows, x, axis), perRow(sums, x, axis)];
    },
  };
});

/** The same by halves, in differentiable operations: third derivatives go through it. */
function composedTimesOthers(x: Tensor, g: Tensor, axis: number): Tensor {
  const n = x.shape[axis];
  if (n === 1) return g.unsqueeze(axis);
  const [left, right] = [x.slice(0, n >> 1, axis), x.slice(n >> 1, n, axis)] as Tensor[];
  const parts = [
    composedTimesOthers(left, g.mul(product.call(right, axis)), axis),
    composedTimesOthers(right, g.mul(product.call(left, axis)), axis),
  ];
  return concat(parts, axis);
}

/** A product of int32. @throws if it does not fit, but not for what 0 makes of it */
function wholeProduct(x: Tensor, axis: number): Tensor {
  const shape = reduce(x.shape, [axis], false);
  const results = rowsAlong(x, axis, (row) => (row.includes(0) ? 0 : row.reduce((total, factor) => total * factor, 1)));
  return new Tensor(toIntegers("prod", new Tensor(Float64Array.from(results), shape)), shape);
}

/**
 * The product Πx along `axis`, or of all elements; 1 of none. It, its gradient and its second gradient are right wherever
 * they can be stored, also if partial products are too large or too small.
 * @throws if an int32 product does not fit into int32
 * @example tensor([2, 3, 4]).prod() // 24
 */
export const prod: AxisMethod<"prod"> = declaredAs(function (
  this: Tensor,
  axis?: number,
  { keepdims = false }: Keepdims = {},
) {
  if (this.dtype === "bool") requireFloat("prod", this);
  const at = axis === undefined ? 0 : axisOf("prod", this.shape, axis);
  const shape = reduce(this.shape, axis === undefined ? axesOf("prod", this.shape, axis) : [at], keepdims);
  const factors: Tensor = axis === undefined ? this.flatten() : this;
  if (factors.shape[at] === 0) return this.sum(axis as undefined, { keepdims }).add(1);
  return (this.isFloat ? product.call(factors, at) : wholeProduct(factors, at)).reshape(shape);
});

// ── Extremes ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The axis as a list; all axes if it is undefined. */
function oneOrAll(name: string, shape: Shape, axis: number | undefined): number[] {
  return axis === undefined ? axesOf(name, shape, axis) : [axisOf(name, shape, axis)];
}

type Extreme = "max" | "min";

function positions(name: Extreme | `arg${Extreme}`, x: Tensor, axis: number | undefined): Int32Array {
  const axes = oneOrAll(name, x.shape, axis);
  if (sizeOf(axes.map((i) => x.shape[i])) === 0) {
    const where = axis === undefined ? "" : ` along axis ${axis}`;
    throw new ShapeError(`${name}: ${show(x.shape)} has no elements${where} to choose from`);
  }
  return backend().argReduce(name.endsWith("max") ? "max" : "min", toBack(x, axes), axes.length);
}

function argExtreme(name: `arg${Extreme}`) {
  return function (this: Tensor, axis?: number, { keepdims = false }: Keepdims = {}): Tensor {
    return new Tensor(positions(name, this, axis), reduce(this.shape, oneOrAll(name, this.shape, axis), keepdims));
  };
}

/** Gathers the extreme values, so that each gradient goes to the first element that attains one. */
function extreme(name: Extreme) {
  return function (this: Tensor, axis?: number, { keepdims = false }: Keepdims = {}): Tensor {
    const axes = oneOrAll(name, this.shape, axis);
    const flat = axis === undefined;
    const from: Tensor = flat ? this.flatten() : this;
    const along = flat ? 0 : axes[0];
    const index = new Tensor(positions(name, this, axis) as Data, reduce(from.shape, [along], true));
    return from.gather(along, index).reshape(reduce(this.shape, axes, keepdims));
  };
}

/** The largest element, along `axis` or of all. A tie's gradient goes to the first. @throws of an empty axis */
export const max: AxisMethod<"max"> = declaredAs(extreme("max"));

/** The smallest element, along `axis` or of all. A tie's gradient goes to the first. @throws of an empty axis */
export const min: AxisMethod<"min"> = declaredAs(extreme("min"));

/** The position of the largest element along `axis`, or of all in row-major order; the first of a tie. Gives int32. */
export const argmax: AxisMethod<"argmax"> = declaredAs(argExtreme("argmax"));

/** The position of the smallest element along `axis`, or of all in row-major order; the first of a tie. Gives int32. */
export const argmin: AxisMethod<"argmin"> = declaredAs(argExtreme("argmin"));
