/** @file More of linear algebra: outer products, diagonals, inverses and systems of equations. */

import { declaredAs, op } from "../autograd/engine.js";
import {
  diag as checkDiag,
  outer as checkOuter,
  solve as checkSolve,
  trace as checkTrace,
  square,
} from "../shape/rules.js";
import type { Diag, Fits, Outer, Result, Shape, Solve, Square, Trace } from "../shape/shape.js";
import { eye } from "../tensor/create.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { copy } from "../tensor/views.js";
import { describeNonTensor, requireFloat, requireSameDtype } from "./checks.js";

/**
 * Cᵢⱼ = aᵢ bⱼ of two vectors.
 * @example tensor([1, 2]).outer(tensor([3, 4])) // [[3, 4], [6, 8]]
 */
const outer: <A extends Shape, B extends Shape>(
  this: Tensor<A>,
  other: Fits<Outer<A, B>, Tensor<B>>,
) => Tensor<Result<Outer<A, B>>> = declaredAs(function (this: Tensor, other: Tensor) {
  if (!isTensor(other)) throw new TypeError(`outer: the other operand is a tensor, got ${describeNonTensor(other)}`);
  checkOuter(this.shape, other.shape);
  return this.unsqueeze(1).mul(other);
});

/**
 * Of a vector, the matrix with it on the diagonal and 0 elsewhere; of a matrix, its diagonal.
 * @example tensor([1, 2]).diag() // [[1, 0], [0, 2]]
 */
const diag: <S extends Shape>(this: Fits<Diag<S>, Tensor<S>>) => Tensor<Result<Diag<S>>> = declaredAs(function (
  this: Tensor,
) {
  checkDiag(this.shape);
  if (this.ndim === 1) return this.where(eye(this.size, { dtype: "bool" }), 0);
  const n = Math.min(this.shape[0], this.shape[1]);
  const places = Int32Array.from({ length: n }, (_, i) => i * (this.shape[1] + 1));
  return this.flatten().take(new Tensor(places, [n]));
});

/**
 * Σ aᵢᵢ, the sum of a matrix's diagonal.
 * @example tensor([[1, 2], [3, 4]]).trace() // 5
 */
const trace: <S extends Shape>(this: Fits<Trace<S>, Tensor<S>>) => Tensor<[]> = declaredAs(function (this: Tensor) {
  checkTrace(this.shape);
  return (this.diag() as Tensor).sum();
});

/** X with A X = B, both matrices: elimination in float64, each column's largest entry brought up as its pivot. */
const solveMatrix: (this: Tensor, b: Tensor) => Tensor = op(
  "solve",
  (a: Tensor, b: Tensor) => {
    const [n, k] = b.shape;
    const left = Array.from({ length: n }, (_, i) => copy(a.detach().at(i), "float64"));
    const right = Array.from({ length: n }, (_, i) => copy(b.detach().at(i), "float64"));
    for (let i = 0; i < n; i++) {
      let pivot = i;
      for (let r = i; r < n; r++) if (Math.abs(left[r][i]) > Math.abs(left[pivot][i])) pivot = r;
      for (const rows of [left, right]) [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
      if (left[i][i] === 0)
        throw new RangeError(`solve: the matrix is singular: column ${i} depends on those before it`);
      for (let r = 0; r < n; r++) {
        const factor = r === i ? 0 : left[r][i] / left[i][i];
        if (factor === 0) continue;
        for (let c = i; c < n; c++) left[r][c] -= factor * left[i][c];
        for (let c = 0; c < k; c++) right[r][c] -= factor * right[i][c];
      }
    }
    const x = right.flatMap((row, i) => Array.from(row, (value) => value / left[i][i]));
    return new Tensor(Float64Array.from(x), [n, k] as number[]).to(a.dtype);
  },
  [(g, x, a) => a.T.solve(g).matmul(x.T).neg(), (g, _, a) => a.T.solve(g)],
);

/**
 * X with A X = B, A this square matrix [n, n], B a vector [n] or a matrix [n, k].   B̄ = A⁻ᵀ X̄,  Ā = −B̄ Xᵀ.
 * @throws if the matrix is singular
 * @example tensor([[2, 0], [0, 4]]).solve(tensor([1, 1])) // [0.5, 0.25]
 */
const solve: <A extends Shape, B extends Shape>(
  this: Tensor<A>,
  b: Fits<Solve<A, B>, Tensor<B>>,
) => Tensor<Result<Solve<A, B>>> = declaredAs(function (this: Tensor, b: Tensor) {
  if (!isTensor(b)) throw new TypeError(`solve: the right side is a tensor, got ${describeNonTensor(b)}`);
  requireFloat("solve", this);
  requireSameDtype("solve", this, b);
  checkSolve(this.shape, b.shape);
  return solveMatrix.call(this, b.ndim === 1 ? b.unsqueeze(1) : b).reshape(b.shape);
});

/**
 * A⁻¹, with A A⁻¹ the identity. To solve equations, `solve` takes fewer steps and loses fewer digits.
 * @throws if the matrix is singular
 * @example tensor([[2, 0], [0, 4]]).inv() // [[0.5, 0], [0, 0.25]]
 */
const inv: <S extends Shape>(this: Fits<Square<"inv", S>, Tensor<S>>) => Tensor<S> = declaredAs(function (
  this: Tensor,
) {
  requireFloat("inv", this);
  return this.solve(eye(square("inv", this.shape), { dtype: this.dtype }) as Tensor);
});

export const matrixMethods = { outer, diag, trace, solve, inv };
