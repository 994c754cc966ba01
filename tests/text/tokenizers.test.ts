/** @file Tokenizers: what goes in comes out, and no text can spell a special token. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Generator } from "../../lib/index.js";
import { BytePairTokenizer, CharacterTokenizer, joinWords, splitWords, WordTokenizer } from "../../lib/text/index.js";

/** Any text: all of Unicode, but no half characters. */
const anyText = fc.string({ unit: "binary" });
/** Text in which pairs recur. */
const babble = fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "é", "😀"), maxLength: 60 });
const special = ["<s>", "</s>"];

describe("splitting into words", () => {
  it("keeps words with their apostrophes, hyphens and accents together, and marks apart", () => {
    expect(splitWords("The cat's well-known: “¿El árbol?” 42 o'clock!")).toEqual([
      "the",
      "cat's",
      "well-known",
      ":",
      "“",
      "¿",
      "el",
      "árbol",
      "?",
      "”",
      "42",
      "o'clock",
      "!",
    ]);
  });

  it("keeps an accent with its letter, however it is written", () => {
    expect(splitWords("pa\u0301jaro")).toEqual(["pa\u0301jaro"]);
  });

  it("loses nothing but white space and capitals", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(splitWords(text).join("")).toBe(text.toLowerCase().replace(/\s/gu, ""));
      }),
    );
  });

  it("leaves out marks and numbers where only words are wanted", () => {
    expect(splitWords("The cat's well-known: 42 times!", { punctuation: false })).toEqual([
      "the",
      "cat's",
      "well-known",
      "times",
    ]);
  });

  it("joins words as print does", () => {
    expect(joinWords(["¿", "el", "gato", "(", "negro", ")", ",", "o", "no", "?"])).toBe("¿el gato (negro), o no?");
  });
});

describe("the character tokenizer", () => {
  it("gives back every text over the characters it knows", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const tokenizer = CharacterTokenizer.train(text, { special });
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
        expect(tokenizer.encode(text)).toHaveLength([...text].length);
      }),
    );
  });

  it("numbers characters alphabetically, behind the special tokens", () => {
    const tokenizer = CharacterTokenizer.train(["ba", "cab"], { special });
    expect(tokenizer.vocabulary.tokens).toEqual(["<s>", "</s>", "a", "b", "c"]);
    expect(tokenizer.encode("abc")).toEqual([2, 3, 4]);
  });

  it("names a character it does not know", () => {
    expect(() => CharacterTokenizer.train("abc").encode("abd")).toThrow('"d" is not among its 3 tokens');
  });

  it("leaves special tokens out of the text", () => {
    const tokenizer = CharacterTokenizer.train("abc", { special });
    expect(tokenizer.decode([0, 2, 3, 1])).toBe("ab");
    expect(() => tokenizer.decode([9])).toThrow("ids are whole numbers from 0 to 4, got 9");
  });
});

describe("the word tokenizer", () => {
  it("encodes and decodes a sentence", () => {
    const tokenizer = WordTokenizer.train("The cat sat on the mat.", { special });
    expect(tokenizer.encode("The mat sat.").map((id) => tokenizer.vocabulary.token(id))).toEqual([
      "the",
      "mat",
      "sat",
      ".",
    ]);
    expect(tokenizer.decode(tokenizer.encode("The mat sat."))).toBe("the mat sat.");
  });

  it("writes an unknown token for a rare word and leaves it out of the text", () => {
    const tokenizer = WordTokenizer.train(["a a", "b"], { special: ["<unk>"], unknown: "<unk>", minCount: 2 });
    expect(tokenizer.encode("b a zebra")).toEqual([0, 1, 0]);
    expect(tokenizer.decode([0, 1, 0])).toBe("a");
  });
});

