/** @file Is a gradient right? Checked against the function itself, by central differences in random directions. */

import { grad, noGrad } from "../autograd/transforms.js";
import { checkNumber, checkWhole } from "../shape/numbers.js";
import { describe, show } from "../shape/rules.js";
import { Generator } from "../tensor/random.js";
import { isTensor, Tensor } from "../tensor/tensor.js";

/** Options of `gradcheck` and `gradgradcheck`. */
export interface GradcheckOptions {
  /** Step h of the central difference (f(x + hv) − f(x − hv)) / 2h, whose error is O(h²) + O(ε/h). */
  step?: number;
  /** Allowed difference: atol + rtol · |numeric|. */
  atol?: number;
  rtol?: number;
  /** How many random directions to try. */
  directions?: number;
  seed?: number;
}

/** A function of tensors: any number in, one out. */
// biome-ignore lint/suspicious/noExplicitAny: whatever shapes the caller's function takes
type Differentiable = (...inputs: any[]) => Tensor<any>;

/**
 * Compares the gradient of `f` with the function itself: along random directions v, u, autograd's ⟨∇⟨f, u⟩, v⟩ must agree with
 * the central difference (⟨f(x + hv), u⟩ − ⟨f(x − hv), u⟩) / 2h. Inputs with `requiresGrad` are differentiated by.
 *
 * @returns true
 * @throws if they disagree, saying both numbers; if an input is not float64 (float32's rounding drowns the difference)
 * @example gradcheck((x: Tensor) => x.pow(3).sum(), [tensor([1, 2], { dtype: "float64", requiresGrad: true })]) // true
 */
export function gradcheck(f: Differentiable, inputs: readonly Tensor[], options: GradcheckOptions = {}): true {
  const { step = 1e-6, atol = 1e-5, rtol = 1e-4, directions = 4, seed = 0 } = options;
  const needs = checkCall("gradcheck", f, inputs);
  checkNumber("gradcheck", "step", step, { above: 0 });
  checkNumber("gradcheck", "atol", atol, { from: 0 });
  checkNumber("gradcheck", "rtol", rtol, { from: 0 });
  checkWhole("gradcheck", "directions", directions, 1);
  const generator = new Generator(seed);
  const wanted = inputs.filter((_, i) => needs[i]);
  for (const x of wanted) {
    if (x.dtype !== "float64") {
      throw new TypeError(`gradcheck: needs float64 inputs, got ${x.dtype}; create them with { dtype: "float64" }`);
    }
  }
  for (let trial = 0; trial < directions; trial++) {
    const u = directionFor(resultOf(f, inputs), generator);
    const along = projected(f, inputs, needs, u);
    const vs = wanted.map((x) => directionFor(x, generator));
    const detached = wanted.map((x) => x.detach());
    const shifted = (h: number) => noGrad(() => along(...detached.map((x, i) => x.add(vs[i].mul(h)))).item());
    const numeric = (shifted(step) - shifted(-step)) / (2 * step);
    const gradients = noGrad(() => gradientsOf(along, detached));
    const analytic = noGrad(() => gradients.reduce((total, g, i) => total + g.mul(vs[i]).sum().item(), 0));
    if (!(Math.abs(analytic - numeric) <= atol + rtol * Math.abs(numeric))) {
      throw new Error(
        `gradcheck: the gradient disagrees with the function on inputs ${wanted.map((x) => show(x.shape)).join(", ")}, ` +
          `direction ${trial}: autograd says ${analytic}, central differences say ${numeric}`,
      );
    }
  }
  return true;
}

/** Which inputs to differentiate by. @throws if there are none, or what is given is no function or no array */
function checkCall(name: string, f: unknown, inputs: unknown): boolean[] {
  if (typeof f !== "function") throw new TypeError(`${name}: takes a function of tensors, got ${describe(f)}`);
  if (!Array.isArray(inputs)) throw new TypeError(`${name}: takes an array of inputs, got ${describe(inputs)}`);
  const needs = inputs.map((x) => isTensor(x) && x.requiresGrad);
  if (!needs.includes(true)) throw new Error(`${name}: no input has requiresGrad, so there is nothing to check`);
  return needs;
}

/** ⟨f, u⟩ as a function of the inputs that `needs` marks; the others stay. */
function projected(f: Differentiable, inputs: readonly Tensor[], needs: readonly boolean[], u: Tensor) {
  return (...wanted: Tensor[]): Tensor => {
    let next = 0;
    const y = f(...inputs.map((x, i) => (needs[i] ? wanted[next++] : x)));
    return y.mul(u).sum();
  };
}

/** All gradients of a scalar function, also if it has one argument only. */
function gradientsOf(f: (...xs: Tensor[]) => Tensor, xs: readonly Tensor[]): Tensor[] {
  const found = grad(f)(...xs) as unknown as Tensor | Tensor[];
  return isTensor(found) ? [found] : found;
}

/** f of the inputs, outside the graph. @throws if that is no tensor */
function resultOf(f: Differentiable, inputs: readonly Tensor[]): Tensor {
  const value: unknown = noGrad(() => f(...inputs));
  if (!isTensor(value)) throw new TypeError(`gradcheck: the function gives a tensor, this one gave ${describe(value)}`);
  return value;
}

/** A random direction to go from `x` in. */
function directionFor(x: Tensor, generator: Generator): Tensor {
  return new Tensor(
    Float64Array.from({ length: x.size }, () => generator.normal()),
    x.shape,
  );
}

/**
 * `gradcheck` of the gradient of `f`, which is itself a function of the same inputs: second derivatives are right.
 * @example gradgradcheck((x: Tensor) => x.pow(3).sum(), [tensor([1, 2], { dtype: "float64", requiresGrad: true })]) // true
 */
export function gradgradcheck(f: Differentiable, inputs: readonly Tensor[], options: GradcheckOptions = {}): true {
  const needs = checkCall("gradgradcheck", f, inputs);
  const generator = new Generator((options.seed ?? 0) + 1);
  const u = directionFor(resultOf(f, inputs), generator);
  const ws = inputs.filter((_, i) => needs[i]).map((x) => directionFor(x, generator));
  /** ⟨∇⟨f, u⟩, w⟩: a scalar whose gradient holds every second derivative. */
  const directional = (...all: Tensor[]): Tensor => {
    const wanted = all.filter((_, i) => needs[i]);
    const gradients = gradientsOf(projected(f, all, needs, u), wanted);
    return gradients.map((g, i): Tensor => g.mul(ws[i]).sum()).reduce((a, b) => a.add(b));
  };
  return gradcheck(directional, inputs, options);
}
