/** @file Skip-gram, CBOW and GloVe: what they learn, that they do so to the bit, and how they are watched and stopped. */

import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { littleWorld, littleWorldAnalogies } from "../../lib/data/index.js";
import { Generator } from "../../lib/index.js";
import { cbow, evaluateAnalogies, glove, skipGram, type WordVectors } from "../../lib/text/index.js";
import { Watch } from "../../lib/text/training.js";
import { Noise } from "../../lib/text/word2vec.js";

const small = littleWorld(400, new Generator(1));
const tiny = { dimensions: 8, epochs: 2, minCount: 1 };
const trainers = { skipGram, cbow, glove };

/** The bits of a table, as one number. */
const printOf = (vectors: WordVectors) => crc32(new Uint8Array((vectors.matrix.data as Float32Array).buffer));

function watched() {
  const updates: { done: number; total: number; loss: number }[] = [];
  const progress = {
    ended: 0,
    update: (done: number, total: number, values: Readonly<Record<string, number>>) => {
      updates.push({ done, total, loss: values.loss });
    },
    end: () => {
      progress.ended++;
    },
  };
  return { updates, progress };
}

describe("what vectors learn of the little world", () => {
  const recipe = { dimensions: 24, window: 8 };
  const score = (vectors: WordVectors) => evaluateAnalogies(vectors, littleWorldAnalogies).categories;

  it.each([1, 2, 3])("skip-gram answers every analogy (seed %i)", async (seed) => {
    const world = littleWorld(20_000, new Generator(seed));
    const vectors = await skipGram(world, { ...recipe, lr: 0.05, generator: new Generator(seed) });
    for (const [name, { accuracy }] of Object.entries(score(vectors))) expect(accuracy, name).toBe(1);
  });

  it.each([1, 2, 3])(
    "CBOW answers all about people and animals, and nearly all about countries (seed %i)",
    async (seed) => {
      const world = littleWorld(20_000, new Generator(seed));
      const scores = score(await cbow(world, { ...recipe, lr: 0.05, generator: new Generator(seed) }));
      for (const name of ["gender", "age", "royal", "young animal"]) expect(scores[name].accuracy, name).toBe(1);
      expect(scores.capital.accuracy).toBeGreaterThan(0.85);
      expect(scores.language.accuracy).toBeGreaterThan(0.85);
    },
  );

  it.each([1, 2, 3])("GloVe answers every analogy, given counts that are smoothed (seed %i)", async (seed) => {
    const world = littleWorld(20_000, new Generator(seed));
    const options = { ...recipe, epochs: 50, xMax: 20, smoothing: 1, generator: new Generator(seed) };
    for (const [name, { accuracy }] of Object.entries(score(await glove(world, options)))) {
      expect(accuracy, name).toBe(1);
    }
  });
});

describe.each(Object.entries(trainers))("%s", (name, train) => {
  it("gives the same bits for the same seed, and others for another", async () => {
    const run = async (seed: number) => printOf(await train(small, { ...tiny, generator: new Generator(seed) }));
    expect(await run(1)).toBe(await run(1));
    expect(await run(1)).not.toBe(await run(2));
  });

  it("gives the same bits on every machine", async () => {
    expect({ [name]: printOf(await train(small, { ...tiny, generator: new Generator(7) })) }).toMatchSnapshot();
  });

  it("has a vector for every word that occurs often enough, the commonest first", async () => {
    const vectors = await train(
      [
        ["b", "a", "b", "c"],
        ["b", "a"],
      ],
      { ...tiny, minCount: 2, subsample: 0 },
    );
    expect(vectors.words).toEqual(["b", "a"]);
    expect(vectors.dimensions).toBe(8);
  });

  it("tells how far it is, with a loss that falls, and that it has ended", async () => {
    const { updates, progress } = watched();
    await train(small, { ...tiny, epochs: 30, lr: 0.05, progress });
    const done = updates.map((update) => update.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(updates[0].total);
    expect(updates.length).toBeGreaterThan(5);
    expect(updates.at(-1)?.loss).toBeLessThan(0.8 * updates[0].loss);
    expect(progress.ended).toBe(1);
  });

  it("stops when it is told to, with the reason given", async () => {
    const { progress } = watched();
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")));
    const training = train(small, { ...tiny, epochs: 1_000_000, signal: controller.signal, progress });
    await expect(training).rejects.toThrow("enough");
    expect(progress.ended).toBe(1);
  });

  it("refuses a text no two words of which stand side by side, from which nothing can be learned", async () => {
    const refusal = (count: number) =>
      `${name}: words are learned from those beside them, and no sentence has two words that occur ${count} times or more; give longer sentences or a lower minCount`;
    await expect(train([["a"], [], ["b"]], tiny)).rejects.toThrow(refusal(1));
    await expect(train([["a", "c", "d"], ["b"], ["a"], ["b"]], { ...tiny, minCount: 2 })).rejects.toThrow(refusal(2));
  });

  it("says which option is wrong, and when no words are left", async () => {
    await expect(train(small, { dimensions: 1.5 })).rejects.toThrow(
      `${name}: dimensions is a whole number from 1 up, got 1.5`,
    );
    await expect(train(small, { lr: -1 })).rejects.toThrow(`${name}: lr is a finite number above 0, got -1`);
    await expect(train([["a", "b"]], { minCount: 2 })).rejects.toThrow(
      `${name}: of the words, 0 occur 2 times or more; give more text or a lower minCount`,
    );
  });
});

describe("the reports of progress", () => {
  it("come at every 200th of the way and at the end, each with the mean loss since the one before", async () => {
    const { updates, progress } = watched();
    const watch = new Watch(1000, { progress });
    await watch.advance(3, 8, 2);
    await watch.advance(6, 12, 3);
    await watch.advance(999, 7, 1);
    await watch.advance(1000, 9, 3);
    expect(updates).toEqual([
      { done: 6, total: 1000, loss: 4 },
      { done: 999, total: 1000, loss: 7 },
      { done: 1000, total: 1000, loss: 3 },
    ]);
  });
});

describe("words of noise", () => {
  it.each([[[5, 1, 1, 20, 3]], [[7, 7, 7]], [[1]], [[1000, 1, 1, 1]]])(
    "of counts %j come in proportion to count^¾",
    (counts) => {
      const noise = new Noise(counts);
      const drawn = counts.map(() => 0);
      const draws = 100_000;
      // Evenly spread, every stretch of 32 bits has its turn.
      for (let i = 0; i < draws; i++) drawn[noise.draw(Math.floor(((i + 0.5) / draws) * 2 ** 32))]++;
      const weights = counts.map((count) => count ** 0.75);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const [word, weight] of weights.entries()) expect(drawn[word] / draws).toBeCloseTo(weight / total, 3);
    },
  );
});

