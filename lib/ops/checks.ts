/** @file Checks of what an operation is given: tensors, of a float dtype, of one dtype, indices within an axis. */

import { describe, ShapeError, show } from "../shape/rules.js";
import type { Shape } from "../shape/shape.js";
import { convert } from "../tensor/dtype.js";
import { checkTensorOf, isTensor, Tensor } from "../tensor/tensor.js";
import { copy } from "../tensor/views.js";

/** The second operand: a tensor of the same dtype, or a number, which broadcasts to any shape. */
export type Operand = Tensor | number;

/** @throws if `b` is neither a tensor of a's dtype nor a number that this dtype can hold */
export function checkOperand(name: string, a: Tensor, b: unknown): asserts b is Operand {
  if (typeof b === "number") {
    if (!a.isFloat) convert(name, b, a.dtype);
    return;
  }
  if (!isTensor(b)) {
    throw new TypeError(`${name}: the other operand is a tensor or a number, got ${describeNonTensor(b)}`);
  }
  requireSameDtype(name, a, b);
}

export function requireSameDtype(name: string, a: Tensor, b: Tensor): void {
  if (a.dtype === b.dtype) return;
  const common = a.isFloat || b.dtype === "bool" ? a.dtype : b.dtype;
  throw new TypeError(`${name}: ${a.dtype} with ${b.dtype}; make them the same with .to("${common}")`);
}

export function requireFloat(name: string, x: Tensor): void {
  if (!x.isFloat) throw new TypeError(`${name}: needs a float tensor, this one is ${x.dtype}; call .to("float32")`);
}

/** The value given in place of a tensor, as text, with the remedy. */
export function describeNonTensor(value: unknown): string {
  return describe(value) + (Array.isArray(value) ? "; wrap arrays: tensor([…])" : "");
}

/** @throws unless the index is an int32 tensor whose entries count along `axis` of `shape` */
export function checkIndex(name: string, shape: Shape, axis: number, index: unknown): asserts index is Tensor {
  checkTensorOf("int32", `${name}: the index is an`, index, 'as tensor([0, 2], { dtype: "int32" })');
  const size = shape[axis];
  // A stretched axis repeats the same indices, so one of each is enough.
  const once = index.shape.map((n, i) => (index.strides[i] === 0 ? Math.min(n, 1) : n));
  for (const i of copy(new Tensor(index.data, once, index.strides, index.offset))) {
    if (i < 0 || i >= size) {
      throw new ShapeError(`${name}: index ${i} is outside axis ${axis} of ${show(shape)}`);
    }
  }
}
