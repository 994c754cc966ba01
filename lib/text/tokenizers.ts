/** @file Tokenizers of characters and of words. Byte pairs are in `byte-pair.ts`. */

import { checkIterable, checkText, checkTexts } from "../shape/kinds.js";
import { Vocabulary, type VocabularyOptions } from "./vocabulary.js";

/** Text to ids and back. Special tokens come from their ids alone; give them names that no text holds, such as `<s>`. */
export interface Tokenizer {
  readonly vocabulary: Vocabulary;
  encode(text: string): number[];
  /** The text of ids, without special tokens. */
  decode(ids: Iterable<number>): string;
}

/**
 * One token per character (Unicode code point). Decoding restores the text exactly.
 * @example text.CharacterTokenizer.train("abc").encode("cab") // [ 2, 0, 1 ]
 */
export class CharacterTokenizer implements Tokenizer {
  constructor(readonly vocabulary: Vocabulary) {}

  /** A tokenizer for the characters of `text`, in order of their UTF-16 codes. */
  static train(
    text: string | Iterable<string>,
    options?: Pick<VocabularyOptions, "special" | "unknown">,
  ): CharacterTokenizer {
    const characters = new Set<string>();
    for (const part of partsOf("CharacterTokenizer.train", text))
      for (const character of part) characters.add(character);
    return new CharacterTokenizer(new Vocabulary([...characters].sort(), options));
  }

  encode(text: string): number[] {
    checkText("CharacterTokenizer.encode", "what is encoded", text);
    return this.vocabulary.encode([...text]);
  }

  decode(ids: Iterable<number>): string {
    return this.vocabulary.decode(ids).join("");
  }
}

/**
 * One token per word or punctuation mark, in lower case. Spacing is lost; decoding uses ordinary typography.
 * @example text.WordTokenizer.train("the cat sat").encode("cat") // [ 0 ]
 */
export class WordTokenizer implements Tokenizer {
  constructor(readonly vocabulary: Vocabulary) {}

  /** A tokenizer for the words of `text`; `VocabularyOptions` limit them. */
  static train(text: string | Iterable<string>, options?: VocabularyOptions): WordTokenizer {
    const lines = partsOf("WordTokenizer.train", text);
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

/** The parts of a text, which is one string or several. @throws if it is neither */
export function* partsOf(owner: string, text: string | Iterable<string>): Iterable<string> {
  const parts: Iterable<string> = typeof text === "string" ? [text] : text;
  checkIterable(owner, "a text in parts", parts);
  for (const part of parts) {
    checkText(owner, "each part of the text", part);
    yield part;
  }
}

/** Letters, with an apostrophe or a hyphen inside a word; digits; else any one visible character. */
const WORD = /[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*|\p{N}+|[^\s]/gu;

/**
 * The words and punctuation marks of a text in lower case: "The cat's asleep." gives the · cat's · asleep · .
 * Without punctuation, only tokens with a letter are kept.
 * @example text.splitWords("The cat sat.") // [ 'the', 'cat', 'sat', '.' ]
 */
export function splitWords(text: string, { punctuation = true } = {}): string[] {
  checkText("splitWords", "what is split", text);
  const words = text.toLowerCase().match(WORD) ?? [];
  return punctuation ? words : words.filter((word) => /\p{L}/u.test(word));
}

/**
 * Joins words by spaces, with none before a closing mark or after an opening one.
 * @example text.joinWords(["The", "cat", "sat", "."]) // "The cat sat."
 */
export function joinWords(words: readonly string[]): string {
  checkTexts("joinWords", "the list of words", words);
  return words
    .join(" ")
    .replace(/ (?=[.,;:!?)\]}…])/g, "")
    .replace(/(?<=[([{¿¡]) /g, "");
}
