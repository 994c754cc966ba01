/** @file Attention: each query takes a weighted mean of the values, weighted by how well their keys match it. */

import { declaredAs } from "../autograd/engine.js";
import { fused } from "../autograd/fused.js";
import { noGrad } from "../autograd/transforms.js";
import { allocate, backend, type Data, type View } from "../backend/index.js";
import { concat } from "../ops/join.js";
import { checkWhole } from "../shape/numbers.js";
import { checkShape, ShapeError, show, stretches } from "../shape/rules.js";
import type { Fits, Result, Shape } from "../shape/shape.js";
import { ones } from "../tensor/create.js";
import { checkTensorOf, Tensor } from "../tensor/tensor.js";
import { dropout } from "./functional.js";
import { constant, xavierUniform } from "./init.js";
import { Linear } from "./layers.js";
import { Module } from "./module.js";
import {
  type Attended,
  checkAttention,
  checkProbability,
  checkSameBatch,
  checkSequence,
  checkSize,
  checkTensor,
  type SameBatch,
  type Sequence,
  type Weights,
} from "./shapes.js";

// Sizes are called B batch, T queries, S keys and values, C channels (dModel), H heads, D = C / H.

/** Options of `scaledDotProductAttention`. */
export interface AttentionOptions {
  /**
   * A bool tensor that broadcasts to the weights: true where a query may attend, as in PyTorch's
   * `scaled_dot_product_attention` (PyTorch's `MultiheadAttention` means the opposite).
   */
  // biome-ignore lint/suspicious/noExplicitAny: any shape that broadcasts
  mask?: Tensor<any>;
  /** Hide later positions from every query. With fewer queries than keys, the queries are the last positions. */
  causal?: boolean;
  /** Probability of dropping a weight, 0 by default. */
  dropout?: number;
}

/** The result of attention, and the weights behind it. */
export interface Attention<Output extends Shape = number[], W extends Shape = number[]> {
  output: Tensor<Output>;
  /** At least 0, with sum 1 over the keys. A query that may attend to no key has weights 0 and output 0. */
  weights: Tensor<W>;
}

/**
 * output = softmax(q kᵀ / √D) v.  Vaswani et al. 2017, §3.2.1.
 * @param q queries [..., T, D]
 * @param k keys [..., S, D]
 * @param v values [..., S, E]
 * @returns output [..., T, E] and weights [..., T, S]
 * @example scaledDotProductAttention(randn([1, 2, 4, 8]), randn([1, 2, 6, 8]), randn([1, 2, 6, 8])).output.shape // [ 1, 2, 4, 8 ]
 */
export const scaledDotProductAttention: <Q extends Shape, K extends Shape, V extends Shape>(
  q: Tensor<Q>,
  k: Tensor<K>,
  v: Fits<Attended<Q, K, V>, Tensor<V>>,
  options?: AttentionOptions,
) => Attention<Result<Attended<Q, K, V>>, Result<Weights<Q, K, V>>> = declaredAs(
  (q: Tensor, k: Tensor, v: Tensor, { mask, causal = false, dropout: p = 0 }: AttentionOptions = {}): Attention => {
    for (const x of [q, k, v]) checkTensor("attention", x);
    checkAttention(q.shape, k.shape, v.shape);
    checkProbability("attention", p, "dropout");
    const D = q.shape[q.ndim - 1];
    const scores = scaledProduct(q, k, 1 / Math.sqrt(D)); // [..., T, S]
    const may = maskOf(mask, causal, scores.shape);
    let weights = may ? maskedSoftmax(scores, may) : scores.softmax(-1);
    if (p > 0) weights = dropout(weights, p);
    return { output: weights.matmul(v), weights };
  },
);

/** q kᵀ · scale. Where the product overflows, q is scaled first: its product with k may fit then. */
function scaledProduct(q: Tensor, k: Tensor, scale: number): Tensor {
  const keys = k.transpose(-2, -1);
  const scores: Tensor = q.matmul(keys).mul(scale);
  return scores.data.every(Number.isFinite) ? scores : q.mul(scale).matmul(keys);
}

