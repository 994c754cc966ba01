/** @file Byte-pair encoding: the most frequent pair of adjacent tokens becomes one token, repeatedly. */

import { checkArray, checkIterable, checkText } from "../shape/kinds.js";
import { describe } from "../shape/rules.js";
import { partsOf, type Tokenizer } from "./tokenizers.js";
import { Vocabulary } from "./vocabulary.js";

/** Two adjacent ids that become one: the n-th merge makes the n-th id after the bytes. */
export type Merge = readonly [left: number, right: number];

/** Options of `BytePairTokenizer`. */
export interface BytePairOptions {
  /** Special tokens, which take the first ids. */
  special?: readonly string[];
  /** A global regular expression for the pieces of a text, which no merge crosses; together they cover any text. */
  pieces?: RegExp;
}

/** The default pieces: a word or number with the space before it, a run of other characters, white space. */
const PIECE = / ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]+|\s+(?!\S)|\s/gu;
const BYTES = 256;

/**
 * Byte-pair encoding on the bytes of UTF-8. Every text has an encoding, and decoding restores it exactly (except for half a
 * surrogate pair, which is no text and becomes U+FFFD). Sennrich, Haddow and Birch 2016, "Neural machine translation of rare
 * words with subword units"; on bytes as in Radford et al. 2019, "Language models are unsupervised multitask learners".
 * @example text.BytePairTokenizer.train("low lower lowest", 258).encode("low").length // 1
 */
export class BytePairTokenizer implements Tokenizer {
  readonly vocabulary: Vocabulary;
  /** The merges, in the order in which they apply. */
  readonly merges: readonly Merge[];
  /** The bytes of every id. */
  readonly #bytes: readonly (readonly number[])[];
  readonly #pieces: RegExp;
  readonly #ranks = new Map<number, number>();
  readonly #known = new Map<string, readonly number[]>();

  /** A tokenizer with given merges, in the order in which they apply; `BytePairTokenizer.train` learns them. */
  constructor(merges: readonly Merge[], { special = [], pieces = PIECE }: BytePairOptions = {}) {
    checkArray("BytePairTokenizer", "the list of merges", merges);
    if (!(pieces instanceof RegExp && pieces.global)) {
      throw new TypeError(`BytePairTokenizer: pieces is a regular expression with the flag g, got ${describe(pieces)}`);
    }
    this.#pieces = pieces;
    const bytes: (readonly number[])[] = Array.from({ length: BYTES }, (_, byte) => [byte]);
    const first = special.length;
    for (const [rank, pair] of merges.entries()) {
      checkArray("BytePairTokenizer", `merge ${rank}`, pair);
      const [left, right] = pair as Merge;
      const known = (id: unknown) => Number.isInteger(id) && (id as number) - first in bytes;
      if (!known(left) || !known(right)) {
        throw new RangeError(
          `BytePairTokenizer: merge ${rank} joins ${describe(left)} and ${describe(right)}; it may join ids from ${first} to ${first + bytes.length - 1}, which bytes and earlier merges made`,
        );
      }
      bytes.push([...bytes[left - first], ...bytes[right - first]]);
      this.#ranks.set(pairKey(left, right), rank);
    }
    this.merges = merges.map(([left, right]) => [left, right] as const);
    this.#bytes = [...special.map(() => []), ...bytes];
    this.vocabulary = new Vocabulary(bytes.map(spell), { special });
  }

  /**
   * Learns merges until the vocabulary has `size` tokens, or until no pair occurs twice. Of equally frequent pairs the one
   * with lower ids comes first, so that the same text always gives the same tokens.
   */
  static train(text: string | Iterable<string>, size: number, options: BytePairOptions = {}): BytePairTokenizer {
    const first = options.special?.length ?? 0;
    if (!Number.isInteger(size) || size < first + BYTES) {
      throw new RangeError(
        `BytePairTokenizer.train: a vocabulary holds all ${BYTES} bytes and ${first} special tokens; make size at least ${first + BYTES}, got ${describe(size)}`,
      );
    }
    const counts = new Map<string, number>();
    for (const part of partsOf("BytePairTokenizer.train", text)) {
      for (const piece of part.match(options.pieces ?? PIECE) ?? []) counts.set(piece, (counts.get(piece) ?? 0) + 1);
    }
    const words = Array.from(counts, ([piece, count]) => ({ ids: bytesOf(piece).map((byte) => first + byte), count }));
    return new BytePairTokenizer(learnMerges(words, first + BYTES, size), options);
  }

