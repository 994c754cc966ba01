/** @file Reverse-mode automatic differentiation: operations that remember themselves, and the chain rule run backward. */

import { allocate } from "../backend/index.js";
import { describe, sameShape, show } from "../shape/rules.js";
import { tensor } from "../tensor/create.js";
import {
  type Backward,
  changeClock,
  changedSince,
  isTensor,
  nextWalk,
  type Origin,
  type Rule,
  recording,
  Tensor,
} from "../tensor/tensor.js";

/** Gradients, one for each argument: x̄ᵢ from ȳ, y and the arguments; `null` where an argument has none. */
type Vjps<A extends readonly unknown[]> = {
  readonly [I in keyof A]?: ((g: Tensor, y: Tensor, ...args: A) => Tensor) | null;
};

/**
 * Declares a differentiable operation: how its value is made, and — one line per argument — the vector–Jacobian product
 * that takes the gradient ȳ of its result to the gradient x̄ of that argument, x̄ = ȳ · ∂y/∂x.
 *
 * The lines are written in differentiable operations themselves, so gradients have gradients. Where an argument was
 * stretched by broadcasting, its gradient is summed back to its shape here, once for all operations.
 * The operation is a method: its first argument is `this`.
 */
export function op<F, A extends readonly unknown[]>(name: string, forward: (...args: A) => Tensor, vjp: Vjps<A>): F {
  const rule = { name, vjp } as unknown as Rule;
  return typed<F>(function (this: Tensor, ...rest: unknown[]): Tensor {
    const args = [this, ...rest] as unknown as A;
    return remember(rule, forward(...args), args);
  });
}

/** A method that its type `F` describes shape by shape, written on tensors of any shape. */
export function typed<F>(method: (this: Tensor, ...args: never[]) => unknown): F {
  return method as unknown as F;
}

/** Marks `y` as made by `rule` from `args`, if anything in `args` wants a gradient. Returns `y`. */
export function remember(rule: Rule, y: Tensor, args: readonly unknown[], backward: Backward | null = null): Tensor {
  if (!recording.on || !y.isFloat) return y;
  for (let i = 0; i < args.length; i++) {
    if ((backward || rule.vjp[i]) && wantsGradient(args[i])) {
      y.requiresGrad = true;
      y.origin = { rule, args, changes: changeClock(), backward };
      break;
    }
  }
  return y;
}

const wantsGradient = (arg: unknown): arg is Tensor => isTensor(arg) && arg.requiresGrad;

/** What a fused operation computed, and how its gradients come from it. */
export interface Fused {
  y: Tensor;
  backward: Backward;
}

/**
 * Declares an operation that has kernels of its own for speed. `composed` says what it computes, in other operations;
 * `run` computes the same in one go. Where gradients are to be differentiated in turn, `composed` is differentiated.
 */
export function fused<A extends readonly unknown[]>(
  name: string,
  composed: (...args: A) => Tensor,
  run: (...args: A) => Fused,
): (...args: A) => Tensor {
  const rule: Rule = { name, vjp: [] };
  return (...args) => {
    const { y, backward } = run(...args);
    return remember(rule, y, args, (g, wants) =>
      recording.on ? throughComposed(composed, args, g) : backward(g, wants),
    );
  };
}

/** The gradients of `composed` for ȳ = g, as part of the graph. */
function throughComposed<A extends readonly unknown[]>(
  composed: (...args: A) => Tensor,
  args: A,
  g: Tensor,
): (Tensor | null)[] {
  const leaves = args.map((arg) => (isTensor(arg) && arg.requiresGrad ? alias.call(arg) : arg));
  const tensors = leaves.filter(isTensor);
  const y = composed(...(leaves as unknown as A));
  const found = new Map<unknown, Tensor>();
  propagate(graph(y, tensors), g, (tensor, gradient) => void found.set(tensor, gradient), tensors);
  return leaves.map((leaf) => found.get(leaf) ?? null);
}

/** Runs `f` without remembering: for parameter updates and for measuring. */
export function noGrad<T>(f: () => T): T {
  if (typeof f !== "function") throw new TypeError(`noGrad: takes a function, noGrad(() => …); got ${describe(f)}`);
  const result = withRecording(false, f);
  if (result instanceof Promise) {
    throw new TypeError("noGrad: takes a synchronous function; put noGrad inside the async one, around what needs it");
  }
  return result;
}

