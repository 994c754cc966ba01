/** @file The texts that come with the library, and the little world. */

import { describe, expect, it } from "vitest";
import { littleWorld, littleWorldAnalogies, loadFirstNames, loadKingJamesBible } from "../../lib/data/index.js";
import { Generator } from "../../lib/index.js";
import { questionsOf } from "../../lib/text/index.js";

describe("the King James Bible", () => {
  const verses = loadKingJamesBible();

  it("is whole: 31,102 verses from the first to the last", () => {
    expect(verses).toHaveLength(31_102);
    expect(verses[0]).toBe("In the beginning God created the heaven and the earth.");
    expect(verses[31_101]).toBe("The grace of our Lord Jesus Christ be with you all. Amen.");
  });

  it("holds text only: no verse numbers, no stray white space, no empty verse", () => {
    for (const verse of verses) expect(verse).toMatch(/^[A-Za-z(][A-Za-z,.:;?!'() -]*[A-Za-z,.:;?!')]$/);
  });
});

describe("first names", () => {
  it("are 8,403, each once, in lower case and in order", () => {
    const names = loadFirstNames();
    expect(names).toHaveLength(8403);
    expect(names).toEqual([...new Set(names)].sort());
    for (const name of names) expect(name).toMatch(/^[a-z]{2,}$/);
  });
});

describe("the little world", () => {
  const world = littleWorld(5000, new Generator(1));

  it("is the same for the same seed, and another for another", () => {
    expect(littleWorld(5000, new Generator(1))).toEqual(world);
    expect(littleWorld(5000, new Generator(2))).not.toEqual(world);
  });

  it("has a hundred and fifty words, among them all that its analogies ask about", () => {
    const words = new Set(world.flat());
    expect(words.size).toBe(150);
    for (const word of Object.values(littleWorldAnalogies).flat(2)) expect(words).toContain(word);
  });

  it("keeps what is true of men from women, of the old from the young, and of one land from another", () => {
    const together = (...words: string[]) => world.some((sentence) => words.every((word) => sentence.includes(word)));
    expect(together("king", "his")).toBe(true);
    expect(together("king", "her")).toBe(false);
    expect(together("queen", "beard")).toBe(false);
    expect(together("boy", "grey")).toBe(false);
    expect(together("man", "crown")).toBe(false);
    expect(together("france", "madrid")).toBe(false);
    expect(together("cat", "barks")).toBe(false);
  });

  it("never writes the two words of an analogy's pair together, people and animals at least", () => {
    for (const name of ["gender", "age", "royal", "young animal"]) {
      for (const pair of littleWorldAnalogies[name]) {
        expect(world.some((sentence) => pair.every((word) => sentence.includes(word)))).toBe(false);
      }
    }
  });

  it("asks questions in six categories", () => {
    const counts = Object.values(littleWorldAnalogies).map((pairs) => questionsOf(pairs).length);
    expect(counts).toEqual([56, 56, 12, 90, 90, 56]);
  });
});
