/** @file Automatic differentiation in reverse mode: operations record how they were applied, `backward` applies the chain rule. */

import { shared } from "../runtime/shared.js";
import { sameShape } from "../shape/rules.js";
import { onesLike } from "../tensor/create.js";
import { type Backward, type GradFn, gradMode, isTensor, type PartialGradient, type Tensor } from "../tensor/tensor.js";
import { versionClock } from "../tensor/versions.js";
import { checkGradient, checkUnmodified } from "./checks.js";
import { withGradMode } from "./grad-mode.js";
import { assemble, throughView } from "./partial.js";
import type { PerTensor } from "./per-tensor.js";

// ── Forward: recording ──────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Declares a differentiable operation: its value, and for each tensor argument a vector–Jacobian product (vjp), which
 * takes the gradient ȳ of the result to the gradient x̄ = ȳ · ∂y/∂x of that argument. `null` says: no gradient.
 *
 * A vjp is written in differentiable operations, so gradients have gradients. It need not undo broadcasting: the engine
 * sums each gradient back to its argument's shape. The operation is a method: its first argument is `this`.
 * `isView` says that it moves no element of `this`, so that a partial gradient of its result is one of `this`, too.
 */
export function op<F, A extends readonly unknown[]>(
  name: string,
  forward: (...inputs: A) => Tensor,
  vjps: PerTensor<A, (g: Tensor, y: Tensor, ...inputs: A) => Tensor | PartialGradient>,
  isView = false,
): F {
  const rules = vjps as unknown as readonly (((...given: unknown[]) => Tensor | PartialGradient) | null)[];
  const backward: Backward = (g, y, inputs, needs) => {
    const gradients = new Array<Tensor | PartialGradient | null>(rules.length);
    for (let i = 0; i < rules.length; i++) gradients[i] = needs[i] ? (rules[i]?.(g, y, ...inputs) ?? null) : null;
    return gradients;
  };
  const method = function (this: Tensor, ...rest: unknown[]): Tensor {
    const inputs = [this, ...rest] as unknown as A;
    const viewOf = isView ? (whole: Tensor): Tensor => method.call(whole, ...rest) : undefined;
    return record(name, forward(...inputs), inputs, backward, viewOf);
  };
  // An error's call stack then reads Tensor.reshape.
  Object.defineProperty(method, "name", { value: name });
  return declaredAs<F>(method);
}

/**
 * `method`, written on tensors of any shape, under the type `F`, which describes it shape by shape. The one unchecked
 * cast between the two: the tests of types and of values hold both sides to the same rules.
 */
export function declaredAs<F>(method: (this: Tensor, ...args: never[]) => unknown): F {
  return method as unknown as F;
}

/** Notes at `y` how it was made, if one of its inputs needs a gradient. Returns `y`. */
export function record(
  name: string,
  y: Tensor,
  inputs: readonly unknown[],
  backward: Backward,
  viewOf?: GradFn["viewOf"],
): Tensor {
  if (!gradMode.enabled || !y.isFloat) return y;
  for (const input of inputs) {
    if (!needsGrad(input)) continue;
    y.requiresGrad = true;
    y.gradFn = { name, inputs, version: versionClock(), backward, viewOf };
    return y;
  }
  return y;
}

const needsGrad = (input: unknown): input is Tensor => isTensor(input) && input.requiresGrad;

// ── Backward: the chain rule ────────────────────────────────────────────────────────────────────────────────────────

const traversals = shared("traversals", () => ({ latest: 0 }));

/**
 * The tensors `root` depends on, in reverse topological order: every result before its inputs, leaves last. What
 * `leaves` depend on is left out.
 */
export function reverseTopological(root: Tensor, leaves?: ReadonlySet<Tensor>): Tensor[] {
  const traversal = ++traversals.latest;
  const results: Tensor[] = [];
  const ends: Tensor[] = [];
  const visit = (tensor: Tensor) => {
    tensor.visitedBy = traversal;
    (tensor.gradFn && !leaves?.has(tensor) ? results : ends).push(tensor);
  };
  visit(root);
  let ordered = true;
  for (let i = 0; i < results.length; i++) {
    if (i > 0 && results[i].id > results[i - 1].id) ordered = false;
    for (const x of (results[i].gradFn as GradFn).inputs) if (needsGrad(x) && x.visitedBy !== traversal) visit(x);
  }
  if (!ordered) results.sort((a, b) => b.id - a.id); // a result is made after its inputs, so ids order the graph
  for (const end of ends) results.push(end); // in place: a graph may have a million results
  return results;
}