function withRecording<T>(on: boolean, f: () => T): T {
  const before = recording.on;
  recording.on = on;
  try {
    return f();
  } finally {
    recording.on = before;
  }
}

const noLeaves: readonly Tensor[] = [];

/**
 * Every tensor that `root` was made from and that gradients flow through: what a tensor is made from comes after it, and
 * what nothing is made from, at the end. What `leaves` were made from is left out.
 */
function graph(root: Tensor, leaves = noLeaves): Tensor[] {
  const walk = nextWalk();
  const made: Tensor[] = [];
  const given: Tensor[] = [];
  const meet = (tensor: Tensor) => {
    tensor.walk = walk;
    (tensor.origin && !leaves.includes(tensor) ? made : given).push(tensor);
  };
  meet(root);
  let inOrder = true;
  for (let i = 0; i < made.length; i++) {
    const tensor = made[i];
    if (i > 0 && tensor.id > made[i - 1].id) inOrder = false;
    for (const arg of (tensor.origin as Origin).args) if (wantsGradient(arg) && arg.walk !== walk) meet(arg);
  }
  if (!inOrder) made.sort((a, b) => b.id - a.id);
  return made.concat(given);
}

/**
 * The chain rule, backward from `root`: `visit` is handed each tensor of the graph with its whole gradient. A tensor's
 * gradient is complete before the tensor is visited, since all that was made from it is newer.
 */
function propagate(
  order: readonly Tensor[],
  seed: Tensor,
  visit: (tensor: Tensor, gradient: Tensor) => void,
  leaves = noLeaves,
): void {
  order[0].gathered = seed;
  try {
    for (const y of order) {
      const g = y.gathered;
      if (!g) continue;
      y.gathered = null;
      visit(y, g);
      if (y.origin && !leaves.includes(y)) passOn(y, y.origin, g);
    }
  } catch (error) {
    for (const y of order) y.gathered = null;
    throw error;
  }
}

/** Adds to the gradients of what `y` was made from. */
function passOn(y: Tensor, origin: Origin, g: Tensor): void {
  refuseChanged(y, origin);
  const { rule, args, backward } = origin;
  const found = backward?.(g, args.map(wantsGradient));
  for (let i = 0; i < args.length; i++) {
    const x = args[i];
    if (!wantsGradient(x)) continue;
    const one = found ? found[i] : rule.vjp[i]?.(g, y, ...args);
    if (!one) continue;
    const mine = sameShape(one.shape, x.shape) ? one : one.sumTo(x.shape);
    x.gathered = x.gathered ? x.gathered.add(mine) : mine;
  }
}

function refuseChanged(y: Tensor, { rule, args, changes }: Origin): void {
  if (changeClock() === changes) return;
  for (const tensor of [y, ...args]) {
    if (isTensor(tensor) && changedSince(tensor, changes)) {
      throw new Error(
        `backward: a tensor of shape ${show(tensor.shape)} was changed in place after ${rule.name} used it; ` +
          "compute the loss anew after the change, or change a copy: x.detach().clone()",
      );
    }
  }
}

function seedFor(caller: string, root: Tensor, gradient?: Tensor): Tensor {
  if (!root.requiresGrad) {
    throw new Error(`${caller}: no gradient flows here; create what you differentiate by with { requiresGrad: true }`);
  }
  if (gradient === undefined) {
    if (root.size !== 1) {
      throw new RangeError(`${caller}: needs a scalar loss, got ${show(root.shape)}; call .sum() or .mean()`);
    }
    return onesLike(root);
  }
  if (!isTensor(gradient) || !sameShape(gradient.shape, root.shape)) {
    throw new RangeError(
      `${caller}: the gradient given must have the shape ${show(root.shape)} of what it is a gradient of, got ` +
        (isTensor(gradient) ? show(gradient.shape) : describe(gradient)),
    );
  }
  if (gradient.dtype !== root.dtype) {
    throw new TypeError(
      `${caller}: the gradient given is ${gradient.dtype}, what it is a gradient of ${root.dtype}; call .to("${root.dtype}")`,
    );
  }
  return gradient;
}

function onesLike(x: Tensor): Tensor {
  return new Tensor((x.dtype === "float64" ? new Float64Array(x.size) : new Float32Array(x.size)).fill(1), x.shape);
}

interface BackwardOptions {
  /** Remember the backward pass too, so that gradients can be differentiated. */
  createGraph?: boolean;
}

