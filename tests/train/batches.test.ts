/** @file Batches and splits: every row once, in an order that a seed decides, the same rows of every tensor. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arange, batches, Generator, ones, rand, split, type Tensor, tensor, zeros } from "../../lib/index.js";
import { messageOf } from "../helpers/messages.js";

/** n rows that say which they are, and n labels that say the same. */
const data = (n: number) => {
  const label = arange(n, { dtype: "int32" });
  return [
    label
      .to("float32")
      .unsqueeze(1)
      .mul(tensor([1, 10])),
    label,
  ] as const;
};
const column = (x: Tensor<[number, 2]>) => x.toArray().map(([first]) => first);

describe("batches", () => {
  it("hold every row once in each pass, the same rows of each tensor, whatever the size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 9 }), fc.boolean(), (n, size, shuffle) => {
        const [x, y] = data(n);
        const portions = batches([x, y], size, { shuffle, generator: new Generator(n) });
        for (let pass = 0; pass < 2; pass++) {
          const all = [...portions];
          expect(all).toHaveLength(portions.length);
          for (const [rows, labels] of all) {
            expect(labels.shape[0]).toBeLessThanOrEqual(size);
            expect(rows.toArray()).toEqual(labels.toArray().map((label) => [label, 10 * label]));
          }
          const seen = all.flatMap(([, labels]) => labels.toArray());
          expect([...seen].sort((a, b) => a - b)).toEqual(y.toArray());
          if (!shuffle) expect(seen).toEqual(y.toArray());
        }
      }),
    );
  });
  it("are shuffled anew in each pass, the same way for the same seed", () => {
    const [x] = data(50);
    const passes = (seed: number) => {
      const portions = batches([x], 50, { shuffle: true, generator: new Generator(seed) });
      return [1, 2].map(() => [...portions].flatMap(([rows]) => column(rows)));
    };
    expect(passes(1)).toEqual(passes(1));
    expect(passes(1)[0]).not.toEqual(passes(1)[1]);
    expect(passes(1)[0]).not.toEqual(passes(2)[0]);
  });
  it("leave the last out if it is smaller and dropLast says so", () => {
    expect([...batches(data(10), 4, { dropLast: true })].map(([x]) => x.shape[0])).toEqual([4, 4]);
    expect([...batches(data(10), 4)].map(([x]) => x.shape[0])).toEqual([4, 4, 2]);
  });
  it("are copies: changing one leaves the data as it was", () => {
    const [x] = data(3);
    const [[first]] = batches([x], 3);
    first.copy_(0);
    expect(column(x)).toEqual([0, 1, 2]);
  });
  it("read views in their own order", () => {
    const [[columns]] = batches(
      [
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]).T,
      ],
      3,
    );
    expect(columns.toArray()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });
});

describe("split", () => {
  it("of rows without elements leaves other tensors as they are", () => {
    const kept = rand([20]);
    const values = kept.toArray();
    const [part] = split([zeros([3, 0, 2])], [1, 2]);
    expect(part[0].shape).toEqual([1, 0, 2]);
    expect(split([zeros([0, 2])], [1, 0]).map(([x]) => x.shape)).toEqual([
      [0, 2],
      [0, 2],
    ]);
    for (let i = 0; i < 50; i++) ones([20]);
    expect(kept.toArray()).toEqual(values);
  });
  it("puts every row into one part, of the sizes asked for", () => {
    const [training, validation, test] = split(data(10), [0.5, 0.3, 0.2]);
    expect([training, validation, test].map(([x]) => x.shape[0])).toEqual([5, 3, 2]);
    const rows = [training, validation, test].flatMap(([x]) => column(x));
    expect(rows.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(split(data(10), [7, 3]).map(([x]) => x.shape[0])).toEqual([7, 3]);
  });
  it("gives rows left over by rounding to the first part", () => {
    expect(split(data(10), [1 / 3, 1 / 3, 1 / 3]).map(([x]) => x.shape[0])).toEqual([4, 3, 3]);
    expect(split(data(1000), [0.9, 0.1]).map(([x]) => x.shape[0])).toEqual([900, 100]);
  });
  it("follows its generator", () => {
    const parts = (seed: number) =>
      split(data(20), [0.5, 0.5], { generator: new Generator(seed) }).map(([x]) => column(x));
    expect(parts(1)).toEqual(parts(1));
    expect(parts(1)).not.toEqual(parts(2));
  });
});

describe("says what it cannot portion", () => {
  const [x] = data(4);
  it.each<[string, () => unknown]>([
    ["batches: every tensor needs the same number of rows, got [4, 2] and [3]", () => batches([x, zeros([3])], 2)],
    ["batches: every tensor needs the same number of rows, got []", () => batches([zeros([])], 2)],
    ["batches: size is a whole number from 1 up, got 0", () => batches([x], 0)],
    ["batches: takes an array of tensors, such as [x, y]; got a Tensor", () => batches(x as never, 2)],
    [
      "split: needs shares that sum to 1, or numbers of rows that sum to 4; got [0.5, 0.4]",
      () => split([x], [0.5, 0.4]),
    ],
    ["split: needs shares that sum to 1, or numbers of rows that sum to 4; got [3, 2]", () => split([x], [3, 2])],
    ["split: a size is a finite number from 0 up, got -1", () => split([x], [5, -1])],
  ])("%s", (message, attempt) => {
    expect(messageOf(attempt)).toBe(message);
  });
});
