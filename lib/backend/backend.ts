/** @file The backend interface: every numeric routine the library calls, on strided arrays of numbers. */

import type { Shape } from "../shape/shape.js";
import type { FusedActivation } from "./activations.js";
import type { Unary } from "./functions.js";

/** The types of a tensor's elements. */
export type DType = "float32" | "float64" | "int32" | "bool";
/** Flat storage; `bool` is a byte, 0 or 1. */
export type Data = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Flat data seen as an array: element (i, j, …) is `data[offset + i·strides[0] + j·strides[1] + …]`. A stretched axis has stride 0. */
export interface View {
  readonly data: Data;
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
}

export type Binary = "add" | "sub" | "mul" | "div" | "pow" | "maximum" | "minimum";
export type Comparison = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
export type Reduction = "sum" | "mean" | "norm" | "max" | "min";
/**
 * Every function reads strided views and gives fresh row-major data, of the dtype of its operands unless said otherwise.
 * Two views given together have the same shape (the caller stretches them) and dtype; a number counts as a view of itself
 * everywhere, rounded to that dtype. float32 arithmetic rounds after every operation — sums are kept in float64 and rounded
 * once — and always in the same order, so that results are the same bits on every machine and in every implementation.
 */
export interface Backend {
  readonly name: "reference" | "wasm";
  /** y = f(x). `parameter` is leakyRelu's slope and elu's α. */
  unary(f: Unary, x: View, parameter?: number): Data;
  /** At most one of `a`, `b` is a number. */
  binary(f: Binary, a: View | number, b: View | number): Data;
  compare(f: Comparison, a: View | number, b: View | number): Uint8Array;
  /** condition ? a : b */
  where(condition: View, a: View | number, b: View | number, dtype: DType): Data;
  /** Reduces the last `axes` axes; `norm` is √Σx². The sum of nothing is 0, its mean NaN; the caller refuses the maximum of nothing. NaN wins max and min. */
  reduce(f: Reduction, x: View, axes: number): Data;
  /** Position, in row-major order over the last `axes` axes, of the first maximum or minimum (or NaN). */
  argReduce(f: "max" | "min", x: View, axes: number): Int32Array;
  /** Along the last axis, shifted by the maximum. */
  softmax(x: View): Data;
  logSoftmax(x: View): Data;
  /**
   * [..., m, k] @ [..., k, n], batch axes already stretched to one shape. Up to k = 1024, C_ij is summed from first to last
   * in the dtype; longer sums in runs of 64, which are added up in float64.
   */
  matmul(a: View, b: View): Data;
  /** Σ aᵢ bᵢ of two vectors, summed in float64 and rounded once. */
  dot(a: View, b: View): Data;
  /** out[…, i, …] = x[…, index[…, i, …], …] on `axis`; `index` (int32, in range) has the shape of the result. */
  gather(x: View, axis: number, index: View): Data;
  /** target[…, index[…, i, …], …] += source[…, i, …], in place and in row-major order: gather's transpose. */
  scatterAdd(target: View, axis: number, index: View, source: View): void;
  /** Writes `source` into the places `target` shows; dtypes may differ. */
  assign(target: View, source: View | number): void;

  // Layers: several routines in one call, with the bits of the routines called one after another.

