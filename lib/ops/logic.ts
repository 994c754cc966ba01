/** @file Truth values: joined, negated, counted; and which numbers are NaN or finite. */

import { declaredAs } from "../autograd/engine.js";
import { backend } from "../backend/index.js";
import { axesOf, broadcast, describe } from "../shape/rules.js";
import type { Broadcast, Fits, Result, Shape } from "../shape/shape.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { stretch } from "../tensor/views.js";
import type { Axis, Keepdims, ReduceMethod } from "./reduce.js";

type LogicMethod<Op extends string> = <A extends Shape, B extends Shape>(
  this: Tensor<A>,
  other: Fits<Broadcast<Op, A, B>, Tensor<B>>,
) => Tensor<Result<Broadcast<Op, A, B>>>;
type TestMethod = <S extends Shape>(this: Tensor<S>) => Tensor<S>;

function requireBool(name: string, x: unknown): asserts x is Tensor {
  if (isTensor(x) && x.dtype === "bool") return;
  const got = isTensor(x) ? `a ${x.dtype} tensor; compare it, as x.ne(0) does` : describe(x);
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
 * Where both hold. Bool tensors only.
 * @example x.gt(0).and(x.lt(1)) // where 0 < x < 1
 */
const and: LogicMethod<"and"> = declaredAs(joined("and"));

/**
 * Where one or both hold. Bool tensors only.
 * @example x.lt(0).or(x.gt(1)) // where x is outside [0, 1]
 */
const or: LogicMethod<"or"> = declaredAs(joined("or"));

/**
 * Where this does not hold. Bool tensors only.
 * @example x.gt(0).not() // where x ≤ 0, or is NaN
 */
const not: TestMethod = declaredAs(function (this: Tensor) {
  requireBool("not", this);
  return this.eq(0);
});

/** How often a mask holds. */
function counted(name: string, mask: Tensor, axis: Axis, options?: Keepdims): Tensor {
  return mask.sum(axesOf(name, mask.shape, axis), options);
}

/**
 * Whether one element or more is not 0, over `axis`, over several axes, or over all; false of nothing. Gives bool.
 * @example x.gt(9).any().item() // 1 if there is an element above 9, else 0
 */
const any: ReduceMethod<"any"> = declaredAs(function (this: Tensor, axis?: Axis, options?: Keepdims) {
  return counted("any", this.ne(0), axis, options).gt(0);
});

/**
 * Whether no element is 0, over `axis`, over several axes, or over all; true of nothing. Gives bool.
 * @example x.isFinite().all().item() // 1 if nothing is NaN or ±∞, else 0
 */
const all: ReduceMethod<"all"> = declaredAs(function (this: Tensor, axis?: Axis, options?: Keepdims) {
  return counted("all", this.eq(0), axis, options).eq(0);
});

/**
 * Where x is NaN, the one value that differs from itself. Gives bool.
 * @example tensor([1, NaN]).isNaN() // [false, true]
 */
const whereNaN: TestMethod = declaredAs(function (this: Tensor) {
  return this.ne(this);
});

/**
 * Where x is neither NaN nor ±∞: where x − x is 0. Gives bool.
 * @example tensor([1, Infinity]).isFinite() // [true, false]
 */
const whereFinite: TestMethod = declaredAs(function (this: Tensor) {
  return this.isFloat ? this.sub(this).eq(0) : this.eq(this);
});

export const logicMethods = { and, or, not, any, all, isNaN: whereNaN, isFinite: whereFinite };
