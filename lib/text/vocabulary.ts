/** @file Vocabulary: a number, its id, for every token. */

import { checkArray, checkIterable, checkTexts } from "../shape/kinds.js";
import { checkWhole } from "../shape/numbers.js";
import { describe } from "../shape/rules.js";

/** Options of `Vocabulary`. */
export interface VocabularyOptions {
  /** Special tokens (`<pad>`, `<s>` …); they take the first ids and occur in no text. */
  special?: readonly string[];
  /** The special token that replaces unknown ones. Without it an unknown token is an error. */
  unknown?: string;
  /** Tokens that occur less often are left out; 1 by default. */
  minCount?: number;
  /** The largest number of tokens, special ones included: the most frequent are kept. No limit by default. */
  maxSize?: number;
}

/**
 * Tokens and their ids, 0 … size − 1, one to one.
 * @example new text.Vocabulary(["the", "cat"]).encode(["cat"]) // [ 1 ]
 */
export class Vocabulary {
  /** The tokens, by id. */
  readonly tokens: readonly string[];
  /** The count of each token, by id; 0 for a special one. */
  readonly counts: readonly number[];
  readonly special: readonly string[];
  readonly unknown: string | undefined;
  readonly #ids = new Map<string, number>();

  /** A vocabulary of given tokens in their order, after the special ones; `Vocabulary.from` counts a text. */
  constructor(
    tokens: readonly string[],
    { special = [], unknown }: Pick<VocabularyOptions, "special" | "unknown"> = {},
    counts?: readonly number[],
  ) {
    checkTexts("Vocabulary", "the list of tokens", tokens);
    checkTexts("Vocabulary", "the list of special tokens", special);
    if (unknown !== undefined && !special.includes(unknown)) {
      throw new RangeError(`Vocabulary: unknown, ${describe(unknown)}, is not among the special tokens; add it there`);
    }
    this.tokens = [...special, ...tokens];
    this.counts = [...special.map(() => 0), ...(counts ?? tokens.map(() => 0))];
    this.special = [...special];
    this.unknown = unknown;
    for (const [id, token] of this.tokens.entries()) {
      if (this.#ids.has(token)) throw new RangeError(`Vocabulary: ${describe(token)} stands in the list twice`);
      this.#ids.set(token, id);
    }
  }

  /** The tokens of a text, most frequent first; equally frequent ones in order of their UTF-16 codes. */
  static from(
    text: Iterable<string>,
    { special = [], unknown, minCount = 1, maxSize = Infinity }: VocabularyOptions = {},
  ): Vocabulary {
    if (typeof text !== "string") checkIterable("Vocabulary.from", "the text", text);
    checkTexts("Vocabulary.from", "the list of special tokens", special);
    checkWhole("Vocabulary.from", "minCount", minCount);
    checkWhole("Vocabulary.from", "maxSize", maxSize, special.length, true);
    const apart = new Set(special);
    const counts = new Map<string, number>();
    for (const token of text) counts.set(token, (counts.get(token) ?? 0) + 1);
    const kept = [...counts]
      .filter(([token, count]) => count >= minCount && !apart.has(token))
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, maxSize - special.length);
    return new Vocabulary(
      kept.map(([token]) => token),
      { special, unknown },
      kept.map(([, count]) => count),
    );
  }

  get size(): number {
    return this.tokens.length;
  }

  has(token: string): boolean {
    return this.#ids.has(token);
  }

  /** The id of a token. @throws if it is not in the vocabulary, and there is no `unknown` token */
  id(token: string): number {
    const id = this.#ids.get(token) ?? (this.unknown === undefined ? undefined : this.#ids.get(this.unknown));
    if (id === undefined) {
      throw new RangeError(
        `Vocabulary: ${describe(token)} is not among its ${this.size} tokens, and no unknown token stands in for it`,
      );
    }
    return id;
  }

  /** The token of an id. @throws if there is no such id */
  token(id: number): string {
    const token = Number.isInteger(id) ? this.tokens[id] : undefined;
    if (token === undefined) {
      throw new RangeError(`Vocabulary: ids are whole numbers from 0 to ${this.size - 1}, got ${describe(id)}`);
    }
    return token;
  }

  /** The ids of tokens. @throws as `id` does */
  encode(tokens: readonly string[]): number[] {
    checkArray("Vocabulary.encode", "the list of tokens", tokens);
    return tokens.map((token) => this.id(token));
  }

  /** The tokens of ids, without special ones. @throws as `token` does */
  decode(ids: Iterable<number>): string[] {
    checkIterable("Vocabulary.decode", "the list of ids", ids);
    const known = [...ids];
    return known.map((id) => this.token(id)).filter((_, i) => known[i] >= this.special.length);
  }
}
