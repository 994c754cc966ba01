/** @file Distributions: densities, moments and samples agree with the definitions and with one another. */

import { describe, expect, it } from "vitest";
import { Bernoulli, Categorical, type Distribution, Generator, Normal } from "../../lib/index.js";

const discrete: [string, Distribution, number[]][] = [
  ["Bernoulli(0.3)", new Bernoulli(0.3), [0, 1]],
  ["Bernoulli(1)", new Bernoulli(1), [0, 1]],
  ["a die with unequal sides", new Categorical([0.1, 0.2, 0, 0.7]), [0, 1, 2, 3]],
];
const continuous: [string, Distribution, number[]][] = [
  ["N(0, 1)", new Normal(), range(-10, 10, 0.001)],
  ["N(3, ½²)", new Normal(3, 0.5), range(-2, 8, 0.001)],
];

function range(start: number, end: number, step: number): number[] {
  return Array.from({ length: Math.round((end - start) / step) }, (_, i) => start + i * step);
}

describe.each([...discrete, ...continuous])("%s", (_, distribution, places) => {
  const width = places[1] - places[0];
  const expectation = (f: (x: number) => number) =>
    places.reduce((sum, x) => sum + f(x) * distribution.prob(x) * width, 0);

  it("has probabilities of 1 in all, and the expectation and variance they give", () => {
    expect(expectation(() => 1)).toBeCloseTo(1, 9);
    expect(expectation((x) => x)).toBeCloseTo(distribution.mean, 9);
    expect(expectation((x) => (x - distribution.mean) ** 2)).toBeCloseTo(distribution.variance, 9);
  });

  it("has logarithms of its probabilities", () => {
    for (const x of places) expect(Math.exp(distribution.logProb(x))).toBeCloseTo(distribution.prob(x), 12);
  });

  it("has samples with its mean and variance", () => {
    const n = 50_000;
    const xs = [...distribution.sample([n], { generator: new Generator(8) }).toTypedArray()];
    const mean = xs.reduce((sum, x) => sum + x, 0) / n;
    const variance = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    const error = 4 * Math.sqrt(distribution.variance / n) + 1e-6;
    expect(Math.abs(mean - distribution.mean)).toBeLessThan(error);
    expect(Math.abs(variance / (distribution.variance || 1) - (distribution.variance ? 1 : 0))).toBeLessThan(0.03);
  });

  it("gives the same samples to the same seed, in any shape", () => {
    const draw = () => distribution.sample([2, 3], { generator: new Generator(1) });
    expect(draw().toArray()).toEqual(draw().toArray());
    expect(draw().shape).toEqual([2, 3]);
  });
});

describe("Bernoulli and Categorical", () => {
  it("give nothing to what cannot happen", () => {
    const die = new Categorical([0.5, 0.5, 0]);
    for (const x of [-1, 0.5, 3, 2]) expect([die.prob(x), die.logProb(x)]).toEqual([0, -Infinity]);
    expect([new Bernoulli(0.3).prob(2), new Bernoulli(0).logProb(1)]).toEqual([0, -Infinity]);
  });

  it("never draw what cannot happen", () => {
    const generator = new Generator(2);
    const xs = [...new Categorical([0, 0.5, 0, 0.5, 0]).sample([2000], { generator }).toTypedArray()];
    expect(new Set(xs)).toEqual(new Set([1, 3]));
    expect(new Set(new Bernoulli(0).sample([100]).toTypedArray())).toEqual(new Set([0]));
    expect(new Set(new Bernoulli(1).sample([100]).toTypedArray())).toEqual(new Set([1]));
  });

  it("take probabilities that float32 has rounded", () => {
    expect(new Categorical(Float32Array.of(0.1, 0.2, 0.7)).prob(2)).toBeCloseTo(0.7, 6);
  });
});

describe("Normal", () => {
  it("has a logarithm where the density underflows", () => {
    expect(new Normal().prob(100)).toBe(0);
    expect(new Normal().logProb(100)).toBeCloseTo(-5000 - Math.log(Math.sqrt(2 * Math.PI)), 9);
  });

  it("gives leaves, where a gradient is asked for", () => {
    const x = new Normal(3, 0.5).sample([4], { requiresGrad: true });
    x.sum().backward();
    expect(x.grad?.toArray()).toEqual([1, 1, 1, 1]);
  });

  it("is highest at its mean", () => {
    expect(new Normal(3, 0.5).prob(3)).toBeCloseTo(2 / Math.sqrt(2 * Math.PI), 12);
  });
});

describe("logarithms of probabilities", () => {
  it("are right where σ √2π or x − μ overflows, and where σ is the smallest number", () => {
    const ln = (std: number, z: number) => (-z * z) / 2 - Math.log(std) - Math.log(2 * Math.PI) / 2;
    expect(new Normal(0, 1e308).logProb(0)).toBeCloseTo(ln(1e308, 0), 9);
    expect(new Normal(-1e308, 1e308).logProb(1e308)).toBeCloseTo(ln(1e308, 2), 9);
    expect(new Normal(0, 5e-324).logProb(0)).toBeCloseTo(ln(5e-324, 0), 9);
    expect(new Normal(0, 5e-324).logProb(5e-324)).toBeCloseTo(ln(5e-324, 1), 9);
    expect(new Normal().logProb(Infinity)).toBe(-Infinity);
  });

  it("are −p where a coin hardly ever falls on 1", () => {
    expect(new Bernoulli(1e-20).logProb(0)).toBe(-1e-20);
    expect(new Bernoulli(1).logProb(0)).toBe(-Infinity);
  });

  it("are not asked of anything but outcomes", () => {
    expect(new Categorical([1]).prob("length" as never)).toBe(0);
    expect(() => new Categorical([0.5, undefined as never, 0.5])).toThrow(
      "Categorical: probabilities are ≥ 0, got undefined",
    );
  });
});
