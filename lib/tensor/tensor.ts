/** @file The tensor: numbers in flat storage, a shape to read them by, and — for the chain rule — where they came from. */

import { allocate, type Data, type DType, dtypeOf, kernels, rowMajorStrides, type View } from "../backend/index.js";
import { count, describe, sameShape, show } from "../shape/rules.js";
import type { NestedArray, Shape } from "../shape/shape.js";
import { convert } from "./dtype.js";
import { inspect } from "./print.js";

/** How a tensor was made: the rule that made it, and what the rule was given. `autograd.ts` follows it backward. */
export interface Origin {
  readonly rule: Rule;
  readonly args: readonly unknown[];
  /** Reading of the clock of in-place changes when the rule was applied. */
  readonly changes: number;
  /** How a fused operation finds all its gradients at once. */
  readonly backward: Backward | null;
}

/** An operation's name, and for each argument the gradient that reaches it. */
export interface Rule {
  readonly name: string;
  /** x̄ᵢ = vjp[i](ȳ, y, ...args), in differentiable operations; `null` for an argument that has no gradient. */
  // biome-ignore lint/suspicious/noExplicitAny: each rule narrows its own arguments; `op` keeps the two in step
  readonly vjp: readonly (((g: Tensor, y: Tensor, ...args: any[]) => Tensor) | null)[];
}

/** The gradients x̄ᵢ from ȳ, one for each argument; what is not wanted may be `null`. */
export type Backward = (g: Tensor, wants: readonly boolean[]) => readonly (Tensor | null)[];

/** Nested arrays of the depth that a shape tells: `ArrayOf<[2, 3]>` is `number[][]`. */
export type ArrayOf<S extends Shape> = number extends S["length"]
  ? NestedArray
  : S extends readonly [number, ...infer Rest extends Shape]
    ? ArrayOf<Rest>[]
    : number;

/** State that is one for every copy of this module that a live reload leaves behind, so that their tensors mix. */
export function shared<T>(name: string, make: () => T): T {
  const state = globalThis as { [key: symbol]: unknown };
  const key = Symbol.for(`foundations.${name}`);
  state[key] ??= make();
  return state[key] as T;
}

const brand: unique symbol = Symbol.for("foundations.Tensor") as never;
const clock = shared("clock", () => ({ tensors: 0, changes: 0 }));
const walks = shared("walks", () => ({ latest: 0 }));
const changed = shared("changed", () => new WeakMap<Data, number>());

export function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * An n-dimensional array with a typed shape: `Tensor<[2, 3]>` has two rows of three.
 *
 * Values never change under your hands (only `copy_` writes), so views may share storage: `transpose`, `reshape`, `slice`
 * and their like copy nothing. A tensor made from one that `requiresGrad` remembers its `origin`, and `backward()`
 * follows those memories to fill in `grad`.
 */
export class Tensor<S extends Shape = number[]> implements View {
  readonly [brand] = true;
  readonly dtype: DType;
  /** ∂(root)/∂(this), summed over every `backward()` since it was last set to null. */
  grad: Tensor<S> | null = null;
  /** The operation that made this tensor, if gradients flow through it; null for a leaf. */
  origin: Origin | null = null;
  /** Set by `retainGrad()`: a tensor in the middle of the graph keeps its gradient too. */
  retainsGrad = false;
  /** A tensor is made after everything it is made from: this number orders the graph. */
  readonly id = clock.tensors++;
  /** @internal The latest walk over a graph that came by: see `nextWalk`. */
  walk = 0;
  /** @internal What the backward pass under way has gathered of this tensor's gradient. */
  gathered: Tensor | null = null;
  #requiresGrad = false;

  /** Made by creators and operations. `data` is storage, shared between views: read values with `toArray()`. */
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

  /** Whether gradients are wanted here: set by the user on leaves, by the graph on what is made from them. */
  get requiresGrad(): boolean {
    return this.#requiresGrad;
  }
  set requiresGrad(wanted: boolean) {
    if (wanted && !this.isFloat) {
      throw new TypeError(
        `requiresGrad: only float tensors have gradients, this one is ${this.dtype}; call .to("float32")`,
      );
    }
    if (!wanted && this.origin) {
      throw new Error(
        `requiresGrad: this tensor was made by ${this.origin.rule.name}; call .detach() to leave the graph`,
      );
    }
    this.#requiresGrad = wanted;
  }