/** Softmax over the keys that a query may attend to: 0 for the others, and for every key if there is none. */
function maskedSoftmax(scores: Tensor, may: Tensor): Tensor {
  const somewhere = may.any(-1, { keepdims: true });
  // Softmax of nothing but −∞ is NaN: a query without keys gets scores of 0 first.
  return scores.where(may, -Infinity).where(somewhere, 0).softmax(-1).where(may, 0);
}

/** `scaledDotProductAttention` of heads [B, H, T, D] in one fused pass, whose weights are outside the graph. */
function attend(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions): Attention {
  checkAttention(q.shape, k.shape, v.shape);
  const { mask, causal = false, dropout: p = 0 } = options;
  const [B, H, T, D] = q.shape;
  const S = k.shape[2];
  // The backend's causal mask starts queries and keys at the same position; later queries need a mask.
  const counted = causal && T === S;
  const may = maskOf(mask, causal && !counted, [B, H, T, S])?.broadcastTo([B, H, T, S]) ?? null;
  const scale = 1 / Math.sqrt(D);
  // What dropout multiplies the weights by, drawn once: 0, or 1 / (1 − p).
  const kept = p > 0 ? dropout(ones([B, H, T, S], { dtype: q.dtype as "float32" }), p) : null;
  const composed = (q: Tensor, k: Tensor, v: Tensor): Attention => {
    const attended = scaledDotProductAttention(q, k, v, { mask, causal });
    if (!kept) return attended;
    const weights = attended.weights.mul(kept);
    return { output: weights.matmul(v), weights };
  };
  const computed = backend().attention(q, k, v, { scale, mask: may, causal: counted });
  const shown = new Tensor(computed.weights, [B, H, T, S]);
  // The backend takes scores that overflowed to −∞ for masked ones, and gives such a row no weight at all; ∞ makes it NaN.
  if (blindRows(shown, may)) return composed(q, k, v);
  const weights: Tensor = kept ? noGrad(() => shown.mul(kept)) : shown;
  const operation = fused(
    "attention",
    (q: Tensor, k: Tensor, v: Tensor, _mask: Tensor | null) => composed(q, k, v).output,
    () => ({
      y: kept ? noGrad(() => weights.matmul(v)) : fromView(computed.output),
      backward(g) {
        if (kept) return [...droppedBackward(q, k, v, { shown, kept, dropped: weights, scale }, g), null];
        const { dq, dk, dv } = backend().attentionBackward(q, k, v, shown, scale, g);
        return [fromView(dq), fromView(dk), fromView(dv), null];
      },
    }),
  );
  // The mask is an input too, so that backward refuses one that has changed since.
  return { output: operation(q, k, v, may), weights };
}

/** The gradients of attention with dropout: through the weights that were kept, and through softmax. */
function droppedBackward(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  { shown, kept, dropped, scale }: { shown: Tensor; kept: Tensor; dropped: Tensor; scale: number },
  g: Tensor,
): [Tensor, Tensor, Tensor] {
  return noGrad(() => {
    const dweights: Tensor = g.matmul(v.transpose(-2, -1)).mul(kept);
    const dscores: Tensor = dweights
      .sub(dweights.mul(shown).sum(-1, { keepdims: true }))
      .mul(shown)
      .mul(scale);
    return [dscores.matmul(k), dscores.transpose(-2, -1).matmul(q), dropped.transpose(-2, -1).matmul(g)];
  });
}

/** Whether a query has no weight for any key, though its mask allows one, or has weights that are no numbers. */
function blindRows(weights: Tensor, may: Tensor | null): boolean {
  const S = weights.shape[3];
  const { data } = weights;
  let sighted: Data | undefined;
  for (let row = 0; row < data.length; row += S) {
    let seen = row;
    while (seen < row + S && data[seen] === 0) seen++;
    if (Number.isNaN(data[seen])) return true;
    if (seen < row + S) continue;
    sighted ??= may?.any(-1).toTypedArray();
    if (!sighted || sighted[row / S] > 0) return true;
  }
  return false;
}

const fromView = ({ data, shape, strides, offset }: View) => new Tensor(data, [...shape], strides, offset);

/**
 * The causal mask [T, S], bool: query i may attend to keys 0 … i + S − T, as the queries are the last T of S positions.
 * @throws if there are fewer keys than queries: the first query would have none
 * @example nn.causalMask(3) // Tensor<[3, 3]> (bool) [[ true, false, false], [ true, true, false], [ true, true, true]]
 */
