/** @file Byte-pair encoding: the most frequent pair of adjacent tokens becomes one token, repeatedly. */

import { describe } from "../shape/rules.js";
import type { Tokenizer } from "./tokenizers.js";
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
    this.#pieces = pieces;
    const bytes: (readonly number[])[] = Array.from({ length: BYTES }, (_, byte) => [byte]);
    const first = special.length;
    for (const [rank, [left, right]] of merges.entries()) {
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
    for (const part of typeof text === "string" ? [text] : text) {
      for (const piece of part.match(options.pieces ?? PIECE) ?? []) counts.set(piece, (counts.get(piece) ?? 0) + 1);
    }
    const words = Array.from(counts, ([piece, count]) => ({ ids: bytesOf(piece).map((byte) => first + byte), count }));
    return new BytePairTokenizer(learnMerges(words, first + BYTES, size), options);
  }

  encode(text: string): number[] {
    return (text.match(this.#pieces) ?? []).flatMap((piece) => this.#encodePiece(piece));
  }

  decode(ids: Iterable<number>): string {
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
    let ids = bytesOf(piece).map((byte) => first + byte);
    for (;;) {
      let best = Infinity;
      for (let i = 1; i < ids.length; i++) {
        best = Math.min(best, this.#ranks.get(pairKey(ids[i - 1], ids[i])) ?? Infinity);
      }
      if (best === Infinity) break;
      ids = merge(ids, this.merges[best], first + BYTES + best);
    }
    this.#known.set(piece, ids);
    return ids;
  }
}

/** A piece of text as ids, and its count. */
interface Word {
  ids: number[];
  readonly count: number;
}

/** The merges that make ids `next`, `next` + 1, … `end` − 1. Only words with the merged pair are recounted. */
function learnMerges(words: readonly Word[], next: number, end: number): Merge[] {
  const counts = new Map<number, number>();
  const places = new Map<number, Set<Word>>();
  const add = (word: Word, times: number) => {
    for (let i = 1; i < word.ids.length; i++) {
      const key = pairKey(word.ids[i - 1], word.ids[i]);
      counts.set(key, (counts.get(key) ?? 0) + times);
      if (times < 0) continue;
      const place = places.get(key);
      if (place) place.add(word);
      else places.set(key, new Set([word]));
    }
  };
  for (const word of words) add(word, word.count);
  const merges: Merge[] = [];
  for (let id = next; id < end; id++) {
    let best = -1;
    let most = 1;
    for (const [key, count] of counts) {
      if (count > most || (count === most && key < best)) [best, most] = [key, count];
    }
    if (best < 0) break;
    const pair: Merge = [Math.floor(best / PAIR), best % PAIR];
    merges.push(pair);
    for (const word of places.get(best) ?? []) {
      add(word, -word.count);
      word.ids = merge(word.ids, pair, id);
      add(word, word.count);
    }
    counts.delete(best);
    places.delete(best);
  }
  return merges;
}

/** `ids` with every `pair`, from the left, replaced by `id`. */
function merge(ids: readonly number[], [left, right]: Merge, id: number): number[] {
  const merged: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      merged.push(id);
      i++;
    } else merged.push(ids[i]);
  }
  return merged;
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
