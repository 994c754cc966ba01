/** @file Probability distributions of one number: density, mean, variance, and samples to compare with them. */

import { math } from "../backend/index.js";
import { checkNumber } from "../shape/numbers.js";
import { describe } from "../shape/rules.js";
import type { Shape } from "../shape/shape.js";
import { fill, type Generator, generatorOf, type RandomOptions, randn } from "../tensor/random.js";
import { isTensor, type Tensor } from "../tensor/tensor.js";

/** A distribution of one number. */
export interface Distribution {
  /** E[X] */
  readonly mean: number;
  /** Var[X] = E[(X − E[X])²] */
  readonly variance: number;
  /** p(x): a probability if X is discrete, else a density, whose integral is a probability. */
  prob(x: number): number;
  /** ln p(x), also where p(x) itself underflows; −∞ for an impossible x. */
  logProb(x: number): number;
  /** Independent samples in a tensor of `shape`. */
  sample<const S extends Shape>(shape: S, options?: { generator?: Generator }): Tensor<[...S]>;
}

/**
 * X = 1 with probability p, else 0: a coin.  E[X] = p,  Var[X] = p (1 − p).
 * @example new Bernoulli(0.25).mean // 0.25
 */
export class Bernoulli implements Distribution {
  constructor(readonly p: number) {
    if (!(typeof p === "number" && p >= 0 && p <= 1))
      throw new RangeError(`Bernoulli: p is a probability from 0 to 1, got ${describe(p)}`);
  }
  get mean(): number {
    return this.p;
  }
  get variance(): number {
    return this.p * (1 - this.p);
  }
  prob(x: number): number {
    return x === 1 ? this.p : x === 0 ? 1 - this.p : 0;
  }
  logProb(x: number): number {
    return x === 0 ? math.log1p(-this.p) : math.log(this.prob(x));
  }
  sample<const S extends Shape>(shape: S, options: { generator?: Generator } = {}): Tensor<[...S]> {
    const generator = generatorOf("Bernoulli.sample", options.generator);
    return fill("Bernoulli.sample", shape, undefined, () => (generator.uniform() < this.p ? 1 : 0));
  }
}

/**
 * The normal distribution N(μ, σ²), the bell curve: p(x) = exp(−(x − μ)² / 2σ²) / (σ √2π).  E[X] = μ,  Var[X] = σ².
 * @example new Normal(0, 1).logProb(0) // -0.9189385332046727
 */
export class Normal implements Distribution {
  constructor(
    readonly mean = 0,
    readonly std = 1,
  ) {
    checkNumber("Normal", "the mean", mean);
    checkNumber("Normal", "the standard deviation", std, { above: 0 });
  }
  get variance(): number {
    return this.std * this.std;
  }
  prob(x: number): number {
    return math.exp(this.logProb(x));
  }
  logProb(x: number): number {
    const gap = x - this.mean;
    const z = Number.isFinite(gap) ? gap / this.std : 2 * ((x / 2 - this.mean / 2) / this.std);
    return -0.5 * z * z - (math.log(this.std) + math.log(Math.sqrt(2 * Math.PI)));
  }
  sample<const S extends Shape>(shape: S, { requiresGrad = false, ...options }: RandomOptions = {}): Tensor<[...S]> {
    generatorOf("Normal.sample", options.generator);
    const drawn: Tensor = (randn(shape, options) as Tensor).mul(this.std).add(this.mean);
    if (requiresGrad) drawn.requiresGrad = true;
    return drawn as unknown as Tensor<[...S]>;
  }
}

/**
 * X = i with probability pᵢ: a loaded die. Probabilities are ≥ 0 and sum to 1.
 * @example new Categorical([0.5, 0.25, 0.25]).probabilities // [ 0.5, 0.25, 0.25 ]
 */
export class Categorical implements Distribution {
  readonly probabilities: readonly number[];
  constructor(probabilities: ArrayLike<number>) {
    if (isTensor(probabilities)) {
      throw new TypeError("Categorical: takes an array of probabilities, got a Tensor; call .toArray()");
    }
    if (typeof probabilities !== "object" || probabilities === null) {
      throw new TypeError(`Categorical: takes an array of probabilities, got ${describe(probabilities)}`);
    }
    this.probabilities = Array.from(probabilities);
    const odd = this.probabilities.findIndex((p) => !(typeof p === "number" && p >= 0));
    if (odd >= 0) throw new RangeError(`Categorical: probabilities are ≥ 0, got ${describe(this.probabilities[odd])}`);
    const total = this.probabilities.reduce((sum, p) => sum + p, 0);
    if (Math.abs(total - 1) > 1e-5) {
      throw new RangeError(`Categorical: probabilities sum to 1, these to ${total}; divide them by it first`);
    }
  }
  get mean(): number {
    return this.probabilities.reduce((sum, p, i) => sum + p * i, 0);
  }
  get variance(): number {
    const { mean } = this;
    return this.probabilities.reduce((sum, p, i) => sum + p * (i - mean) * (i - mean), 0);
  }
  prob(x: number): number {
    return Number.isInteger(x) ? (this.probabilities[x] ?? 0) : 0;
  }
  logProb(x: number): number {
    return math.log(this.prob(x));
  }
  sample<const S extends Shape>(shape: S, options: { generator?: Generator } = {}): Tensor<[...S]> {
    const generator = generatorOf("Categorical.sample", options.generator);
    const last = this.probabilities.findLastIndex((p) => p > 0);
    return fill("Categorical.sample", shape, undefined, () => {
      let left = generator.uniform();
      let i = 0;
      while (i < last && left >= this.probabilities[i]) left -= this.probabilities[i++];
      return i;
    });
  }
}
