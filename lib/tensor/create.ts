/** @file Creators: tensors from arrays, from a value, from a range. Random ones are in `random.ts`. */

import { allocate, type Data, type DType, dtypeOf } from "../backend/index.js";
import { shared } from "../runtime/shared.js";
import { checkShape, describe, ShapeError, sameShape, show, sizeOf } from "../shape/rules.js";
import type { CountTo, Fits, Result, Shape, ShapeOf } from "../shape/shape.js";
import { checkDtype, convert } from "./dtype.js";
import { checkTensorOf, isTensor, Tensor } from "./tensor.js";
import { copy } from "./views.js";

/** Options of the functions that create tensors. */
export interface TensorOptions {
  /** What the numbers are stored as: by default float32, or what `setDefaultDtype` chose. */
  dtype?: DType;
  /** Whether `backward()` should fill in this tensor's `grad`. */
  requiresGrad?: boolean;
}

const defaults = shared("defaults", (): { dtype: "float32" | "float64" } => ({ dtype: "float32" }));

/**
 * Sets the default dtype: float64 for worked examples with 16 digits, float32 (at first) for training.
 * @example
 * setDefaultDtype("float64");
 * const dtype = tensor([1]).dtype;
 * setDefaultDtype("float32");
 * dtype // "float64"
 */
export function setDefaultDtype(dtype: "float32" | "float64"): void {
  if (dtype !== "float32" && dtype !== "float64") {
    throw new TypeError(`setDefaultDtype: takes "float32" or "float64", got ${describe(dtype)}`);
  }
  defaults.dtype = dtype;
}
/**
 * The dtype of new tensors whose options name none.
 * @example getDefaultDtype() // "float32"
 */
export function getDefaultDtype(): "float32" | "float64" {
  return defaults.dtype;
}

/** `data` as a tensor, with the options applied. For creators. */
export function finish<S extends Shape>(data: Data, shape: S, options: TensorOptions | undefined): Tensor<S> {
  const made = new Tensor(data, shape);
  if (options?.requiresGrad) made.requiresGrad = true;
  return made;
}

function dtypeFrom(op: string, options: TensorOptions | undefined, usual: DType = defaults.dtype): DType {
  const dtype = options?.dtype ?? usual;
  checkDtype(op, dtype);
  return dtype;
}

/**
 * A tensor with a copy of the numbers in `data`: a number, nested arrays, or a typed array.
 *
 * A typed array that is not nested keeps its dtype, and booleans make a bool tensor.
 * @throws if rows differ in length or an entry is not a number
 * @example tensor([[1, 2], [3, 4]]) // Tensor<[2, 2]> [[1, 2], [3, 4]]
 */
export function tensor<const D extends Fits<ShapeOf<D>, unknown>>(
  data: D,
  options?: TensorOptions,
): Tensor<Result<ShapeOf<D>>> {
  const shape = shapeOf(data, 0);
  const flat =
    shape.length === 1 && ArrayBuffer.isView(data) ? (data as unknown as ArrayLike<number>) : flatten(data, shape);
  const dtype = options?.dtype ?? naturalDtype(data, flat);
  checkDtype("tensor", dtype);
  const storage = allocate(dtype, flat.length);
  for (let i = 0; i < flat.length; i++) storage[i] = convert("tensor", flat[i], dtype);
  return finish(storage, shape as Shape as Result<ShapeOf<D>>, options);
}

/** As in PyTorch. More would be arrays that hold themselves. */
const mostAxes = 64;

/** The shape of nested arrays at a depth. @throws if the rows of a level differ in shape, or too deep */
function shapeOf(data: unknown, depth: number): Shape {
  if (typeof data === "number" || typeof data === "boolean") return [];
  if (isTensor(data))
    throw new TypeError("tensor: takes numbers and arrays, this is a tensor already; copy it with .clone()");
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    throw new TypeError(`tensor: ${describe(data)} holds no numbers; convert them: Array.from(data, Number)`);
  if (ArrayBuffer.isView(data) && "length" in data) return [data.length as number];
  if (!Array.isArray(data)) throw new TypeError(`tensor: ${describe(data)} is not a number`);
  if (depth === mostAxes)
    throw new ShapeError(`tensor: arrays are nested more than ${mostAxes} deep, or in themselves`);
  if (data.length === 0) return [0];
  const first = shapeOf(data[0], depth + 1);
  for (let i = 1; i < data.length; i++) {
    const row = shapeOf(data[i], depth + 1);
    if (!sameShape(first, row)) {
      throw new ShapeError(`tensor: rows differ in shape: row 0 is ${show(first)}, row ${i} is ${show(row)}`);
    }
  }
  return [data.length, ...first];
}

