/** @file How exact results are: math functions within 4 units in the last place, sums as their docstrings say. */

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { reference } from "../../lib/backend/reference/reference.js";
import { full, ones, setBackend, type Tensor, tensor } from "../../lib/index.js";
import { exactly, names } from "../../scripts/accuracy/exact.js";
import { type FloatType, worst, worstPow } from "../../scripts/accuracy/measure.js";
import { elements, shape, viewOf } from "./views.js";

const dtypes = ["float64", "float32"] as const;
const MOST = 4;

afterEach(() => setBackend("wasm"));

describe("math functions are within 4 units in the last place", () => {
  it.each(names)("%s, on a sample of its whole range", (name) => {
    for (const type of dtypes) {
      const found = worst(name, type, 60);
      if (found) expect(found.ulps, `${type}, x = ${found.x}`).toBeLessThanOrEqual(MOST);
    }
  });

  it("pow, on a sample of its whole range", () => {
    for (const type of dtypes) {
      const { ulps, x, p } = worstPow(type, 60);
      expect(ulps, `${type}, ${x} to the power ${p}`).toBeLessThanOrEqual(MOST);
    }
  });

  it("every one of them, by the table that `npm run accuracy` writes", () => {
    const table = readFileSync(new URL("../../lib/backend/ACCURACY.md", import.meta.url), "utf8");
    const rows = [...table.matchAll(/^\| (\w+) \| ([\d.]+) \| [^|]+ \| ([\d.–]+) \|/gm)].slice(0);
    expect(rows.map(([, name]) => name)).toEqual([...names, "pow"]);
    for (const [, name, ...errors] of rows) {
      for (const error of errors) if (error !== "–") expect(Number(error), name).toBeLessThanOrEqual(MOST);
    }
  });

  it("gelu keeps its digits far below 0", () => {
    for (const [dtype, most] of [
      ["float32", 2e-7],
      ["float64", 1e-15],
    ] as const) {
      const y = tensor([-5.5], { dtype }).gelu().item();
      expect(Math.abs(y / -1.044425935623825e-7 - 1)).toBeLessThan(most);
    }
    expect(tensor([-38], { dtype: "float64" }).gelu().item()).toBeLessThan(0);
  });
});

describe.each(["wasm", "reference"] as const)("long sums keep their digits, by %s", (name) => {
  const constant = (n: number, value: number, dtype: FloatType) => full([n], value, { dtype });
  const run = (f: () => Tensor<[]>) => {
    setBackend(name);
    return f().item();
  };

  it("a float64 sum of 10 million times 0.1 is a million", () => {
    expect(run(() => constant(1e7, 0.1, "float64").sum())).toBe(1e6);
  });

  it("a float64 mean of a million times 0.1 is 0.1", () => {
    expect(run(() => constant(1e6, 0.1, "float64").mean())).toBe(0.1);
  });

  it("a dot product of a million ones with 0.1 is 100,000, in both dtypes", () => {
    for (const dtype of dtypes) {
      expect(run(() => ones([1e6], { dtype }).dot(constant(1e6, 0.1, dtype)))).toBe(1e5);
    }
  });

  it("a variance of numbers far from 0 is that of the same numbers near 0", () => {
    const x = tensor([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16], { dtype: "float64" });
    expect(run(() => x.variance())).toBe(30);
  });

  it("products of matrices with a long inner dimension are within the stated bound", () => {
    for (const [dtype, eps] of [
      ["float32", 2 ** -24],
      ["float64", 2 ** -53],
    ] as const) {
      for (const k of [1025, 5000, 300_000]) {
        const period = tensor([0.1, 1.1, 2.1, 3.1, 4.1, 5.1, 6.1], { dtype }).toArray() as number[];
        const [factor] = tensor([0.3], { dtype }).toArray() as number[];
        const a = tensor(
          Array.from({ length: k }, (_, i) => period[i % 7]),
          { dtype },
        ).reshape([1, k]);
        const got = run(() => a.matmul(full([k, 1], factor, { dtype })).reshape([]) as unknown as Tensor<[]>);
        const exact = period
          .reduce((sum, x, i) => sum.plus(exactly(x).times(Math.ceil((k - i) / 7))), exactly(0))
          .times(exactly(factor));
        expect(exactly(got).minus(exact).abs().div(exact).toNumber(), `${dtype}, k = ${k}`).toBeLessThan(66 * eps);
      }
    }
  });

  it("means and norms are finite where the numbers are", () => {
    expect(run(() => tensor([3e38, 3e38], { dtype: "float32" }).mean())).toBe(Math.fround(3e38));
    expect(run(() => tensor([1.7e308, 1.7e308], { dtype: "float64" }).mean())).toBe(1.7e308);
    expect(run(() => tensor([1.7e308, 1.7e308, -1.7e308], { dtype: "float64" }).sum())).toBe(1.7e308);
    expect(run(() => tensor([1e20, 1, 1], { dtype: "float32" }).norm())).toBe(Math.fround(1e20));
    expect(run(() => tensor([3e-30, 4e-30], { dtype: "float32" }).norm())).toBeCloseTo(5e-30, 35);
    expect(run(() => tensor([3e200, 4e200], { dtype: "float64" }).norm()) / 5e200).toBeCloseTo(1, 15);
    expect(run(() => tensor([3e-320, 4e-320], { dtype: "float64" }).norm())).toBe(5e-320);
    expect(run(() => tensor([-Infinity, 1], { dtype: "float64" }).norm())).toBe(Infinity);
    expect(run(() => tensor([Number.NaN, 1], { dtype: "float64" }).norm())).toBeNaN();
  });
});

describe("reductions", () => {
  it("sum, mean and norm are within the bounds of their docstrings, for every layout", () => {
    const reducible = fc
      .tuple(shape(), fc.constantFrom(...dtypes))
      .chain(([size, type]) =>
        fc.tuple(viewOf(size, type, fc.double({ min: -8, max: 8, noNaN: true })), fc.constant(type)),
      );
    fc.assert(
      fc.property(reducible, ([view, type]) => {
        const numbers = elements(view).map((x) => exactly(x));
        fc.pre(numbers.length > 0);
        const sum = numbers.reduce((total, x) => total.plus(x), exactly(0));
        const squares = numbers.reduce((total, x) => total.plus(x.times(x)), exactly(0));
        const sizes = numbers.reduce((total, x) => total.plus(x.abs()), exactly(0));
        const [eps, perTerm, least] =
          type === "float32" ? [2 ** -24, 2 ** -53, 2 ** -149] : [2 ** -53, 2 ** -105, 5e-324];
        const slack = sizes
          .times(exactly(perTerm))
          .times(numbers.length ** 2)
          .plus(exactly(least));
        const expected = { sum, mean: sum.div(numbers.length), norm: squares.sqrt() };
        for (const f of ["sum", "mean", "norm"] as const) {
          const [y] = reference.reduce(f, view, view.shape.length);
          const allowed = expected[f]
            .abs()
            .times(exactly(2 * eps))
            .plus(slack);
          expect(exactly(y).minus(expected[f]).abs().lte(allowed), `${f}: ${y}`).toBe(true);
        }
      }),
    );
  });
});
