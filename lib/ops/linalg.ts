/** @file Linear algebra: products, triangles, diagonals, inverses and systems of equations. */

import { declaredAs, op } from "../autograd/engine.js";
import { allocate, backend, eliminate, type View } from "../backend/index.js";
import { checkWhole } from "../shape/numbers.js";
import * as rules from "../shape/rules.js";
import type { Diag, Dot, Fits, Matmul, Matrix, Outer, Result, Shape, Solve, Square, Trace } from "../shape/shape.js";
import { eye } from "../tensor/create.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { copy, stretch } from "../tensor/views.js";
import { summed } from "./axes.js";
import { binary } from "./binary.js";
import { describeNonTensor, requireFloat, requireSameDtype } from "./checks.js";

// ── Products ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `x` as a batch of matrices: a vector becomes a row or a column, and batch axes are broadcast. */
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

/** `x` as a matrix if it is a vector, so that the vjps below only deal with matrices. */
const asRow = (x: Tensor) => (x.ndim === 1 ? x.unsqueeze(0) : x);
const asColumn = (x: Tensor) => (x.ndim === 1 ? x.unsqueeze(1) : x);
/** ȳ with the axes that the product dropped for vectors a, b. */
const asProduct = (g: Tensor, a: Tensor, b: Tensor) => {
  const tall = b.ndim === 1 ? g.unsqueeze(-1) : g;
  return a.ndim === 1 ? tall.unsqueeze(-2) : tall;
};
/** The gradient of a vector x from that of the matrix it became: summed over batch axes. */
const sumBatchAxes = (g: Tensor, x: Tensor) => (x.ndim === 1 ? g.sumTo(g.shape.slice(-2)).reshape(x.shape) : g);

/**
 * C = A B, Cᵢⱼ = Σₖ Aᵢₖ Bₖⱼ, over the last two axes; the axes before them are a batch and broadcast.
 * A vector counts as a row on the left and a column on the right, and the result drops that axis: matrix @ vector is a
 * vector, vector @ vector a scalar.   Ā = C̄ Bᵀ,  B̄ = Aᵀ C̄.
 */
