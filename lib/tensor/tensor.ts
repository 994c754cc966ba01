/** @file The tensor: numbers in flat storage, a shape to read them by, and — for the chain rule — where they came from. */

import {
  allocateAlone,
  backend,
  type Data,
  type DType,
  dtypeOf,
  isRowMajor,
  rowMajorStrides,
  type View,
} from "../backend/index.js";
import { shared } from "../runtime/shared.js";
import { describe, sameShape, show, sizeOf } from "../shape/rules.js";
import type { NestedArray, Shape } from "../shape/shape.js";
import { convert } from "./dtype.js";
import { inspect } from "./print.js";
import { bumpVersion } from "./versions.js";
import { copy, toIntegers } from "./views.js";

/** How a tensor was made, recorded for the chain rule. */
export interface GradFn {
  /** The operation's name. */
  readonly name: string;
  /** What the operation was applied to: tensors, and options that are not. */
  readonly inputs: readonly unknown[];
  /** `versionClock()` when it was applied. */
  readonly version: number;
  readonly backward: Backward;
  /** Of an operation that gives a view of its first input: the same view of any tensor of that input's shape. */
  readonly viewOf?: (whole: Tensor) => Tensor;
}

/**
 * The gradients x̄ᵢ of the inputs from the gradient ȳ = g of the result y; entries that `needs` does not ask for, and
 * those behind the last tensor, may be missing or `null`.
 */
export type Backward = (
  g: Tensor,
  y: Tensor,
  inputs: readonly unknown[],
  needs: readonly boolean[],
) => readonly (Tensor | PartialGradient | null)[];

/** A gradient that reaches only some elements of an input, as that of a slice does: it is 0 at all others. */
export interface PartialGradient {
  readonly gradient: Tensor;
  /** Adds `gradient` in place to the elements of `whole`, a tensor of the input's shape, that it belongs to. */
  readonly addTo: (whole: Tensor) => void;
  /** Picks these elements out of `whole`: the operation whose gradient this is. */
  readonly of: (whole: Tensor) => Tensor;
  /** Through how many views it was handed on. */
  readonly views?: number;
}

/** Tensors by name: `{ "layers.0.weight": Tensor<[128, 784]>, … }`. */
export type StateDict = Record<string, Tensor>;

/** Nested arrays of the depth that a shape tells: `ArrayOf<[2, 3]>` is `number[][]`. */
export type ArrayOf<S extends Shape> = number extends S["length"]
  ? NestedArray
  : S extends readonly [number, ...infer Rest extends Shape]
    ? ArrayOf<Rest>[]
    : number;

const brand: unique symbol = Symbol.for("foundations.Tensor") as never;
const tensors = shared("tensors", () => ({ made: 0 }));

/** Whether operations are recorded; `noGrad` turns recording off while a function runs. */
export const gradMode = shared("gradMode", () => ({ enabled: true }));

/**
 * Whether a value is a `Tensor`, including one made by another loaded copy of the library.
 * @example isTensor(zeros([2])) // true
 */
export function isTensor(value: unknown): value is Tensor {
  if (value instanceof Tensor) return true; // looking up a symbol takes longer
  return typeof value === "object" && value !== null && brand in value;
}

/** @throws unless `x` is a tensor of `dtype`: `what` names it and ends in an article, `as` says how to make one */
export function checkTensorOf(dtype: DType, what: string, x: unknown, as: string): asserts x is Tensor {
  if (isTensor(x) && x.dtype === dtype) return;
  throw new TypeError(
    `${what} ${dtype} tensor, ${as}; got ${isTensor(x) ? `${x.dtype === "int32" ? "an" : "a"} ${x.dtype} tensor` : describe(x)}`,
  );
}

/**
 * An n-dimensional array with a typed shape: `Tensor<[2, 3]>` has two rows of three.
 *
 * Only `copy_` changes values, so views such as `transpose`, `reshape` and `slice` share storage and copy nothing. A result
 * whose inputs require gradients records its operation in `gradFn`; `backward()` follows these records to fill in `grad`.
 * @example zeros([2, 3]).shape // [ 2, 3 ]
 */
export class Tensor<S extends Shape = number[]> implements View {
  readonly [brand] = true;
  readonly dtype: DType;
  /** ∂(root)/∂(this), summed over every `backward()` since it was last set to null. */
  grad: Tensor<S> | null = null;
  /** The operation that made this tensor, if gradients flow through it; null for a leaf. */
  gradFn: GradFn | null = null;
  /** Set by `retainGrad()`: `backward()` then fills in the gradient of this result too. */
  retainsGrad = false;
  /** Counts up with every tensor made. Inputs come before results, so ids order the graph. */
  readonly id = tensors.made++;
  /** @internal The latest graph traversal that visited this tensor. */
  visitedBy = 0;
  /** @internal This tensor's gradient, as accumulated so far by the running backward pass: whole and partial ones. */
  pendingGrad: Tensor | null = null;
  pendingParts: PartialGradient[] | null = null;
  /** @internal Whether another tensor owns the storage of the pending gradient, which is then copied before it is kept. */
  sharesGrad = false;
  #requiresGrad = false;

