/** @file All operations, as methods of `Tensor`. Importing this file is what gives tensors their methods. */

import { autogradMethods } from "../autograd/engine.js";
import type { Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { elementwiseMethods } from "./elementwise.js";
import { linalgMethods } from "./linalg.js";
import { type MovementGetters, movementGetters, movementMethods } from "./movement.js";
import { reduceMethods } from "./reduce.js";

type Elementwise = typeof elementwiseMethods;
type Reductions = typeof reduceMethods;
type Movement = typeof movementMethods;
type Linalg = typeof linalgMethods;
type Autograd = typeof autogradMethods;

declare module "../tensor/tensor.js" {
  interface Tensor<S extends Shape = number[]>
    extends Elementwise,
      Reductions,
      Movement,
      MovementGetters<S>,
      Linalg,
      Autograd {}
}

const methods = { ...elementwiseMethods, ...reduceMethods, ...movementMethods, ...linalgMethods, ...autogradMethods };
for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
for (const [name, get] of Object.entries(movementGetters)) {
  Object.defineProperty(Tensor.prototype, name, { get, configurable: true });
}

export { binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, mseLoss } from "./losses.js";
export { concat, stack } from "./movement.js";