  /**
   * y = f(x Wᵀ + b) with x [rows, in], W [out, in], b [out]. `saved` is what the gradient needs: y if f′ follows from y, else
   * f′(x); or y if it is not `wanted`.
   */
  linear(
    x: View,
    weight: View,
    bias: View | null,
    f: FusedActivation | null,
    wanted: boolean,
  ): { y: Data; saved: Data };
  /** From dy, what `wants` asks for: dx = dz W, dW = dzᵀ x, db = Σ dz over rows, with dz = dy · f′. */
  linearBackward(
    x: View,
    weight: View,
    f: FusedActivation | null,
    saved: View,
    dy: View,
    wants: { x: boolean; weight: boolean; bias: boolean },
  ): { dx: Data | null; dweight: Data | null; dbias: Data | null };
  /** Per row of logits [rows, classes] −log softmax at its target, and that loss's gradient; a negative target counts nothing. */
  softmaxCrossEntropy(logits: View, targets: View): { losses: Data; gradient: Data };
  /** Per logit x with target y: softplus(−|x|) + x ([x > 0] − y), which is −ln of what σ(x) gives y (the product is 0 where its second factor is); and σ(x) − y, that loss's gradient. */
  sigmoidCrossEntropy(logits: View, targets: View): { losses: Data; gradient: Data };
  /** y = (x − mean) · rstd · weight + bias over the last axis, rstd = 1/√(variance + eps), the variance divided by n. */
  layerNorm(x: View, weight: View, bias: View, eps: number): { y: Data; mean: Data; rstd: Data };
  layerNormBackward(x: View, weight: View, mean: Data, rstd: Data, dy: View): { dx: Data; dweight: Data; dbias: Data };
  /**
   * weights = softmax(scale · q kᵀ), 0 where `mask` (bool, [..., T, S]) is 0 or, if `causal`, where the key comes after the
   * query, and all 0 for a query that sees no key; output = weights · v. q is [..., T, D], k and v are [..., S, D]. The heads of an output [batch, heads, T, D] lie
   * side by side in memory, as [batch, T, heads, D], so that merging them copies nothing.
   */
  attention(q: View, k: View, v: View, options: AttentionOptions): { output: View; weights: Data };
  /** The gradients of q, k and v, laid out as `output` is. */
  attentionBackward(
    q: View,
    k: View,
    v: View,
    weights: View,
    scale: number,
    doutput: View,
  ): { dq: View; dk: View; dv: View };

  /** SGD steps of skip-gram or CBOW with negative sampling, in order and in place. Returns the summed loss. */
  negativeSampling(input: Float32Array, output: Float32Array, width: number, steps: NegativeSamplingSteps): number;

  // Optimizer steps, in place over contiguous arrays: x the parameters, g their gradients, the rest the optimizer's state.
  // State below the smallest normal float32 becomes 0: subnormal numbers are slow and move nothing.

  sgd(x: Data, g: Data, velocity: Data | null, step: SGDStep): void;
  rmsprop(x: Data, g: Data, square: Data, step: RMSpropStep): void;
  adam(x: Data, g: Data, mean: Data, square: Data, step: AdamStep): void;
}

/**
 * SGD steps on two tables, input v and output u, with rows of `width` numbers, a multiple of 4. In each step the mean h of
 * some input rows is to match one output row, the positive o, rather than the negatives n drawn as noise:
 *
 *     loss = −log σ(u_o · h) − Σₙ log σ(−u_n · h);   slope_t = η ((1 if t = o, else 0) − σ(u_t · h))
 *
 * Each target t in turn adds slope_t u_t to a sum, then moves by slope_t h: a negative drawn twice moves twice. The sum is
 * added, undivided, to every input row of the step (Mikolov et al. 2013).
 */
export interface NegativeSamplingSteps {
  /** The input rows of step i are `sources[starts[i] … starts[i + 1]]`; one entry more than there are steps. */
  readonly starts: Int32Array;
  readonly sources: Int32Array;
  /** For each step the positive and then its negatives, `perStep` in all; −1 is no target. */
  readonly targets: Int32Array;
  readonly perStep: number;
  /** η of each step. */
  readonly rates: Float32Array;
}

export interface AttentionOptions {
  readonly scale: number;
  readonly mask: View | null;
  readonly causal: boolean;
}

/** g ← g + λ x; v ← μ v + g; x ← x − η (g + μ v with Nesterov, else v, or g without velocity). */
export interface SGDStep {
  readonly lr: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/** g ← g + λ x; s ← α s + (1 − α) g²; x ← x − η g / (√s + ε). */
export interface RMSpropStep {
  readonly lr: number;
  readonly alpha: number;
  readonly eps: number;
  readonly weightDecay: number;
}

/** x ← κ x; g ← g + λ x; m ← β₁ m + (1 − β₁) g; s ← β₂ s + (1 − β₂) g²; x ← x − η' m / (√s σ + ε). */
export interface AdamStep {
  /** η' = η / (1 − β₁ᵗ) */
  readonly stepSize: number;
  /** σ = 1 / √(1 − β₂ᵗ) */
  readonly scale: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  /** λ, Adam's weight decay, which joins the gradient. */
  readonly weightDecay: number;
  /** κ = 1 − η λ, AdamW's weight decay; 1 for none. */
  readonly decayFactor: number;
}