  /** How many axes. */
  get ndim(): number {
    return this.shape.length;
  }
  /** How many elements. */
  get size(): number {
    return count(this.shape);
  }
  get isFloat(): boolean {
    return this.dtype === "float32" || this.dtype === "float64";
  }
  /** Whether storage holds the elements side by side in row-major order. */
  get isContiguous(): boolean {
    for (let i = this.shape.length - 1, step = 1; i >= 0; i--) {
      if (this.shape[i] === 0) return true;
      if (this.shape[i] !== 1 && this.strides[i] !== step) return false;
      step *= this.shape[i];
    }
    return true;
  }

  /** The one number in a tensor of one element. */
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

  /** A copy of the values, flat, in row-major order. */
  toTypedArray(): Data {
    return copy(this);
  }

  /** The same values outside the graph: no gradient flows back through it. Storage is shared. */
  detach(): Tensor<S> {
    return new Tensor(this.data, this.shape, this.strides, this.offset);
  }

  /** Keep this tensor's gradient at the next `backward()`, though it is not a leaf. */
  retainGrad(): this {
    if (!this.requiresGrad)
      throw new Error("retainGrad: no gradient flows here; nothing this is made from has requiresGrad");
    this.retainsGrad = true;
    return this;
  }

  /**
   * Overwrites the values: the one change in place, for parameter updates under `noGrad` and for filling buffers.
   * The graph notices: `backward()` through a use of the old values is refused.
   *
   * @param source a number, or a tensor of this shape, whose values are converted to this dtype
   */
  copy_(source: Tensor<S> | number): this {
    if (this.origin) {
      throw new Error(
        `copy_: this tensor was made by ${this.origin.rule.name} and is part of a graph; call .detach() first`,
      );
    }
    if (this.requiresGrad && recording.on) {
      throw new Error("copy_: a tensor with requiresGrad changes in place only inside noGrad(() => …)");
    }
    if (this.strides.some((stride, axis) => stride === 0 && this.shape[axis] > 1)) {
      throw new Error("copy_: elements of this tensor share storage, since it was stretched; copy it first, .clone()");
    }
    if (typeof source !== "number" && !(isTensor(source) && sameShape(source.shape, this.shape))) {
      throw new RangeError(
        `copy_: needs a number or a tensor of shape ${show(this.shape)}, got ${isTensor(source) ? show(source.shape) : describe(source)}`,
      );
    }
    kernels().assign(this, typeof source === "number" ? convert("copy_", source, this.dtype) : source);
    noteChange(this);
    return this;
  }

  toString(): string {
    return inspect(this);
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return inspect(this);
  }
}

/** Whether operations are remembered; `noGrad` turns it off for a while. */
export const recording = shared("recording", () => ({ on: true }));

/** A number for one walk over a graph, which marks each tensor that it has seen with it. */
export function nextWalk(): number {
  return ++walks.latest;
}

/** The clock of in-place changes, and whether a tensor's storage was changed after a reading of it. */
export function changeClock(): number {
  return clock.changes;
}
export function changedSince(tensor: Tensor, reading: number): boolean {
  return (changed.get(tensor.data) ?? 0) > reading;
}
/** To be called by whatever writes into a tensor's storage. */
export function noteChange(view: View): void {
  changed.set(view.data, ++clock.changes);
}

/** The values of a view, side by side in row-major order, in storage of their own. */
export function copy(view: View, dtype: DType = dtypeOf(view.data)): Data {
  const data = allocate(dtype, count(view.shape));
  kernels().assign({ data, offset: 0, shape: view.shape, strides: rowMajorStrides(view.shape) }, view);
  return data;
}

/** The values of a view of floats as int32, their decimals cut off. @throws if one does not fit */
export function toIntegers(op: string, view: View): Data {
  const values = copy(view);
  const whole = allocate("int32", values.length);
  for (let i = 0; i < values.length; i++) whole[i] = convert(op, Math.trunc(values[i]), "int32");
  return whole;
}

/** `view` read as if it had `shape`: stretched axes get stride 0. The shapes have been found to broadcast. */
export function stretch(view: View, shape: Shape): View {
  if (sameShape(view.shape, shape)) return view;
  const missing = shape.length - view.shape.length;
  const strides = shape.map((size, i) =>
    i < missing || view.shape[i - missing] !== size ? 0 : view.strides[i - missing],
  );
  return { data: view.data, offset: view.offset, shape, strides };
}
