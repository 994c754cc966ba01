/** @file All operations, as methods of `Tensor`. Importing this file is what gives tensors their methods. */

import type { Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import * as methods from "./methods.js";
import { type Properties, properties } from "./properties.js";

type Methods = typeof methods;

declare module "../tensor/tensor.js" {
  interface Tensor<S extends Shape = number[]> extends Methods, Properties<S> {}
}

for (const [name, value] of Object.entries(methods)) {
  if (typeof value !== "function") continue; // CommonJS adds the module itself, as `default`
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
for (const [name, get] of Object.entries(properties)) {
  Object.defineProperty(Tensor.prototype, name, { get, configurable: true });
}

export { concat, stack } from "./join.js";
export { binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, mseLoss } from "./losses.js";
