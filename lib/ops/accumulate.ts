/** @file Products, running sums, and sums of exponentials. */

import { declaredAs, op } from "../autograd/engine.js";
import { backend } from "../backend/index.js";
import { axesOf, axisOf, count, reduce } from "../shape/rules.js";
import type { Fits, Replace, Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { copy, toIntegers } from "../tensor/views.js";
import { requireFloat } from "./checks.js";
import { concat } from "./movement.js";
import { type Axis, type AxisMethod, broadcastBack, type Keepdims, type ReduceMethod, toBack } from "./reduce.js";

/**
 * Πx along `axis`, or of all. The product of nothing is 1. Halves are multiplied, then halves of that, so that gradients
 * hold beside zeros too.
 * @example tensor([2, 3, 4]).prod() // 24
 */
const prod: AxisMethod<"prod"> = declaredAs(function (
  this: Tensor,
  axis?: number,
  { keepdims = false }: Keepdims = {},
) {
  if (this.dtype === "bool") requireFloat("prod", this);
  const at = axis === undefined ? 0 : axisOf("prod", this.shape, axis);
  const shape = reduce(this.shape, axis === undefined ? axesOf("prod", this.shape, axis) : [at], keepdims);
  let factors: Tensor = axis === undefined ? this.flatten() : this;
  if (factors.shape[at] === 0) return this.sum(axis as undefined, { keepdims }).add(1);
  for (let n = factors.shape[at]; n > 1; n = factors.shape[at]) {
    const half = n >> 1;
    const pairs: Tensor = factors.slice(0, half, at).mul(factors.slice(half, 2 * half, at));
    factors = n % 2 === 0 ? pairs : concat([pairs, factors.slice(n - 1, n, at)], at);
  }
  return factors.reshape(shape);
});

/**
 * yᵢ = x₀ + … + xᵢ along `axis`. Of bool, counts in int32. Its gradient is the running sum from the end.
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
    const step = count(x.shape.slice(at + 1));
    const sums = copy(x, "float64");
    for (let i = 0; i < sums.length; i++) if (Math.floor(i / step) % x.shape[at] > 0) sums[i] += sums[i - step];
    const y = new Tensor(sums, x.shape);
    return x.isFloat ? y.to(x.dtype) : new Tensor(toIntegers("cumsum", y), x.shape);
  },
  [(g, _, _x, axis) => g.flip(axis).cumsum(axis).flip(axis)],
);

const logSumExpAxes: (this: Tensor, axes: readonly number[], keepdims: boolean) => Tensor = op(
  "logSumExp",
  (x: Tensor, axes: readonly number[], keepdims: boolean) => {
    const largest = new Tensor(backend().reduce("max", toBack(x, axes), axes.length), reduce(x.shape, axes, true));
    const shift: Tensor = largest.where(largest.isFinite(), 0);
    const total: Tensor = x.detach().sub(shift).exp().sum(axes, { keepdims });
    return total.log().add(shift.reshape(total.shape));
  },
  [(g, y, x, axes) => broadcastBack(g, x, axes).mul(x.sub(broadcastBack(y, x, axes)).exp())],
);

/**
 * ln Σeˣ over `axis`, over several axes, or over all: a smooth maximum. Computed from x − max x, so that no exponential
 * overflows. Of nothing it is −∞.
 * @example tensor([1000, 1000]).logSumExp() // 1000.6931 = 1000 + ln 2
 */
const logSumExp: ReduceMethod<"logSumExp"> = declaredAs(function (
  this: Tensor,
  axis?: Axis,
  { keepdims = false }: Keepdims = {},
) {
  requireFloat("logSumExp", this);
  return logSumExpAxes.call(this, axesOf("logSumExp", this.shape, axis), keepdims);
});

export const accumulateMethods = { prod, cumsum, logSumExp };
