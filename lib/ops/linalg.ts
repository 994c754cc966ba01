/** @file Products of vectors and matrices. */

import { declaredAs, op } from "../autograd/engine.js";
import { backend, type View } from "../backend/index.js";
import * as rules from "../shape/rules.js";
import type { Dot, Fits, Matmul, Result, Shape } from "../shape/shape.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { stretch } from "../tensor/views.js";
import { describeNonTensor, requireFloat, requireSameDtype } from "./checks.js";

/** `x` as a stack of matrices: a vector becomes one row, or one column, and batch axes are stretched. */
function asMatrices(x: Tensor, batch: Shape, rows: number, columns: number, vector: "row" | "column"): View {
  if (x.shape.length > 1) return stretch(x, [...batch, rows, columns]);
  const [step] = x.strides;
  const matrix = vector === "row" ? [0, step] : [step, 0];
  return {
    data: x.data,
    offset: x.offset,
    shape: [...batch, rows, columns],
    strides: [...batch.map(() => 0), ...matrix],
  };
}

function checkOperands(name: string, a: Tensor, b: unknown): asserts b is Tensor {
  if (!isTensor(b)) throw new TypeError(`${name}: the other operand is a tensor, got ${describeNonTensor(b)}`);
  requireFloat(name, a);
  requireSameDtype(name, a, b);
}

/** `x` with the axis that a vector lacks, so that the vjps below hold for matrices alone. */
const asRow = (x: Tensor) => (x.ndim === 1 ? x.unsqueeze(0) : x);
const asColumn = (x: Tensor) => (x.ndim === 1 ? x.unsqueeze(1) : x);
/** ȳ with the axes that vectors a, b took from the product. */
const asProduct = (g: Tensor, a: Tensor, b: Tensor) => {
  const tall = b.ndim === 1 ? g.unsqueeze(-1) : g;
  return a.ndim === 1 ? tall.unsqueeze(-2) : tall;
};
/** A gradient of matrices, as the gradient of the vector that stood for one: batch axes summed away. */
const sumBatchAxes = (g: Tensor, x: Tensor) => (x.ndim === 1 ? g.sumTo(g.shape.slice(-2)).reshape(x.shape) : g);

/**
 * C = A B, Cᵢⱼ = Σₖ Aᵢₖ Bₖⱼ, over the last two axes; the axes before them are a batch and broadcast.
 * A vector is a row on the left and a column on the right, and its axis goes: matrix @ vector is a vector, vector @ vector
 * a scalar.   Ā = C̄ Bᵀ,  B̄ = Aᵀ C̄.
 */
const matmul: <A extends Shape, B extends Shape>(
  this: Tensor<A>,
  other: Fits<Matmul<A, B>, Tensor<B>>,
) => Tensor<Result<Matmul<A, B>>> = op(
  "matmul",
  (a: Tensor, b: Tensor) => {
    checkOperands("matmul", a, b);
    const { batch, m, k, n, shape } = rules.matmul(a.shape, b.shape);
    if (a.ndim === 1 && b.ndim === 1) return new Tensor(backend().dot(a, b), shape as number[]);
    const product = backend().matmul(asMatrices(a, batch, m, k, "row"), asMatrices(b, batch, k, n, "column"));
    return new Tensor(product, shape as number[]);
  },
  [
    (g, _, a, b) => sumBatchAxes(asProduct(g, a, b).matmul(asColumn(b).transpose(-2, -1)), a),
    (g, _, a, b) =>
      sumBatchAxes(
        asRow(a)
          .transpose(-2, -1)
          .matmul(asProduct(g, a, b)),
        b,
      ),
  ],
);

/** a · b = Σᵢ aᵢ bᵢ of two vectors. */
const dot: <A extends Shape, B extends Shape>(this: Tensor<A>, other: Fits<Dot<A, B>, Tensor<B>>) => Tensor<[]> =
  declaredAs(function (this: Tensor, other: Tensor) {
    checkOperands("dot", this, other);
    rules.dot(this.shape, other.shape);
    return this.matmul(other);
  });

export const linalgMethods = { matmul, dot };
