/** @file The grammar of English and Spanish: agreement, word order, alignment — and no sentence in two parts of the data. */

import { describe, expect, it } from "vitest";
import { randomTranslation, type Translation, theCatSatOnTheMat, translations } from "../../lib/data/index.js";
import { Generator } from "../../lib/index.js";

const generator = new Generator(1);
const sentences = Array.from({ length: 5000 }, () => randomTranslation(generator));
const show = ({ english, spanish }: Translation) => `${english.join(" ")} → ${spanish.join(" ")}`;

/** Gender and number as a Spanish speaker would tell them from the words' forms; null where the form does not tell. */
const DETERMINERS: Record<string, readonly [gender: "m" | "f" | null, plural: boolean]> = {
  el: ["m", false],
  la: ["f", false],
  los: ["m", true],
  las: ["f", true],
  un: ["m", false],
  una: ["f", false],
  este: ["m", false],
  esta: ["f", false],
  estos: ["m", true],
  estas: ["f", true],
  mi: [null, false],
  mis: [null, true],
};
const FEMININE = /^(vaca|gallina|rana|alfombra|mesa|cama|silla)s?$/;
const MASCULINE = /^((gato|perro|pájaro|muro|puente|tejado)s?|árbol(es)?)$/;
const ADJECTIVE = /^(negr|blanc|roj|pequeñ|suci|cansad|mojad)[oa]s?$|^grandes?$|^feliz$|^felices$/;
const isNoun = (word: string) => FEMININE.test(word) || MASCULINE.test(word);

/** The noun phrases of a Spanish sentence: a determiner, a noun, and perhaps an adjective. */
function nounPhrases({ spanish }: Translation) {
  return spanish.flatMap((word, i) => {
    if (!(word in DETERMINERS)) return [];
    const next = spanish[i + 2] ?? "";
    return [{ determiner: word, noun: spanish[i + 1], adjective: ADJECTIVE.test(next) ? next : null }];
  });
}

describe("Spanish", () => {
  it("has a noun behind every determiner, and an adjective only behind a noun or as what is said of it", () => {
    for (const sentence of sentences) {
      for (const { noun } of nounPhrases(sentence)) expect(isNoun(noun), show(sentence)).toBe(true);
      for (const [i, word] of sentence.spanish.entries()) {
        if (!ADJECTIVE.test(word)) continue;
        const before = sentence.spanish[i - 1];
        expect(isNoun(before) || /^estaban?$/.test(before), show(sentence)).toBe(true);
      }
    }
  });

  it("has determiners and adjectives agree with their noun in gender and number", () => {
    for (const sentence of sentences) {
      for (const { determiner, noun, adjective } of nounPhrases(sentence)) {
        const [gender, plural] = DETERMINERS[determiner];
        if (gender) expect(gender === "f", show(sentence)).toBe(FEMININE.test(noun));
        expect(noun.endsWith("s"), show(sentence)).toBe(plural);
        if (!adjective) continue;
        expect(adjective.endsWith("s"), show(sentence)).toBe(plural);
        if (/[oa]s?$/.test(adjective)) expect(/as?$/.test(adjective), show(sentence)).toBe(FEMININE.test(noun));
      }
    }
  });

  it("has the verb, and what is said by 'estar', agree with the subject", () => {
    let stated = 0;
    for (const sentence of sentences) {
      const [{ noun, determiner }] = nounPhrases(sentence);
      const plural = DETERMINERS[determiner][1];
      const verb = sentence.spanish.find((word) => /(ó|aron|eron|io|estaban?)$/.test(word)) as string;
      expect(verb.endsWith("n"), show(sentence)).toBe(plural);
      const at = sentence.spanish.findIndex((word) => /^estaban?$/.test(word));
      if (at < 0) continue;
      stated++;
      const said = sentence.spanish[at + 1];
      expect(said.endsWith("s"), show(sentence)).toBe(plural);
      if (/[oa]s?$/.test(said)) expect(/as?$/.test(said), show(sentence)).toBe(FEMININE.test(noun));
    }
    expect(stated).toBeGreaterThan(500);
  });

  it("puts 'se' right before sentarse, esconderse and quedarse, and nowhere else", () => {
    for (const sentence of sentences) {
      for (const [i, word] of sentence.spanish.entries()) {
        const reflexive = /^(sent|escond|qued)(ó|ió|aron|ieron)$/.test(word);
        expect(sentence.spanish[i - 1] === "se", show(sentence)).toBe(reflexive);
      }
    }
  });
});

