/** @file Softmax, its logarithm, and the logarithm of a sum of exponentials. */

import { op } from "../autograd/engine.js";
import { backend } from "../backend/index.js";
import { axisOf, reduce } from "../shape/rules.js";
import type { Fits, Replace, Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { toBack } from "../tensor/views.js";
import { broadcastBack, overAxes, type ReduceMethod } from "./axes.js";
import { requireFloat } from "./checks.js";

type SoftmaxMethod<Op extends string> = <S extends Shape, I extends number = -1>(
  this: Tensor<S>,
  axis?: Fits<Replace<Op, S, I, []>, I>,
) => Tensor<S>;

function alongAxis(name: "softmax" | "logSoftmax") {
  return (x: Tensor, axis = -1): Tensor => {
    requireFloat(name, x);
    const last = x.shape.length - 1;
    const at = axisOf(name, x.shape, axis);
    if (at === last) return new Tensor(backend()[name](x), x.shape);
    const turned = x.transpose(at, last);
    return new Tensor(backend()[name](turned.detach()), turned.shape).transpose(at, last).detach();
  };
}

/**
 * yᵢ = eˣⁱ / Σⱼ eˣʲ along `axis` (the last): positive, and summing to 1. Computed from x − max x, so that no exponential
 * overflows.
 */
export const softmax: SoftmaxMethod<"softmax"> = op("softmax", alongAxis("softmax"), [
  (g, y, _, axis = -1) => y.mul(g.sub(g.mul(y).sum(axis, { keepdims: true }))),
]);

/** yᵢ = xᵢ − ln Σⱼ eˣʲ along `axis` (the last): the logarithm of `softmax`, finite even where `softmax` underflows. */
export const logSoftmax: SoftmaxMethod<"logSoftmax"> = op("logSoftmax", alongAxis("logSoftmax"), [
  (g, y, _, axis = -1) => g.sub(y.exp().mul(g.sum(axis, { keepdims: true }))),
]);

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
 * ln Σeˣ over `axis`, several axes, or all: a smooth maximum, −∞ of no elements. Computed from x − max x, so that no
 * exponential overflows.
 * @example tensor([1000, 1000]).logSumExp() // 1000.6931 = 1000 + ln 2
 */
export const logSumExp: ReduceMethod<"logSumExp"> = overAxes("logSumExp", logSumExpAxes);
