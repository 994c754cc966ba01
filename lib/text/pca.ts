/** @file Principal component analysis: the directions in which points vary most (Pearson 1901). */

import { math } from "../backend/index.js";
import { describe, show } from "../shape/rules.js";
import { isTensor, Tensor } from "../tensor/tensor.js";

/** Principal components, and what projecting onto them keeps. */
export interface PCA {
  /** The mean of the points, subtracted before anything is measured. */
  readonly mean: Tensor<[number]>;
  /** Orthogonal unit vectors, one a row, in order of falling variance; the largest entry of each is positive. */
  readonly components: Tensor<[number, number]>;
  /** Variance along each component (with correction 1). */
  readonly variance: readonly number[];
  /** The share of the total variance along each component. */
  readonly share: readonly number[];
  /** The coordinates of points along the components: (x − mean) · componentsᵀ. */
  project(points: Tensor<[number, number]>): Tensor<[number, number]>;
}

/**
 * The first `count` principal components of points, one a row: eigenvectors of the covariance matrix
 * C = Σ (x − mean)(x − mean)ᵀ / (n − 1), of the largest eigenvalues. In float64, outside the graph.
 * @throws if `points` is not a matrix of two or more rows, or `count` is not a whole number from 1 to its columns
 * @example text.pca(tensor([[1, 1], [2, 2], [3, 3]]), 1).share // [ 1 ]
 */
export function pca(points: Tensor<[number, number]>, count = 2): PCA {
  if (!isTensor(points)) throw new TypeError(`pca: takes a tensor of points, one a row, got ${describe(points)}`);
  const [n, d] = points.shape;
  if (points.ndim !== 2 || n < 2) {
    throw new RangeError(`pca: needs at least two points, one a row, got shape ${show(points.shape)}`);
  }
  if (!Number.isInteger(count) || count < 1 || count > d) {
    throw new RangeError(`pca: points of ${d} numbers have 1 to ${d} components, got ${describe(count)}`);
  }
  const x: Tensor = points.detach().to("float64");
  const mean: Tensor = x.mean(0);
  // Brought near 1, so that squares neither overflow nor underflow; the variance is scaled back.
  const largest = x.sub(mean).norm().item();
  const scale = largest > 0 && largest < Infinity ? 2 ** Math.min(math.exponent(largest), 1023) : 1;
  const centered = x.sub(mean).div(scale);
  const covariance = centered.T.matmul(centered).div(n - 1);
  const { values, vectors } = eigenSymmetric(covariance.toTypedArray() as Float64Array, d);
  const components: Tensor = new Tensor(vectors.slice(0, count * d), [count, d]);
  const total = values.reduce((sum, value) => sum + value, 0);
  const largestFirst = values.slice(0, count);
  return {
    // Copies: `project` keeps its own.
    mean: mean.clone() as Tensor<[number]>,
    components: components.clone() as Tensor<[number, number]>,
    variance: largestFirst.map((value) => value * scale * scale),
    share: largestFirst.map((value) => (total > 0 ? value / total : 0)),
    project(others) {
      if (others.ndim !== 2 || others.shape[1] !== d) {
        throw new RangeError(
          `project: these components are of points of ${d} numbers, got shape ${show(others.shape)}`,
        );
      }
      const projected: Tensor = others.detach().to("float64").sub(mean).matmul(components.T);
      return projected as Tensor<[number, number]>;
    },
  };
}

/**
 * Eigenvalues of a symmetric matrix, largest first, and their eigenvectors, one a row. Jacobi's method (1846): rotate two axes
 * so that the entry between them becomes 0, for every two axes in turn, until only the diagonal is left.
 */
export function eigenSymmetric(matrix: Float64Array, size: number): { values: number[]; vectors: Float64Array } {
  const a = matrix.slice();
  const axes = new Float64Array(size * size);
  for (let i = 0; i < size; i++) axes[i * (size + 1)] = 1;
  const negligible = Number.EPSILON ** 2 * a.reduce((sum, entry) => sum + entry * entry, 0);
  for (let sweep = 0; sweep < 60 && offDiagonal(a, size) > negligible; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, axes, size, p, q);
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => a[j * (size + 1)] - a[i * (size + 1)]);
  const vectors = new Float64Array(size * size);
  for (const [k, i] of order.entries()) {
    let largest = 0;
    for (let d = 0; d < size; d++) if (Math.abs(axes[i * size + d]) > Math.abs(largest)) largest = axes[i * size + d];
    for (let d = 0; d < size; d++) vectors[k * size + d] = largest < 0 ? -axes[i * size + d] : axes[i * size + d];
  }
  return { values: order.map((i) => a[i * (size + 1)]), vectors };
}

/** Rotates axes p and q by the angle θ that makes a_pq zero: tan 2θ = 2 a_pq / (a_qq − a_pp). */
function rotate(a: Float64Array, axes: Float64Array, size: number, p: number, q: number): void {
  const between = a[p * size + q];
  if (between === 0) return;
  const cot = (a[q * (size + 1)] - a[p * (size + 1)]) / (2 * between);
  const tan = (cot < 0 ? -1 : 1) / (Math.abs(cot) + Math.sqrt(cot * cot + 1));
  const cos = 1 / Math.sqrt(tan * tan + 1);
  const sin = tan * cos;
  turn(a, p, q, size, size, cos, sin);
  turn(a, p * size, q * size, 1, size, cos, sin);
  turn(axes, p * size, q * size, 1, size, cos, sin);
}

/** Replaces two rows or columns x and y by cos · x − sin · y and sin · x + cos · y; `step` is the stride within each. */
function turn(m: Float64Array, x: number, y: number, step: number, size: number, cos: number, sin: number): void {
  for (let k = 0; k < size; k++, x += step, y += step) {
    const before = m[x];
    m[x] = cos * before - sin * m[y];
    m[y] = sin * before + cos * m[y];
  }
}

function offDiagonal(a: Float64Array, size: number): number {
  return a.reduce((sum, entry, k) => (k % (size + 1) === 0 ? sum : sum + entry * entry), 0);
}
