/** @file Transformer layers, with layer norm after each residual sum (post-norm, as published) or before it, and the whole model. */

import { checkWhole } from "../shape/numbers.js";
import type { Fits, Result, Shape } from "../shape/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { type Activation, activationOf } from "./activations.js";
import { type KeyValueCache, MultiHeadAttention } from "./attention.js";
import { xavierUniform } from "./init.js";
import { activated, Dropout, LayerNorm, Linear } from "./layers.js";
import { Module } from "./module.js";
import { checkSequence, checkSize, type Sequence } from "./shapes.js";

// Sizes are called B batch, S source positions, T target positions, C channels (dModel). Defaults are PyTorch's.

// biome-ignore lint/suspicious/noExplicitAny: any shape that broadcasts to [B, H, queries, keys]
type Mask = Tensor<any>;

/** Options that encoder and decoder layers share. */
export interface TransformerLayerOptions {
  /** Hidden channels of the feed-forward network, 2048 by default. */
  dFF?: number;
  /** Dropout in the attention weights, in the feed-forward network and before each residual sum: 0.1 by default. */
  dropout?: number;
  /** Normalize the input of each sublayer (pre-norm) rather than the residual sum after it (post-norm, the default). */
  normFirst?: boolean;
  /** Activation of the feed-forward network: `"relu"` by default. */
  activation?: Activation;
}

/** Linear C → F, activation, dropout, Linear F → C: for each position on its own. */
class FeedForward<C extends number> extends Module {
  readonly expand: Linear<C, number>;
  readonly contract: Linear<number, C>;
  readonly dropout: Dropout;
  readonly #activation: Activation;

  constructor(dModel: C, dFF: number, { activation = "relu", dropout = 0 }: TransformerLayerOptions = {}) {
    super();
    checkSize("FeedForward", "dFF", dFF);
    this.expand = new Linear(dModel, dFF);
    this.contract = new Linear(dFF, dModel);
    this.dropout = new Dropout(dropout);
    activationOf("FeedForward", activation);
    this.#activation = activation;
  }