describe("byte-pair encoding", () => {
  const sample = "low low low low low lower lower newest newest newest newest newest newest widest widest widest";

  it("merges the commonest pair first, and of equally common ones that of lower ids", () => {
    // "es" and "st" occur 8 times each, and e comes before s; then "lo", "ow" and "we" 7 times each, and l comes first.
    const { vocabulary } = BytePairTokenizer.train(sample, 256 + 4);
    expect(vocabulary.tokens.slice(256)).toEqual(["es", "est", "lo", "low"]);
  });

  it("gives back every text, trained on it or not", () => {
    const tokenizer = BytePairTokenizer.train(sample, 280, { special });
    const byteOrderMark = "\uFEFF";
    expect(tokenizer.decode(tokenizer.encode(`${byteOrderMark}low`))).toBe(`${byteOrderMark}low`);
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
    );
    fc.assert(
      fc.property(babble, (text) => {
        const own = BytePairTokenizer.train(text, 270);
        expect(own.decode(own.encode(text))).toBe(text);
      }),
    );
  });

  it("has every id stand for a token of its own", () => {
    fc.assert(
      fc.property(babble, (text) => {
        const { vocabulary } = BytePairTokenizer.train(text, 300);
        expect(new Set(vocabulary.tokens).size).toBe(vocabulary.size);
      }),
    );
  });

  it("learns the same whatever the order of the text's parts", () => {
    fc.assert(
      fc.property(fc.array(babble), (parts) => {
        const forward = BytePairTokenizer.train(parts, 300);
        const backward = BytePairTokenizer.train([...parts].reverse(), 300);
        expect(backward.merges).toEqual(forward.merges);
      }),
    );
  });

  it("learns what counting every pair anew after each merge learns", () => {
    fc.assert(
      fc.property(babble, (text) => {
        const { merges } = BytePairTokenizer.train(text, 266);
        expect(merges).toEqual(learnSlowly(text, 10));
      }),
    );
  });

  it("needs fewer tokens the more merges there are", () => {
    const lengths = [256, 260, 264, 268].map((size) => BytePairTokenizer.train(sample, size).encode(sample).length);
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    expect(new Set(lengths).size).toBe(4);
  });

  it("is the same tokenizer when made again from its merges", () => {
    const trained = BytePairTokenizer.train(sample, 270, { special });
    const again = new BytePairTokenizer(trained.merges, { special });
    expect(again.vocabulary.tokens).toEqual(trained.vocabulary.tokens);
    expect(again.encode(sample)).toEqual(trained.encode(sample));
  });

  it("stops when no pair occurs twice", () => {
    expect(BytePairTokenizer.train("abcabc", 1000).merges).toHaveLength(2);
  });

  it("never writes a special token for text that spells it", () => {
    const tokenizer = BytePairTokenizer.train("<s> <s> <s> <s>", 300, { special });
    expect(tokenizer.encode("<s>")).not.toContain(0);
    expect(tokenizer.decode([0, ...tokenizer.encode("<s>"), 1])).toBe("<s>");
  });

  it("shows bytes that are no character by their hexadecimal digits", () => {
    const { vocabulary } = BytePairTokenizer.train("é", 256);
    expect(vocabulary.token(0xc3)).toBe("�C3");
    expect(vocabulary.token(0x41)).toBe("A");
  });

  it("refuses a vocabulary too small for the bytes, and a merge of ids that do not exist yet", () => {
    expect(() => BytePairTokenizer.train("abc", 257, { special })).toThrow(
      "a vocabulary holds all 256 bytes and 2 special tokens; make size at least 258, got 257",
    );
    expect(() => new BytePairTokenizer([[97, 256]])).toThrow(
      "merge 0 joins 97 and 256; it may join ids from 0 to 255, which bytes and earlier merges made",
    );
    expect(() => new BytePairTokenizer([[0, 98]], { special })).toThrow("it may join ids from 2 to 257");
  });
});

/** Byte-pair encoding as its definition reads. */
function learnSlowly(text: string, merges: number): [number, number][] {
  const pieces = text.match(/ ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]+|\s+(?!\S)|\s/gu) ?? [];
  let words = pieces.map((piece) => [...new TextEncoder().encode(piece)]);
  const learned: [number, number][] = [];
  for (let id = 256; id < 256 + merges; id++) {
    const counts = new Map<string, number>();
    for (const word of words) {
      for (let i = 1; i < word.length; i++) {
        const pair = `${word[i - 1]} ${word[i]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const ranked = [...counts]
      .map(([pair, count]) => ({ pair: pair.split(" ").map(Number) as [number, number], count }))
      .filter(({ count }) => count > 1)
      .sort((a, b) => b.count - a.count || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1]);
    if (ranked.length === 0) break;
    const [left, right] = ranked[0].pair;
    learned.push([left, right]);
    words = words.map((word) => {
      const merged = [...word];
      for (let i = 0; i + 1 < merged.length; i++) {
        if (merged[i] === left && merged[i + 1] === right) merged.splice(i, 2, id);
      }
      return merged;
    });
  }
  return learned;
}

describe("byte pairs of long words", () => {
  const random = new Generator(3);
  const letters = (n: number, kinds: number) =>
    Array.from({ length: n }, () => "abcdefghijklmnopqrstuvwxyz"[random.integer(kinds)]).join("");

  it("take as long as the words are, not as their squares", () => {
    const word = letters(100_000, 20);
    const tokenizer = BytePairTokenizer.train(word, 700);
    const ids = tokenizer.encode(word);
    expect(ids.length).toBeLessThan(60_000);
    expect(tokenizer.decode(ids)).toBe(word);
  });

  it("are those of merging every pair of each merge in turn, from the left", () => {
    for (let trial = 0; trial < 50; trial++) {
      const tokenizer = BytePairTokenizer.train(letters(150, 3), 256 + 30);
      const word = letters(60, 3);
      let ids = [...new TextEncoder().encode(word)];
      for (const [rank, [left, right]] of tokenizer.merges.entries()) {
        const merged: number[] = [];
        for (const id of ids) {
          if (id === right && merged.at(-1) === left) merged[merged.length - 1] = 256 + rank;
          else merged.push(id);
        }
        ids = merged;
      }
      expect(tokenizer.encode(word)).toEqual(ids);
    }
  });
});
