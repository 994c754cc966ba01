/** @file Activations as modules, for `Sequential`; and by name, for networks that take one as an option. */

import type { Activation as Kernel } from "../backend/index.js";
import { describe } from "../shape/rules.js";
import type { Shape } from "../shape/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { Module } from "./module.js";

/** y = max(0, x) */
export class ReLU extends Module {
  forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return x.relu();
  }
}

/** y = x if x > 0, else slope · x */
export class LeakyReLU extends Module {
  constructor(readonly slope = 0.01) {
    super();
  }
  forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return x.leakyRelu(this.slope);
  }
}

/** y = x if x > 0, else α (eˣ − 1) */
export class ELU extends Module {
  constructor(readonly alpha = 1) {
    super();
  }
  forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return x.elu(this.alpha);
  }
}

/** y = x Φ(x), or its approximation by tanh */
export class GELU extends Module {
  readonly approximate: "none" | "tanh";
  constructor({ approximate = "none" }: { approximate?: "none" | "tanh" } = {}) {
    super();
    this.approximate = approximate;
  }
  forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return x.gelu({ approximate: this.approximate });
  }
}

/** y = 1 / (1 + e⁻ˣ) */
export class Sigmoid extends Module {
  forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return x.sigmoid();
  }
}

/** y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ) */
export class Tanh extends Module {
  forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return x.tanh();
  }
}

/** y = ln(1 + eˣ) */
export class Softplus extends Module {
  forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return x.softplus();
  }
}

/** yᵢ = eˣⁱ / Σⱼ eˣʲ along an axis, the last by default */
export class Softmax extends Module {
  constructor(readonly axis = -1) {
    super();
  }
  forward<S extends Shape>(x: Tensor<S>): Tensor<S>;
  forward(x: Tensor): Tensor {
    return x.softmax(this.axis);
  }
}

const byName = {
  relu: (x: Tensor) => x.relu(),
  leakyRelu: (x: Tensor) => x.leakyRelu(),
  elu: (x: Tensor) => x.elu(),
  gelu: (x: Tensor) => x.gelu(),
  sigmoid: (x: Tensor) => x.sigmoid(),
  tanh: (x: Tensor) => x.tanh(),
  softplus: (x: Tensor) => x.softplus(),
};

/** The name of an activation, or a function of our own, element by element. */
export type Activation = keyof typeof byName | ((x: Tensor) => Tensor);

/** Those that the kernels of a linear layer apply themselves. */
const fused = ["relu", "gelu", "sigmoid", "tanh"] as const;

/** The name by which those kernels know what a module computes, if they do. */
export function fusedIn(module: Module): Kernel | null {
  const { forward } = module as ReLU;
  if (forward === ReLU.prototype.forward) return "relu";
  if (forward === Tanh.prototype.forward) return "tanh";
  if (forward === Sigmoid.prototype.forward) return "sigmoid";
  if (forward === GELU.prototype.forward) return (module as GELU).approximate === "tanh" ? "geluTanh" : "gelu";
  return null;
}

export function isFused(activation: Activation): activation is (typeof fused)[number] {
  return fused.some((name) => name === activation);
}

export function activationFrom(layer: string, activation: Activation): (x: Tensor) => Tensor {
  if (typeof activation === "function") return activation;
  if (Object.hasOwn(byName, activation)) return byName[activation];
  const names = Object.keys(byName).join(", ");
  throw new TypeError(`${layer}: activation is a function or one of ${names}; got ${describe(activation)}`);
}