  encode(text: string): number[] {
    checkText("BytePairTokenizer.encode", "what is encoded", text);
    return (text.match(this.#pieces) ?? []).flatMap((piece) => this.#encodePiece(piece));
  }

  decode(ids: Iterable<number>): string {
    checkIterable("BytePairTokenizer.decode", "the list of ids", ids);
    const bytes: number[] = [];
    for (const id of ids) {
      this.vocabulary.token(id);
      for (const byte of this.#bytes[id]) bytes.push(byte);
    }
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  }

  /** Applies the earliest learned merge that fits, until none does. */
  #encodePiece(piece: string): readonly number[] {
    const known = this.#known.get(piece);
    if (known) return known;
    const first = this.vocabulary.special.length;
    const chain = new Chain([bytesOf(piece).map((byte) => first + byte)]);
    const ranked = new Heap();
    /** Puts the pair at `at` in line: the earliest merge first, and of one merge the leftmost pair. */
    const enter = (at: number) => {
      const rank = this.#ranks.get(chain.pairAt(at));
      if (rank !== undefined) ranked.push(rank * PLACES + at);
    };
    for (let at = 0; at < chain.ids.length; at++) enter(at);
    for (let best = ranked.pop(); best !== undefined; best = ranked.pop()) {
      const [rank, at] = [Math.floor(best / PLACES), best % PLACES];
      if (this.#ranks.get(chain.pairAt(at)) !== rank) continue; // another merge took one of the two
      chain.merge(at, first + BYTES + rank);
      for (const changed of [chain.before[at], at]) if (changed >= 0) enter(changed);
    }
    const ids = [...chain.ids].filter((id) => id >= 0);
    this.#known.set(piece, ids);
    return ids;
  }
}

/** More than a text has places; with a rank before it, a place is still a safe integer. */
const PLACES = 2 ** 28;

/** Sequences of ids as one linked list, so that a merge costs the same wherever it is. */
class Chain {
  /** The id at each place; −1 where it was merged into the one before it. */
  readonly ids: Int32Array;
  /** The place before and after each; −1 at the ends of a sequence. */
  readonly before: Int32Array;
  readonly after: Int32Array;

  constructor(sequences: readonly (readonly number[])[]) {
    const total = sequences.reduce((sum, { length }) => sum + length, 0);
    this.ids = new Int32Array(total);
    this.before = new Int32Array(total).fill(-1);
    this.after = new Int32Array(total).fill(-1);
    let at = 0;
    for (const sequence of sequences) {
      for (const [i, id] of sequence.entries()) {
        this.ids[at] = id;
        if (i > 0) this.before[at] = at - 1;
        if (i < sequence.length - 1) this.after[at] = at + 1;
        at++;
      }
    }
  }

  /** The pair that begins at a place, as its key; −1 if none does. */
  pairAt(at: number): number {
    const [left, next] = [this.ids[at], this.after[at]];
    return left < 0 || next < 0 ? -1 : pairKey(left, this.ids[next]);
  }

  /** Makes the pair at a place one id. */
  merge(at: number, id: number): void {
    const taken = this.after[at];
    this.ids[at] = id;
    this.ids[taken] = -1;
    this.after[at] = this.after[taken];
    if (this.after[at] >= 0) this.before[this.after[at]] = at;
  }
}

/** Numbers, of which the smallest comes out first. */
class Heap {
  readonly #values: number[] = [];

  push(value: number): void {
    const values = this.#values;
    let at = values.push(value) - 1;
    for (let above = (at - 1) >> 1; at > 0 && values[above] > value; above = (at - 1) >> 1) {
      values[at] = values[above];
      at = above;
    }
    values[at] = value;
  }

  pop(): number | undefined {
    const values = this.#values;
    const [smallest, last] = [values[0], values.pop()];
    if (last === undefined || values.length === 0) return smallest;
    let at = 0;
    for (let below = 1; below < values.length; below = 2 * at + 1) {
      if (values[below + 1] < values[below]) below++;
      if (values[below] >= last) break;
      values[at] = values[below];
      at = below;
    }
    values[at] = last;
    return smallest;
  }
}

/** A piece of text as ids, and its count. */
interface Word {
  readonly ids: readonly number[];
  readonly count: number;
}

/** The merges that make ids `next`, `next` + 1, … `end` − 1. Only the neighbors of a merged pair are recounted. */
function learnMerges(words: readonly Word[], next: number, end: number): Merge[] {
  const chain = new Chain(words.map(({ ids }) => ids));
  const weights = Int32Array.from(words.flatMap(({ ids, count }) => ids.map(() => count)));
  const counts = new Map<number, number>();
  /** Where each pair was seen to begin; it may have gone from there since. */
  const places = new Map<number, number[]>();
  const enter = (at: number) => {
    const key = chain.pairAt(at);
    if (key < 0) return;
    counts.set(key, (counts.get(key) ?? 0) + weights[at]);
    const seen = places.get(key);
    if (seen) seen.push(at);
    else places.set(key, [at]);
  };
  const leave = (at: number) => {
    const key = chain.pairAt(at);
    if (key < 0) return;
    const left = (counts.get(key) ?? 0) - weights[at];
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  };
  for (let at = 0; at < chain.ids.length; at++) enter(at);
  const merges: Merge[] = [];
  for (let id = next; id < end; id++) {
    let best = -1;
    let most = 1;
    for (const [key, count] of counts) {
      if (count > most || (count === most && key < best)) [best, most] = [key, count];
    }
    if (best < 0) break;
    merges.push([Math.floor(best / PAIR), best % PAIR]);
    for (const at of Int32Array.from(places.get(best) ?? []).sort()) {
      if (chain.pairAt(at) !== best) continue;
      const before = chain.before[at];
      for (const place of [before, at, chain.after[at]]) if (place >= 0) leave(place);
      chain.merge(at, id);
      for (const place of [before, at]) if (place >= 0) enter(place);
    }
    counts.delete(best);
    places.delete(best);
  }
  return merges;
}

const PAIR = 2 ** 24;
/** A pair as one number, in the order of pairs. */
const pairKey = (left: number, right: number) => left * PAIR + right;

const bytesOf = (text: string): number[] => Array.from(new TextEncoder().encode(text));

/** Bytes as text; an incomplete character as �XX for each byte, so that no two tokens look the same. */
function spell(bytes: readonly number[]): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  if (!text.includes("�")) return text;
  return bytes.map((byte) => `�${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
