/** @file Logic on bool tensors, and tests for NaN and ±∞. */

import { declaredAs } from "../autograd/engine.js";
import { backend } from "../backend/index.js";
import { axesOf, broadcast, describe } from "../shape/rules.js";
import type { Broadcast, Fits, Result, Shape } from "../shape/shape.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { stretch } from "../tensor/views.js";
import type { Axis, Keepdims, ReduceMethod } from "./axes.js";
import type { UnaryMethod } from "./elementwise.js";

type LogicMethod<Op extends string> = <A extends Shape, B extends Shape>(
  this: Tensor<A>,
  other: Fits<Broadcast<Op, A, B>, Tensor<B>>,
) => Tensor<Result<Broadcast<Op, A, B>>>;

function requireBool(name: string, x: unknown): asserts x is Tensor {
  if (isTensor(x) && x.dtype === "bool") return;
  const got = isTensor(x)
    ? `${x.dtype === "int32" ? "an" : "a"} ${x.dtype} tensor; compare it, as x.ne(0) does`
    : describe(x);
  throw new TypeError(`${name}: takes bool tensors, as x.gt(0) gives; got ${got}`);
}

/** condition ? other : 0, or condition ? 1 : other. */
function joined(name: "and" | "or") {
  return function (this: Tensor, other: unknown): Tensor {
    for (const x of [this, other]) requireBool(name, x);
    const shape = broadcast(name, this.shape, (other as Tensor).shape);
    const [a, b] = [stretch(this, shape), stretch(other as Tensor, shape)];
    return new Tensor(name === "and" ? backend().where(a, b, 0, "bool") : backend().where(a, 1, b, "bool"), [...shape]);
  };
}

/**
 * Logical and, element by element, of bool tensors.
 * @example x.gt(0).and(x.lt(1)) // where 0 < x < 1
 */
export const and: LogicMethod<"and"> = declaredAs(joined("and"));

/**
 * Logical or, element by element, of bool tensors.
 * @example x.lt(0).or(x.gt(1)) // where x is outside [0, 1]
 */
export const or: LogicMethod<"or"> = declaredAs(joined("or"));

/**
 * Logical not, element by element, of a bool tensor.
 * @example x.gt(0).not() // where x ≤ 0, or is NaN
 */
export const not: UnaryMethod = declaredAs(function (this: Tensor) {
  requireBool("not", this);
  return this.eq(0);
});

/** The number of true elements of a mask. */
function counted(name: string, mask: Tensor, axis: Axis, options?: Keepdims): Tensor {
  return mask.sum(axesOf(name, mask.shape, axis), options);
}

/**
 * Whether any element is nonzero, over `axis`, several axes, or all; false if there is none. Gives bool.
 * @example x.gt(9).any().item() // 1 if there is an element above 9, else 0
 */
export const any: ReduceMethod<"any"> = declaredAs(function (this: Tensor, axis?: Axis, options?: Keepdims) {
  return counted("any", this.ne(0), axis, options).gt(0);
});

/**
 * Whether every element is nonzero, over `axis`, several axes, or all; true if there is none. Gives bool.
 * @example x.isFinite().all().item() // 1 if nothing is NaN or ±∞, else 0
 */
export const all: ReduceMethod<"all"> = declaredAs(function (this: Tensor, axis?: Axis, options?: Keepdims) {
  return counted("all", this.eq(0), axis, options).eq(0);
});

/**
 * Whether each element is NaN, the only value that differs from itself. Gives bool.
 * @example tensor([1, NaN]).isNaN() // [false, true]
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the method's name, as NumPy's and PyTorch's
export const isNaN: UnaryMethod = declaredAs(function (this: Tensor) {
  return this.ne(this);
});

/**
 * Whether each element is finite, neither NaN nor ±∞: x − x is 0 there. Gives bool.
 * @example tensor([1, Infinity]).isFinite() // [true, false]
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: as above
export const isFinite: UnaryMethod = declaredAs(function (this: Tensor) {
  return this.isFloat ? this.sub(this).eq(0) : this.eq(this);
});
