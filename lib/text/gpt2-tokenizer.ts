/** @file GPT-2's tokenizer: byte pairs, with the ids and the merges file that were published with the model. */

import { checkIterable, checkText } from "../shape/kinds.js";
import { BytePairTokenizer } from "./byte-pair.js";
import type { Merge } from "./merges.js";
import type { Tokenizer } from "./tokenizers.js";
import { Vocabulary } from "./vocabulary.js";

/** Pieces that no merge crosses, as in the published code: English contractions stand apart. */
const PIECE = /'(?:[stmd]|re|ve|ll)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const BYTES = 256;
const END = "<|endoftext|>";

/** Bytes that print as a character of Latin-1; these have the first ids, the others follow. */
const printable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
const bytes = Array.from({ length: BYTES }, (_, byte) => byte);
/** The byte of each of the first 256 ids. */
const byteOf = [...bytes.filter(printable), ...bytes.filter((byte) => !printable(byte))];
/** The id of each byte. */
const idOf = bytes.map((byte) => byteOf.indexOf(byte));
const firstOther = byteOf.findIndex((byte) => !printable(byte));
/** The character that stands for a byte in the merges file: itself, or the n-th from U+0100 for the n-th other byte. */
const symbolOf = (byte: number) => String.fromCodePoint(printable(byte) ? byte : BYTES + idOf[byte] - firstOther);

/**
 * The tokenizer of GPT-2, whose ids `nn.gpt2` takes: the bytes, then a token for each merge, then `<|endoftext|>`.
 * Radford et al. 2019, "Language models are unsupervised multitask learners".
 * @example new text.GPT2Tokenizer("l o\nlo w").encode("low") // [ 257 ]
 */
export class GPT2Tokenizer implements Tokenizer {
  readonly vocabulary: Vocabulary;
  /** The id of `<|endoftext|>`, which no text encodes to. */
  readonly endOfText: number;
  readonly #pairs: BytePairTokenizer;

  /**
   * @param merges the contents of the published `merges.txt` (or `vocab.bpe`): two tokens on each line, in order of rank
   * @throws if a line does not hold two tokens that bytes or earlier lines made
   */
  constructor(merges: string) {
    checkText("GPT2Tokenizer", "the list of merges", merges);
    const ids = new Map(bytes.map((byte) => [symbolOf(byte), byte]));
    const pairs: Merge[] = [];
    for (const [i, line] of merges.split("\n").entries()) {
      if (line.trim() === "" || (i === 0 && line.startsWith("#version"))) continue;
      const tokens = line.trimEnd().split(" ");
      const [left, right] = tokens.map((token) => ids.get(token));
      if (tokens.length !== 2 || left === undefined || right === undefined) {
        throw new Error(
          `GPT2Tokenizer: line ${i + 1} of the merges, ${JSON.stringify(line)}, is not two tokens that bytes or earlier lines made; fetch merges.txt again`,
        );
      }
      ids.set(tokens.join(""), BYTES + pairs.length);
      pairs.push([left, right]);
    }
    this.#pairs = new BytePairTokenizer(pairs, { pieces: PIECE });
    this.endOfText = BYTES + pairs.length;
    const { tokens } = this.#pairs.vocabulary;
    this.vocabulary = new Vocabulary([...byteOf.map((byte) => tokens[byte]), ...tokens.slice(BYTES), END]);
  }

  encode(text: string): number[] {
    return this.#pairs.encode(text).map((id) => idOf[id] ?? id);
  }

  decode(ids: Iterable<number>): string {
    checkIterable("GPT2Tokenizer.decode", "the list of ids", ids);
    const known = Array.from(ids).filter((id) => this.vocabulary.token(id) !== END);
    return this.#pairs.decode(known.map((id) => byteOf[id] ?? id));
  }
}
