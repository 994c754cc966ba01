/** @file Numbers in text: tolerance, whole numbers, signs, padding. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareText, defaultTolerance } from "../../packages/notebook-check/compare/numbers.js";

const same = (stored: string, fresh: string, tolerance = defaultTolerance) =>
  compareText(stored, fresh, tolerance).verdict !== "differs";

describe("text with numbers", () => {
  it("is the same when decimals differ by less than the tolerance, and not when by more", () => {
    expect(same("loss 0.12345678901", "loss 0.12345678902")).toBe(true);
    expect(same("loss 0.123456", "loss 0.123457")).toBe(false);
    expect(same("loss 0.123456", "loss 0.123457", { rtol: 1e-4, atol: 0 })).toBe(true);
    expect(same("1e-30", "3e-30", { rtol: 1e-9, atol: 1e-12 })).toBe(true);
    expect(same("6.02e23", "6.03e23")).toBe(false);
  });

  it("counts whole numbers to the letter, whatever the tolerance", () => {
    expect(same("1000 pictures", "1001 pictures", { rtol: 0.1, atol: 1 })).toBe(false);
    expect(same("[2, 3]", "[2, 4]", { rtol: 1, atol: 10 })).toBe(false);
  });

  it("lets a decimal come out whole: 2 and 1.9999999999999998 are one value in two spellings", () => {
    expect(same("2", "1.9999999999999998")).toBe(true);
    expect(same("2", "1.9")).toBe(false);
  });

  it("tells −0 from 0, and NaN and the infinities from numbers and from each other", () => {
    expect(same("-0", "0")).toBe(false);
    expect(same("-0.0", "0.0")).toBe(false);
    for (const [a, b] of [
      ["NaN", "0"],
      ["NaN", "Infinity"],
      ["Infinity", "-Infinity"],
      ["Infinity", "1e308"],
      ["1e309", "1e308"],
    ]) {
      expect(same(a, b)).toBe(false);
    }
    expect(same("NaN", "NaN")).toBe(true);
  });

  it("takes names and versions for words, and a dash between numbers for no sign", () => {
    expect(same("tslab 1.0.22", "tslab 1.0.23", { rtol: 1, atol: 1 })).toBe(false);
    expect(same("word2vec", "word3vec", { rtol: 1, atol: 1 })).toBe(false);
    expect(same("0.1-0.2", "0.1-0.3", { rtol: 0.6, atol: 0 })).toBe(true);
    expect(same("a1.5", "a1.6", { rtol: 1, atol: 1 })).toBe(false);
  });

  it("does not mind padding that rounding moves, and minds any other", () => {
    expect(same("[\n   0.3,\n  10.5\n]", "[\n  0.30000000000000004,\n                 10.5\n]")).toBe(true);
    expect(same("│  0.3 │\n└──────┘", "│ 0.30000000000000004 │\n└─────────────────────┘")).toBe(true);
    expect(same("a  0.3", "a 0.3")).toBe(false);
    expect(same("0.3 a b", "0.30000000000000004 ab c")).toBe(false);
    expect(same("0.5 ab c", "0.50 a bc")).toBe(false);
  });

  it.each([
    ["0.508", "0.5080", "respelled"],
    ["0.50", "0.5", "respelled"],
    ["0.508", "0.508", "same"],
    ["2.220446049250313e-16", "2e-16", "differs"],
    ["9.09e-13", "-7.5e-31", "differs"],
  ] as const)("%s for %s is told as what it is: %s", (stored, fresh, verdict) => {
    const verdicts = [compareText(stored, fresh, defaultTolerance), compareText(fresh, stored, defaultTolerance)];
    expect(verdicts.map((one) => one.verdict)).toEqual([verdict, verdict]);
  });

  it("gives the difference without the noise: numbers within the tolerance are spelled as stored", () => {
    const { settled, messages } = compareText("a 0.3 b 7 c 0.5", "a 0.30000000000000004 b 8 c 0.5", defaultTolerance);
    expect(settled).toBe("a 0.3 b 8 c 0.5");
    expect(messages).toEqual(["7 → 8"]);
    expect(compareText("x 0.3\ny 1", "x 0.30000000000000004\nz 1", defaultTolerance).settled).toBe("x 0.3\nz 1");
  });

  it("is the same as itself, and as itself with every decimal moved by a hair; moved by more it is not", () => {
    const decimal = fc.double({ min: 1e-3, max: 1e6, noNaN: true }).filter((x) => !Number.isInteger(x));
    const word = fc.stringMatching(/^[a-zé ,:()\n]{1,8}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(word, decimal), { minLength: 1, maxLength: 6 }), fc.nat(), (parts, pick) => {
        const write = (factor: (i: number) => number) => parts.map(([w, x], i) => `${w} ${x * factor(i)};`).join("");
        const text = write(() => 1);
        expect(same(text, text)).toBe(true);
        expect(
          same(
            text,
            write(() => 1 + 1e-12),
          ),
        ).toBe(true);
        expect(
          same(
            text,
            write((i) => (i === pick % parts.length ? 1 + 1e-5 : 1)),
          ),
        ).toBe(false);
      }),
    );
  });
});