describe("the loss", () => {
  it("of skip-gram and CBOW begins at ln 2 for the true word and for each word of noise", async () => {
    for (const train of [skipGram, cbow]) {
      const { updates, progress } = watched();
      await train(small, { ...tiny, negatives: 4, lr: 1e-12, progress });
      // A word of noise that happens to be the true one is passed over, which takes a few hundredths off.
      expect(updates[0].loss).toBeLessThanOrEqual(5 * Math.LN2 + 1e-9);
      expect(updates[0].loss).toBeGreaterThan(4.7 * Math.LN2);
    }
  });

  it("of common words counts less where they are skipped, which needs a threshold from 0 up", async () => {
    const vectors = (subsample: number) => skipGram(small, { ...tiny, subsample, generator: new Generator(1) });
    expect(printOf(await vectors(0))).toBe(printOf(await vectors(1e9)));
    expect(printOf(await vectors(0))).not.toBe(printOf(await vectors(1e-3)));
    await expect(vectors(1e-12)).rejects.toThrow(
      `skipGram: subsample 1e-12 skipped so many of the ${small.flat().length} words that no two were left side by side`,
    );
    await expect(vectors(-1)).rejects.toThrow("skipGram: subsample is a finite number from 0 up, got -1");
  });

  it.each([
    ["skip-gram", skipGram, 2500],
    ["skip-gram, of few words,", skipGram, 150],
    ["CBOW", cbow, 2500],
    ["CBOW, of few words,", cbow, 150],
  ] as const)(
    "of %s falls as far where the text is one list as where it is cut into sentences",
    async (_, train, n) => {
      const words = littleWorld(n, new Generator(1)).flat();
      const cut = Array.from({ length: words.length / 50 }, (_, i) => words.slice(50 * i, 50 * (i + 1)));
      const lossOf = async (sentences: string[][]) => {
        const { updates, progress } = watched();
        const recipe = { ...tiny, epochs: 1, lr: 0.25, subsample: 0, generator: new Generator(1) };
        await train(sentences, { ...recipe, progress });
        return updates.reduce((sum, { loss }) => sum + loss, 0) / updates.length;
      };
      const [whole, parts] = [await lossOf([words]), await lossOf(cut)];
      expect(Math.abs(whole / parts - 1)).toBeLessThan(0.05);
    },
  );

  it("of GloVe goes to 0 where there are dimensions enough to fit every count", async () => {
    const { updates, progress } = watched();
    await glove(small.slice(0, 10), { ...tiny, dimensions: 30, epochs: 400, xMax: 1, progress });
    expect(updates.at(-1)?.loss).toBeLessThan(1e-4);
  });

  it("of GloVe refuses smoothing where the counts would be too many", async () => {
    const words = Array.from({ length: 2001 }, (_, i) => `word${i}`);
    await expect(glove([words], { ...tiny, smoothing: 1 })).rejects.toThrow(
      "glove: smoothing fills all 2001 × 2001 counts, too many to fit",
    );
    await expect(glove(small, { smoothing: -1 })).rejects.toThrow("smoothing is a finite number from 0 up, got -1");
  });
});
