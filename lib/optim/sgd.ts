/** @file Gradient descent, optionally with momentum. */

import { backend } from "../backend/index.js";
import { type Floats, Optimizer, type Parameters } from "./optimizer.js";

/** Options of `SGD`. */
export interface SGDOptions {
  /** Learning rate η, 10⁻³ by default. */
  lr?: number;
  /** μ, momentum: the share of the previous step that is kept, 0 by default. */
  momentum?: number;
  /** Nesterov's momentum: the gradient counts as if taken after the momentum step. Needs momentum above 0. */
  nesterov?: boolean;
  /** λ, weight decay: adds λ x to the gradient. 0 by default. */
  weightDecay?: number;
}

/**
 * Gradient descent: g ← ∂L/∂x + λ x,  v ← μ v + g,  x ← x − η v; with Nesterov's momentum x ← x − η (g + μ v).
 * It is stochastic if the batches are.  Sutskever et al. 2013; formulas as in PyTorch, where v starts at the first g.
 * @example
 * const w = tensor([3, 4], { requiresGrad: true });
 * w.pow(2).sum().div(2).backward();
 * new optim.SGD([w], { lr: 0.5, momentum: 0.9 }).step();
 * w // Tensor<[2]> (requiresGrad) [1.5, 2.0]
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
    backend().sgd(x, g, velocity, { lr, momentum, nesterov, weightDecay });
  }
}
