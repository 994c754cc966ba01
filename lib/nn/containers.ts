/** @file Layers in a row: Sequential, of any layers, and MLP, of Linear layers with activations in between. */

import { describe } from "../shape/rules.js";
import type { Fits, Result, Shape } from "../shape/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { type Activation, ActivationLayer, activationOf } from "./activations.js";
import { activated, Dropout, Linear, type LinearOptions } from "./layers.js";
import { isModule, Module } from "./module.js";
import { checkInput, type LastAxis } from "./shapes.js";

/** A module that maps one tensor to one tensor. */
export interface Layer extends Module {
  // biome-ignore lint/suspicious/noExplicitAny: each layer has its own shapes
  forward(x: any): Tensor<any>;
}

/**
 * Layers one after another: y = fₙ(… f₂(f₁(x))). The result's shape is known at run time.
 * A Linear layer and the activation after it are computed in one pass where the backend can, which changes no bit.
 * @example new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU(), new nn.Linear(3, 1)).forward(zeros([4, 2])).shape // [ 4, 1 ]
 */
export class Sequential extends Module {
  readonly layers: readonly Layer[];

  constructor(...layers: Layer[]) {
    super();
    const odd = layers.findIndex((layer) => !isModule(layer) || typeof layer.forward !== "function");
    if (odd >= 0) throw new TypeError(`Sequential: takes modules with a forward, got ${describe(layers[odd])}`);
    this.layers = layers;
  }

  forward<S extends Shape>(x: Tensor<S>): Tensor;
  forward(x: Tensor): Tensor {
    const { layers } = this;
    let y = x;
    for (let i = 0; i < layers.length; i++) {
      const [layer, next] = [layers[i], layers[i + 1]];
      if (isPlain(layer, Linear) && isPlain(next, ActivationLayer)) {
        y = activated(layer, y, next.activation);
        i++;
      } else y = layer.forward(y);
    }
    return y;
  }
}

/** Whether `layer` is one of `kind` with that class's own forward: an override computes something else. */
function isPlain<L extends Layer>(layer: Layer | undefined, kind: { readonly prototype: L }): layer is L {
  return layer?.forward === kind.prototype.forward;
}

/** Options of `MLP`. */
export interface MLPOptions extends LinearOptions {
  /** The activation after every layer but the last: a name or a function, `"relu"` by default. */
  activation?: Activation;
  /** Probability of dropout after each activation, 0 by default. */
  dropout?: number;
}

type First<Sizes extends Shape> = Sizes extends readonly [infer In extends number, ...Shape] ? In : number;
type Last<Sizes extends Shape> = Sizes extends readonly [...Shape, infer Out extends number] ? Out : number;

/**
 * A multi-layer perceptron: Linear layers of the given sizes with an activation after each but the last.
 * `new MLP([784, 128, 10])` takes [..., 784] through a hidden layer of 128 to [..., 10].
 * @example new nn.MLP([2, 8, 1]).forward(zeros([4, 2])).shape // [ 4, 1 ]
 */
export class MLP<const Sizes extends Shape> extends Module {
  readonly sizes: Sizes;
  readonly layers: readonly Linear<number, number>[];
  readonly dropout: Dropout;
  readonly #activation: Activation;

  constructor(sizes: Sizes, { activation = "relu", dropout = 0, bias = true }: MLPOptions = {}) {
    super();
    if (!Array.isArray(sizes) || sizes.length < 2) {
      throw new TypeError(`MLP: takes two or more sizes, such as [2, 8, 1]; got ${describe(sizes)}`);
    }
    this.sizes = [...sizes] as Shape as Sizes;
    this.layers = sizes.slice(1).map((size, i) => new Linear(sizes[i], size, { bias }));
    this.dropout = new Dropout(dropout);
    activationOf("MLP", activation);
    this.#activation = activation;
  }

  forward<S extends Shape>(
    x: Fits<LastAxis<"MLP", S, First<Sizes>, Last<Sizes>>, Tensor<S>>,
  ): Tensor<Result<LastAxis<"MLP", S, First<Sizes>, Last<Sizes>>>>;
  forward(x: Tensor): Tensor {
    checkInput("MLP", x, this.layers[0].inFeatures);
    const hidden = this.layers.slice(0, -1);
    const last = this.layers[hidden.length];
    return last.forward(hidden.reduce((h, layer) => this.dropout.forward(activated(layer, h, this.#activation)), x));
  }
}
