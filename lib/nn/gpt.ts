/** @file GPT: a decoder-only transformer, which predicts each token from those before it, and generates text. */

import { noGrad } from "../autograd/transforms.js";
import { checkArray } from "../shape/kinds.js";
import { checkWhole } from "../shape/numbers.js";
import { describe, ShapeError, show } from "../shape/rules.js";
import { Tensor } from "../tensor/tensor.js";
import { KeyValueCache } from "./attention.js";
import { Embedding, LearnedPositions } from "./embedding.js";
import { normal } from "./init.js";
import { LayerNorm, Linear } from "./layers.js";
import { inEvalMode, Module } from "./module.js";
import { checkSampling, type SamplingOptions, sample } from "./sampling.js";
import { checkSize, checkTensor } from "./shapes.js";
import { TransformerEncoderLayer, type TransformerLayerOptions } from "./transformer.js";

/** Options of `GPT`. */
export interface GPTOptions extends TransformerLayerOptions {
  /** Number of blocks, 2 by default. */
  numLayers?: number;
  /** Number of tokens it can attend to at most, 64 by default. */
  contextLength?: number;
}

/** Options of `GPT.generate`. */
export interface GenerateOptions extends SamplingOptions {
  /** Number of tokens to add. */
  maxNewTokens: number;
  /** Store keys and values of earlier positions rather than compute them again: same tokens, faster. True by default. */
  cache?: boolean;
}

/**
 * Tokens [B, T] → logits [B, T, V] of the token that follows each. Token and position embeddings, blocks of causal
 * self-attention and a feed-forward network (pre-norm, gelu, dFF = 4 C, no dropout by default), a final norm, a linear head.
 * Radford et al. 2019. Head and embeddings are initialized from N(0, 0.02²), so that the first loss is near ln V. To tie the
 * head's matrix to the embedding, as GPT-2 does: `gpt.head.weight = gpt.tokens.weight`. A tied GPT counts the matrix once
 * among its parameters, and loads a state that has `tokens.weight` alone.
 * @example new nn.GPT(27, 16, 2).forward(zeros([1, 5], { dtype: "int32" })).shape // [ 1, 5, 27 ]
 */
export class GPT<V extends number, C extends number> extends Module {
  readonly tokens: Embedding<V, C>;
  readonly positions: LearnedPositions<C>;
  readonly blocks: readonly TransformerEncoderLayer<C>[];
  readonly norm: LayerNorm<C>;
  readonly head: Linear<C, V>;
  readonly contextLength: number;

  constructor(
    readonly vocabSize: V,
    readonly dModel: C,
    readonly numHeads: number,
    { numLayers = 2, contextLength = 64, ...options }: GPTOptions = {},
  ) {
    super();
    checkSize("GPT", "dModel", dModel);
    checkSize("GPT", "contextLength", contextLength);
    checkWhole("GPT", "numLayers", numLayers);
    const blockOptions = { dFF: 4 * dModel, dropout: 0, normFirst: true, activation: "gelu", ...options } as const;
    this.contextLength = contextLength;
    this.tokens = new Embedding(vocabSize, dModel);
    this.positions = new LearnedPositions(contextLength, dModel);
    this.blocks = Array.from({ length: numLayers }, () => new TransformerEncoderLayer(dModel, numHeads, blockOptions));
    this.norm = new LayerNorm(dModel);
    this.head = new Linear(dModel, vocabSize, { bias: false });
    normal(this.tokens.weight, 0, 0.02);
    normal(this.head.weight, 0, 0.02);
  }

  /**
   * @param tokens [B, T] int32, T ≤ contextLength
   * @param caches one for each block, with the positions before `tokens`
   */
  forward<B extends number, T extends number>(
    tokens: Tensor<[B, T]>,
    caches?: readonly KeyValueCache[],
  ): Tensor<[B, T, V]>;
  forward(tokens: Tensor, caches: readonly KeyValueCache[] = []): Tensor {
    checkTensor("GPT", tokens);
    if (tokens.ndim !== 2) throw new ShapeError(`GPT: takes tokens [B, T], got ${show(tokens.shape)}`);
    checkArray("GPT", "the list of caches", caches);
    const start = caches[0]?.length ?? 0;
    if (start + tokens.shape[1] > this.contextLength) {
      throw new ShapeError(
        `GPT: looks at ${this.contextLength} tokens at most, got ${start + tokens.shape[1]}; keep the last ones only`,
      );
    }
    let x: Tensor = this.tokens.forward(tokens); // [B, T, C]
    x = this.positions.forward(x, start);
    for (const [i, block] of this.blocks.entries()) x = block.forward(x, { causal: true, cache: caches[i] });
    return this.head.forward(this.norm.forward(x));
  }

  /**
   * Continues `prompt`, one token at a time. Only the last `contextLength` tokens are attended to.
   * @returns the prompt followed by the new tokens
   * @throws if the prompt is empty or holds something that is no token, or an option is not what `GenerateOptions` says
   */
  generate(prompt: readonly number[], given: GenerateOptions): number[] {
    const { maxNewTokens, cache = true, ...options } = given ?? ({} as GenerateOptions);
    checkArray("GPT.generate", "the prompt", prompt);
    if (prompt.length === 0) throw new RangeError("GPT.generate: needs a prompt of one token or more");
    checkWhole("GPT.generate", "maxNewTokens", maxNewTokens);
    checkSampling("GPT.generate", options);
    for (const token of prompt) {
      if (Number.isInteger(token) && token >= 0 && token < this.vocabSize) continue;
      throw new RangeError(
        `GPT.generate: tokens are whole numbers from 0 to ${this.vocabSize - 1}, the prompt holds ${describe(token)}`,
      );
    }
    const tokens = [...prompt];
    return inEvalMode(this, () => {
      let caches: KeyValueCache[] = [];
      for (let i = 0; i < maxNewTokens; i++) {
        // Once the window slides, every token changes its position, and with it its key and value.
        const sliding = tokens.length > this.contextLength;
        const seen = cache && !sliding ? (caches[0]?.length ?? 0) : 0;
        if (seen === 0) caches = this.blocks.map(() => new KeyValueCache());
        const fresh = sliding ? tokens.slice(-this.contextLength) : tokens.slice(seen);
        const logits = noGrad(() => this.forward(row(fresh), cache ? caches : []));
        const next = logits.at(0).at(-1 as number);
        tokens.push(sample(next.toTypedArray(), options));
      }
      return tokens;
    });
  }
}

const row = (tokens: readonly number[]): Tensor<[1, number]> => new Tensor(Int32Array.from(tokens), [1, tokens.length]);