/** Walks `order` from its root and calls `visit(tensor, gradient)` once per tensor, when all its uses have contributed. */
export function backwardPass(
  order: readonly Tensor[],
  seed: Tensor,
  visit: (tensor: Tensor, gradient: Tensor) => void,
  leaves?: ReadonlySet<Tensor>,
): void {
  order[0].pendingGrad = seed;
  order[0].sharesGrad = true;
  try {
    for (const y of order) {
      if (!leaves?.has(y) && handOn(y)) continue;
      const g = takePending(y);
      if (!g) continue;
      visit(y, g);
      if (y.gradFn && !leaves?.has(y)) backpropagate(y, y.gradFn, g);
    }
  } catch (error) {
    for (const y of order) y.pendingGrad = y.pendingParts = null;
    throw error;
  }
}

/** One step of the chain rule: adds to the pending gradients of the inputs of `y`. */
function backpropagate(y: Tensor, gradFn: GradFn, g: Tensor): void {
  checkUnmodified(y, gradFn);
  const { inputs } = gradFn;
  const needs = new Array<boolean>(inputs.length);
  for (let i = 0; i < needs.length; i++) needs[i] = needsGrad(inputs[i]);
  const gradients = gradFn.backward(g, y, inputs, needs);
  for (let i = 0; i < gradients.length; i++) {
    const gradient = gradients[i];
    if (gradient && needs[i]) accumulate(inputs[i] as Tensor, gradient, y, g);
  }
}

/** Adds to the pending gradient of `x` what the operation behind `y` made of the gradient `g` of y, or passed on. */
function accumulate(x: Tensor, gradient: Tensor | PartialGradient, y: Tensor, g: Tensor): void {
  if (!isTensor(gradient)) {
    x.pendingParts ??= [];
    x.pendingParts.push(gradient);
    return;
  }
  const whole = sameShape(gradient.shape, x.shape) ? gradient : gradient.sumTo(x.shape);
  const sum = takePending(x);
  x.pendingGrad = sum ? sum.add(whole) : whole;
  x.sharesGrad = !sum && whole.data === g.data && y.sharesGrad;
  y.sharesGrad ||= whole.data === g.data; // the first input that g is passed on to may have it
}

/** A partial gradient is assembled after so many views, since each adds to the stack. */
const MOST_VIEWS = 64;

/**
 * Hands the gradient of a view, if it is a single partial one, on to what it is a view of. Assembled here, the gradient of
 * `x.at(i).at(j)` would cost as much as the row. Returns whether it has.
 */
function handOn(y: Tensor): boolean {
  const { gradFn, pendingGrad, pendingParts } = y;
  if (!gradFn?.viewOf || pendingGrad || pendingParts?.length !== 1 || y.retainsGrad) return false;
  const [part] = pendingParts;
  if ((part.views ?? 0) >= MOST_VIEWS) return false;
  checkUnmodified(y, gradFn);
  const x = gradFn.inputs[0] as Tensor;
  y.pendingParts = null;
  x.pendingParts ??= [];
  x.pendingParts.push(throughView(part, gradFn.viewOf));
  return true;
}

/** What has been accumulated for `x`; afterwards nothing is pending. */
function takePending(x: Tensor): Tensor | null {
  const { pendingGrad: sum, pendingParts: parts } = x;
  x.pendingGrad = x.pendingParts = null;
  if (!parts) return sum;
  x.sharesGrad = false;
  const { whole, backward } = assemble(x, sum, parts);
  return record("assemble", whole, [sum, ...parts.map((part) => part.gradient)], backward);
}

/** The gradient `g` of `x` to be kept: in storage of its own, since the caller may change it in place. */
export function owned(x: Tensor, g: Tensor): Tensor {
  const own = !x.sharesGrad && g.isContiguous && g.data.length === g.size;
  x.sharesGrad ||= own; // whatever g is passed on to must copy it
  return own ? g : g.clone();
}

interface BackwardOptions {
  /** Record the backward pass too, so that gradients can be differentiated. */
  createGraph?: boolean;
}

/**
 * Adds ∂(this)/∂(leaf) to the `grad` of every leaf that this tensor depends on and that has `requiresGrad`.
 *
 * @param gradient ∂(something)/∂(this), in this tensor's shape; needed unless this is a scalar
 * @throws if this is not a scalar and no gradient is given, or if nothing here requires one
 */
export function backward(this: Tensor, gradient?: Tensor, { createGraph = false }: BackwardOptions = {}): void {
  checkGradient(this, gradient);
  const seed = gradient ?? onesLike(this);
  withGradMode(createGraph, () =>
    backwardPass(reverseTopological(this), seed, (tensor, g) => {
      if (tensor.gradFn && !tensor.retainsGrad) return;
      tensor.grad = tensor.grad ? tensor.grad.add(g) : owned(tensor, g);
    }),
  );
}