  /**
   * For creators and operations. Views share `data`, and small tensors its buffer: read values with `toArray()` or
   * `toTypedArray()`.
   */
  constructor(
    readonly data: Data,
    readonly shape: S,
    readonly strides: readonly number[] = rowMajorStrides(shape),
    readonly offset = 0,
  ) {
    this.dtype = dtypeOf(data);
    if (this.dtype === "bool" && !(data instanceof Uint8Array)) {
      throw new TypeError(`Tensor: holds typed arrays, got ${describe(data)}; make tensors with tensor([…])`);
    }
  }

  /** Whether gradients flow to this tensor: set by the user on leaves, by operations on their results. */
  get requiresGrad(): boolean {
    return this.#requiresGrad;
  }
  set requiresGrad(wanted: boolean) {
    if (wanted && !this.isFloat) {
      throw new TypeError(
        `requiresGrad: only float tensors have gradients, this one is ${this.dtype}; call .to("float32")`,
      );
    }
    if (!wanted && this.gradFn) {
      throw new Error(`requiresGrad: this tensor was made by ${this.gradFn.name}; call .detach() to leave the graph`);
    }
    this.#requiresGrad = wanted;
  }

  /** The number of axes. */
  get ndim(): number {
    return this.shape.length;
  }
  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }
  get isFloat(): boolean {
    return this.dtype === "float32" || this.dtype === "float64";
  }
  /** Whether storage holds the elements in row-major order without gaps. */
  get isContiguous(): boolean {
    return isRowMajor(this);
  }

  /** The number in a tensor of one element. @throws if there are more, or none */
  item(): number {
    if (this.size !== 1) {
      throw new RangeError(
        `item: needs one element, ${show(this.shape)} has ${this.size}; use toArray(), or pick one with .at(i)`,
      );
    }
    return this.data[this.offset];
  }

  /** A copy of the values as nested arrays (bool as 0 and 1); a scalar gives a number. */
  toArray<A extends Shape>(this: Tensor<A>): ArrayOf<A> {
    const { data, shape, strides } = this;
    const read = (axis: number, at: number): NestedArray =>
      axis === shape.length
        ? data[at]
        : Array.from({ length: shape[axis] }, (_, i) => read(axis + 1, at + i * strides[axis]));
    return read(0, this.offset) as ArrayOf<A>;
  }

  /** A flat copy of the values in row-major order, in a buffer of its own that may be transferred. */
  toTypedArray(): Data {
    return copy(this, this.dtype, allocateAlone);
  }

  /** The same values, in shared storage, outside the graph: no gradient flows back. */
  detach(): Tensor<S> {
    return new Tensor(this.data, this.shape, this.strides, this.offset);
  }

  /** Makes `backward()` fill in the gradient of this tensor, though it is not a leaf. */
  retainGrad(): this {
    if (!this.requiresGrad)
      throw new Error("retainGrad: no gradient flows here; nothing this is made from has requiresGrad");
    this.retainsGrad = true;
    return this;
  }

  /**
   * Overwrites the values in place, for parameter updates under `noGrad` and for filling buffers.
   * Afterwards `backward()` refuses to use the old values.
   *
   * @param source a number, or a tensor of this shape, whose values are converted to this dtype
   * @throws if a value does not fit into int32
   */
  copy_(source: Tensor<S> | number): this {
    if (this.gradFn) {
      throw new Error(
        `copy_: this tensor was made by ${this.gradFn.name} and is part of a graph; call .detach() first`,
      );
    }
    if (this.requiresGrad && gradMode.enabled) {
      throw new Error("copy_: a tensor with requiresGrad changes in place only inside noGrad(() => …)");
    }
    if (this.size > 0 && this.strides.some((stride, axis) => stride === 0 && this.shape[axis] > 1)) {
      throw new Error("copy_: elements of this tensor share storage, since it was stretched; copy it first, .clone()");
    }
    if (typeof source !== "number" && !(isTensor(source) && sameShape(source.shape, this.shape))) {
      throw new RangeError(
        `copy_: needs a number or a tensor of shape ${show(this.shape)}, got ${isTensor(source) ? show(source.shape) : describe(source)}`,
      );
    }
    let given: Tensor | number = source;
    if (typeof given === "number") given = convert("copy_", given, this.dtype);
    else if (given.isFloat && this.dtype === "int32") given = new Tensor(toIntegers("copy_", given), given.shape);
    backend().assign(this, given);
    bumpVersion(this);
    return this;
  }

  toString(): string {
    return inspect(this);
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return inspect(this);
  }
}
