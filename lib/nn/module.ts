/** @file Module: the base of layers and networks. It finds the tensors and modules among its properties. */

import { noGrad } from "../autograd/transforms.js";
import { describe, sameShape, show } from "../shape/rules.js";
import { fresh } from "../tensor/create.js";
import { isTensor, type StateDict, type Tensor } from "../tensor/tensor.js";

export type { StateDict };

// A symbol rather than `instanceof`: after a live reload there are two classes.
const brand: unique symbol = Symbol.for("foundations.Module") as never;

/**
 * Whether a value is a `Module`, also one of another copy of the library.
 * @example nn.isModule(new nn.ReLU()) // true
 */
export function isModule(value: unknown): value is Module {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * The base of every layer and network. Tensors among its properties are its state; those that require a gradient are its
 * parameters. Modules among its properties are its parts, and their state belongs to it. Arrays and plain objects of either
 * count too. Private `#field`s do not: use one for a tensor that is not state, and for a reference to the module's own holder.
 *
 *     class Net extends nn.Module {
 *       hidden = new nn.Linear(2, 8);
 *       output = new nn.Linear(8, 1);
 *       forward(x: Tensor<[number, 2]>) {
 *         return this.output.forward(this.hidden.forward(x).tanh());
 *       }
 *     }
 * @example new nn.Linear(2, 3).parameters().length // 2
 */
export abstract class Module {
  /** @internal */
  readonly [brand] = true;
  /** Whether layers that behave differently in training, as dropout does, should do so: see `train` and `eval`. */
  training = true;

  /** The parameters, for an optimizer: every tensor in this module and its parts that requires a gradient, once. */
  parameters(): Tensor[] {
    return this.namedParameters().map(([, tensor]) => tensor);
  }

  /** The parameters with their paths of properties, such as `layers.0.weight`; a shared one under its first path. */
  namedParameters(): [name: string, parameter: Tensor][] {
    const seen = new Set<Tensor>();
    return state(this).filter(([, tensor]) => tensor.requiresGrad && !seen.has(tensor) && seen.add(tensor));
  }

  /** Sets this module and all its parts to training mode; given false, to evaluation mode. */
  train(training = true): this {
    // Collected first, so that a cycle throws before anything has changed.
    for (const [, module] of [...modules(this)]) module.training = training;
    return this;
  }

  /** Sets this module and all its parts to evaluation mode, in which dropout changes nothing. */
  eval(): this {
    return this.train(false);
  }

  /**
   * A copy of every tensor in this module and its parts, by name: further training does not change it. A tensor with several
   * names, as tied weights have, appears under each.
   */
  stateDict(): StateDict {
    return Object.fromEntries(state(this).map(([name, tensor]) => [name, fresh(tensor)]));
  }

  /**
   * Overwrites the module's tensors with those of `given`, name by name, converting dtypes. A tensor with several names, as
   * tied weights have, needs only one of them.
   * @throws if `given` is no object, a name is missing or unknown, a shape differs, or one tensor is given two values: then
   *   nothing has been changed
   */
  loadStateDict(given: Readonly<StateDict>): this {
    if (typeof given !== "object" || given === null) {
      throw new TypeError(`loadStateDict: takes tensors by name, as stateDict() gives them; got ${describe(given)}`);
    }
    const own = state(this);
    const names = new Set(own.map(([name]) => name));
    /** The first name by which each tensor is given. */
    const givenAs = new Map<Tensor, string>();
    for (const [name, tensor] of own) if (Object.hasOwn(given, name) && !givenAs.has(tensor)) givenAs.set(tensor, name);
    const faults = [
      ...own.flatMap(([name, tensor]) => {
        const first = givenAs.get(tensor);
        if (first === undefined) return [`${name} is missing`];
        if (!Object.hasOwn(given, name)) return [];
        return mismatch(name, tensor, given[name]) ?? conflict(first, name, given) ?? [];
      }),
      ...Object.keys(given).flatMap((name) => (names.has(name) ? [] : [`${name} is unknown`])),
    ];
    if (faults.length > 0) {
      const shown = faults.slice(0, 5).join("; ") + (faults.length > 5 ? `; and ${faults.length - 5} more` : "");
      throw new Error(
        `loadStateDict: ${this.constructor.name} does not fit: ${shown}; rename or reshape entries first`,
      );
    }
    noGrad(() => {
      for (const [tensor, name] of givenAs) tensor.copy_(given[name]);
    });
    return this;
  }

  /** The number of parameters, then the name and shape of each. */
  toString(): string {
    const parameters = this.namedParameters();
    const total = parameters.reduce((sum, [, { size }]) => sum + size, 0);
    const width = parameters.reduce((widest, [name]) => Math.max(widest, name.length), 0);
    const lines = parameters.map(([name, { shape }]) => `\n  ${name.padEnd(width)}  ${show(shape)}`);
    return `${this.constructor.name}: ${total} parameters${lines.join("")}`;
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** An object without a class: its prototype is null, or is `Object.prototype` of whichever realm. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The tensors and modules among the properties of `holder`, and within arrays and plain objects there, but none in itself. */
function* held(
  holder: object,
  prefix = "",
  above: readonly object[] = [],
): Generator<[name: string, value: Tensor | Module]> {
  const holders = [...above, holder];
  for (const [key, value] of Object.entries(holder)) {
    const name = prefix + key;
    if (isTensor(value) || isModule(value)) yield [name, value];
    else if ((Array.isArray(value) || isPlainObject(value)) && !holders.includes(value)) {
      yield* held(value, `${name}.`, holders);
    }
  }
}

/**
 * `module` and all its parts, holders first, each with the prefix of its names: `"layers.0."`. A module with several holders
 * appears once for each.
 * @throws if a module is part of itself
 */
function* modules(
  module: Module,
  prefix = "",
  above: readonly Module[] = [],
): Generator<[prefix: string, module: Module]> {
  yield [prefix, module];
  const holders = [...above, module];
  for (const [name, child] of held(module, prefix)) {
    if (!isModule(child)) continue;
    if (holders.includes(child)) {
      throw new Error(
        `${holders[0].constructor.name}: ${name} is the ${child.constructor.name} that it is itself part of; a way back belongs in a private #field`,
      );
    }
    yield* modules(child, `${name}.`, holders);
  }
}

/** Every leaf tensor of `module` and its parts, its own first. Results (tensors with a gradFn) are not state, and are skipped. */
function state(module: Module): [name: string, tensor: Tensor][] {
  return [...modules(module)]
    .flatMap(([prefix, each]) => [...held(each, prefix)])
    .filter((entry): entry is [string, Tensor] => isTensor(entry[1]) && entry[1].gradFn === null);
}

/** Runs `f` with `module` and its parts in evaluation mode, then restores the mode of each. */
export function inEvalMode<T>(module: Module, f: () => T): T {
  const modes = [...modules(module)].map(([, each]) => [each, each.training] as const);
  module.eval();
  try {
    return f();
  } finally {
    for (const [each, training] of modes) each.training = training;
  }
}

/** Why `given` cannot be the values of `own`; null if it can. */
function mismatch(name: string, own: Tensor, given: unknown): string | null {
  if (!isTensor(given)) return `${name} is ${describe(given)}, not a tensor`;
  if (!sameShape(own.shape, given.shape)) return `${name} is ${show(given.shape)}, needs ${show(own.shape)}`;
  return null;
}

/** Why two names of one tensor cannot both be right; null if their values are the same. */
function conflict(first: string, name: string, given: Readonly<StateDict>): string | null {
  if (name === first || !isTensor(given[first])) return null;
  const [a, b] = [given[first].toTypedArray(), given[name].toTypedArray()];
  return a.every((value, i) => Object.is(value, b[i])) ? null : `${first} and ${name} are one tensor here, and differ`;
}
