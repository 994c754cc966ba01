/** @file Gradient clipping: shortens gradients that are too long, before the step. */

import { noGrad } from "../autograd/transforms.js";
import { checkIterable } from "../shape/kinds.js";
import { checkNumber } from "../shape/numbers.js";
import { describe } from "../shape/rules.js";
import { isTensor, type Tensor } from "../tensor/tensor.js";
import type { Parameters } from "./optimizer.js";

/** The range of a limit for gradients; Infinity clips none. */
export const limitRange = { from: 0, infinite: true };

// Gradients are replaced rather than overwritten: other code may hold the old ones.

/**
 * Scales all gradients, taken as one vector, to length `maxNorm` if they are longer. Their direction stays.
 * As in PyTorch the factor is maxNorm / (norm + 10⁻⁶).
 * @returns the length before clipping
 * @example
 * const w = tensor([3, 4], { requiresGrad: true });
 * w.pow(2).sum().div(2).backward();
 * optim.clipGradNorm([w], 1);
 * w.grad // Tensor<[2]> [0.6000, 0.8000]
 */
export function clipGradNorm(parameters: Parameters, maxNorm: number): number {
  checkNumber("clipGradNorm", "maxNorm", maxNorm, limitRange);
  const clipped = withGradient("clipGradNorm", parameters);
  const norm = gradNorm(clipped);
  const factor = maxNorm / (norm + 1e-6);
  if (factor >= 1 || maxNorm === Infinity) return norm;
  noGrad(() => {
    for (const parameter of clipped) parameter.grad = scaled(parameter.grad as Tensor, maxNorm, norm + 1e-6);
  });
  return norm;
}

/** g · maxNorm / norm, also where that factor, or the norm, is no normal number of g's dtype. */
function scaled(g: Tensor, maxNorm: number, norm: number): Tensor {
  const factor = maxNorm / norm;
  if (factor > 1e-30) return g.mul(factor);
  return g.to("float64").div(norm).mul(maxNorm).to(g.dtype);
}

/** The values in row-major order: where they lie, if they lie so. */
const valuesOf = (x: Tensor) => (x.isContiguous ? x.data.subarray(x.offset, x.offset + x.size) : x.toTypedArray());

/** The length of all gradients, taken as one vector: √Σ g². */
function gradNorm(parameters: readonly Tensor[]): number {
  const gradients = parameters.map(({ grad }) => valuesOf(grad as Tensor));
  const sum = (term: (total: number, g: number) => number): number =>
    gradients.reduce((total: number, values) => {
      for (let i = 0; i < values.length; i++) total = term(total, values[i]);
      return total;
    }, 0);
  let squares = 0;
  for (const values of gradients) for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  if (squares > 1e-280 && squares < Infinity) return Math.sqrt(squares);
  // Squares overflow or underflow float64: measure in units of the largest gradient.
  const largest = sum((most, g) => Math.max(most, Math.abs(g)));
  if (!(largest > 0 && largest < Infinity)) return largest;
  return largest * Math.sqrt(sum((total, g) => total + (g / largest) * (g / largest)));
}

/**
 * Clips every number of every gradient to [−limit, limit]. The direction may change.
 * @example
 * const w = tensor([3, 4], { requiresGrad: true });
 * w.pow(2).sum().div(2).backward();
 * optim.clipGradValue([w], 3.5);
 * w.grad // Tensor<[2]> [3.0, 3.5]
 */
export function clipGradValue(parameters: Parameters, limit: number): void {
  checkNumber("clipGradValue", "the limit", limit, limitRange);
  noGrad(() => {
    for (const parameter of withGradient("clipGradValue", parameters))
      parameter.grad = (parameter.grad as Tensor).clip(-limit, limit);
  });
}

function withGradient(name: string, parameters: Parameters): Tensor[] {
  checkIterable(name, "parameters", parameters);
  const all = [...parameters];
  const odd = all.findIndex((parameter) => !isTensor(parameter));
  if (odd >= 0) throw new TypeError(`${name}: parameter ${odd} is ${describe(all[odd])}, not a tensor`);
  return all.filter(({ grad }) => grad !== null);
}