export function causalMask<T extends number, S extends number = T>(T: T, S: S = T as number as S): Tensor<[T, S]> {
  checkShape("causalMask", [T, S]);
  if (S < T) throw new ShapeError(`causal attention: ${T} queries need at least as many keys, got ${S}`);
  const may = allocate("bool", T * S);
  for (let i = 0; i < T; i++) may.fill(1, i * S, i * S + i + S - T + 1);
  return new Tensor(may, [T, S]);
}

/**
 * Masks padding: true where a token of [B, S] is not `padding`, shaped [B, 1, 1, S] for all heads and queries.
 * @example nn.paddingMask(tensor([[5, 7, 0]], { dtype: "int32" }), 0).shape // [ 1, 1, 1, 3 ]
 */
export function paddingMask<B extends number, S extends number>(
  tokens: Tensor<[B, S]>,
  padding: number,
): Tensor<[B, 1, 1, S]> {
  checkTensor("paddingMask", tokens);
  const real: Tensor = tokens.ne(checkWhole("paddingMask", "padding", padding, -Infinity));
  return real.unsqueeze(1).unsqueeze(1) as Tensor<[B, 1, 1, S]>;
}

/** The given mask and the causal one combined, for weights of a shape; null if neither is wanted. */
function maskOf(mask: unknown, causal: boolean, weights: Shape): Tensor | null {
  const [T, S] = weights.slice(-2);
  const past = causal ? causalMask(T, S) : null;
  if (mask === undefined) return past;
  checkTensorOf("bool", "attention: a mask is a", mask, "true where a query may look, as x.ne(0) gives");
  if (!stretches(mask.shape, weights)) {
    throw new ShapeError(
      `attention: a mask broadcasts to the weights, and ${show(mask.shape)} does not to ${show(weights)}`,
    );
  }
  return past ? past.where(mask, 0) : mask;
}

/**
 * Keys and values [B, H, S, D] of earlier positions, so that a new position computes only its own.
 * @example new nn.KeyValueCache().keys // null
 */
export class KeyValueCache {
  keys: Tensor | null = null;
  values: Tensor | null = null;

  /** Number of positions stored. */
  get length(): number {
    return this.keys?.shape[2] ?? 0;
  }

  /** Adds positions [B, H, T, D]. @returns the keys and values of all positions */
  append(keys: Tensor, values: Tensor): [keys: Tensor, values: Tensor] {
    this.keys = this.keys ? concat([this.keys, keys], 2) : keys;
    this.values = this.values ? concat([this.values, values], 2) : values;
    return [this.keys, this.values];
  }
}

/** Options of `MultiHeadAttention`. */
export interface MultiHeadAttentionOptions {
  /** Whether the four affine maps add a bias; true by default. */
  bias?: boolean;
  /** Probability of dropping a weight in training, 0 by default. */
  dropout?: number;
}

/**
 * Multi-head attention: H heads in parallel, each on its own D = C / H channels.
 * output = concat(head₁, …, head_H) W_O, headₕ = attention(q W_Q, k W_K, v W_V) on the channels of h.
 * Vaswani et al. 2017, §3.2.2; PyTorch's `MultiheadAttention`, batch first.
 * @example new nn.MultiHeadAttention(8, 2).forward(zeros([2, 5, 8])).output.shape // [ 2, 5, 8 ]
 */
export class MultiHeadAttention<C extends number> extends Module {
  readonly query: Linear<C, C>;
  readonly key: Linear<C, C>;
  readonly value: Linear<C, C>;
  readonly output: Linear<C, C>;
  readonly dropout: number;
  #weights: (() => Tensor<[number, number, number, number]>) | null = null;

