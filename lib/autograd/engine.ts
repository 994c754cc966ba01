/** @file Automatic differentiation in reverse mode: operations record how they were applied, `backward` applies the chain rule. */

import { allocate, type Data } from "../backend/index.js";
import { shared } from "../runtime/shared.js";
import { describe, sameShape, show } from "../shape/rules.js";
import { type Backward, type GradFn, gradMode, isTensor, type PartialGradient, Tensor } from "../tensor/tensor.js";
import { modifiedSince, versionClock } from "../tensor/versions.js";
import { copy } from "../tensor/views.js";

// ── Forward: recording ──────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Declares a differentiable operation: its value, and for each tensor argument a vector–Jacobian product (vjp), which
 * takes the gradient ȳ of the result to the gradient x̄ = ȳ · ∂y/∂x of that argument. `null` says: no gradient.
 *
 * A vjp is written in differentiable operations, so gradients have gradients. It need not undo broadcasting: the engine
 * sums each gradient back to its argument's shape. The operation is a method: its first argument is `this`.
 */
export function op<F, A extends readonly unknown[]>(
  name: string,
  forward: (...inputs: A) => Tensor,
  vjps: PerTensor<A, (g: Tensor, y: Tensor, ...inputs: A) => Tensor | PartialGradient>,
): F {
  const rules = vjps as unknown as readonly (((...given: unknown[]) => Tensor | PartialGradient) | null)[];
  const backward: Backward = (g, y, inputs, needs) =>
    rules.map((vjp, i) => (vjp && needs[i] ? vjp(g, y, ...inputs) : null));
  return declaredAs<F>(function (this: Tensor, ...rest: unknown[]): Tensor {
    const inputs = [this, ...rest] as unknown as A;
    return record(name, forward(...inputs), inputs, backward);
  });
}

/**
 * One entry for each argument up to the last tensor: an `Entry` or `null` for a tensor, `null` for anything else. A
 * gradient that is forgotten does not compile.
 */
export type PerTensor<A extends readonly unknown[], Entry> = number extends A["length"]
  ? never
  : Entries<UpToLastTensor<Required<A>>, Entry>;
type UpToLastTensor<A extends readonly unknown[]> = A extends readonly [...infer Init, infer Last]
  ? Tensor extends Last
    ? A
    : UpToLastTensor<Init>
  : [];
type Entries<A extends readonly unknown[], Entry> = {
  readonly [I in keyof A]: Tensor extends A[I] ? Entry | null : null;
};

/**
 * `method`, written on tensors of any shape, under the type `F`, which describes it shape by shape. The one unchecked
 * cast between the two: the tests of types and of values hold both sides to the same rules.
 */
export function declaredAs<F>(method: (this: Tensor, ...args: never[]) => unknown): F {
  return method as unknown as F;
}

/** Notes at `y` how it was made, if one of its inputs needs a gradient. Returns `y`. */
export function record(name: string, y: Tensor, inputs: readonly unknown[], backward: Backward): Tensor {
  if (gradMode.enabled && y.isFloat && inputs.some(needsGrad)) {
    y.requiresGrad = true;
    y.gradFn = { name, inputs, version: versionClock(), backward };
  }
  return y;
}

const needsGrad = (input: unknown): input is Tensor => isTensor(input) && input.requiresGrad;

export function withGradMode<T>(enabled: boolean, f: () => T): T {
  const before = gradMode.enabled;
  gradMode.enabled = enabled;
  try {
    return f();
  } finally {
    gradMode.enabled = before;
  }
}

// ── Backward: the chain rule ────────────────────────────────────────────────────────────────────────────────────────

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
function backward(this: Tensor, gradient?: Tensor, { createGraph = false }: BackwardOptions = {}): void {
  const seed = seedFor("backward", this, gradient);
  const taken = new Set([seed.data]);
  withGradMode(createGraph, () =>
    backwardPass(reverseTopological(this), seed, (tensor, g) => {
      if (tensor.gradFn && !tensor.retainsGrad) return;
      tensor.grad = tensor.grad ? tensor.grad.add(g) : owned(g, taken);
    }),
  );
}

export const autogradMethods = { backward };

const none: ReadonlySet<Tensor> = new Set();
const traversals = shared("traversals", () => ({ latest: 0 }));

/**
 * The tensors `root` depends on, in reverse topological order: every result before its inputs, leaves last. What
 * `leaves` depend on is left out.
 */
