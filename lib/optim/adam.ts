/** @file Adam and AdamW: momentum, and an adaptive step size for every number. */

import { type AdamStep, backend, math } from "../backend/index.js";
import { describe } from "../shape/rules.js";
import { type Floats, Optimizer, type Parameters } from "./optimizer.js";

/** Options of `Adam` and `AdamW`. */
export interface AdamOptions {
  /** Learning rate η, about the length of a step; 10⁻³ by default. */
  lr?: number;
  /** β₁, β₂: decay rates of the running means of g and g²; 0.9 and 0.999 by default. */
  betas?: readonly [number, number];
  /** ε: keeps the division finite; 10⁻⁸ by default. */
  eps?: number;
  /** λ, weight decay: Adam adds λ x to the gradient, AdamW subtracts η λ x from x. 0 by default, 10⁻² in AdamW. */
  weightDecay?: number;
}

/**
 * m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  x ← x − η m̂ / (√v̂ + ε), with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ), which
 * correct the bias from starting at 0.  Kingma & Ba 2015. Weight decay joins the gradient: g ← ∂L/∂x + λ x.
 *
 * In float32, v overflows to ∞ where |g| exceeds √(3.4 · 10³⁸ / (1 − β₂)), by default 5.8 · 10²⁰, as in PyTorch: that element
 * then no longer moves. v is stored as defined, so that a saved state means the same here and in PyTorch. Such gradients
 * come from a loss that diverges: `clipGradNorm` keeps them small.
 * @example new optim.Adam(new nn.Linear(2, 1).parameters(), { lr: 0.001 }).lr // 0.001
 */
export class Adam extends Optimizer {
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weightDecay: number;
  /** Whether λ pulls directly on the parameter, in a step of its own, x ← x − η λ x, rather than through the gradient. */
  protected readonly decoupled: boolean = false;
  readonly #mean = this.stateFor("mean", true);
  readonly #square = this.stateFor("square", true);
  /** The numbers of the latest step: usually every parameter is at the same one. */
  #latest: (AdamStep & { readonly t: number; readonly lr: number }) | null = null;

  constructor(
    parameters: Parameters,
    { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 }: AdamOptions = {},
  ) {
    super(parameters, lr);
    if (!Array.isArray(betas))
      throw new TypeError(`${this.constructor.name}: betas is [β₁, β₂], got ${describe(betas)}`);
    this.betas = [this.check("betas[0]", betas[0], 1), this.check("betas[1]", betas[1], 1)];
    this.eps = this.check("eps", eps);
    this.weightDecay = this.check("weightDecay", weightDecay);
  }

  protected override update(x: Floats, g: Floats, index: number): void {
    const { lr, eps, weightDecay, decoupled } = this;
    const [beta1, beta2] = this.betas;
    const t = this.stepsOf(index);
    if (this.#latest?.t !== t || this.#latest.lr !== lr) {
      this.#latest = {
        t,
        lr,
        stepSize: lr / (1 - math.pow(beta1, t)),
        scale: 1 / Math.sqrt(1 - math.pow(beta2, t)),
        beta1,
        beta2,
        eps,
        weightDecay: decoupled ? 0 : weightDecay,
        decayFactor: decoupled ? 1 - lr * weightDecay : 1,
      };
    }
    backend().adam(x, g, this.#mean.for(index, x), this.#square.for(index, x), this.#latest);
  }
}

/**
 * Adam with weight decay outside the gradient: first x ← x − η λ x, then Adam's step.  Loshchilov & Hutter 2019.
 * @example new optim.AdamW(new nn.Linear(2, 1).parameters(), { lr: 0.001, weightDecay: 0.01 }).lr // 0.001
 */
export class AdamW extends Adam {
  protected override readonly decoupled = true;

  constructor(parameters: Parameters, { weightDecay = 1e-2, ...options }: AdamOptions = {}) {
    super(parameters, { weightDecay, ...options });
  }
}
