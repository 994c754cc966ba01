/** @file The seam: what the library asks of its kernels. Numbers only — no tensors, no gradients, no shape rules. */

import type { Shape } from "../shape.js";

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

export type Unary =
  | "neg"
  | "abs"
  | "sign"
  | "exp"
  | "log"
  | "sqrt"
  | "sin"
  | "cos"
  | "tanh"
  | "erf"
  | "sigmoid"
  | "relu"
  | "leakyRelu"
  | "elu"
  | "gelu"
  | "geluTanh"
  | "softplus";
export type Binary = "add" | "sub" | "mul" | "div" | "pow" | "maximum" | "minimum";
export type Comparison = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
export type Reduction = "sum" | "max" | "min";

/**
 * Every function reads strided views and gives fresh row-major data, of the dtype of its operands unless said otherwise.
 * Two views given together have the same shape (the caller stretches them) and dtype; a number counts as a view of itself
 * everywhere, rounded to that dtype. float32 arithmetic rounds after every operation and always in the same order, so
 * that results are the same bits on every machine and in every implementation.
 */
export interface Kernels {
  readonly name: "plain" | "wasm";
  /** y = f(x). `parameter` is leakyRelu's slope and elu's α. */
  unary(f: Unary, x: View, parameter?: number): Data;
  /** At most one of `a`, `b` is a number. */
  binary(f: Binary, a: View | number, b: View | number): Data;
  compare(f: Comparison, a: View | number, b: View | number): Uint8Array;
  /** condition ? a : b */
  where(condition: View, a: View | number, b: View | number, dtype: DType): Data;
  /** Reduces the last `axes` axes. The sum of nothing is 0; the caller refuses the maximum of nothing. NaN wins max and min. */
  reduce(f: Reduction, x: View, axes: number): Data;
  /** Position, in row-major order over the last `axes` axes, of the first maximum or minimum (or NaN). */
  argReduce(f: "max" | "min", x: View, axes: number): Int32Array;
  /** Along the last axis, shifted by the maximum. */
  softmax(x: View): Data;
  logSoftmax(x: View): Data;
  /** [..., m, k] @ [..., k, n], batch axes already stretched to one shape. C_ij is summed over k from first to last. */
  matmul(a: View, b: View): Data;
  /** out[…, i, …] = x[…, index[…, i, …], …] on `axis`; `index` (int32, in range) has the shape of the result. */
  gather(x: View, axis: number, index: View): Data;
  /** Zeros of `shape`, then out[…, index[…, i, …], …] += source[…, i, …] in row-major order: gather's transpose. */
  scatterAdd(shape: Shape, axis: number, index: View, source: View): Data;
  /** Writes `source` into the places `target` shows; dtypes may differ. */
  assign(target: View, source: View | number): void;
}
