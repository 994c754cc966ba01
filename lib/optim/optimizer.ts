/** @file Optimizer: walks over parameters that have a gradient and moves each, in place. Subclasses say how. */

import { describe, show } from "../rules.js";
import { copy, isTensor, noteChange, type Tensor } from "../tensor.js";

// biome-ignore lint/suspicious/noExplicitAny: parameters of any shape
export type Parameters = Iterable<Tensor<any>>;
export type Floats = Float32Array | Float64Array;

export abstract class Optimizer {
  readonly parameters: readonly Tensor[];
  /** The learning rate η; schedules write it. */
  lr: number;

  /** @throws if there is no parameter, or one that cannot be moved */
  constructor(parameters: Parameters, lr: number) {
    const name = this.constructor.name;
    this.parameters = [...parameters];
    if (this.parameters.length === 0) throw new Error(`${name}: got no parameters; pass module.parameters()`);
    for (const [i, parameter] of this.parameters.entries()) checkParameter(`${name}: parameter ${i}`, parameter);
    if (new Set(this.parameters).size < this.parameters.length) throw new Error(`${name}: a parameter is listed twice`);
    this.lr = this.check("lr", lr);
  }

  /** Moves every parameter that has a gradient. */
  step(): void {
    for (const [i, parameter] of this.parameters.entries()) {
      if (!parameter.grad) continue;
      this.update(flat(parameter), flat(parameter.grad), i);
      noteChange(parameter);
    }
  }

  /** Forgets the gradients, which `backward()` would otherwise add to. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.grad = null;
  }

  /**
   * Writes the new values of one parameter over the old ones.
   * @param x the parameter's values
   * @param g their gradient, to be left as it is
   * @param index which parameter it is, for what is remembered of each
   */
  protected abstract update(x: Floats, g: Floats, index: number): void;

  /** An option that must lie from 0 up to (not including) `below`. */
  protected check(option: string, value: number, below = Number.POSITIVE_INFINITY): number {
    if (typeof value !== "number" || !(value >= 0 && value < below)) {
      const range =
        below === Number.POSITIVE_INFINITY ? "a finite number from 0 up" : `from 0 up to, not including, ${below}`;
      throw new RangeError(`${this.constructor.name}: ${option} is ${range}; got ${describe(value)}`);
    }
    return value;
  }
}

function checkParameter(name: string, parameter: unknown): void {
  if (!isTensor(parameter)) throw new TypeError(`${name} is ${describe(parameter)}, not a tensor`);
  const shape = show(parameter.shape);
  if (parameter.origin) {
    throw new Error(
      `${name}, of shape ${shape}, was made by ${parameter.origin.rule.name}; pass the leaf it is made from`,
    );
  }
  if (!parameter.requiresGrad) {
    throw new Error(`${name}, of shape ${shape}, has no gradient to follow; create it with { requiresGrad: true }`);
  }
  if (!parameter.isContiguous) {
    throw new Error(`${name}, of shape ${shape}, is a view of other storage; pass a copy, x.detach().clone()`);
  }
}

/** The values of a tensor in row-major order: its storage itself where it is laid out so, else a copy. */
function flat(tensor: Tensor): Floats {
  const { data, offset, size } = tensor;
  if (!tensor.isContiguous) return copy(tensor) as Floats;
  // A view of a whole array costs as much as a small step.
  return (data.length === size ? data : data.subarray(offset, offset + size)) as Floats;
}

/** Zeros like each parameter, made when first asked for. */
export class Memory {
  readonly #kept: Floats[] = [];

  /** What is remembered of parameter `index`. */
  of(index: number, like: Floats): Floats {
    this.#kept[index] ??= new (like.constructor as Float32ArrayConstructor)(like.length);
    return this.#kept[index];
  }
}
