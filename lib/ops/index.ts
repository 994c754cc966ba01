/** @file All operations, as methods of `Tensor`. Importing this file is what gives tensors their methods. */

import { autogradMethods } from "../autograd/engine.js";
import type { Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { accumulateMethods } from "./accumulate.js";
import { elementwiseMethods } from "./elementwise.js";
import { linalgMethods } from "./linalg.js";
import { logicMethods } from "./logic.js";
import { matrixMethods } from "./matrices.js";
import { type MovementGetters, movementGetters, movementMethods } from "./movement.js";
import { orderMethods } from "./order.js";
import { partsMethods } from "./parts.js";
import { reduceMethods } from "./reduce.js";
import { roundingMethods } from "./rounding.js";
import { selectMethods } from "./select.js";

type Elementwise = typeof elementwiseMethods;
type Reductions = typeof reduceMethods;
type Movement = typeof movementMethods;
type Logic = typeof logicMethods;
type Linalg = typeof linalgMethods;
type Accumulate = typeof accumulateMethods;
type Order = typeof orderMethods;
type Select = typeof selectMethods;
type Parts = typeof partsMethods;
type Matrices = typeof matrixMethods;
type Rounding = typeof roundingMethods;
type Autograd = typeof autogradMethods;

declare module "../tensor/tensor.js" {
  interface Tensor<S extends Shape = number[]>
    extends Elementwise,
      Reductions,
      Movement,
      MovementGetters<S>,
      Linalg,
      Logic,
      Accumulate,
      Order,
      Select,
      Parts,
      Matrices,
      Rounding,
      Autograd {}
}

const methods = {
  ...elementwiseMethods,
  ...logicMethods,
  ...accumulateMethods,
  ...orderMethods,
  ...selectMethods,
  ...partsMethods,
  ...matrixMethods,
  ...roundingMethods,
  ...reduceMethods,
  ...movementMethods,
  ...linalgMethods,
  ...autogradMethods,
};
for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
for (const [name, get] of Object.entries(movementGetters)) {
  Object.defineProperty(Tensor.prototype, name, { get, configurable: true });
}

export { binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, mseLoss } from "./losses.js";
export { concat, stack } from "./movement.js";
