/** @file All operations, as methods of `Tensor`. Importing this file is what gives tensors their methods. */

import { autogradMethods } from "../autograd/engine.js";
import type { Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { elementwiseMethods } from "./elementwise.js";
import { indexingMethods } from "./indexing.js";
import { joinMethods } from "./join.js";
import { linalgMethods } from "./linalg.js";
import { logicMethods } from "./logic.js";
import { type MovementGetters, movementGetters, movementMethods } from "./movement.js";
import { reduceMethods } from "./reduce.js";
import { roundingMethods } from "./rounding.js";
import { scanMethods } from "./scan.js";
import { softmaxMethods } from "./softmax.js";
import { sortMethods } from "./sort.js";

type Elementwise = typeof elementwiseMethods;
type Indexing = typeof indexingMethods;
type Joins = typeof joinMethods;
type Linalg = typeof linalgMethods;
type Logic = typeof logicMethods;
type Reductions = typeof reduceMethods;
type Rounding = typeof roundingMethods;
type Scans = typeof scanMethods;
type Softmax = typeof softmaxMethods;
type Sorting = typeof sortMethods;
type Movement = typeof movementMethods;
type Autograd = typeof autogradMethods;

declare module "../tensor/tensor.js" {
  interface Tensor<S extends Shape = number[]>
    extends Elementwise,
      Indexing,
      Joins,
      Linalg,
      Logic,
      Reductions,
      Rounding,
      Scans,
      Softmax,
      Sorting,
      Movement,
      MovementGetters<S>,
      Autograd {}
}

const methods = {
  ...elementwiseMethods,
  ...indexingMethods,
  ...joinMethods,
  ...linalgMethods,
  ...logicMethods,
  ...reduceMethods,
  ...roundingMethods,
  ...scanMethods,
  ...softmaxMethods,
  ...sortMethods,
  ...movementMethods,
  ...autogradMethods,
};
for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
for (const [name, get] of Object.entries(movementGetters)) {
  Object.defineProperty(Tensor.prototype, name, { get, configurable: true });
}

export { concat, stack } from "./join.js";
export { binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, mseLoss } from "./losses.js";
