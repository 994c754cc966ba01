/** @file Sorting: elements in order, the positions that sort them, and the k largest. */

import { declaredAs } from "../autograd/engine.js";
import { allocate, sortedPositions } from "../backend/index.js";
import { axisOf, topk as checkTopk } from "../shape/rules.js";
import type { Fits, Replace, Result, Shape, Topk } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { copy } from "../tensor/views.js";

/** Sorted elements, and their positions along the axis before sorting, as int32. */
export interface Ordered<S extends Shape> {
  values: Tensor<S>;
  indices: Tensor<S>;
}
interface Order {
  /** Largest first. */
  descending?: boolean;
}
interface Largest {
  /** False for the k smallest, smallest first. */
  largest?: boolean;
}

/** The positions along `axis` in sorted order. */
function positions(name: string, x: Tensor, axis: number, descending: boolean): Tensor {
  const at = axisOf(name, x.shape, axis);
  const rows: Tensor = x.detach().transpose(at, -1);
  const values = copy(rows);
  const n = x.shape[at];
  const places = allocate("int32", values.length);
  for (let start = 0; start < values.length; start += n) {
    places.set(sortedPositions(values.subarray(start, start + n), descending), start);
  }
  return new Tensor(places, rows.shape).transpose(at, -1);
}

/**
 * Sorts along `axis` (the last), smallest first, and gives the positions too. Equal elements keep their order; NaN comes
 * last. The gradient of each sorted element goes back to its old position.
 * @example tensor([3, 1, 2]).sort().values // [1, 2, 3]
 */
export const sort: <S extends Shape, I extends number = -1>(
  this: Tensor<S>,
  axis?: Fits<Replace<"sort", S, I, []>, I>,
  options?: Order,
) => Ordered<S> = declaredAs(function (this: Tensor, axis = -1, { descending = false }: Order = {}) {
  const indices = positions("sort", this, axis, descending);
  return { values: this.gather(axis, indices), indices };
});

/**
 * The positions along `axis` (the last) that sort it, as int32: `sort(…).indices`.
 * @example tensor([3, 1, 2]).argsort() // [1, 2, 0]
 */
export const argsort: <S extends Shape, I extends number = -1>(
  this: Tensor<S>,
  axis?: Fits<Replace<"argsort", S, I, []>, I>,
  options?: Order,
) => Tensor<S> = declaredAs(function (this: Tensor, axis = -1, { descending = false }: Order = {}) {
  return positions("argsort", this, axis, descending);
});

/**
 * The k largest elements along `axis` (the last), largest first, and their positions.
 * @example tensor([3, 1, 2]).topk(2).values // [3, 2]
 */
export const topk: <S extends Shape, K extends number, I extends number = -1>(
  this: Tensor<S>,
  k: Fits<Topk<S, K, I>, K>,
  axis?: I,
  options?: Largest,
) => Ordered<Result<Topk<S, K, I>>> = declaredAs(function (
  this: Tensor,
  k: number,
  axis = -1,
  { largest = true }: Largest = {},
) {
  checkTopk(this.shape, k, axis);
  const indices: Tensor = positions("topk", this, axis, largest).slice(0, k, axis);
  return { values: this.gather(axis, indices), indices };
});
