/** @file Byte-pair encoding: the most frequent pair of adjacent tokens becomes one token, repeatedly. */

import { checkArray, checkIterable, checkText } from "../shape/kinds.js";
import { describe } from "../shape/rules.js";
import { Chain, Heap, learnMerges, type Merge, pairKey } from "./merges.js";
import { partsOf, type Tokenizer } from "./tokenizers.js";
import { Vocabulary } from "./vocabulary.js";

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
/** More than a text has places; with a rank before it, a place is still a safe integer. */
const PLACES = 2 ** 28;

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

const bytesOf = (text: string): number[] => Array.from(new TextEncoder().encode(text));

/** Bytes as text; an incomplete character as �XX for each byte, so that no two tokens look the same. */
function spell(bytes: readonly number[]): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  if (!text.includes("�")) return text;
  return bytes.map((byte) => `�${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
