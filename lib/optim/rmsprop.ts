/** @file RMSprop: every step divided by the root mean square of recent gradients. */

import { backend } from "../backend/index.js";
import { type Floats, Optimizer, type Parameters } from "./optimizer.js";

/** Options of `RMSprop`. */
export interface RMSpropOptions {
  /** Learning rate η, 10⁻² by default. */
  lr?: number;
  /** α: decay rate of the running mean of g², 0.99 by default. */
  alpha?: number;
  /** ε: keeps the division finite; 10⁻⁸ by default. */
  eps?: number;
  /** λ, weight decay: adds λ x to the gradient. 0 by default. */
  weightDecay?: number;
}

/**
 * g ← ∂L/∂x + λ x,  s ← α s + (1 − α) g²,  x ← x − η g / (√s + ε).  Tieleman & Hinton 2012, lecture 6.5.
 *
 * In float32, s overflows to ∞ where |g| exceeds √(3.4 · 10³⁸ / (1 − α)), by default 1.8 · 10²⁰, as in PyTorch: that element
 * then no longer moves. `clipGradNorm` keeps gradients small.
 * @example new optim.RMSprop(new nn.Linear(2, 1).parameters(), { lr: 0.001 }).lr // 0.001
 */
export class RMSprop extends Optimizer {
  readonly alpha: number;
  readonly eps: number;
  readonly weightDecay: number;
  readonly #square = this.stateFor("square", true);

  constructor(parameters: Parameters, { lr = 1e-2, alpha = 0.99, eps = 1e-8, weightDecay = 0 }: RMSpropOptions = {}) {
    super(parameters, lr);
    this.alpha = this.check("alpha", alpha, 1);
    this.eps = this.check("eps", eps);
    this.weightDecay = this.check("weightDecay", weightDecay);
  }

  protected override update(x: Floats, g: Floats, index: number): void {
    const { lr, alpha, eps, weightDecay } = this;
    backend().rmsprop(x, g, this.#square.for(index, x), { lr, alpha, eps, weightDecay });
  }
}
