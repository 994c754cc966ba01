/** @file Optimizer: the base class, which updates every parameter with a gradient in place. Subclasses give the rule. */

import { checkIterable } from "../shape/kinds.js";
import { checkNumber } from "../shape/numbers.js";
import { describe, sameShape, show } from "../shape/rules.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { bumpVersion } from "../tensor/versions.js";
import { copy } from "../tensor/views.js";

// biome-ignore lint/suspicious/noExplicitAny: parameters have any shape
export type Parameters = Iterable<Tensor<any>>;
export type Floats = Float32Array | Float64Array;

/**
 * The base class of optimizers: parameters, learning rate and per-parameter state.
 * @example
 * const w = tensor([3, 4], { requiresGrad: true });
 * w.pow(2).sum().div(2).backward();
 * new optim.SGD([w], { lr: 0.5 }).step();
 * w // Tensor<[2]> (requiresGrad) [1.5, 2.0]
 */
export abstract class Optimizer {
  readonly parameters: readonly Tensor[];
  /** The learning rate η, which schedules set. */
  lr: number;
  readonly #states = new Map<string, ParameterState>();
  /** Steps taken by each parameter. */
  readonly #steps: Int32Array;

  /** @throws if there is no parameter, one is listed twice, or one is not a contiguous leaf that requires a gradient */
  constructor(parameters: Parameters, lr: number) {
    const name = this.constructor.name;
    checkIterable(name, "parameters", parameters);
    this.parameters = [...parameters];
    if (this.parameters.length === 0) throw new Error(`${name}: got no parameters; pass module.parameters()`);
    for (const [i, parameter] of this.parameters.entries()) checkParameter(`${name}: parameter ${i}`, parameter);
    if (new Set(this.parameters).size < this.parameters.length) throw new Error(`${name}: a parameter is listed twice`);
    this.lr = this.check("lr", lr);
    this.#steps = new Int32Array(this.parameters.length);
  }

  /** Updates every parameter that has a gradient. @throws if one does not fit its parameter: then nothing has changed */
  step(): void {
    for (let i = 0; i < this.parameters.length; i++) this.#checkGrad(this.parameters[i], i);
    for (let i = 0; i < this.parameters.length; i++) {
      const parameter = this.parameters[i];
      if (!parameter.grad) continue;
      this.#steps[i]++;
      this.update(flat(parameter), flat(parameter.grad), i);
      bumpVersion(parameter);
    }
  }