  forward(x: Tensor): Tensor {
    return this.contract.forward(this.dropout.forward(activated(this.expand, x, this.#activation)));
  }
}

/** The base of both layers: residual connections with layer norm and dropout. */
abstract class ResidualLayer<C extends number> extends Module {
  readonly normFirst: boolean;
  protected readonly options: { dFF: number; dropout: number; activation: Activation };
  readonly dropout: Dropout;

  constructor(
    readonly dModel: C,
    { dFF = 2048, dropout = 0.1, normFirst = false, activation = "relu" }: TransformerLayerOptions,
  ) {
    super();
    this.options = { dFF, dropout, activation };
    this.dropout = new Dropout(dropout);
    this.normFirst = normFirst;
  }

  /** Pre-norm: x + f(norm(x)). Post-norm: norm(x + f(x)). */
  protected residual(x: Tensor, norm: LayerNorm<C>, sublayer: (x: Tensor) => Tensor): Tensor {
    if (this.normFirst) return x.add(this.dropout.forward(sublayer(norm.forward(x))));
    return norm.forward(x.add(this.dropout.forward(sublayer(x))));
  }
}

/**
 * Self-attention, then a feed-forward network. PyTorch's `TransformerEncoderLayer`, batch first.
 * @example new nn.TransformerEncoderLayer(8, 2).forward(zeros([2, 5, 8])).shape // [ 2, 5, 8 ]
 */
export class TransformerEncoderLayer<C extends number> extends ResidualLayer<C> {
  readonly selfAttention: MultiHeadAttention<C>;
  readonly selfAttentionNorm: LayerNorm<C>;
  readonly feedForward: FeedForward<C>;
  readonly feedForwardNorm: LayerNorm<C>;

  constructor(dModel: C, numHeads: number, options: TransformerLayerOptions = {}) {
    super(dModel, options);
    this.selfAttention = new MultiHeadAttention(dModel, numHeads, this.options);
    this.selfAttentionNorm = new LayerNorm(dModel);
    this.feedForward = new FeedForward(dModel, this.options.dFF, this.options);
    this.feedForwardNorm = new LayerNorm(dModel);
  }

  /**
   * @param x [B, S, C]
   * @param options.mask true where a position may attend: see `MultiHeadAttention`
   * @param options.causal hide later positions
   * @param options.cache earlier positions: see `MultiHeadAttention`
   */
  forward<X extends Shape>(
    x: Fits<Sequence<"TransformerEncoderLayer", X, C>, Tensor<X>>,
    options?: { mask?: Mask; causal?: boolean; cache?: KeyValueCache },
  ): Tensor<X>;
  forward(x: Tensor, options: { mask?: Mask; causal?: boolean; cache?: KeyValueCache } = {}): Tensor {
    checkSequence("TransformerEncoderLayer", x, this.dModel);
    const attend = (x: Tensor): Tensor => this.selfAttention.forward(x, x, x, options).output;
    const y = this.residual(x, this.selfAttentionNorm, attend);
    return this.residual(y, this.feedForwardNorm, (y) => this.feedForward.forward(y));
  }
}

/**
 * Causal self-attention, then cross-attention to another sequence (the memory), then a feed-forward network. PyTorch's
 * `TransformerDecoderLayer`, batch first, with the causal mask built in.
 * @example new nn.TransformerDecoderLayer(8, 2).forward(zeros([2, 5, 8]), zeros([2, 6, 8])).shape // [ 2, 5, 8 ]
 */
export class TransformerDecoderLayer<C extends number> extends ResidualLayer<C> {
  readonly selfAttention: MultiHeadAttention<C>;
  readonly selfAttentionNorm: LayerNorm<C>;
  readonly crossAttention: MultiHeadAttention<C>;
  readonly crossAttentionNorm: LayerNorm<C>;
  readonly feedForward: FeedForward<C>;
  readonly feedForwardNorm: LayerNorm<C>;

  constructor(dModel: C, numHeads: number, options: TransformerLayerOptions = {}) {
    super(dModel, options);
    this.selfAttention = new MultiHeadAttention(dModel, numHeads, this.options);
    this.selfAttentionNorm = new LayerNorm(dModel);
    this.crossAttention = new MultiHeadAttention(dModel, numHeads, this.options);
    this.crossAttentionNorm = new LayerNorm(dModel);
    this.feedForward = new FeedForward(dModel, this.options.dFF, this.options);
    this.feedForwardNorm = new LayerNorm(dModel);
  }

  /**
   * @param x [B, T, C]
   * @param memory [B, S, C], usually the output of an encoder
   * @param options.mask true where x may attend to itself, in addition to the causal mask
   * @param options.memoryMask true where x may attend to the memory
   */
  forward<X extends Shape>(
    x: Fits<Sequence<"TransformerDecoderLayer", X, C>, Tensor<X>>,
    memory: Tensor<[number, number, C]>,
    options?: { mask?: Mask; memoryMask?: Mask },
  ): Tensor<X>;
  forward(x: Tensor, memory: Tensor, { mask, memoryMask }: { mask?: Mask; memoryMask?: Mask } = {}): Tensor {
    checkSequence("TransformerDecoderLayer", x, this.dModel);
    const attend = (x: Tensor): Tensor => this.selfAttention.forward(x, x, x, { mask, causal: true }).output;
    const crossAttend = (x: Tensor): Tensor =>
      this.crossAttention.forward(x, memory, memory, { mask: memoryMask }).output;
    const y = this.residual(x, this.selfAttentionNorm, attend);
    const z = this.residual(y, this.crossAttentionNorm, crossAttend);
    return this.residual(z, this.feedForwardNorm, (z) => this.feedForward.forward(z));
  }
}

/** Options of `Transformer`. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** Number of encoder layers, 6 by default. */
  numEncoderLayers?: number;
  /** Number of decoder layers, 6 by default. */
  numDecoderLayers?: number;
}

/** Masks of `Transformer.forward`, true where attention is allowed. */
export interface TransformerMasks {
  /** True where the source may attend to itself: for a padded source, `paddingMask(source, padding)`. */
  sourceMask?: Mask;
  /** True where the target may attend to itself, in addition to the causal mask. */
  targetMask?: Mask;
  /** True where the target may attend to the source: for a padded source, the same padding mask. */
  memoryMask?: Mask;
}

/**
 * Encoder and decoder, from vectors to vectors: the caller adds embeddings, positions and the final map to tokens.
 * Vaswani et al. 2017; PyTorch's `Transformer`, batch first, with the causal mask built in and Xavier initialization.
 * @example new nn.Transformer(8, 2, { numEncoderLayers: 1, numDecoderLayers: 1 }).forward(zeros([1, 5, 8]), zeros([1, 4, 8])).shape // [ 1, 4, 8 ]
 */
export class Transformer<C extends number> extends Module {
  readonly encoderLayers: readonly TransformerEncoderLayer<C>[];
  readonly decoderLayers: readonly TransformerDecoderLayer<C>[];
  readonly encoderNorm: LayerNorm<C>;
  readonly decoderNorm: LayerNorm<C>;

  constructor(
    readonly dModel: C,
    readonly numHeads: number,
    { numEncoderLayers = 6, numDecoderLayers = 6, ...options }: TransformerOptions = {},
  ) {
    super();
    checkWhole("Transformer", "numEncoderLayers", numEncoderLayers);
    checkWhole("Transformer", "numDecoderLayers", numDecoderLayers);
    const times = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make);
    this.encoderLayers = times(numEncoderLayers, () => new TransformerEncoderLayer(dModel, numHeads, options));
    this.decoderLayers = times(numDecoderLayers, () => new TransformerDecoderLayer(dModel, numHeads, options));
    this.encoderNorm = new LayerNorm(dModel);
    this.decoderNorm = new LayerNorm(dModel);
    for (const parameter of this.parameters()) if (parameter.ndim > 1) xavierUniform(parameter);
  }

  /** The encoder: a source [B, S, C] → its memory [B, S, C]. */
  encode<X extends Shape>(
    source: Fits<Sequence<"Transformer", X, C>, Tensor<X>>,
    masks?: Pick<TransformerMasks, "sourceMask">,
  ): Tensor<X>;
  encode(source: Tensor, { sourceMask }: TransformerMasks = {}): Tensor {
    checkSequence("Transformer", source, this.dModel);
    const memory = this.encoderLayers.reduce((x, layer): Tensor => layer.forward(x, { mask: sourceMask }), source);
    return this.encoderNorm.forward(memory);
  }

  /** The decoder: a target [B, T, C] and a memory → predictions of what follows each position, [B, T, C]. */
  decode<X extends Shape>(
    target: Fits<Sequence<"Transformer", X, C>, Tensor<X>>,
    memory: Tensor<[number, number, C]>,
    masks?: Pick<TransformerMasks, "targetMask" | "memoryMask">,
  ): Tensor<X>;
  decode(
    target: Tensor,
    memory: Tensor<[number, number, C]>,
    { targetMask, memoryMask }: TransformerMasks = {},
  ): Tensor {
    checkSequence("Transformer", target, this.dModel);
    const masks = { mask: targetMask, memoryMask };
    const decoded = this.decoderLayers.reduce((x, layer): Tensor => layer.forward(x, memory, masks), target);
    return this.decoderNorm.forward(decoded);
  }

  /**
   * @param source [B, S, C]
   * @param target [B, T, C]
   * @returns [B, T, C]
   */
  forward<X extends Shape>(
    source: Tensor<[number, number, C]>,
    target: Fits<Sequence<"Transformer", X, C>, Tensor<X>>,
    masks?: TransformerMasks,
  ): Tensor<Result<Sequence<"Transformer", X, C>>>;
  forward(source: Tensor, target: Tensor, masks: TransformerMasks = {}): Tensor {
    const memory: Tensor = this.encode(source, masks);
    return this.decode(target, memory as Tensor<[number, number, C]>, masks);
  }
}