describe("English", () => {
  it("says a, this and was of one, these and were of several", () => {
    for (const sentence of sentences) {
      const { english } = sentence;
      const nounBehind = (i: number) =>
        english
          .slice(i + 1)
          .find((word) => /^(cat|dog|bird|cow|hen|frog|mat|table|bed|chair|wall|tree|bridge|roof)s?$/.test(word));
      for (const [i, word] of english.entries()) {
        if (word === "a" || word === "this") expect(nounBehind(i), show(sentence)).not.toMatch(/s$/);
        if (word === "these") expect(nounBehind(i), show(sentence)).toMatch(/s$/);
        if (word === "was") expect(nounBehind(0), show(sentence)).not.toMatch(/s$/);
        if (word === "were") expect(nounBehind(0), show(sentence)).toMatch(/s$/);
      }
    }
  });

  it("never says 'a' before a vowel", () => {
    for (const { english } of sentences) expect(english.join(" ")).not.toMatch(/\ba [aeiou]/);
  });
});

describe("the alignment", () => {
  it("gives each Spanish word one English word, always the same one, and leaves no English word over", () => {
    const translates = new Map<string, Set<string>>();
    for (const sentence of sentences) {
      const { english, spanish, alignment } = sentence;
      expect(alignment).toHaveLength(spanish.length);
      expect(new Set(alignment), show(sentence)).toEqual(new Set(english.keys()));
      for (const [i, word] of spanish.entries()) {
        const known = translates.get(word) ?? new Set();
        translates.set(word, known.add(english[alignment[i]]));
      }
    }
    // Forms that English has two of are few: "se" goes with every reflexive verb, and mi, mis with "my" alone.
    for (const [word, sources] of translates) {
      expect(sources.size, `${word} ← ${[...sources].join(", ")}`).toBe(word === "se" ? 3 : 1);
    }
  });

  it("crosses exactly where an adjective changes places with its noun", () => {
    for (const sentence of sentences) {
      const { alignment, spanish } = sentence;
      for (let i = 1; i < alignment.length; i++) {
        const crosses = alignment[i] < alignment[i - 1];
        expect(crosses, show(sentence)).toBe(ADJECTIVE.test(spanish[i]) && isNoun(spanish[i - 1]));
      }
    }
  });
});

/** Chance that wants a cat to sit on a mat, the first two times. */
class Insisting extends Generator {
  #uniforms = [0.9, 0.9, 0.1, 0.9, 0.9, 0.9, 0.9, 0.1, 0.9, 0.9];
  override uniform(): number {
    return this.#uniforms.shift() ?? super.uniform();
  }
  override integer(n: number): number {
    return this.#uniforms.length > 0 ? 0 : super.integer(n);
  }
}

describe("data for translation", () => {
  const data = translations({ train: 2000, validation: 300, test: 300 }, new Generator(3));
  const keys = (part: Translation[]) => part.map(({ english }) => english.join(" "));

  it("comes in the sizes asked for, 4000, 500 and 500 unless told otherwise", () => {
    expect([data.train.length, data.validation.length, data.test.length]).toEqual([2000, 300, 300]);
    const usual = translations({}, new Generator(3));
    expect([usual.train.length, usual.validation.length, usual.test.length]).toEqual([4000, 500, 500]);
  });

  it("has no sentence twice, neither within a part nor between parts", () => {
    const all = [...keys(data.train), ...keys(data.validation), ...keys(data.test)];
    expect(new Set(all).size).toBe(all.length);
  });

  it("never holds 'the cat sat on the mat', though the grammar makes it", () => {
    expect(randomTranslation(new Insisting())).toEqual(theCatSatOnTheMat);
    const { train } = translations({ train: 100, validation: 0, test: 0 }, new Insisting());
    expect(train).toHaveLength(100);
    expect(train).not.toContainEqual(theCatSatOnTheMat);
  });

  it("shows every word of the article's sentence in other sentences, so that it can be learned", () => {
    const words = new Set(data.train.flatMap(({ spanish }) => spanish));
    for (const word of theCatSatOnTheMat.spanish) expect(words).toContain(word);
  });

  it("is the same for the same seed", () => {
    expect(translations({ train: 50 }, new Generator(9))).toEqual(translations({ train: 50 }, new Generator(9)));
  });

  it("refuses sizes that it cannot fill", () => {
    expect(() => translations({ test: 1e9 })).toThrow(
      "translations: test is a whole number from 0 to 100000, got 1000000000",
    );
  });
});