function flatten(data: unknown, shape: Shape): ArrayLike<number | boolean> {
  const flat = new Array<number | boolean>(sizeOf(shape));
  let next = 0;
  const walk = (part: unknown): void => {
    if (Array.isArray(part)) for (const entry of part) walk(entry);
    else if (ArrayBuffer.isView(part)) for (const value of part as unknown as Iterable<number>) flat[next++] = value;
    else flat[next++] = part as number | boolean;
  };
  walk(data);
  return flat;
}

function naturalDtype(data: unknown, flat: ArrayLike<number | boolean>): DType {
  if (data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array) return dtypeOf(data);
  return typeof flat[0] === "boolean" ? "bool" : defaults.dtype;
}

/**
 * A tensor filled with `value`.
 * @example full([3], 7) // Tensor<[3]> [7, 7, 7]
 */
export function full<const S extends Shape>(shape: S, value: number, options?: TensorOptions): Tensor<[...S]> {
  checkShape("full", shape);
  const dtype = dtypeFrom("full", options);
  if (typeof value !== "number") throw new TypeError(`full: the value is a number, got ${describe(value)}`);
  return finish(allocate(dtype, sizeOf(shape)).fill(convert("full", value, dtype)), [...shape], options);
}

/**
 * A tensor filled with zeros.
 * @example zeros([3]) // Tensor<[3]> [0, 0, 0]
 */
export function zeros<const S extends Shape>(shape: S, options?: TensorOptions): Tensor<[...S]> {
  checkShape("zeros", shape);
  return finish(allocate(dtypeFrom("zeros", options), sizeOf(shape)), [...shape], options);
}

/**
 * A tensor filled with ones.
 * @example ones([3]) // Tensor<[3]> [1, 1, 1]
 */
export function ones<const S extends Shape>(shape: S, options?: TensorOptions): Tensor<[...S]> {
  checkShape("ones", shape);
  return finish(allocate(dtypeFrom("ones", options), sizeOf(shape)).fill(1), [...shape], options);
}

/**
 * The identity matrix: ones on the diagonal, zeros elsewhere.
 * @example eye(2) // Tensor<[2, 2]> [[1, 0], [0, 1]]
 */
export function eye<N extends number>(n: N, options?: TensorOptions): Tensor<[N, N]> {
  for (const shape of [[n], [n, n]]) checkShape("eye", shape);
  const data = allocate(dtypeFrom("eye", options), n * n);
  for (let i = 0; i < n; i++) data[i * (n + 1)] = 1;
  return finish(data, [n, n], options);
}

/**
 * Zeros in the shape of `x`, and in its dtype unless the options name another.
 * @example zerosLike(tensor([[1, 2]])) // Tensor<[1, 2]> [[0, 0]]
 */
export function zerosLike<S extends Shape>(x: Tensor<S>, options?: TensorOptions): Tensor<S> {
  return filledLike("zerosLike", x, 0, options);
}

/**
 * Ones in the shape of `x`, and in its dtype unless the options name another.
 * @example onesLike(tensor([[1, 2]])) // Tensor<[1, 2]> [[1, 1]]
 */
export function onesLike<S extends Shape>(x: Tensor<S>, options?: TensorOptions): Tensor<S> {
  return filledLike("onesLike", x, 1, options);
}

function filledLike<S extends Shape>(op: string, x: Tensor<S>, value: number, options?: TensorOptions): Tensor<S> {
  if (!isTensor(x)) throw new TypeError(`${op}: takes a tensor, got ${describe(x)}; for a shape use zeros or ones`);
  return finish(allocate(dtypeFrom(op, options, x.dtype), x.size).fill(value), x.shape, options);
}

