/** @file Layers of feed-forward networks: Linear, LayerNorm, Dropout. */

import { checkNumber } from "../shape/numbers.js";
import type { Fits, Result, Shape } from "../shape/shape.js";
import { ones, zeros } from "../tensor/create.js";
import type { Generator } from "../tensor/random.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Activation } from "./activations.js";
import { dropout, layerNorm, linear } from "./functional.js";
import { uniform } from "./init.js";
import { Module } from "./module.js";
import { checkInput, checkProbability, checkSize, checkTensor, type LastAxis } from "./shapes.js";

/** Options of `Linear`. */
export interface LinearOptions {
  /** Whether to add b; true by default. */
  bias?: boolean;
}

/**
 * y = x Wᵀ + b over the last axis: [..., In] → [..., Out].
 * W and b are initialized uniformly in ±1/√In, as in PyTorch; `init` has other ways.
 * @example new nn.Linear(3, 2).forward(zeros([5, 3])).shape // [ 5, 2 ]
 */
export class Linear<In extends number, Out extends number> extends Module {
  /** W, [Out, In]: one row per output. */
  weight: Tensor<[Out, In]>;
  bias: Tensor<[Out]> | null;

  constructor(
    readonly inFeatures: In,
    readonly outFeatures: Out,
    { bias = true }: LinearOptions = {},
  ) {
    super();
    checkSize("Linear", "the number of inputs", inFeatures);
    checkSize("Linear", "the number of outputs", outFeatures);
    const bound = 1 / Math.sqrt(inFeatures);
    this.weight = uniform(zeros([outFeatures, inFeatures], { requiresGrad: true }), -bound, bound);
    this.bias = bias ? uniform(zeros([outFeatures], { requiresGrad: true }), -bound, bound) : null;
  }

  forward<S extends Shape>(
    x: Fits<LastAxis<"Linear", S, In, Out>, Tensor<S>>,
  ): Tensor<Result<LastAxis<"Linear", S, In, Out>>>;
  forward(x: Tensor): Tensor {
    checkInput("Linear", x, this.inFeatures);
    return linear<number[], number, number>(x, this.weight, this.bias);
  }
}

/** f(x Wᵀ + b) for a layer's W and b, in one pass where the backend can. */
export function activated(layer: Linear<number, number>, x: Tensor, activation: Activation): Tensor {
  checkInput("Linear", x, layer.inFeatures);
  return linear<number[], number, number>(x, layer.weight, layer.bias, activation);
}

/**
 * y = (x − x̄) / √(s² + ε) · γ + β: mean 0 and variance 1 over the last axis, then a learned scale and shift.
 * @example new nn.LayerNorm(2).forward(tensor([[1, 3], [5, 9]])).shape // [ 2, 2 ]
 */
export class LayerNorm<C extends number> extends Module {
  /** γ, initially ones. */
  weight: Tensor<[C]>;
  /** β, initially zeros. */
  bias: Tensor<[C]>;
  readonly eps: number;

  constructor(
    readonly size: C,
    { eps = 1e-5 }: { eps?: number } = {},
  ) {
    super();
    checkSize("LayerNorm", "the size of the last axis", size);
    this.eps = checkNumber("LayerNorm", "eps", eps, { from: 0 });
    this.weight = ones([size], { requiresGrad: true });
    this.bias = zeros([size], { requiresGrad: true });
  }

  forward<S extends Shape>(x: Fits<LastAxis<"LayerNorm", S, C>, Tensor<S>>): Tensor<S>;
  forward(x: Tensor): Tensor {
    checkInput("LayerNorm", x, this.size);
    return layerNorm<number[], number>(x, this.weight, this.bias, this.eps);
  }
}

/**
 * Dropout: in training, each element becomes 0 with probability p, else x / (1 − p). In evaluation, nothing changes.
 * @example new nn.Dropout(0.5).eval().forward(tensor([1, 2, 3])) // Tensor<[3]> [1, 2, 3]
 */
export class Dropout extends Module {
  readonly #generator: Generator | undefined;

  /** @param options.generator source of the choices: by default the stream that `manualSeed` starts */
  constructor(
    readonly p = 0.5,
    { generator }: { generator?: Generator } = {},
  ) {
    super();
    checkProbability("Dropout", p);
    this.#generator = generator;
  }

  forward<S extends Shape>(x: Tensor<S>): Tensor<S>;
  forward(x: Tensor): Tensor {
    checkTensor("Dropout", x);
    return this.training && this.p > 0 ? dropout(x, this.p, this.#generator) : x;
  }
}
