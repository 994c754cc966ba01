/** @file Vectors for tokens and for positions: Embedding, sinusoidal and learned positions. */

import { allocate, math } from "../backend/index.js";
import { checkIndex } from "../ops/checks.js";
import { checkWhole } from "../shape/numbers.js";
import { ShapeError, show } from "../shape/rules.js";
import type { Fits, Shape } from "../shape/shape.js";
import { getDefaultDtype, zeros } from "../tensor/create.js";
import { checkTensorOf, Tensor } from "../tensor/tensor.js";
import { normal } from "./init.js";
import { Module } from "./module.js";
import { checkSequence, checkSize, type Sequence } from "./shapes.js";

/**
 * A table with one vector per token: int32 tokens [...] → [..., D]. Initialized from N(0, 1).
 * @example new nn.Embedding(10, 4).forward(tensor([3, 1, 3], { dtype: "int32" })).shape // [ 3, 4 ]
 */
export class Embedding<V extends number, D extends number> extends Module {
  weight: Tensor<[V, D]>;

  constructor(
    readonly vocabSize: V,
    readonly dModel: D,
  ) {
    super();
    checkSize("Embedding", "the number of tokens", vocabSize);
    checkSize("Embedding", "the size of a vector", dModel);
    this.weight = normal(zeros([vocabSize, dModel], { requiresGrad: true }));
  }

  forward<S extends Shape>(tokens: Tensor<S>): Tensor<[...S, D]>;
  forward(tokens: Tensor): Tensor {
    checkTensorOf("int32", "Embedding: tokens are an", tokens, 'as tensor([0, 2], { dtype: "int32" })');
    checkIndex("Embedding", this.weight.shape, 0, tokens);
    return this.weight.take(tokens);
  }
}

/**
 * Positional encoding by waves of growing length: PE(p, 2i) = sin(p / 10000^(2i/D)), PE(p, 2i + 1) = cos of the same.
 * PE(p + k) is PE(p) rotated by angles that depend on k alone.  Vaswani et al. 2017, §3.5.
 * @returns [length, D]
 * @example nn.sinusoidalPositions(5, 8).shape // [ 5, 8 ]
 */
export function sinusoidalPositions<T extends number, D extends number>(length: T, dModel: D): Tensor<[T, D]> {
  checkSize("sinusoidalPositions", "the length", length);
  checkSize("sinusoidalPositions", "the size of a vector", dModel);
  const table = allocate(getDefaultDtype(), length * dModel);
  for (let p = 0; p < length; p++) {
    for (let i = 0; i < dModel; i++) {
      const angle = p * math.exp((-(i - (i % 2)) / dModel) * math.log(10000));
      table[p * dModel + i] = i % 2 === 0 ? math.sin(angle) : math.cos(angle);
    }
  }
  return new Tensor(table, [length, dModel]);
}

/**
 * x + PE: adds to each vector of a sequence [B, T, D] the encoding of its position. No parameters, no maximum length.
 * @example new nn.SinusoidalPositions(8, 16).forward(zeros([2, 5, 8])).shape // [ 2, 5, 8 ]
 */
export class SinusoidalPositions<D extends number> extends Module {
  #table: Tensor<[number, D]>;

  constructor(readonly dModel: D) {
    super();
    this.#table = sinusoidalPositions(64, dModel);
  }

  /** @param start the position of the first vector */
  forward<S extends Shape>(x: Fits<Sequence<"SinusoidalPositions", S, D>, Tensor<S>>, start?: number): Tensor<S>;
  forward(x: Tensor, start = 0): Tensor {
    checkSequence("SinusoidalPositions", x, this.dModel);
    checkWhole("SinusoidalPositions", "the first position", start);
    const end = start + x.shape[1];
    if (end > this.#table.shape[0]) this.#table = sinusoidalPositions(2 * end, this.dModel);
    const table: Tensor = this.#table;
    return x.add(table.slice(start, end).to(x.dtype));
  }
}

/**
 * x + P: adds to each vector of a sequence [B, T, D] a learned vector for its position, of at most `maxLength`.
 * @example new nn.LearnedPositions(16, 8).forward(zeros([2, 5, 8])).shape // [ 2, 5, 8 ]
 */
export class LearnedPositions<D extends number> extends Module {
  /** P, [maxLength, D]; initialized from N(0, 0.02²), as in GPT-2. */
  weight: Tensor<[number, D]>;

  constructor(
    readonly maxLength: number,
    readonly dModel: D,
  ) {
    super();
    checkSize("LearnedPositions", "the greatest length", maxLength);
    checkSize("LearnedPositions", "the size of a vector", dModel);
    this.weight = normal(zeros([maxLength, dModel], { requiresGrad: true }), 0, 0.02);
  }

  /** @param start the position of the first vector */
  forward<S extends Shape>(x: Fits<Sequence<"LearnedPositions", S, D>, Tensor<S>>, start?: number): Tensor<S>;
  forward(x: Tensor, start = 0): Tensor {
    checkSequence("LearnedPositions", x, this.dModel);
    checkWhole("LearnedPositions", "the first position", start);
    const end = start + x.shape[1];
    if (end > this.maxLength) {
      throw new ShapeError(
        `LearnedPositions: has ${this.maxLength} positions, ${show(x.shape)} from position ${start} needs ${end}`,
      );
    }
    const table: Tensor = this.weight;
    return x.add(table.slice(start, end));
  }
}
