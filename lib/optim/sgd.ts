/** @file Gradient descent, with momentum if wanted. */

import { kernels } from "../backend/index.js";
import { type Floats, Optimizer, type Parameters } from "./optimizer.js";

export interface SGDOptions {
  /** Learning rate η. */
  lr?: number;
  /** μ: how much of the last move is carried on, from 0 (none) up to 1. */
  momentum?: number;
  /** Take the gradient's step from where momentum is about to lead (Nesterov's). */
  nesterov?: boolean;
  /** λ: pulls every parameter toward 0 by adding λ x to its gradient. */
  weightDecay?: number;
}

/**
 * Gradient descent: g ← ∂L/∂x + λ x,  v ← μ v + g,  x ← x − η v; with Nesterov's momentum x ← x − η (g + μ v).
 * "Stochastic" is up to the batches.  Sutskever et al. 2013; formulas as in PyTorch, where v starts at the first g.
 */
export class SGD extends Optimizer {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly #velocity = this.stateFor("velocity");

  constructor(parameters: Parameters, { lr = 1e-3, momentum = 0, nesterov = false, weightDecay = 0 }: SGDOptions = {}) {
    super(parameters, lr);
    this.momentum = this.check("momentum", momentum);
    this.weightDecay = this.check("weightDecay", weightDecay);
    if (nesterov && momentum === 0) throw new RangeError("SGD: nesterov needs momentum above 0");
    this.nesterov = nesterov;
  }

  protected override update(x: Floats, g: Floats, index: number): void {
    const { lr, momentum, nesterov, weightDecay } = this;
    const velocity = momentum === 0 ? null : this.#velocity.for(index, x);
    kernels().sgd(x, g, velocity, { lr, momentum, nesterov, weightDecay });
  }
}
