/** @file Cutting text into characters or words, and joining them again. Byte pairs are in `byte-pair.ts`. */

import { Vocabulary, type VocabularyOptions } from "./vocabulary.js";

/** Text to ids and back. Special tokens are written by their ids; name them as no text does, such as `<s>`. */
export interface Tokenizer {
  readonly vocabulary: Vocabulary;
  encode(text: string): number[];
  /** The text that ids stand for; special tokens are left out. */
  decode(ids: Iterable<number>): string;
}

/** One token a character (a Unicode code point). Decoding gives back the text exactly. */
export class CharacterTokenizer implements Tokenizer {
  constructor(readonly vocabulary: Vocabulary) {}

  /** Knows the characters of `text`, in alphabetical order. */
  static train(
    text: string | Iterable<string>,
    options?: Pick<VocabularyOptions, "special" | "unknown">,
  ): CharacterTokenizer {
    const characters = new Set<string>();
    for (const part of text) for (const character of part) characters.add(character);
    return new CharacterTokenizer(new Vocabulary([...characters].sort(), options));
  }

  encode(text: string): number[] {
    return this.vocabulary.encode([...text]);
  }

  decode(ids: Iterable<number>): string {
    return this.vocabulary.decode(ids).join("");
  }
}

/** One token a word or a punctuation mark, in lower case. Spacing is lost; decoding spaces as print does. */
export class WordTokenizer implements Tokenizer {
  constructor(readonly vocabulary: Vocabulary) {}

  /** Knows the words of `text`; see `VocabularyOptions` for what it may leave out. */
  static train(text: string | Iterable<string>, options?: VocabularyOptions): WordTokenizer {
    const lines = typeof text === "string" ? [text] : text;
    const tokens = function* () {
      for (const line of lines) yield* splitWords(line);
    };
    return new WordTokenizer(Vocabulary.from(tokens(), options));
  }

  encode(text: string): number[] {
    return this.vocabulary.encode(splitWords(text));
  }

  decode(ids: Iterable<number>): string {
    return joinWords(this.vocabulary.decode(ids));
  }
}

/** Letters, with an apostrophe or a hyphen inside a word; digits; else any one visible character. */
const WORD = /[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*|\p{N}+|[^\s]/gu;

/**
 * The words and punctuation marks of a text in lower case: "The cat's asleep." gives the · cat's · asleep · .
 * Without punctuation only what has a letter in it is kept.
 */
export function splitWords(text: string, { punctuation = true } = {}): string[] {
  const words = text.toLowerCase().match(WORD) ?? [];
  return punctuation ? words : words.filter((word) => /\p{L}/u.test(word));
}

/** Words with a space between them, but none before a closing mark or behind an opening one. */
export function joinWords(words: readonly string[]): string {
  return words
    .join(" ")
    .replace(/ (?=[.,;:!?)\]}…])/g, "")
    .replace(/(?<=[([{¿¡]) /g, "");
}
