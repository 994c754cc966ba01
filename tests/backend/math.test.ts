/** @file Our elementary functions beside the engine's: a few units in the last place apart at most, special values exact. */

import { describe, expect, it } from "vitest";
import * as math from "../../lib/backend/math.js";
import * as math32 from "../../lib/backend/math32.js";

const float64 = { ...math };
const float32 = { ...math32 };

const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);
const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);

/** Position among all floats, in increasing order. */
const order = {
  float64(x: number): bigint {
    double[0] = x;
    return doubleBits[0] < 0n ? -(doubleBits[0] & 0x7fffffffffffffffn) : doubleBits[0];
  },
  float32(x: number): bigint {
    single[0] = x;
    return BigInt(singleBits[0] < 0 ? -(singleBits[0] & 0x7fffffff) : singleBits[0]);
  },
};

/** How many floats lie between two results; an infinite distance for NaN beside a number. */
function distance(type: "float64" | "float32", ours: number, theirs: number): number {
  if (Number.isNaN(ours) || Number.isNaN(theirs)) return Number.isNaN(ours) === Number.isNaN(theirs) ? 0 : Infinity;
  return Math.abs(Number(order[type](ours) - order[type](theirs)));
}

const ranges = [
  [-1e-3, 1e-3],
  [-1, 1],
  [0, 2],
  [-10, 10],
  [-110, 110],
  [-750, 750],
  [-1e6, 1e6],
  [-1e300, 1e300],
  [0, 1e-310],
];
const special = [
  0,
  -0,
  1,
  -1,
  Number.NaN,
  Infinity,
  -Infinity,
  5e-324,
  2 ** -1022,
  1e-40,
  2 ** -149,
  3e38,
  Number.MAX_VALUE,
];

/** Every range evenly, at irrational places, and the special values. */
const samples = [
  ...special,
  ...ranges.flatMap(([a, b]) => Array.from({ length: 20_000 }, (_, i) => a + (b - a) * ((i * Math.SQRT1_2) % 1))),
];

function worst(type: "float64" | "float32", f: (x: number) => number, reference: (x: number) => number): number {
  let largest = 0;
  for (const sample of samples) {
    const x = type === "float32" ? Math.fround(sample) : sample;
    largest = Math.max(largest, distance(type, f(x), reference(x)));
  }
  return largest;
}

describe("float64 functions agree with the engine's", () => {
  it.each(["exp", "expm1", "log", "log1p", "sin", "cos", "tanh"] as const)(
    "%s, within 3 units in the last place",
    (name) => {
      expect(worst("float64", float64[name], Math[name])).toBeLessThanOrEqual(3);
    },
  );

  it("pow, within 4 units, special cases included", () => {
    // JavaScript leaves IEEE 754 where |x| is 1: there it says NaN.
    const power = (x: number, p: number) => (x === 1 || (x === -1 && Math.abs(p) === Infinity) ? 1 : x ** p);
    for (const p of [0, 1, 2, 3, -1, -2, 0.5, -0.5, 1.7, -3.3, 100, Infinity, -Infinity]) {
      const distance = worst(
        "float64",
        (x) => float64.pow(x, p),
        (x) => power(x, p),
      );
      expect(distance, `x^${p}`).toBeLessThanOrEqual(4);
    }
    for (const base of [0, -0, 0.5, 1, 2, 10, -3, Infinity, -Infinity]) {
      for (const p of special) expect(float64.pow(base, p), `${base}^${p}`).toBe(power(base, p));
    }
  });

  it("pow is exact where the result is", () => {
    for (let x = 2; x <= 60; x++)
      for (let p = 2; x ** p < 2 ** 53; p++) expect(float64.pow(x, p)).toBe(Number(BigInt(x) ** BigInt(p)));
  });

  it("erf has its known values (Abramowitz & Stegun, table 7.1)", () => {
    const table = [
      [0, 0],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [1.5, 0.9661051464753108],
      [2, 0.9953222650189527],
      [3, 0.9999779095030014],
      [7, 1],
    ];
    for (const [x, y] of table) {
      expect(distance("float64", float64.erf(x), y)).toBeLessThanOrEqual(1);
      expect(float64.erf(-x)).toBe(-float64.erf(x));
    }
  });
});

describe("float32 functions agree with the float64 ones", () => {
  it.each(["exp", "log", "sin", "cos", "tanh", "erf", "sigmoid", "softplus"] as const)(
    "%s, within 2 units in the last place",
    (name) => {
      expect(worst("float32", float32[name], float64[name])).toBeLessThanOrEqual(2);
    },
  );

  it("elu, within 2 units in the last place", () => {
    expect(
      worst(
        "float32",
        (x) => float32.elu(x, 1),
        (x) => float64.elu(x, 1),
      ),
    ).toBeLessThanOrEqual(2);
  });
});