/**
 * One-hot vectors of classes: yᵢⱼ = 1 where j is class i, else 0.
 *
 * @param classes [...] int32, each from 0 to n − 1
 * @returns [..., n], of the default dtype (PyTorch's `one_hot` gives whole numbers, which no loss takes)
 * @example oneHot(tensor([1, 0], { dtype: "int32" }), 3) // [[0, 1, 0], [1, 0, 0]]
 */
export function oneHot<S extends Shape, N extends number>(
  classes: Tensor<S>,
  n: N,
  options?: TensorOptions,
): Tensor<[...S, N]> {
  checkTensorOf("int32", "oneHot: classes are an", classes, 'as tensor([0, 2], { dtype: "int32" })');
  checkShape("oneHot", [...classes.shape, n]);
  const data = allocate(dtypeFrom("oneHot", options), classes.size * n);
  for (const [i, one] of copy(classes).entries()) {
    if (one < 0 || one >= n) throw new RangeError(`oneHot: class ${one} is not among the ${n}`);
    data[i * n + one] = 1;
  }
  return finish(data, [...classes.shape, n] as unknown as [...S, N], options);
}

/**
 * Evenly spaced numbers: `arange(n)` is 0, 1, … n − 1; `arange(start, end, step)` stops before end.
 *
 * The number of steps allows for rounding: `arange(1, 1.6, 0.1)` ends at 1.5, though 0.6 / 0.1 computes to slightly more
 * than 6.
 * @example arange(5) // Tensor<[5]> [0, 1, 2, 3, 4]
 */
export function arange<N extends number>(n: N, options?: TensorOptions): Tensor<[CountTo<N>]>;
export function arange(start: number, end: number, step?: number, options?: TensorOptions): Tensor<[number]>;
export function arange(
  first: number,
  second?: number | TensorOptions,
  step = 1,
  third?: TensorOptions,
): Tensor<[number]> {
  const [start, end, options] = typeof second === "number" ? [first, second, third] : [0, first, second];
  if (![start, end, step].every(Number.isFinite) || step === 0) {
    throw new RangeError(`arange: needs finite bounds and a step other than 0, got ${start}, ${end}, ${step}`);
  }
  const dtype = dtypeFrom("arange", options);
  const rounding = 2 * Number.EPSILON * (Math.abs(start / step) + Math.abs(end / step));
  const exact = Number.isFinite(end - start) ? (end - start) / step : end / step - start / step;
  const steps = exact - Math.min(rounding, 1e-6);
  const n = Math.max(0, Math.ceil(steps));
  checkShape("arange", [n]);
  const data = allocate(dtype, n);
  for (let i = 0; i < data.length; i++) data[i] = convert("arange", start + i * step, dtype);
  return finish(data, [data.length], options);
}

/**
 * `n` evenly spaced numbers from `start` to `end`, both included.
 * @example linspace(0, 1, 5) // Tensor<[5]> [0.00, 0.25, 0.50, 0.75, 1.00]
 */
export function linspace<N extends number>(start: number, end: number, n: N, options?: TensorOptions): Tensor<[N]> {
  checkShape("linspace", [n]);
  if (![start, end].every(Number.isFinite)) {
    throw new RangeError(`linspace: needs finite bounds, got ${start} and ${end}`);
  }
  const dtype = dtypeFrom("linspace", options);
  const data = allocate(dtype, n);
  const far = !Number.isFinite(end - start); // then in halves
  const step = far ? (end / 2 - start / 2) / (n - 1) : (end - start) / (n - 1);
  for (let i = 0; i < n; i++) {
    const inner = far ? 2 * (start / 2 + i * step) : start + i * step;
    const value = i === 0 ? start : i === n - 1 ? end : inner;
    data[i] = convert("linspace", value, dtype);
  }
  return finish(data, [n], options);
}

/** A copy of a tensor's values, outside the graph. */
export function fresh<S extends Shape>(source: Tensor<S>, dtype: DType = source.dtype): Tensor<S> {
  return new Tensor(copy(source, dtype), source.shape);
}