/**
 * Fills in `grad` — ∂(this)/∂(leaf) — of every leaf with `requiresGrad` that this tensor was made from, adding to what
 * is there. `gradient` is ∂(something)/∂(this), needed if this is not a scalar.
 * @throws if this is not a scalar and no gradient is given, or if nothing here requires one.
 */
function backward(this: Tensor, gradient?: Tensor, { createGraph = false }: BackwardOptions = {}): void {
  const seed = seedFor("backward", this, gradient);
  withRecording(createGraph, () =>
    propagate(graph(this), seed, (tensor, g) => {
      if (!tensor.origin || tensor.retainsGrad) tensor.grad = tensor.grad ? tensor.grad.add(g) : g;
    }),
  );
}

export const autogradMethods = { backward };

/** Tensors, or plain numbers where a scalar is meant. */
export type Inputs<A extends readonly Tensor[]> = { readonly [I in keyof A]: A[I] | number };
/** What `grad` gives: a function of the same arguments. Inference reads the last signature, so that `grad(grad(f))` types. */
export interface GradientOf<A extends readonly Tensor[]> {
  (...args: Inputs<A>): Gradients<A>;
  (...args: A): Gradients<A>;
}
/** One gradient for one argument, an array of them for several. */
export type Gradients<A extends readonly Tensor[]> = A extends readonly [infer Only]
  ? Only
  : { -readonly [I in keyof A]: A[I] };

/**
 * The function x ↦ (f(x), ∂f/∂x) of a function f that gives a scalar; with several arguments, all their gradients.
 * @throws if f gives anything but a scalar.
 */
export function valueAndGrad<A extends readonly Tensor[]>(
  f: (...args: A) => Tensor,
): (...args: Inputs<A>) => { value: Tensor<[]>; grad: Gradients<A> } {
  if (typeof f !== "function") {
    const remedy = isTensor(f) ? "; for the gradients of a tensor call its .backward()" : "";
    throw new TypeError(`grad: takes a function, such as (x) => x.mul(x).sum(); got ${describe(f)}${remedy}`);
  }
  return (...given) => {
    const leaves = given.map(leafFrom);
    const value = withRecording(true, () => f(...(leaves as unknown as A)));
    if (!isTensor(value) || value.size !== 1) {
      const got = isTensor(value) ? `${show(value.shape)}; call .sum() or .mean()` : describe(value);
      throw new RangeError(`grad: needs a function that gives a scalar tensor, this one gave ${got}`);
    }
    const order = value.requiresGrad ? graph(value, leaves) : [];
    // The gradient itself is part of a graph if f reaches, through an argument or a closure, beyond its own leaves.
    const reaches = (tensor: Tensor) => (leaves.includes(tensor) ? tensor.origin !== null : tensor.origin === null);
    const outer = recording.on && order.some(reaches);
    const found = new Map<Tensor, Tensor>();
    const keep = (tensor: Tensor, g: Tensor) => {
      if (leaves.includes(tensor)) found.set(tensor, g);
    };
    if (order.length > 0) withRecording(outer, () => propagate(order, onesLike(value), keep, leaves));
    const gradients = leaves.map((leaf) => found.get(leaf) ?? new Tensor(allocate(leaf.dtype, leaf.size), leaf.shape));
    return {
      value: (outer ? value : value.detach()) as unknown as Tensor<[]>,
      grad: (gradients.length === 1 ? gradients[0] : gradients) as Gradients<A>,
    };
  };
}

/** What a transformed function differentiates by: its argument, cut off from — or, inside another `grad`, tied to — the graph. */
function leafFrom(x: unknown): Tensor {
  if (typeof x !== "number" && !isTensor(x))
    throw new TypeError(`grad: differentiates by tensors or numbers, got ${describe(x)}`);
  const given = typeof x === "number" ? (tensor(x) as unknown as Tensor) : x;
  if (recording.on && given.requiresGrad) return alias.call(given);
  const leaf = given.detach();
  leaf.requiresGrad = true;
  return leaf;
}

const alias: (this: Tensor) => Tensor = op("alias", (x: Tensor) => x.detach(), [(g) => g]);

/** The gradient of a function: `grad(f)(x)` is ∂f/∂x, and `grad(grad(f))` works. With several arguments, an array. */
export function grad<A extends readonly Tensor[]>(f: (...args: A) => Tensor): GradientOf<A> {
  const both = valueAndGrad(f);
  return (...args: Inputs<A>) => both(...args).grad;
}
