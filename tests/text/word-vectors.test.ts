/** @file Neighbors and analogies, on tables small enough to work out by hand. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensor } from "../../lib/index.js";
import { cosine, evaluateAnalogies, questionsOf, WordVectors } from "../../lib/text/index.js";

/** A plane with royalty to the right and women above; "crown" is royal, "mud" is nothing. */
const plane = new WordVectors(
  ["man", "woman", "king", "queen", "crown", "mud"],
  Float32Array.from([1, 0, 1, 1, 3, 0.4, 2.9, 1.6, 5, 1, 0, 0]),
);
const axes = new WordVectors(["east", "north", "west", "long-east"], Float32Array.from([1, 0, 0, 1, -1, 0, 7, 0]));

describe("the cosine", () => {
  it("is 1, 0 and −1 for one direction, a right angle and opposite directions, whatever the lengths", () => {
    expect([axes.cosine("east", "long-east"), axes.cosine("east", "north"), axes.cosine("long-east", "west")]).toEqual([
      1, 0, -1,
    ]);
  });

  it("is a · b / (‖a‖ ‖b‖) and takes tensors, arrays and words", () => {
    const [a, b] = [
      [0.2, -0.5, 0.8, 0.1],
      [0.3, -0.4, 0.7, 0.2],
    ];
    expect(cosine(a, b)).toBeCloseTo(0.981, 3);
    expect(cosine(tensor(a, { dtype: "float64" }), Float64Array.from(b))).toBe(cosine(a, b));
    expect(axes.cosine("north", [1, 1])).toBeCloseTo(Math.SQRT1_2, 15);
  });

  it("does not change with length, and never leaves [−1, 1] by more than rounding", () => {
    const vector = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(vector, vector, fc.double({ min: 0.01, max: 100, noNaN: true }), (a, b, scale) => {
        fc.pre(Math.hypot(...a) > 1e-3 && Math.hypot(...b) > 1e-3);
        expect(Math.abs(cosine(a, b))).toBeLessThanOrEqual(1 + 1e-14);
        expect(
          cosine(
            a.map((value) => scale * value),
            b,
          ),
        ).toBeCloseTo(cosine(a, b), 12);
      }),
    );
  });

  it("refuses vectors without direction, of two lengths, or of two axes", () => {
    for (const size of [1e200, 1e-200, 5e-324]) expect(cosine([size, 0], [size, size])).toBeCloseTo(Math.SQRT1_2, 12);
    expect(() => cosine([0, 0], [1, 2])).toThrow("cosine: a zero vector has no direction");
    expect(() => cosine([1], [1, 2])).toThrow("cosine: vectors of 1 and 2 numbers; give two of one length");
    expect(() => cosine(tensor([[1, 2]]), [1, 2])).toThrow(
      "cosine: a vector has one axis, this tensor's shape is [1, 2]",
    );
  });
});

describe("a table of word vectors", () => {
  it("gives a word's vector and the whole matrix as tensors", () => {
    expect(plane.vector("woman").toArray()).toEqual([1, 1]);
    expect(plane.matrix.shape).toEqual([6, 2]);
    expect(plane.matrix.at(1).toArray()).toEqual([1, 1]);
  });

  it("lists the nearest words, nearest first, and not the word itself", () => {
    expect(axes.nearest("east")).toEqual([
      { word: "long-east", similarity: 1 },
      { word: "north", similarity: 0 },
      { word: "west", similarity: -1 },
    ]);
    expect(axes.nearest("east", { count: 1 })).toHaveLength(1);
    expect(axes.nearest("east", { count: 2, exclude: ["long-east"] }).map(({ word }) => word)).toEqual([
      "east",
      "north",
    ]);
  });

  it("puts the commoner of two equally near words first", () => {
    expect(axes.nearest([2, 0], { count: 2 }).map(({ word }) => word)).toEqual(["east", "long-east"]);
  });

  it("takes a tensor made by arithmetic on vectors", () => {
    const sum = plane.vector("king").sub(plane.vector("man")).add(plane.vector("woman"));
    expect(plane.nearest(sum, { exclude: ["king", "man", "woman"] })[0].word).toBe("queen");
  });

  it("agrees with sorting all cosines", () => {
    const numbers = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 8 }), (values, count) => {
        const words = [..."abcdefgh"];
        const table = new WordVectors(words, Float32Array.from(values));
        const query = [1, 2, 3];
        const cosines = words.map((word, i) => {
          const row = values.slice(3 * i, 3 * i + 3);
          return { word, similarity: row.some(Boolean) ? cosine(query, row) : 0 };
        });
        const nearest = table.nearest(query, { count });
        const sorted = cosines.sort((a, b) => b.similarity - a.similarity).slice(0, count);
        expect(nearest).toHaveLength(count);
        for (const [i, { similarity }] of nearest.entries()) expect(similarity).toBeCloseTo(sorted[i].similarity, 12);
      }),
    );
  });

  it("tells a word's place among the neighbors", () => {
    const east = [1, 0.1];
    expect(axes.rank("east", east)).toBe(1);
    expect(axes.rank("north", east)).toBe(3);
    expect(axes.rank("north", east, { exclude: ["east"] })).toBe(2);
  });

  it("tells the place at which nearest lists a word, and counts no word as its own neighbor either", () => {
    for (const query of ["king", [2, 1]]) {
      for (const options of [{}, { exclude: ["crown"] }, { exclude: [] }]) {
        for (const [i, { word }] of plane.nearest(query, options).entries()) {
          expect(plane.rank(word, query, options)).toBe(i + 1);
        }
      }
    }
    expect([plane.rank("queen", "king"), plane.rank("queen", plane.vector("king"))]).toEqual([3, 4]);
  });

  it("answers man : king = woman : …, with and without the words of the question", () => {
    expect(plane.analogy("man", "king", "woman", { count: 1 })[0].word).toBe("queen");
    const all = plane.analogy("man", "king", "woman", { excludeQuery: false }).map(({ word }) => word);
    expect(all).toContain("king");
    expect(all).toHaveLength(6);
  });

  it("adds directions, not lengths", () => {
    expect(axes.combine(["long-east", "north"], ["west"]).toArray()).toEqual([2, 1]);
  });

  it("gives a zero vector no likeness to anything, and refuses to search for one", () => {
    expect(plane.similarities("man")[5]).toBe(0);
    expect(() => plane.nearest("mud")).toThrow("similarities: the query is a zero vector, which has no direction");
  });

  it("names a word that it lacks, and the spelling that it has", () => {
    expect(() => plane.vector("horse")).toThrow('vector: "horse" is not among the 6 words');
    expect(() => plane.nearest("King")).toThrow('nearest: "King" is not among the 6 words; "king" is');
    expect(() => plane.analogy("man", "king", "horse")).toThrow('"horse" is not among the 6 words');
  });

  it("refuses numbers that do not divide among the words, and queries of another length", () => {
    expect(() => new WordVectors(["a", "b"], new Float32Array(3))).toThrow(
      "WordVectors: 3 numbers cannot be shared out evenly among 2 words",
    );
    expect(() => plane.nearest([1, 2, 3])).toThrow("vectors here have 2 numbers, the query has 3");
  });
});

