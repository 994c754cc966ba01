/** @file Operations that are read as properties, such as `a.T`. */

import { op } from "../autograd/engine.js";
import type { Reverse, Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";

/** All axes in reverse order: for a matrix, its transpose. */
const T: (this: Tensor) => Tensor = op(
  "T",
  (x: Tensor) => new Tensor(x.data, x.shape.slice().reverse(), x.strides.slice().reverse(), x.offset),
  [(g) => g.T],
  true,
);

export const properties = { T };

export interface Properties<S extends Shape> {
  /** All axes in reverse order: for a matrix, its transpose. */
  readonly T: Tensor<Reverse<S>>;
}
