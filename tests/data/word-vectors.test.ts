/** @file The word vectors that are shipped: what is true of them; and files that are damaged, foreign or a reader's own. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { packVectors, unpackVectors } from "../../lib/data/compact-vectors.js";
import { dataFile } from "../../lib/data/files.js";
import { analogies, loadWordVectors, readWordVectors } from "../../lib/data/index.js";
import "../../lib/index.js";
import { cosine, evaluateAnalogies, questionsOf, WordVectors } from "../../lib/text/index.js";

const folder = mkdtempSync(join(tmpdir(), "vectors-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("the 20,000 commonest words of GloVe", () => {
  const glove = loadWordVectors();

  it("are 20,000 vectors of 100 dimensions, the commonest first", () => {
    expect([glove.size, glove.dimensions]).toEqual([20_000, 100]);
    expect(glove.words.slice(0, 6)).toEqual(["the", ",", ".", "of", "to", "and"]);
  });

  it("put queen first for king − man + woman, and king itself before her if it may answer", () => {
    const answers = glove.analogy("man", "king", "woman", { count: 3 });
    expect(answers.map(({ word }) => word)).toEqual(["queen", "monarch", "throne"]);
    for (const [i, similarity] of [0.77, 0.686, 0.676].entries()) {
      expect(answers[i].similarity).toBeCloseTo(similarity, 2);
    }
    expect(glove.analogy("man", "king", "woman", { count: 2, excludeQuery: false }).map(({ word }) => word)).toEqual([
      "king",
      "queen",
    ]);
  });

  it("put prince before queen where king stands alone, so that the arithmetic does something", () => {
    expect(glove.nearest("king", { count: 2 }).map(({ word }) => word)).toEqual(["prince", "queen"]);
  });

  it("point from man to woman much as from king to queen", () => {
    const direction = (from: string, to: string) => glove.vector(to).sub(glove.vector(from));
    expect(cosine(direction("man", "woman"), direction("king", "queen"))).toBeCloseTo(0.451, 2);
  });

  it("hold the prejudices of the text they are from", () => {
    expect(glove.analogy("man", "doctor", "woman", { count: 1 })[0].word).toBe("nurse");
  });

  it("lie as near to each other as float32 vectors do, within a hundredth", () => {
    for (const [other, similarity] of Object.entries({ dog: 0.88, bird: 0.63, car: 0.31, democracy: 0.08 })) {
      expect(glove.cosine("cat", other)).toBeCloseTo(similarity, 1.7);
    }
  });

  it("answer two thirds of our analogies, far more than any baseline", () => {
    const { total } = evaluateAnalogies(glove, analogies);
    expect(total.asked).toBe(560);
    expect(total.accuracy).toBeGreaterThan(0.65);
    expect(total.withQueryWords).toBeLessThan(0.42);
    expect(total.sum).toBeLessThan(0.3);
    expect(total.nearest).toBeLessThan(0.2);
  });
});

describe("our list of analogies", () => {
  it("asks well over 200 questions, all of known words, none twice", () => {
    const glove = loadWordVectors();
    const questions = Object.values(analogies).flatMap((pairs) => questionsOf(pairs));
    expect(questions.length).toBe(560);
    expect(new Set(questions.map((words) => words.join(" "))).size).toBe(questions.length);
    for (const word of questions.flat()) expect(glove.has(word), word).toBe(true);
  });
});

describe("the compact file", () => {
  const table = new WordVectors(["a", "é", "zero"], Float32Array.from([1, -0.5, 1e-8, 2e-8, 0, 0]));
  const bytes = packVectors(table);

  it("keeps words exactly and every number to 1/254 of its vector's largest", () => {
    const numbers = fc.array(
      fc.integer({ min: -1e5, max: 1e5 }).map((whole) => whole / 64),
      { minLength: 8, maxLength: 8 },
    );
    fc.assert(
      fc.property(
        numbers,
        fc.uniqueArray(fc.stringMatching(/^[^\n]+$/), { minLength: 2, maxLength: 2 }),
        (values, words) => {
          const read = unpackVectors(packVectors(new WordVectors(words, Float32Array.from(values))), "f");
          expect(read.words).toEqual(words);
          for (const row of [0, 4]) {
            const scale = Math.max(...values.slice(row, row + 4).map(Math.abs)) / 127;
            for (let i = row; i < row + 4; i++) {
              expect(Math.abs(read.matrix.data[i] - values[i])).toBeLessThanOrEqual(0.5001 * scale);
            }
          }
        },
      ),
    );
  });

  it("is what the shipped file is made of, byte for byte", () => {
    const shipped = readFileSync(dataFile("glove-20k-100d.bin"));
    expect(Buffer.from(packVectors(loadWordVectors())).equals(shipped)).toBe(true);
  });

  it("is read from anywhere in memory", () => {
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const read = unpackVectors(shifted.subarray(3), "f");
    expect(read.words).toEqual(table.words);
    expect(read.matrix.toArray()).toEqual(unpackVectors(bytes, "f").matrix.toArray());
  });

  it("has no place for a word with a line feed in it", () => {
    expect(() => packVectors(new WordVectors(["a\nb"], Float32Array.from([1])))).toThrow(
      'packVectors: a word may hold no line feed, and "a\\nb" does',
    );
  });

  it("is refused when any one bit has changed", () => {
    for (let i = 0; i < bytes.length * 8; i++) {
      const damaged = bytes.slice();
      damaged[i >> 3] ^= 1 << (i & 7);
      expect(() => unpackVectors(damaged, "f"), `bit ${i}`).toThrow("f: not a whole file of word vectors: ");
    }
  });

  it("is refused when it is cut short or goes on too long, at any place", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => unpackVectors(bytes.subarray(0, length), "f")).toThrow("f: not a whole file of word vectors: ");
    }
    expect(() => unpackVectors(Uint8Array.from([...bytes, 0]), "f")).toThrow("where 3 words of 2 dimensions take");
  });

  it("is refused with the reason", () => {
    const change = (at: number, value: number) => {
      const damaged = bytes.slice();
      damaged[at] = value;
      return () => unpackVectors(damaged, "f.bin");
    };
    expect(change(0, 88)).toThrow(
      'f.bin: not a whole file of word vectors: it does not begin with "wordvecs"; fetch it anew',
    );
    expect(change(8, 2)).toThrow("version 2, and this reader knows version 1");
    expect(change(bytes.length - 1, 99)).toThrow("its check sum is wrong, so some byte has changed");
  });
});

describe("reading a file of the reader's own", () => {
  it("opens GloVe's text files", () => {
    const vectors = readWordVectors(file("glove.txt", "the 0.5 -1.25\n, 1e-3 2\né 3 4\n"));
    expect(vectors.words).toEqual(["the", ",", "é"]);
    expect(vectors.vector("the").toArray()).toEqual([0.5, -1.25]);
    expect(vectors.vector("é").toArray()).toEqual([3, 4]);
  });

  it("opens word2vec's, which begin with two counts, and words with spaces in them", () => {
    expect(readWordVectors(file("w2v.txt", "2 2\r\na 1 2 \r\nb 3 4")).words).toEqual(["a", "b"]);
    expect(readWordVectors(file("spaces.txt", "a 1 2\n. . . 3 4\n")).words).toEqual(["a", ". . ."]);
  });

  it("opens a compact file by the same name", () => {
    const table = new WordVectors(["a", "b"], Float32Array.from([1, 2, 3, 4]));
    expect(readWordVectors(file("own.bin", packVectors(table))).words).toEqual(["a", "b"]);
  });

  it("reads a text longer than its buffer of 2²⁰ bytes, with a character across the seam, and stops at the limit", () => {
    const seam = `${"a".repeat(2 ** 20 - 1)}é`;
    const lines = [`${seam} 1 2 3`, ...Array.from({ length: 60_000 }, (_, i) => `ñandú${i} ${i} -0.125 7`)];
    const path = file("long.txt", lines.join("\n"));
    const all = readWordVectors(path);
    expect(all.size).toBe(60_001);
    expect(all.vector(seam).toArray()).toEqual([1, 2, 3]);
    expect(all.vector("ñandú59999").toArray()).toEqual([59_999, -0.125, 7]);
    expect(readWordVectors(path, { limit: 1000 }).words).toEqual(all.words.slice(0, 1000));
  });

  it("names the line that is wrong", () => {
    const path = (content: string) => file("bad.txt", content);
    expect(() => readWordVectors(path("a 1 2\nb 1\n"))).toThrow('bad.txt:2: expected a word and 2 numbers, got "b 1"');
    expect(() => readWordVectors(path("a 1 2\nb 1 2 3\n"))).toThrow(
      'bad.txt:2: expected a word and 2 numbers, got "b 1 2 3"',
    );
    expect(() => readWordVectors(path("a 1 2\nb 1 x\n"))).toThrow("bad.txt:2");
    expect(() => readWordVectors(path("a 1 2\n\nb 1 2\n"))).toThrow(
      'bad.txt:2: expected a word and its numbers, got ""',
    );
    expect(() => readWordVectors(path(""))).toThrow("bad.txt: no word vectors in it");
    expect(() => readWordVectors(join(folder, "none.txt"))).toThrow("ENOENT");
  });
});