describe("scoring analogies", () => {
  const gender = [
    ["man", "woman"],
    ["king", "queen"],
  ] as const;

  it("asks every two pairs both ways, and never a question with its answer in it", () => {
    expect(questionsOf(gender)).toEqual([
      ["man", "woman", "king", "queen"],
      ["king", "queen", "man", "woman"],
    ]);
    expect(
      questionsOf([
        ["spain", "euro"],
        ["italy", "euro"],
      ]),
    ).toEqual([]);
  });

  it("counts what analogy and nearest answer", () => {
    const questions = questionsOf(gender);
    const right = (answer: (a: string, b: string, c: string) => string) =>
      questions.filter(([a, b, c, d]) => answer(a, b, c) === d).length / questions.length;
    const { total } = evaluateAnalogies(plane, { gender });
    expect(total.accuracy).toBe(right((a, b, c) => plane.analogy(a, b, c)[0].word));
    expect(total.withQueryWords).toBe(right((a, b, c) => plane.analogy(a, b, c, { excludeQuery: false })[0].word));
    expect(total.sum).toBe(right((a, b, c) => plane.nearest(plane.combine([b, c]), { exclude: [a, b, c] })[0].word));
    expect(total.nearest).toBe(right((a, b, c) => plane.nearest(c, { exclude: [a, b, c] })[0].word));
    expect(total.random).toBeCloseTo(1 / 3, 15);
  });

  it("skips questions with a word that the table lacks, and says how many", () => {
    const { total, categories } = evaluateAnalogies(plane, { gender: [...gender, ["duke", "duchess"]], none: [] });
    expect([total.asked, total.skipped]).toEqual([2, 4]);
    expect(categories.gender.asked).toBe(2);
    expect(categories.none).toMatchObject({ asked: 0, accuracy: Number.NaN });
  });

  it("claims no share of questions none of which could be asked", () => {
    const { total } = evaluateAnalogies(plane, {
      gender: [
        ["duke", "duchess"],
        ["count", "countess"],
      ],
    });
    expect(total).toMatchObject({ asked: 0, skipped: 2, accuracy: Number.NaN, nearest: Number.NaN });
  });

  it("lets a word whose vector is zero say nothing", () => {
    const odd = [
      ["mud", "woman"],
      ["king", "queen"],
    ] as const;
    const right = questionsOf(odd).map(([a, b, c, d]) => Number(plane.analogy(a, b, c)[0].word === d));
    expect(right).toEqual([1, 1]);
    expect(evaluateAnalogies(plane, { odd }).total).toMatchObject({ asked: 2, accuracy: 1 });
  });
});

describe("vectors of any length", () => {
  it("have cosines from −1 to 1, also where squares underflow in one of them and rounding exceeds 1", () => {
    expect(cosine([1, 1, 1], [1, 1, 1])).toBe(1);
    expect(cosine([1e-160, 1e-160], [1e30, 1e30])).toBeCloseTo(1, 15);
    expect(cosine([5e-324, 0], [1e308, 1e308])).toBeCloseTo(Math.SQRT1_2, 15);
  });

  it("are queries as well, and what is no number is refused", () => {
    const table = new WordVectors(["a", "b"], Float32Array.of(1, 0, 0, 1));
    for (const size of [1e200, 1e-200, 5e-324]) expect([...table.similarities([size, 0])]).toEqual([1, 0]);
    expect(() => table.similarities([Number.NaN, 0])).toThrow(
      "similarities: the query holds finite numbers, at place 0 is NaN",
    );
  });

  it("are found in order whatever the count, equal ones by id", () => {
    const n = 300;
    const values = Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? 1 : (i * 7) % 40));
    const table = new WordVectors(
      Array.from({ length: n }, (_, i) => `w${i}`),
      values,
    );
    const all = [...table.similarities([1, 0])].map((s, i) => [s, i]).sort(([a, i], [b, j]) => b - a || i - j);
    for (const count of [0, 1, 5, 64, 65, n, 2 * n]) {
      const found = table.nearest([1, 0], { count }).map(({ word }) => word);
      expect(found).toEqual(all.slice(0, count).map(([, i]) => `w${i}`));
    }
  });
});