  /** `backward` leaves gradients that fit; other code may set others. */
  #checkGrad(parameter: Tensor, i: number): void {
    const { grad, shape, dtype } = parameter;
    if (!grad || (isTensor(grad) && grad.dtype === dtype && sameShape(grad.shape, shape))) return;
    const got = isTensor(grad) ? `${grad.dtype} ${show((grad as Tensor).shape)}` : describe(grad);
    throw new TypeError(
      `${this.constructor.name}: the gradient of parameter ${i} is ${dtype} ${show(shape)} like the parameter, got ${got}`,
    );
  }

  /** Sets all gradients to null; `backward()` would otherwise add to them. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.grad = null;
  }

  /**
   * A copy of the optimizer's state: `lr`, `steps` [parameters], and the per-parameter state of each that has moved, such as
   * `mean.0`. Together with the module's `stateDict` it is all that training needs to resume, except for a schedule: start
   * that at the step it had reached, `(step) => schedule(step + taken)`.
   */
  stateDict(): Record<string, Tensor> {
    const state: Record<string, Tensor> = {
      lr: new Tensor(Float64Array.of(this.lr), []),
      steps: new Tensor(this.#steps.slice(), [this.#steps.length]),
    };
    for (const [name, parameterState] of this.#states) {
      for (const [i, { shape }] of this.parameters.entries()) {
        const values = parameterState.values[i];
        if (values) state[`${name}.${i}`] = new Tensor(values.slice(), shape);
      }
    }
    return state;
  }

  /**
   * Resumes from a state that `stateDict` returned.
   * @throws if it comes from another kind of optimizer or from other parameters: then nothing has been changed
   */
  loadStateDict(given: Readonly<Record<string, Tensor>>): this {
    const { lr, steps, ...kept } = given ?? {};
    const faults: string[] = [];
    if (!isTensor(lr) || lr.size !== 1) faults.push("lr is missing");
    else if (!(lr.item() >= 0 && lr.item() < Infinity)) faults.push(`lr is ${lr.item()}, no learning rate`);
    if (!isTensor(steps) || !sameShape(steps.shape, [this.parameters.length])) {
      faults.push(`steps is ${isTensor(steps) ? show(steps.shape) : "missing"}, needs [${this.parameters.length}]`);
    } else {
      const odd = steps.toTypedArray().find((taken) => !(Number.isInteger(taken) && taken >= 0 && taken < 2 ** 31));
      if (odd !== undefined) faults.push(`steps holds ${odd}, no number of steps`);
      for (const name of this.#missing(steps, kept)) faults.push(`${name} is missing`);
    }
    const found = Object.entries(kept).map(([name, tensor]) => {
      const [, kind, index] = /^(\w+)\.(0|[1-9]\d*)$/.exec(name) ?? [];
      const [parameterState, parameter] = [this.#states.get(kind), this.parameters[Number(index)]];
      if (!parameterState || !parameter) faults.push(`${name} is unknown`);
      else if (!isTensor(tensor) || !sameShape(tensor.shape, parameter.shape)) {
        faults.push(
          `${name} is ${isTensor(tensor) ? show(tensor.shape) : describe(tensor)}, needs ${show(parameter.shape)}`,
        );
      }
      return { parameterState, parameter, index: Number(index), tensor };
    });
    if (faults.length > 0) {
      throw new Error(
        `loadStateDict: ${this.constructor.name} does not fit: ${faults.slice(0, 5).join("; ")}; ` +
          "it takes what stateDict gave of the same kind of optimizer, of the same parameters in the same order",
      );
    }
    this.lr = lr.item();
    this.#steps.set(steps.toTypedArray());
    for (const { values } of this.#states.values()) values.length = 0;
    for (const { parameterState, parameter, index, tensor } of found) {
      parameterState?.for(index, flat(parameter)).set(tensor.toTypedArray());
    }
    return this;
  }

  /** What every step leaves behind and a state of `steps` lacks: it is another kind of optimizer's. */
  #missing(steps: Tensor, kept: Readonly<Record<string, unknown>>): string[] {
    const moved = [...steps.toTypedArray().entries()].filter(([, taken]) => taken > 0);
    return [...this.#states]
      .filter(([, { everyStep }]) => everyStep)
      .flatMap(([name]) => moved.map(([i]) => `${name}.${i}`))
      .filter((name) => !Object.hasOwn(kept, name));
  }

  /**
   * Per-parameter state, saved in `stateDict` as `${name}.${index}`.
   * @param everyStep whether every step writes it, so that a parameter that has moved cannot do without
   */
  protected stateFor(name: string, everyStep = false): ParameterState {
    const state = new ParameterState(everyStep);
    this.#states.set(name, state);
    return state;
  }

  /** Steps taken by a parameter, including the current one. */
  protected stepsOf(index: number): number {
    return this.#steps[index];
  }

  /**
   * Updates one parameter in place.
   * @param x the parameter's values
   * @param g their gradient, which stays as it is
   * @param index the parameter's index, for its state
   */
  protected abstract update(x: Floats, g: Floats, index: number): void;

  /** An option, checked to be from 0 up to, not including, `below`. */
  protected check(option: string, value: number, below?: number): number {
    return checkNumber(this.constructor.name, option, value, { from: 0, below });
  }
}

function checkParameter(name: string, parameter: unknown): void {
  if (!isTensor(parameter)) throw new TypeError(`${name} is ${describe(parameter)}, not a tensor`);
  const shape = show(parameter.shape);
  if (parameter.gradFn) {
    throw new Error(`${name}, of shape ${shape}, was made by ${parameter.gradFn.name}; pass the leaf it is made from`);
  }
  if (!parameter.requiresGrad) {
    throw new Error(`${name}, of shape ${shape}, has no gradient to follow; create it with { requiresGrad: true }`);
  }
  if (!parameter.isContiguous) {
    throw new Error(`${name}, of shape ${shape}, is a view of other storage; pass a copy, x.detach().clone()`);
  }
}

/** The values of a tensor in row-major order: its own storage if it is contiguous, else a copy. */
function flat(tensor: Tensor): Floats {
  const { data, offset, size } = tensor;
  if (!tensor.isContiguous) return copy(tensor) as Floats;
  // Making a view of the whole array would cost as much as a small step.
  return (data.length === size ? data : data.subarray(offset, offset + size)) as Floats;
}

/** One array for each parameter, of its size: zeros until an optimizer writes into it. */
class ParameterState {
  /** By the parameter's index; undefined where none has been asked for. */
  readonly values: (Floats | undefined)[] = [];

  constructor(readonly everyStep: boolean) {}

  /** The state of parameter `index`, whose values `like` are; made when first asked for. */
  for(index: number, like: Floats): Floats {
    this.values[index] ??= new (like.constructor as Float32ArrayConstructor)(like.length);
    return this.values[index] as Floats;
  }
}
