/**
 * @file What is right at the edges of arithmetic, decided for every operation: PyTorch's value, gradient and second
 * gradient (tests/pytorch/edges.json), but for the departures listed here. An operation that is missing does not compile.
 */

import type { Differentiable } from "./examples.js";

/** One cell of a case in edges.json: a few numbers given together. */
export interface Cell {
  /** Its numbers, and the number beside them that was not drawn, if there is one. */
  readonly x: readonly number[];
  readonly beside: number;
  /** Which of its numbers a gradient is for. */
  readonly k: number;
  /** The weight of its value, and those of its gradients. */
  readonly w: number;
  readonly u: readonly number[];
  /** To the numbers of its dtype. */
  readonly round: (x: number) => number;
}

export interface Departure {
  readonly of: "values" | "gradients" | "second";
  readonly at: (cell: Cell) => boolean;
  readonly is: number | ((cell: Cell) => number);
  readonly because: string;
  /** How large the numbers are of which this is the difference: their rounding errors stay. */
  readonly scale?: (cell: Cell) => number;
}

const anyNaN = ({ x }: Cell) => x.some(Number.isNaN);
const allFinite = ({ x }: Cell) => x.every(Number.isFinite);
const length = ({ x, round }: Cell) => round(Math.hypot(...x));
const apart = ({ x: [a, b] }: Cell) => Math.abs(a - b);

const staysNaN = (of: Departure["of"]): Departure => ({ of, at: anyNaN, is: NaN, because: "NaN is not hidden" });
/** Whether 1/x can be stored. */
const invertible = (x: number, { round }: Cell) => round(1 / x) < Infinity;
const overflow = "the squares overflow or underflow, their root does not";

/** No departure from PyTorch. */
const same: readonly Departure[] = [];

