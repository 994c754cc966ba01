/** @file Shape rules of layers, as types and as checks at run time that say the same sentences. */

import { checkCount, describe, ShapeError, show } from "../shape/rules.js";
import type { Matmul, Result, Shape, Show, Swap } from "../shape/shape.js";
import { isTensor, type Tensor } from "../tensor/tensor.js";

/** Throws unless `x` is a tensor. */
export function checkTensor(layer: string, x: unknown): asserts x is Tensor {
  if (!isTensor(x)) throw new TypeError(`${layer}: takes a tensor, got ${describe(x)}`);
}

type Differ<A extends number, B extends number> = number extends A | B ? false : [A, B] extends [B, A] ? false : true;

/** The result of a layer over the last axis: size `In` becomes `Out`. */
export type LastAxis<
  Layer extends string,
  S extends Shape,
  In extends number,
  Out extends number = In,
> = number extends S["length"]
  ? number[]
  : S extends readonly [...infer Rest extends Shape, infer D extends number]
    ? Differ<D, In> extends true
      ? `${Layer}: takes [..., ${In}], got ${Show<S>}`
      : [...Rest, Out]
    : `${Layer}: takes [..., ${In}], got []`;

/** Throws unless `x` is a tensor [..., size]. */
export function checkInput(layer: string, x: unknown, size: number): void {
  checkTensor(layer, x);
  if (x.ndim === 0 || x.shape[x.ndim - 1] !== size) {
    throw new ShapeError(`${layer}: takes [..., ${size}], got ${show(x.shape)}`);
  }
}

/** The result of a layer over sequences: `[B, T, In]` becomes `[B, T, Out]`. */
export type Sequence<
  Layer extends string,
  S extends Shape,
  In extends number,
  Out extends number = In,
> = number extends S["length"]
  ? [number, number, Out]
  : [S["length"], Differ<S[2], In>] extends [3, false]
    ? [S[0], S[1], Out]
    : `${Layer}: takes [B, T, ${In}], got ${Show<S>}`;

/** Throws unless `x` is a tensor [B, T, size]. */
export function checkSequence(layer: string, x: unknown, size: number): void {
  checkTensor(layer, x);
  if (x.ndim !== 3 || x.shape[2] !== size) {
    throw new ShapeError(`${layer}: takes [B, T, ${size}], got ${show(x.shape)}`);
  }
}

/** A second sequence `[B, S, In]` with the batch size B of the first. */
export type SameBatch<Layer extends string, First extends Shape, S extends Shape, In extends number> = [
  First,
  S,
] extends [readonly [infer A extends number, number, number], readonly [infer B extends number, number, In]]
  ? Differ<A, B> extends true
    ? `${Layer}: ${Show<First>} and ${Show<S>}: batches ${A} ≠ ${B}`
    : Sequence<Layer, S, In>
  : Sequence<Layer, S, In>;

export function checkSameBatch(layer: string, first: Shape, shape: Shape): void {
  if (first[0] !== shape[0]) {
    throw new ShapeError(`${layer}: ${show(first)} and ${show(shape)}: batches ${first[0]} ≠ ${shape[0]}`);
  }
}

/** Throws unless `size` can be a layer's: a whole number from 1 up. */
export function checkSize(layer: string, name: string, size: unknown): void {
  if (!Number.isSafeInteger(size) || (size as number) < 1) {
    throw new ShapeError(`${layer}: ${name} is a whole number from 1 up, got ${describe(size)}`);
  }
}

/** Throws unless `p` can be the probability of dropping an element. */
export function checkProbability(layer: string, p: unknown, name = "p"): void {
  if (!(typeof p === "number" && p >= 0 && p < 1)) {
    throw new RangeError(`${layer}: ${name} is a probability from 0 up to, not including, 1; got ${describe(p)}`);
  }
}

// ── Attention ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** The shape of attention weights: queries [..., T, D] against keys [..., S, D] give [..., T, S]. */
export type Weights<Q extends Shape, K extends Shape, V extends Shape> = number extends
  | Q["length"]
  | K["length"]
  | V["length"]
  ? number[]
  : [Q, K, V] extends [
        readonly [...Shape, number, infer D extends number],
        readonly [...Shape, infer S extends number, infer DK extends number],
        readonly [...Shape, infer SV extends number, number],
      ]
    ? Differ<D, DK> extends true
      ? `attention: queries ${Show<Q>} and keys ${Show<K>}: features ${D} ≠ ${DK}`
      : Differ<S, SV> extends true
        ? `attention: keys ${Show<K>} and values ${Show<V>}: lengths ${S} ≠ ${SV}`
        : Matmul<Q, Result<Swap<K, -2, -1>>>
    : `attention: queries, keys and values need two axes or more, got ${Show<Q>}, ${Show<K>}, ${Show<V>}`;

/** The shape of attention's output: weights [..., T, S] over values [..., S, E] give [..., T, E]. */
export type Attended<Q extends Shape, K extends Shape, V extends Shape> =
  Weights<Q, K, V> extends infer W ? (W extends Shape ? Matmul<W, V> : W) : never;

export function checkAttention(q: Shape, k: Shape, v: Shape): void {
  if (q.length < 2 || k.length < 2 || v.length < 2) {
    const got = [q, k, v].map(show).join(", ");
    throw new ShapeError(`attention: queries, keys and values need two axes or more, got ${got}`);
  }
  const [d, dk] = [q[q.length - 1], k[k.length - 1]];
  if (d !== dk) throw new ShapeError(`attention: queries ${show(q)} and keys ${show(k)}: features ${d} ≠ ${dk}`);
  const [s, sv] = [k[k.length - 2], v[v.length - 2]];
  if (s !== sv) throw new ShapeError(`attention: keys ${show(k)} and values ${show(v)}: lengths ${s} ≠ ${sv}`);
  checkCount("attention", [...q.slice(0, -1), s]);
}
