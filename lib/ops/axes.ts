/** @file What reductions over axes share: their types, sums, and the way back for gradients. */

import { declaredAs, op } from "../autograd/engine.js";
import { backend } from "../backend/index.js";
import { axesOf, reduce } from "../shape/rules.js";
import type { Fits, Reduce, Result, Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { toBack, toIntegers, widened } from "../tensor/views.js";
import { requireFloat } from "./checks.js";

export type Axis = number | readonly number[] | undefined;
export interface Keepdims<Keep extends boolean = boolean> {
  /** Leave reduced axes in place, with size 1, so that the result broadcasts against what it came from. */
  keepdims?: Keep;
}

/** Reduces one axis, a list of axes, or — none named — all. */
export type ReduceMethod<Op extends string, Options = unknown> = <
  S extends Shape,
  const I extends Fits<Reduce<Op, S, I, Keep>, unknown> = never,
  Keep extends boolean = false,
>(
  this: Tensor<S>,
  axis?: I,
  options?: Keepdims<Keep> & Options,
) => Tensor<Result<Reduce<Op, S, I, Keep>>>;
/** Reduces one axis, or — none named — all. */
export type AxisMethod<Op extends string> = <
  S extends Shape,
  const I extends number | undefined = undefined,
  Keep extends boolean = false,
>(
  this: Tensor<S>,
  axis?: Fits<Reduce<Op, S, I, Keep>, I>,
  options?: Keepdims<Keep>,
) => Tensor<Result<Reduce<Op, S, I, Keep>>>;

/** A reduction of floats over the axes in a list, as a method that takes one axis, several, or none for all. */
export function overAxes<Op extends string>(
  name: Op,
  ofAxes: (this: Tensor, axes: readonly number[], keepdims: boolean) => Tensor,
): ReduceMethod<Op> {
  return declaredAs(function (this: Tensor, axis?: Axis, { keepdims = false }: Keepdims = {}) {
    requireFloat(name, this);
    return ofAxes.call(this, axesOf(name, this.shape, axis), keepdims);
  });
}

/** ȳ broadcast to the shape of the x that was reduced, without copying. */
export const broadcastBack = (g: Tensor, x: Tensor, axes: readonly number[]): Tensor =>
  (g.ndim === 0 ? g : g.reshape(reduce(x.shape, axes, true))).broadcastTo(x.shape);

export const sumAxes: (this: Tensor, axes: readonly number[], keepdims: boolean) => Tensor = op(
  "sum",
  (x: Tensor, axes: readonly number[], keepdims: boolean) =>
    new Tensor(backend().reduce("sum", toBack(x, axes), axes.length), reduce(x.shape, axes, keepdims)),
  [(g, _, x, axes) => broadcastBack(g, x, axes)],
);

/** @throws under the name that a reader called, if an int32 sum does not fit into int32 */
export function summed(name: string, x: Tensor, axes: readonly number[], keepdims: boolean): Tensor {
  if (x.isFloat) return sumAxes.call(x, axes, keepdims);
  const exact = sumAxes.call(new Tensor(widened(x).data, x.shape), axes, keepdims);
  return new Tensor(toIntegers(name, exact), exact.shape);
}
