/** @file Results that exist though a step on the way to them overflows, underflows or rounds: outside the table of edges. */

import { describe, expect, it } from "vitest";
import {
  arange,
  full,
  grad,
  linspace,
  scaledDotProductAttention,
  type Tensor,
  tensor,
  zeros,
} from "../../lib/index.js";

const float64 = { dtype: "float64" } as const;
const gradOf = (f: (x: Tensor) => Tensor, x: unknown): Tensor => grad(f)(x as never) as unknown as Tensor;

describe("prod", () => {
  const product = (x: Tensor): Tensor => x.prod() as unknown as Tensor;

  it.each([
    ["float32", [1e30, 1e-30, 1e30, 1e-30]],
    ["float64", [1e300, 1e-300, 1e300, 1e-300]],
    ["float64", [1e300, 1e300, 1e-300, 1e-300]],
    ["float64", [1e-300, 1e-300, 1e-300, 1e300, 1e300, 1e300]],
  ] as const)("of %s %j is 1, and its gradient 1 / x", (dtype, values) => {
    const x = tensor([...values], { dtype });
    expect(x.prod().item()).toBeCloseTo(1, 5);
    for (const [i, g] of [...gradOf(product, x).toTypedArray()].entries()) expect(g * values[i]).toBeCloseTo(1, 5);
  });

  it("is right of denormal numbers, of zeros and of ±∞, as the rules of multiplication have it", () => {
    expect(
      tensor([2 ** -1074, 2 ** 1000, 2 ** 74], float64)
        .prod()
        .item(),
    ).toBe(1);
    expect([...gradOf(product, tensor([2, 0, 3])).toTypedArray()]).toEqual([0, 6, 0]);
    expect([...gradOf(product, tensor([0, 0, 3])).toTypedArray()]).toEqual([0, 0, 0]);
    expect(tensor([Infinity, -2]).prod().item()).toBe(-Infinity);
    expect(tensor([Infinity, 0]).prod().item()).toBe(Number.NaN);
  });

  it("of int32 does not overflow on the way to 0, and says so by its own name where it does", () => {
    expect(tensor([65_536, 65_536, 0], { dtype: "int32" }).prod().item()).toBe(0);
    expect(() => tensor([65_536, 65_536], { dtype: "int32" }).prod()).toThrow(/^prod: int32 holds/);
  });

  it("along any axis of any layout is that of each row", () => {
    const x = tensor([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [1, 2, 3]]]).transpose(0, 2) as Tensor; // biome-ignore format: rows
    for (const axis of [0, 1, 2]) {
      const along = (y: Tensor): Tensor => y.prod(axis).sum() as unknown as Tensor;
      const by = (y: Tensor): Tensor =>
        Array.from({ length: y.shape[axis] }, (_, i) => y.at(i, axis)).reduce((a, b) => a.mul(b)).sum() as unknown as Tensor; // biome-ignore format: one line
      expect(along(x).item()).toBe(by(x).item());
      expect(gradOf(along, x).toArray()).toEqual(gradOf(by, x).toArray());
    }
  });
});

describe("norm", () => {
  it.each([
    ["float32", [1e20, 1, 1], 1e20, [1, 1e-20, 1e-20]],
    ["float32", [3e-30, 4e-30], 5e-30, [0.6, 0.8]],
    ["float64", [3e200, -4e200], 5e200, [0.6, -0.8]],
    ["float64", [3e-200, 4e-200], 5e-200, [0.6, 0.8]],
  ] as const)(
    "of %s %j is %d, and its gradient %j, though the squares overflow or underflow",
    (dtype, values, length, gradient) => {
      const x = tensor([...values], { dtype });
      const found = gradOf((x) => x.norm() as unknown as Tensor, x).toTypedArray();
      expect(x.norm().item() / length).toBeCloseTo(1, 6);
      for (const [i, g] of gradient.entries()) expect(found[i] / g).toBeCloseTo(1, 6);
    },
  );
});

describe("linspace and arange", () => {
  it("count and place their numbers where the distance of their bounds overflows", () => {
    expect(linspace(-1e308, 1e308, 3, float64).toArray()).toEqual([-1e308, 0, 1e308]);
    const steps = arange(1e308, -1e308, -1e307, float64);
    expect([steps.size, steps.at(0).item(), steps.at(10).item()]).toEqual([20, 1e308, 0]);
  });
});

describe("numbers far from 0 and close to each other", () => {
  const near = tensor([16_777_216, 16_777_218]);

  it("have the variance of their differences, though float32 rounds their mean", () => {
    expect([near.variance().item(), near.std().item()]).toEqual([2, Math.fround(Math.SQRT2)]);
    expect(
      full([1000], 2 ** 24 + 2)
        .variance()
        .item(),
    ).toBe(0);
  });

  it("have gradients that sum to 0", () => {
    expect([...gradOf((x) => x.variance() as unknown as Tensor, near).toTypedArray()]).toEqual([-2, 2]);
  });
});

describe("sums of many", () => {
  it("running sums are as precise as sums", () => {
    const sums = full([1_000_000], 0.1, float64).cumsum(0);
    expect(sums.at(-1).item()).toBe(full([1_000_000], 0.1, float64).sum().item());
    expect(tensor([1e16, 1, -1e16, 1], float64).cumsum(0).toArray()).toEqual([1e16, 1e16, 1, 2]);
    expect(tensor([1, Infinity, 1, -Infinity, 1], float64).cumsum(0).toArray()).toEqual([1, Infinity, Infinity, NaN, NaN]); // biome-ignore format: one line
  });

  it("an element that a million indices name gets the sum of their numbers", () => {
    const index = zeros([1_000_000], { dtype: "int32" });
    expect(full([1_000_000], 0.1).scatterAdd([2], 0, index).toArray()).toEqual([100_000, 0]);
    const row = gradOf(
      (x) =>
        x
          .take(index as unknown as Tensor)
          .mul(0.1)
          .sum() as unknown as Tensor,
      zeros([2, 1]),
    );
    expect(row.toArray()).toEqual([[100_000], [0]]);
  });
});

it("attention to no key at all gives 0, with a mask as without", () => {
  const [q, none] = [full([1, 2, 3], 1) as Tensor, zeros([1, 0, 3]) as Tensor];
  const mask = zeros([2, 0], { dtype: "bool" });
  for (const options of [{}, { mask }]) {
    expect(scaledDotProductAttention(q, none, none, options).output.toArray()).toEqual(zeros([1, 2, 3]).toArray());
  }
});
