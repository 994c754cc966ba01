/** @file Functions of functions: `grad` and `valueAndGrad` differentiate one, `noGrad` runs one without recording. */

import { describe, show } from "../shape/rules.js";
import { onesLike, tensor, zerosLike } from "../tensor/create.js";
import { gradMode, isTensor, type Tensor } from "../tensor/tensor.js";
import { backwardPass, op, owned, reverseTopological } from "./engine.js";
import { withGradMode } from "./grad-mode.js";

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
 * The gradient of a function: `grad(f)(x)` is ∂f/∂x, and `grad(grad(f))` works. With several arguments, an array.
 * @example grad((x: Tensor<[]>) => x.mul(x))(tensor(3)) // Tensor<[]> 6
 */
export function grad<A extends readonly Tensor[]>(f: (...args: A) => Tensor): GradientOf<A> {
  const both = valueAndGrad(f);
  return (...args: Inputs<A>) => both(...args).grad;
}

/**
 * The function x ↦ (f(x), ∂f/∂x) of a function f that gives a scalar; with several arguments, all their gradients.
 * @throws if f gives anything but a scalar
 * @example valueAndGrad((x: Tensor<[]>) => x.mul(x))(tensor(3)) // { value: Tensor<[]> 9, grad: Tensor<[]> 6 }
 */
export function valueAndGrad<A extends readonly Tensor[]>(
  f: (...args: A) => Tensor,
): (...args: Inputs<A>) => { value: Tensor<[]>; grad: Gradients<A> } {
  if (typeof f !== "function") {
    const remedy = isTensor(f) ? "; for the gradients of a tensor call its .backward()" : "";
    throw new TypeError(`grad: takes a function, such as (x) => x.mul(x).sum(); got ${describe(f)}${remedy}`);
  }
  return (...given) => {
    const inputs = given.map(leafFrom);
    const leaves = new Set(inputs);
    const value = withGradMode(true, () => f(...(inputs as unknown as A)));
    if (!isTensor(value) || value.size !== 1) {
      const got = isTensor(value) ? `${show(value.shape)}; call .sum() or .mean()` : describe(value);
      throw new RangeError(`grad: needs a function that gives a scalar tensor, this one gave ${got}`);
    }
    const order = value.requiresGrad ? reverseTopological(value, leaves) : [];
    // The gradient itself is part of a graph if f depends, through an argument or a closure, on more than its own leaves.
    const reachesOut = (tensor: Tensor) => leaves.has(tensor) === (tensor.gradFn !== null);
    const outer = gradMode.enabled && order.some(reachesOut);
    const found = new Map<Tensor, Tensor>();
    const keep = (tensor: Tensor, g: Tensor) => {
      if (leaves.has(tensor)) found.set(tensor, owned(tensor, g));
    };
    if (order.length > 0) withGradMode(outer, () => backwardPass(order, onesLike(value), keep, leaves));
    const gradients = inputs.map((leaf) => found.get(leaf) ?? zerosLike(leaf));
    return {
      value: (outer ? value : value.detach()) as unknown as Tensor<[]>,
      grad: (gradients.length === 1 ? gradients[0] : gradients) as Gradients<A>,
    };
  };
}

/** What a function is differentiated by: its argument, cut off from the graph or, inside another `grad`, tied to it. */
function leafFrom(x: unknown): Tensor {
  if (typeof x !== "number" && !isTensor(x)) {
    throw new TypeError(`grad: differentiates by tensors or numbers, got ${describe(x)}`);
  }
  const given = typeof x === "number" ? (tensor(x) as unknown as Tensor) : x;
  if (gradMode.enabled && given.requiresGrad) return alias.call(given);
  const leaf = given.detach();
  leaf.requiresGrad = true;
  return leaf;
}

/** The same tensor under another name, to be differentiated by apart from its other uses. */
export const alias: (this: Tensor) => Tensor = op("alias", (x: Tensor) => x.detach(), [(g) => g]);

/**
 * Runs `f` without recording: for parameter updates and for measuring. @throws if `f` is asynchronous
 * @example noGrad(() => tensor(3, { requiresGrad: true }).mul(2).requiresGrad) // false
 */
export function noGrad<T>(f: () => T): T {
  if (typeof f !== "function") throw new TypeError(`noGrad: takes a function, noGrad(() => …); got ${describe(f)}`);
  const result = withGradMode(false, f);
  if (result instanceof Promise) {
    throw new TypeError("noGrad: takes a synchronous function; put noGrad inside the async one, around what needs it");
  }
  return result;
}