  constructor(
    readonly dModel: C,
    readonly numHeads: number,
    { bias = true, dropout = 0 }: MultiHeadAttentionOptions = {},
  ) {
    super();
    checkSize("MultiHeadAttention", "dModel", dModel);
    checkSize("MultiHeadAttention", "the number of heads", numHeads);
    if (dModel % numHeads !== 0) {
      throw new ShapeError(
        `MultiHeadAttention: dModel ${dModel} does not divide into ${numHeads} heads; make it a multiple of ${numHeads}`,
      );
    }
    checkProbability("MultiHeadAttention", dropout, "dropout");
    this.dropout = dropout;
    [this.query, this.key, this.value, this.output] = Array.from(
      { length: 4 },
      () => new Linear(dModel, dModel, { bias }),
    );
    // PyTorch initializes the three as one matrix [3C, C], which scales Xavier's bound by √½.
    for (const { weight } of [this.query, this.key, this.value]) xavierUniform(weight, { gain: Math.SQRT1_2 });
    for (const map of [this.query, this.key, this.value, this.output]) if (map.bias) constant(map.bias, 0);
  }

  /** The weights [B, H, T, S] of the latest `forward`: a copy, outside the graph. */
  get weights(): Tensor<[number, number, number, number]> | null {
    return this.#weights?.() ?? null;
  }

  /**
   * @param query [B, T, C]
   * @param key [B, S, C], by default the queries: attention of a sequence to itself
   * @param value [B, S, C], by default the keys
   * @param options.mask true where a query may attend: [T, S], [B, T, S] or, for each head, [B, H, T, S]; any size may be 1
   * @param options.cache earlier positions, which the queries attend to as well; this call's are added
   * @returns output [B, T, C] and weights [B, H, T, S]. The weights are a copy outside the graph, made when they are first
   *   read; those of `scaledDotProductAttention` are part of it
   */
  forward<Q extends Shape, K extends Shape = Q, V extends Shape = K>(
    query: Fits<Sequence<"MultiHeadAttention", Q, C>, Tensor<Q>>,
    key?: Fits<SameBatch<"MultiHeadAttention", Q, K, C>, Tensor<K>>,
    value?: Fits<SameBatch<"MultiHeadAttention", Q, V, C>, Tensor<V>>,
    options?: { mask?: AttentionOptions["mask"]; causal?: boolean; cache?: KeyValueCache },
  ): Attention<Q, [number, number, number, number]>;
  forward(
    query: Tensor,
    key: Tensor = query,
    value: Tensor = key,
    { mask, causal, cache }: { mask?: Tensor; causal?: boolean; cache?: KeyValueCache } = {},
    // biome-ignore lint/suspicious/noExplicitAny: the shapes are those of the signature above
  ): Attention<any, any> {
    for (const x of [query, key, value]) checkSequence("MultiHeadAttention", x, this.dModel);
    for (const x of [key, value]) checkSameBatch("MultiHeadAttention", query.shape, x.shape);
    const q = this.#split(this.query.forward(query));
    let k = this.#split(this.key.forward(key));
    let v = this.#split(this.value.forward(value));
    if (cache) [k, v] = cache.append(k, v);
    const options = {
      mask: mask?.ndim === 3 ? mask.unsqueeze(1) : mask,
      causal,
      dropout: this.training ? this.dropout : 0,
    };
    const { output, weights } = attend(q, k, v, options);
    const shown = once(() => weights.detach().clone() as Tensor<[number, number, number, number]>);
    this.#weights = shown;
    return new LazyAttention(this.output.forward(output.transpose(1, 2).reshape(query.shape)), shown);
  }

  /** [B, T, C] → [B, H, T, D] */
  #split(x: Tensor): Tensor {
    const [B, T, C] = x.shape;
    return x.reshape([B, T, this.numHeads, C / this.numHeads]).transpose(1, 2);
  }
}

/**
 * Attention whose weights are copied when they are first read. All share one getter: V8 keeps that of an object literal, and
 * with it every tensor in sight, until it collects all garbage.
 */
class LazyAttention implements Attention {
  declare readonly weights: Tensor;
  readonly #weights: () => Tensor;

  static readonly #shown: PropertyDescriptor = {
    enumerable: true,
    get(this: LazyAttention) {
      return this.#weights();
    },
  };

  constructor(
    readonly output: Tensor,
    weights: () => Tensor,
  ) {
    this.#weights = weights;
    Object.defineProperty(this, "weights", LazyAttention.#shown);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): Attention {
    return { output: this.output, weights: this.weights };
  }
}

/** `make`, run at the first call only. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
