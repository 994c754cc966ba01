/** @file Clipping: gradients that are too large, cut down before the step. */

import { noGrad } from "../autograd/engine.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Parameters } from "./optimizer.js";

// Gradients are replaced, not written into: two parameters may share one, as those of a + b do.

/**
 * If all gradients together, as one vector, are longer than `maxNorm`, scales them to that length: their direction stays.
 * As in PyTorch the factor is maxNorm / (norm + 10⁻⁶).
 * @returns the length before
 */
export function clipGradNorm(parameters: Parameters, maxNorm: number): number {
  if (!(maxNorm >= 0)) throw new RangeError(`clipGradNorm: maxNorm is a number from 0 up, got ${maxNorm}`);
  const clipped = withGradient(parameters);
  const norm = gradNorm(clipped);
  const factor = maxNorm / (norm + 1e-6);
  if (factor >= 1) return norm;
  noGrad(() => {
    for (const parameter of clipped) parameter.grad = (parameter.grad as Tensor).mul(factor);
  });
  return norm;
}

/** The length of all gradients together, as one vector: √Σ g². */
export function gradNorm(parameters: Parameters): number {
  let squares = 0;
  for (const { grad } of withGradient(parameters)) {
    const values = (grad as Tensor).toTypedArray();
    for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  }
  return Math.sqrt(squares);
}

/** Moves every number of every gradient into [−limit, limit]: the direction may change. */
export function clipGradValue(parameters: Parameters, limit: number): void {
  if (!(limit >= 0)) throw new RangeError(`clipGradValue: the limit is a number from 0 up, got ${limit}`);
  noGrad(() => {
    for (const parameter of withGradient(parameters)) parameter.grad = (parameter.grad as Tensor).clip(-limit, limit);
  });
}

function withGradient(parameters: Parameters): Tensor[] {
  return [...parameters].filter(({ grad }) => grad !== null);
}
