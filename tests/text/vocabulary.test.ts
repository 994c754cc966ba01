/** @file Vocabularies: tokens and ids one to one, in an order that does not depend on the machine. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Vocabulary } from "../../lib/text/index.js";

describe("a vocabulary", () => {
  it("gives every token of a text an id, and the id back its token", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (text) => {
        const vocabulary = Vocabulary.from(text);
        expect(vocabulary.size).toBe(new Set(text).size);
        for (const token of text) expect(vocabulary.token(vocabulary.id(token))).toBe(token);
      }),
    );
  });

  it("encodes a list of tokens and decodes it without the special ones", () => {
    const vocabulary = Vocabulary.from(["el", "gato", "negro"], { special: ["<s>", "</s>"] });
    const ids = vocabulary.encode(["<s>", "gato", "negro", "</s>"]);
    expect(ids).toEqual([0, 3, 4, 1]);
    expect(vocabulary.decode(ids)).toEqual(["gato", "negro"]);
  });

  it("puts common tokens first and orders equally common ones alphabetically, however the text is shuffled", () => {
    expect(Vocabulary.from(["b", "c", "a", "b", "d", "c"]).tokens).toEqual(["b", "c", "a", "d"]);
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 2 })), (text) => {
        expect(Vocabulary.from([...text].reverse()).tokens).toEqual(Vocabulary.from(text).tokens);
      }),
    );
  });

  it("counts tokens, special ones as 0", () => {
    const vocabulary = Vocabulary.from(["b", "a", "b"], { special: ["<pad>"] });
    expect(vocabulary.tokens).toEqual(["<pad>", "b", "a"]);
    expect(vocabulary.counts).toEqual([0, 2, 1]);
  });

  it("leaves out rare tokens, and all but the commonest of a size, special ones counted in", () => {
    const text = ["a", "a", "a", "b", "b", "c"];
    expect(Vocabulary.from(text, { minCount: 2 }).tokens).toEqual(["a", "b"]);
    expect(Vocabulary.from(text, { maxSize: 2, special: ["<s>"] }).tokens).toEqual(["<s>", "a"]);
  });

  it("reads an unknown token as the one that stands in for it", () => {
    const vocabulary = new Vocabulary(["a"], { special: ["<pad>", "<unk>"], unknown: "<unk>" });
    expect(vocabulary.id("zebra")).toBe(1);
    expect(vocabulary.has("zebra")).toBe(false);
  });

  it("says which token it does not know, and which ids there are", () => {
    const vocabulary = new Vocabulary(["a", "b"]);
    expect(() => vocabulary.id("zebra")).toThrow(
      'Vocabulary: "zebra" is not among its 2 tokens, and no unknown token stands in for it',
    );
    for (const id of [2, -1, 0.5, Number.NaN]) {
      expect(() => vocabulary.token(id)).toThrow(`Vocabulary: ids are whole numbers from 0 to 1, got ${id}`);
    }
  });

  it("refuses a token listed twice and an unknown token that is not special", () => {
    expect(() => new Vocabulary(["a", "b", "a"])).toThrow('Vocabulary: "a" stands in the list twice');
    expect(() => new Vocabulary(["<s>"], { special: ["<s>"] })).toThrow("stands in the list twice");
    expect(() => new Vocabulary(["a"], { unknown: "<unk>" })).toThrow(
      'Vocabulary: unknown, "<unk>", is not among the special tokens; add it there',
    );
  });
});
