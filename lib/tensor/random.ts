/** @file Random numbers from a seed: the same on every machine, in the same order. */

import { allocate, allocateAlone, type Data, math } from "../backend/index.js";
import { shared } from "../runtime/shared.js";
import { checkShape, describe, sizeOf } from "../shape/rules.js";
import type { Shape } from "../shape/shape.js";
import { finish, getDefaultDtype, type TensorOptions } from "./create.js";
import { Tensor } from "./tensor.js";

/**
 * A stream of random numbers: xoshiro128** 1.1 (Blackman & Vigna 2021, "Scrambled linear pseudorandom number
 * generators"), period 2¹²⁸ − 1, its state spread from the seed by splitmix32.
 * @example new Generator(1).uniform() < 1 // true
 */
export class Generator {
  readonly #state = new Uint32Array(4);
  #spare: number | null = null;

  constructor(seed = 0) {
    this.#restart("Generator", seed);
  }

  /** Restarts the stream from a seed. @throws if the seed is not a whole number */
  manualSeed(seed: number): this {
    this.#restart("manualSeed", seed);
    return this;
  }

  #restart(name: string, seed: number): void {
    if (!Number.isSafeInteger(seed)) throw new TypeError(`${name}: a seed is a whole number, got ${describe(seed)}`);
    // A seed beyond 32 bits counts too: its upper half shifts the start of splitmix32.
    let z = (seed | 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b9);
    for (let i = 0; i < 4; i++) {
      z = (z + 0x9e3779b9) | 0;
      let t = z ^ (z >>> 16);
      t = Math.imul(t, 0x21f0aaad);
      t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
      this.#state[i] = t ^ (t >>> 15);
    }
    this.#spare = null;
  }

  /** 32 random bits, as a number from 0 to 2³² − 1. */
  bits(): number {
    const s = this.#state;
    const scrambled = Math.imul(s[1], 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number {
    return ((this.bits() >>> 5) * 0x4000000 + (this.bits() >>> 6)) / 2 ** 53;
  }

  /** A sample of N(0, 1), by the Box–Muller transform: two independent uniforms u, v give √(−2 ln u) (cos 2πv, sin 2πv). */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * math.sin(angle);
    return radius * math.cos(angle);
  }

  /** A whole number from 0 to n − 1, all equally likely: draws that would favor some are rejected. */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new RangeError(`integer: needs a whole number from 1 to 2³², got ${describe(n)}`);
    }
    const limit = 2 ** 32 - (2 ** 32 % n);
    let bits = this.bits();
    while (bits >= limit) bits = this.bits();
    return bits % n;
  }

  /** A random permutation of 0 … n − 1 (Fisher–Yates shuffle). */
  permutation(n: number): Int32Array {
    if (!Number.isInteger(n) || n < 0 || n >= 2 ** 31) {
      throw new RangeError(`permutation: needs a whole number from 0 to 2³¹ − 1, got ${describe(n)}`);
    }
    const order = allocateAlone("int32", n) as Int32Array;
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}

/** The default stream. */
export const defaultGenerator = shared("generator", () => new Generator(0));

/** The stream that an option names: by default the one that `manualSeed` starts. @throws if it is no generator */
export function generatorOf(owner: string, given: Generator | undefined): Generator {
  const generator = given ?? defaultGenerator;
  if (typeof generator.uniform === "function") return generator;
  throw new TypeError(`${owner}: the generator is a Generator, got ${describe(generator)}`);
}

/**
 * Seeds the default stream, so that every run draws the same numbers.
 * @example
 * manualSeed(1);
 * const first = rand([3]);
 * manualSeed(1);
 * rand([3]).sub(first) // Tensor<[3]> [0, 0, 0]
 */
export function manualSeed(seed: number): void {
  defaultGenerator.manualSeed(seed);
}

export interface RandomOptions extends TensorOptions {
  /** Where the numbers come from: by default the stream that `manualSeed` starts. */
  generator?: Generator;
}

/** A tensor of draws. */
export function fill<S extends Shape>(
  op: string,
  shape: S,
  options: RandomOptions | undefined,
  draw: () => number,
): Tensor<[...S]> {
  checkShape(op, shape);
  const dtype = options?.dtype ?? getDefaultDtype();
  if (dtype !== "float32" && dtype !== "float64") {
    throw new TypeError(`${op}: makes float32 or float64, got ${describe(dtype)}; for whole numbers use randint`);
  }
  const data: Data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = draw();
  return finish(data, [...shape] as unknown as [...S], options);
}

/**
 * Samples of the uniform distribution on [0, 1); float32 keeps 24 bits, so rounding cannot reach 1.
 * @example rand([2, 3]).shape // [ 2, 3 ]
 */
export function rand<const S extends Shape>(shape: S, options?: RandomOptions): Tensor<[...S]> {
  const generator = generatorOf("rand", options?.generator);
  const single = (options?.dtype ?? getDefaultDtype()) === "float32";
  return fill("rand", shape, options, single ? () => (generator.bits() >>> 8) / 2 ** 24 : () => generator.uniform());
}

/**
 * Samples of the standard Gaussian N(0, 1).
 * @example randn([2, 3]).shape // [ 2, 3 ]
 */
export function randn<const S extends Shape>(shape: S, options?: RandomOptions): Tensor<[...S]> {
  const generator = generatorOf("randn", options?.generator);
  return fill("randn", shape, options, () => generator.normal());
}

/**
 * Whole numbers from `low` to `high` − 1, all equally likely, as int32.
 * @example randint(0, 10, [3]).shape // [ 3 ]
 */
export function randint<const S extends Shape>(
  low: number,
  high: number,
  shape: S,
  options?: { generator?: Generator },
): Tensor<[...S]> {
  checkShape("randint", shape);
  if (![low, high].every((bound) => Number.isInteger(bound) && Math.abs(bound) <= 2 ** 31) || low >= high) {
    throw new RangeError(
      `randint: needs whole numbers low < high within ±2³¹, got ${describe(low)} and ${describe(high)}`,
    );
  }
  const generator = generatorOf("randint", options?.generator);
  const data = allocate("int32", sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = low + generator.integer(high - low);
  return new Tensor(data, [...shape] as unknown as [...S]);
}

/**
 * A random permutation of 0 … n − 1, as int32.
 * @example randperm(5).shape // [ 5 ]
 */
export function randperm<N extends number>(n: N, options?: { generator?: Generator }): Tensor<[N]> {
  checkShape("randperm", [n]);
  return new Tensor(generatorOf("randperm", options?.generator).permutation(n), [n]);
}
