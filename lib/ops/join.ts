/** @file Joining: tensors one after another along an axis, or stacked along a new one. */

import { declaredAs, record } from "../autograd/engine.js";
import { allocate, backend } from "../backend/index.js";
import * as rules from "../shape/rules.js";
import type { Concat, Fits, NoInfer, Result, Stack } from "../shape/shape.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { describeNonTensor, requireSameDtype } from "./checks.js";

type Shapes<T extends readonly unknown[]> = { -readonly [K in keyof T]: T[K] extends Tensor<infer S> ? S : never };

function checkList(name: string, tensors: unknown): asserts tensors is readonly Tensor[] {
  if (!Array.isArray(tensors)) {
    throw new TypeError(`${name}: takes an array of tensors, got ${rules.describe(tensors)}`);
  }
  for (const [i, x] of tensors.entries()) {
    if (!isTensor(x))
      throw new TypeError(`${name}: takes an array of tensors, at place ${i} is ${describeNonTensor(x)}`);
    requireSameDtype(name, tensors[0], x);
  }
}

type Join<Rule extends "concat" | "stack"> = <const T extends Fits<Joined<Rule, T, I>, unknown>, I extends number = 0>(
  tensors: T,
  axis?: I,
) => Tensor<Result<Joined<Rule, NoInfer<T>, NoInfer<I>>>>;
type Joined<Rule extends string, T, I extends number> = T extends readonly unknown[]
  ? Rule extends "concat"
    ? ConcatOf<T, I>
    : StackOf<T, I>
  : `${Rule}: takes an array of tensors`;
type ConcatOf<T extends readonly unknown[], I extends number> = Concat<Shapes<T>, I>;
type StackOf<T extends readonly unknown[], I extends number> = Stack<Shapes<T>, I>;

/**
 * Concatenates tensors along `axis` (0), the only one on which their sizes may differ.
 * @example concat([ones([2]), zeros([1])]) // Tensor<[3]> [1, 1, 0]
 */
export const concat: Join<"concat"> = declaredAs((tensors: readonly Tensor[], axis = 0) => {
  checkList("concat", tensors);
  const joint = rules.concat(
    tensors.map((x) => x.shape),
    axis,
  );
  const y = new Tensor(allocate(tensors[0].dtype, rules.sizeOf(joint.shape)), joint.shape);
  let next = 0;
  const starts = tensors.map((x) => {
    const start = next;
    next += x.shape[joint.axis];
    backend().assign(new Tensor(y.data, x.shape, y.strides, start * y.strides[joint.axis]), x);
    return start;
  });
  return record("concat", y, tensors, (g, _y, _inputs, needs) =>
    tensors.map((x, i) => (needs[i] ? g.slice(starts[i], starts[i] + x.shape[joint.axis], joint.axis) : null)),
  );
});

/**
 * Stacks tensors of one shape along a new axis, which becomes axis `axis` (0) of the result.
 * @example stack([ones([2]), zeros([2])]) // Tensor<[2, 2]> [[1, 1], [0, 0]]
 */
export const stack: Join<"stack"> = declaredAs((tensors: readonly Tensor[], axis = 0) => {
  checkList("stack", tensors);
  const at = rules.stack(
    tensors.map((x) => x.shape),
    axis,
  );
  return concat(
    tensors.map((x) => x.unsqueeze(at)),
    at,
  );
});
