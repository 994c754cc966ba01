/** @file Activations: one table of what each computes, and the same as modules for `Sequential`. */

import type { FusedActivation } from "../backend/index.js";
import { checkNumber, checkWhole } from "../shape/numbers.js";
import { describe } from "../shape/rules.js";
import type { Shape } from "../shape/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { Module } from "./module.js";
import { checkTensor } from "./shapes.js";

interface Entry {
  readonly apply: (x: Tensor) => Tensor;
  /** The backend's name for this activation inside a linear layer, or null if it computes the two apart. */
  readonly fused: FusedActivation | null;
}

/** Every activation by name. A fused one goes by the backend's name for it. */
export const activations = {
  relu: { apply: (x: Tensor) => x.relu(), fused: "relu" },
  leakyRelu: { apply: (x: Tensor) => x.leakyRelu(), fused: null },
  elu: { apply: (x: Tensor) => x.elu(), fused: null },
  gelu: { apply: (x: Tensor) => x.gelu(), fused: "gelu" },
  geluTanh: { apply: (x: Tensor) => x.gelu({ approximate: "tanh" }), fused: "geluTanh" },
  sigmoid: { apply: (x: Tensor) => x.sigmoid(), fused: "sigmoid" },
  tanh: { apply: (x: Tensor) => x.tanh(), fused: "tanh" },
  softplus: { apply: (x: Tensor) => x.softplus(), fused: null },
} as const satisfies Record<string, Entry> & { [F in FusedActivation]: Entry & { fused: F } };

/** The name of an activation, or a function of your own. */
export type Activation = keyof typeof activations | ((x: Tensor) => Tensor);

/** @throws if `activation` is neither a name in the table nor a function; `layer` says whose it is */
export function activationOf(layer: string, activation: Activation): Entry {
  if (typeof activation === "function") return { apply: activation, fused: null };
  if (Object.hasOwn(activations, activation)) return activations[activation];
  const names = Object.keys(activations).join(", ");
  throw new TypeError(`${layer}: activation is a function or one of ${names}; got ${describe(activation)}`);
}

/** A module that applies one activation. */
export abstract class ActivationLayer extends Module {
  abstract readonly activation: Activation;

  forward<S extends Shape>(x: Tensor<S>): Tensor<S>;
  forward(x: Tensor): Tensor {
    checkTensor(this.constructor.name, x);
    return activationOf(this.constructor.name, this.activation).apply(x);
  }
}

/**
 * y = max(0, x)
 * @example new nn.ReLU().forward(tensor([-1, 0, 2])) // Tensor<[3]> [0, 0, 2]
 */
export class ReLU extends ActivationLayer {
  readonly activation = "relu";
}

/**
 * y = x if x > 0, else slope · x
 * @example new nn.LeakyReLU().forward(tensor([-1, 0, 2])) // Tensor<[3]> [-0.01, 0.00, 2.00]
 */
export class LeakyReLU extends ActivationLayer {
  readonly activation = (x: Tensor): Tensor => x.leakyRelu(this.slope);
  constructor(readonly slope = 0.01) {
    super();
    checkNumber("LeakyReLU", "the slope", slope);
  }
}

/**
 * y = x if x > 0, else α (eˣ − 1)
 * @example new nn.ELU().forward(tensor([-1, 0, 2])) // Tensor<[3]> [-0.6321, 0.0000, 2.0000]
 */
export class ELU extends ActivationLayer {
  readonly activation = (x: Tensor): Tensor => x.elu(this.alpha);
  constructor(readonly alpha = 1) {
    super();
    checkNumber("ELU", "α", alpha);
  }
}

/**
 * y = x Φ(x), or its approximation by tanh
 * @example new nn.GELU().forward(tensor([-1, 0, 2])) // Tensor<[3]> [-0.1587, 0.0000, 1.9545]
 */
export class GELU extends ActivationLayer {
  readonly activation: "gelu" | "geluTanh";
  constructor({ approximate = "none" }: { approximate?: "none" | "tanh" } = {}) {
    super();
    if (approximate !== "none" && approximate !== "tanh") {
      throw new TypeError(`GELU: approximate is "none" or "tanh", got ${describe(approximate)}`);
    }
    this.activation = approximate === "tanh" ? "geluTanh" : "gelu";
  }
}

/**
 * y = 1 / (1 + e⁻ˣ)
 * @example new nn.Sigmoid().forward(tensor([-1, 0, 2])) // Tensor<[3]> [0.2689, 0.5000, 0.8808]
 */
export class Sigmoid extends ActivationLayer {
  readonly activation = "sigmoid";
}

/**
 * y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
 * @example new nn.Tanh().forward(tensor([-1, 0, 2])) // Tensor<[3]> [-0.7616, 0.0000, 0.9640]
 */
export class Tanh extends ActivationLayer {
  readonly activation = "tanh";
}

/**
 * y = ln(1 + eˣ)
 * @example new nn.Softplus().forward(tensor([-1, 0, 2])) // Tensor<[3]> [0.3133, 0.6931, 2.1269]
 */
export class Softplus extends ActivationLayer {
  readonly activation = "softplus";
}

/**
 * yᵢ = eˣⁱ / Σⱼ eˣʲ along an axis, the last by default
 * @example new nn.Softmax().forward(tensor([0, 0, 0, 0])) // Tensor<[4]> [0.25, 0.25, 0.25, 0.25]
 */
export class Softmax extends ActivationLayer {
  readonly activation = (x: Tensor): Tensor => x.softmax(this.axis);
  constructor(readonly axis = -1) {
    super();
    checkWhole("Softmax", "the axis", axis, -Infinity);
  }
}