export function reverseTopological(root: Tensor, leaves = none): Tensor[] {
  const traversal = ++traversals.latest;
  const results: Tensor[] = [];
  const ends: Tensor[] = [];
  const visit = (tensor: Tensor) => {
    tensor.visitedBy = traversal;
    (tensor.gradFn && !leaves.has(tensor) ? results : ends).push(tensor);
  };
  visit(root);
  let ordered = true;
  for (let i = 0; i < results.length; i++) {
    if (i > 0 && results[i].id > results[i - 1].id) ordered = false;
    for (const x of (results[i].gradFn as GradFn).inputs) if (needsGrad(x) && x.visitedBy !== traversal) visit(x);
  }
  if (!ordered) results.sort((a, b) => b.id - a.id); // a result is made after its inputs, so ids order the graph
  return results.concat(ends);
}

/** Walks `order` from its root and calls `visit(tensor, gradient)` once per tensor, when all its uses have contributed. */
export function backwardPass(
  order: readonly Tensor[],
  seed: Tensor,
  visit: (tensor: Tensor, gradient: Tensor) => void,
  leaves = none,
): void {
  order[0].pendingGrad = seed;
  try {
    for (const y of order) {
      const g = takePending(y);
      if (!g) continue;
      visit(y, g);
      if (y.gradFn && !leaves.has(y)) backpropagate(y, y.gradFn, g);
    }
  } catch (error) {
    for (const y of order) y.pendingGrad = y.pendingParts = null;
    throw error;
  }
}

/** One step of the chain rule: adds to the pending gradients of the inputs of `y`. */
function backpropagate(y: Tensor, gradFn: GradFn, g: Tensor): void {
  refuseModified(y, gradFn);
  const { inputs } = gradFn;
  const needs = inputs.map(needsGrad);
  const gradients = gradFn.backward(g, y, inputs, needs);
  for (let i = 0; i < gradients.length; i++) {
    const gradient = gradients[i];
    if (gradient && needs[i]) accumulate(inputs[i] as Tensor, gradient);
  }
}

function accumulate(x: Tensor, gradient: Tensor | PartialGradient): void {
  if (!isTensor(gradient)) {
    x.pendingParts ??= [];
    x.pendingParts.push(gradient);
    return;
  }
  const whole = sameShape(gradient.shape, x.shape) ? gradient : gradient.sumTo(x.shape);
  const sum = takePending(x);
  x.pendingGrad = sum ? sum.add(whole) : whole;
}

/** What has been accumulated for `x`; afterwards nothing is pending. */
function takePending(x: Tensor): Tensor | null {
  const { pendingGrad: sum, pendingParts: parts } = x;
  x.pendingGrad = x.pendingParts = null;
  return parts ? assemble(x, sum, parts) : sum;
}

/** `sum` (or 0) plus partial gradients, added into one buffer: n slices of x cost as much as x, not n times as much. */
function assemble(x: Tensor, sum: Tensor | null, parts: readonly PartialGradient[]): Tensor {
  const y = new Tensor(sum ? copy(sum) : allocate(x.dtype, x.size), x.shape);
  for (const part of parts) part.addTo(y);
  return record("assemble", y, [sum, ...parts.map((part) => part.gradient)], (g, _y, _inputs, needs) => [
    g,
    ...parts.map((part, i) => (needs[i + 1] ? part.of(g) : null)),
  ]);
}

/** `g` in storage that no one else has: itself, unless it is a view or its storage was already `taken`. */
export function owned(g: Tensor, taken: Set<Data>): Tensor {
  const own = g.isContiguous && g.data.length === g.size && !taken.has(g.data);
  taken.add(g.data);
  return own ? g : g.clone();
}

// ── Refusals ────────────────────────────────────────────────────────────────────────────────────────────────────────

function refuseModified(y: Tensor, { name, inputs, version }: GradFn): void {
  if (versionClock() === version) return;
  for (const tensor of [y, ...inputs]) {
    if (isTensor(tensor) && modifiedSince(tensor, version)) {
      throw new Error(
        `backward: a tensor of shape ${show(tensor.shape)} was changed in place after ${name} used it; ` +
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

export function onesLike(x: Tensor): Tensor {
  return new Tensor(allocate(x.dtype, x.size).fill(1), x.shape);
}
