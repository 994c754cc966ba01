/** @file What operations on two operands share: shapes that broadcast, and int32 results that have to fit. */

import { type Binary, backend, type Data, type View } from "../backend/index.js";
import { broadcast } from "../shape/rules.js";
import type { Shape } from "../shape/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { stretch, toIntegers, widened } from "../tensor/views.js";
import { checkOperand, type Operand, requireFloat } from "./checks.js";

/** Both operands, broadcast to their common shape. */
export function broadcastOperands(name: string, a: Tensor, b: unknown): [View, View | number, Shape] {
  checkOperand(name, a, b);
  if (typeof b === "number") return [a, b, a.shape];
  const shape = broadcast(name, a.shape, b.shape);
  return [stretch(a, shape), stretch(b, shape), shape];
}

/**
 * An elementwise operation of a tensor with another or with a number; shapes broadcast.
 *
 * @param called the method's name in errors, where it is not the operation's
 */
export function binary(name: Binary, called: string = name): (a: Tensor, b: Operand) => Tensor {
  return (a, b) => {
    const [x, y, shape] = broadcastOperands(called, a, b);
    if (a.dtype === "bool" || (name === "div" && a.dtype === "int32")) requireFloat(called, a);
    const data = a.dtype === "int32" ? wholeBinary(name, called, x, y) : backend().binary(name, x, y);
    return new Tensor(data, shape as number[]);
  };
}

/** An operation on int32, computed in float64 to see whether the result fits. @throws if it does not */
function wholeBinary(name: Binary, called: string, a: View, b: View | number): Data {
  const wide = widened(a);
  const data = backend().binary(name, wide, typeof b === "number" ? b : widened(b));
  return toIntegers(called, { ...wide, data: data.map(Math.round) }); // pow may be off by its last bit
}