export const matmul: <A extends Shape, B extends Shape>(
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

/** The dot product of two vectors, a · b = Σᵢ aᵢ bᵢ. */
export const dot: <A extends Shape, B extends Shape>(this: Tensor<A>, other: Fits<Dot<A, B>, Tensor<B>>) => Tensor<[]> =
  declaredAs(function (this: Tensor, other: Tensor) {
    checkOperands("dot", this, other);
    rules.dot(this.shape, other.shape);
    return this.matmul(other);
  });

/**
 * The outer product of two vectors, Cᵢⱼ = aᵢ bⱼ.
 * @example tensor([1, 2]).outer(tensor([3, 4])) // [[3, 4], [6, 8]]
 */
export const outer: <A extends Shape, B extends Shape>(
  this: Tensor<A>,
  other: Fits<Outer<A, B>, Tensor<B>>,
) => Tensor<Result<Outer<A, B>>> = declaredAs(function (this: Tensor, other: Tensor) {
  if (!isTensor(other)) throw new TypeError(`outer: the other operand is a tensor, got ${describeNonTensor(other)}`);
  rules.outer(this.shape, other.shape);
  return columnTimesRow.call(this.unsqueeze(1), other);
});
/** Cᵢⱼ = aᵢ bⱼ of a column [n, 1] and a row [m]: a product whose errors say "outer". */
const columnTimesRow: (this: Tensor, row: Tensor) => Tensor = op("outer", binary("mul", "outer"), [
  (g, _, _column, row) => g.mul(row),
  (g, _, column) => g.mul(column),
]);

// ── Parts of a matrix ──────────────────────────────────────────────────────────────────────────────────────────────────

type Triangle<Op extends string> = <S extends Shape>(
  this: Fits<Matrix<Op, S>, Tensor<S>>,
  diagonal?: number,
) => Tensor<S>;

function triangle(name: "tril" | "triu") {
  return function (this: Tensor, diagonal = 0): Tensor {
    const [rows, columns] = rules.matrix(name, this.shape);
    checkWhole(name, "the diagonal", diagonal, -Infinity);
    const kept = allocate("bool", rows * columns);
    for (let i = 0; i < kept.length; i++) {
      const right = (i % columns) - Math.floor(i / columns) - diagonal;
      kept[i] = Number(name === "tril" ? right <= 0 : right >= 0);
    }
    return this.where(new Tensor(kept, [rows, columns]) as Tensor, 0);
  };
}

/**
 * The lower triangle of matrices: 0 above the main diagonal, or above the `diagonal`-th one to its right.
 * @example ones([2, 2]).tril() // [[1, 0], [1, 1]]
 */
export const tril: Triangle<"tril"> = declaredAs(triangle("tril"));

/**
 * The upper triangle of matrices: 0 below the main diagonal, or below the `diagonal`-th one to its right.
 * @example ones([2, 2]).triu(1) // [[0, 1], [0, 0]]
 */
export const triu: Triangle<"triu"> = declaredAs(triangle("triu"));

/**
 * The diagonal matrix of a vector, or the diagonal of a matrix.
 * @example tensor([1, 2]).diag() // [[1, 0], [0, 2]]
 */
export const diag: <S extends Shape>(this: Fits<Diag<S>, Tensor<S>>) => Tensor<Result<Diag<S>>> = declaredAs(function (
  this: Tensor,
) {
  rules.diag(this.shape);
  if (this.ndim === 1) return this.where(eye(this.size, { dtype: "bool" }), 0);
  const n = Math.min(this.shape[0], this.shape[1]);
  const places = Int32Array.from({ length: n }, (_, i) => i * (this.shape[1] + 1));
  return this.flatten().take(new Tensor(places, [n]));
});

/**
 * The trace of a matrix, Σ aᵢᵢ.
 * @example tensor([[1, 2], [3, 4]]).trace() // 5
 */
export const trace: <S extends Shape>(this: Fits<Trace<S>, Tensor<S>>) => Tensor<[]> = declaredAs(function (
  this: Tensor,
) {
  rules.trace(this.shape);
  return summed("trace", this.diag() as Tensor, [0], false);
});

// ── Systems of equations ───────────────────────────────────────────────────────────────────────────────────────────────

/** Solves A X = B by Gaussian elimination in float64 with partial pivoting. Errors name what was `called`. */
const solveMatrix: (this: Tensor, b: Tensor, called: string) => Tensor = op(
  "solve",
  (a: Tensor, b: Tensor, called: string) => {
    const [n, k] = b.shape;
    const left = Array.from({ length: n }, (_, i) => copy(a.detach().at(i), "float64"));
    const right = Array.from({ length: n }, (_, i) => copy(b.detach().at(i), "float64"));
    const column = eliminate(left, right);
    if (column >= 0) {
      throw new RangeError(`${called}: the matrix is singular: column ${column} depends on those before it`);
    }
    return new Tensor(Float64Array.from(right.flatMap((row) => [...row])), [n, k] as number[]).to(a.dtype);
  },
  [(g, x, a) => a.T.solve(g).matmul(x.T).neg(), (g, _, a) => a.T.solve(g)],
);

/**
 * Solves A X = B for X, with A this matrix [n, n] and B a vector [n] or a matrix [n, k].   B̄ = A⁻ᵀ X̄,  Ā = −B̄ Xᵀ.
 * @throws if the matrix is singular
 * @example tensor([[2, 0], [0, 4]]).solve(tensor([1, 1])) // [0.5, 0.25]
 */
export const solve: <A extends Shape, B extends Shape>(
  this: Tensor<A>,
  b: Fits<Solve<A, B>, Tensor<B>>,
) => Tensor<Result<Solve<A, B>>> = declaredAs(function (this: Tensor, b: Tensor) {
  if (!isTensor(b)) throw new TypeError(`solve: the right side is a tensor, got ${describeNonTensor(b)}`);
  requireFloat("solve", this);
  requireSameDtype("solve", this, b);
  rules.solve(this.shape, b.shape);
  return solveMatrix.call(this, b.ndim === 1 ? b.unsqueeze(1) : b, "solve").reshape(b.shape);
});

/**
 * The inverse A⁻¹ of a square matrix. To solve equations, `solve` takes fewer steps and loses fewer digits.
 * @throws if the matrix is singular
 * @example tensor([[2, 0], [0, 4]]).inv() // [[0.5, 0], [0, 0.25]]
 */
export const inv: <S extends Shape>(this: Fits<Square<"inv", S>, Tensor<S>>) => Tensor<S> = declaredAs(function (
  this: Tensor,
) {
  requireFloat("inv", this);
  return solveMatrix.call(this, eye(rules.square("inv", this.shape), { dtype: this.dtype }) as Tensor, "inv");
});