export const departures: Record<Differentiable, readonly Departure[]> = {
  // ── Arithmetic
  add: same,
  sub: same,
  mul: same,
  div: [
    {
      of: "second",
      at: ({ x: [a, b] }) => a === -Infinity && b > -1e-10 && b < -1e-100,
      is: Infinity,
      because: "2a/b³ is ∞ before 1/b² is taken from it",
    },
  ],
  pow: [
    {
      of: "values",
      at: ({ x, beside }) => x.length === 1 && beside === 0.5 && x[0] === -Infinity,
      is: Infinity,
      because: "IEEE 754 has (−∞)^½ = ∞; PyTorch takes the square root",
    },
    {
      of: "gradients",
      at: ({ x, beside }) => x.length === 1 && beside === 0.5 && x[0] === -Infinity,
      is: 0,
      because: "½ (−∞)^−½ = 0, by IEEE 754",
    },
    {
      of: "gradients",
      at: ({ x, beside }) => x.length === 1 && beside === -1 && Math.abs(x[0]) >= 1e20 && Number.isFinite(x[0]),
      is: ({ x, w }) => -w / x[0] / x[0],
      because: "1/x² is a denormal number, not 0",
    },
    {
      of: "second",
      at: ({ x: [a, b], k }) => a === 0 && b >= 1 && b < Infinity && k === 0,
      is: ({ x: [, b], w, u }) => (b === 1.5 ? w * u[0] * Infinity : 0),
      because: "where a = 0 the gradient of b is 0, and has none of its own",
    },
    {
      of: "second",
      at: ({ x: [a, b], k }) => a === 0 && b >= 1 && b < Infinity && k === 1,
      is: ({ x: [, b], w, u }) => w * u[0] * 0 ** (b - 1),
      because: "∂²y/∂a∂b = aᵇ⁻¹ (1 + b ln a), with 0 for b ln a where a = 0",
    },
  ],
  maximum: same,
  minimum: same,
  clip: same,

  // ── Functions of one number
  neg: same,
  abs: [staysNaN("gradients")],
  sign: [staysNaN("values")],
  exp: same,
  log: same,
  sqrt: same,
  sin: same,
  cos: same,
  erf: same,
  floor: same,
  round: same,
  tanh: same,
  sigmoid: same,
  relu: [staysNaN("gradients"), staysNaN("second")],
  leakyRelu: same,
  elu: [
    {
      of: "values",
      at: ({ x: [a] }) => a < 0 && a > -1e-10,
      is: ({ x: [a] }) => a,
      because: "eˣ − 1 is x where x is small; PyTorch subtracts 1 from a rounded eˣ",
    },
    staysNaN("gradients"),
    staysNaN("second"),
  ],
  softplus: same,
  gelu: [
    {
      of: "values",
      at: ({ x: [a] }) => a === -Infinity,
      is: 0,
      because: "the limit; PyTorch multiplies 0 by ∞",
    },
    {
      of: "gradients",
      at: ({ x: [a] }) => Math.abs(a) > 1e10,
      is: ({ x: [a], w }) => (a > 0 ? w : 0),
      because: "the limit; PyTorch multiplies 0 by ∞",
    },
    {
      of: "second",
      at: ({ x: [a] }) => Math.abs(a) > 1e10,
      is: 0,
      because: "the limit; PyTorch multiplies 0 by ∞",
    },
  ],

  // ── Choosing and ordering
  where: same,
  sort: same,
  topk: same,

  // ── Reductions
  sum: same,
  sumTo: same,
  mean: same,
  variance: [
    {
      of: "gradients",
      at: ({ x }) => x.some((a) => Math.abs(a) === Infinity),
      is: NaN,
      because: "the variance of ∞ is NaN, and so is its gradient",
    },
  ],
  std: [
    { of: "values", at: allFinite, is: (cell) => apart(cell) / Math.SQRT2, because: overflow },
    {
      of: "gradients",
      at: (cell) => allFinite(cell) && apart(cell) > 0,
      is: (cell) => {
        const { x, k, w } = cell;
        return w * Math.sign(x[k] - x[1 - k]) * (invertible(apart(cell), cell) ? Math.SQRT1_2 : 0.5);
      },
      because: `${overflow}; the smallest number has no half, and is its own root of one`,
    },
    {
      of: "second",
      at: (cell) => allFinite(cell) && apart(cell) > 0,
      is: (cell) => (invertible(apart(cell), cell) ? 0 : NaN),
      because: "of two numbers it is |a − b| / √2, which has no curvature; of denormals 1/|a − b| overflows",
      scale: (cell) => 1 / apart(cell),
    },
  ],
  norm: [
    { of: "values", at: allFinite, is: length, because: overflow },
    {
      of: "gradients",
      at: (cell) => allFinite(cell) && length(cell) > 0,
      is: (cell) => cell.w * (cell.x[cell.k] / length(cell)),
      because: overflow,
    },
    {
      of: "second",
      at: (cell) => length(cell) === 0,
      is: 0,
      because: "the gradient at 0 is 0 by convention, a constant",
    },
    {
      of: "second",
      at: (cell) => allFinite(cell) && length(cell) > 0,
      is: (cell) => {
        if (!invertible(length(cell), cell)) return NaN;
        const unit = cell.x.map((a) => a / length(cell));
        const along = unit.reduce((sum, e, j) => sum + e * cell.u[j], 0);
        return (cell.w * (cell.u[cell.k] - unit[cell.k] * along)) / length(cell);
      },
      because: `${overflow}; of denormals 1/‖x‖ overflows`,
      scale: (cell) => 1 / length(cell),
    },
  ],
  max: same,
  min: same,
  prod: same,
  cumsum: same,
  logSumExp: same,
  softmax: same,
  logSoftmax: same,

  // ── Products and matrices
  matmul: same,
  dot: same,
  outer: same,
  diag: same,
  trace: same,
  inv: same,
  solve: [
    {
      of: "second",
      at: ({ x: [a], k }) => a > 0 && a < 1e-19 && k === 0,
      is: NaN,
      because: "both parts of it overflow, in opposite directions",
    },
  ],

  // ── Movement
  reshape: same,
  flatten: same,
  permute: same,
  transpose: same,
  T: same,
  squeeze: same,
  unsqueeze: same,
  broadcastTo: same,
  slice: same,
  pad: same,
  at: same,
  index: same,
  flip: same,
  tril: same,
  triu: same,
  split: same,
  chunk: same,
  repeat: same,
  gather: same,
  scatterAdd: same,
  take: same,
  clone: same,
  to: same,
  concat: same,
  stack: same,

  // ── Losses
  mseLoss: same,
  crossEntropy: [
    {
      of: "values",
      at: ({ x: [a, b], beside }) => beside === 0 && a === -Infinity && Number.isFinite(b),
      is: 0,
      because: "a class of probability 0 adds nothing, even where its logit is −∞",
    },
  ],
  binaryCrossEntropy: [
    {
      of: "gradients",
      at: ({ k }) => k === 0,
      is: ({ x: [p], beside: y, w }) => (w * (p - y)) / Math.max(p * (1 - p), 1e-12),
      because: "PyTorch rounds 10⁻¹² to float32",
      scale: () => 1e-27, // p − y has the digits of a denormal
    },
    {
      of: "gradients",
      at: ({ x: [p], k }) => k === 1 && p > 0 && p < Math.exp(-100),
      is: ({ w }) => w * 100,
      because: "the logarithm stops at −100 in the gradient too",
    },
    {
      of: "second",
      at: ({ x: [p], k }) => k === 0 && p > 0 && p < 1e-12,
      is: ({ x: [p], w, u }) => w * u[0] * (1e12 - (p < Math.exp(-100) ? 0 : 1 / p) - 1),
      because: "1 / 10⁻¹² from p, −1/p − 1 from the target, whose logarithm stops at −100",
    },
  ],
  binaryCrossEntropyWithLogits: [
    {
      of: "values",
      at: ({ x: [a] }) => Math.abs(a) === Infinity,
      is: ({ x: [a], beside: y }) => ((a > 0 ? 1 : 0) === y ? 0 : Infinity),
      because: "the limit: nothing where the logit is right, ∞ where it is not",
    },
  ],
};
