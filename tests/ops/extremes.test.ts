/** @file Results that exist though a step on the way to them overflows, underflows or rounds: outside the table of edges. */

import { describe, expect, it } from "vitest";
import {
  arange,
  crossEntropy,
  eye,
  full,
  grad,
  linspace,
  mseLoss,
  nn,
  noGrad,
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

  it.each([
    ["float32", [1e30, 1e-30, 1e30, 1e-30]],
    ["float32", [1e30, 1, 1e30, 1e-30, 1e-30]],
    ["float64", [1e300, 1e-300, 1, 1e300, 1e-300, 1]],
  ] as const)("of %s %j has second gradients, the products of all others but two", (dtype, values) => {
    const x = tensor([...values], { dtype });
    const [i, j] = [0, values.length - 1];
    const ofFirst = (x: Tensor): Tensor => gradOf(product, x).at(i) as unknown as Tensor;
    // 1 / (xᵢ xⱼ), as the product of all is 1.
    const second = gradOf(ofFirst, x).toTypedArray();
    expect(second[i]).toBe(0);
    expect(second[j] * values[i] * values[j]).toBeCloseTo(1, 5);
  });

  it("has second and third gradients at zeros", () => {
    const along = (f: (x: Tensor) => Tensor, w: number[]) => (x: Tensor) =>
      gradOf(f, x).mul(tensor(w)).sum() as unknown as Tensor;
    const x = tensor([0, 0, 3, 2]) as unknown as Tensor;
    expect(gradOf(along(product, [1, 0, 0, 0]), x).toArray()).toEqual([0, 6, 0, 0]);
    expect(gradOf(along(along(product, [1, 0, 0, 0]), [0, 1, 0, 0]), x).toArray()).toEqual([0, 0, 2, 3]);
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

describe("means of squares, which fit where their sum does not", () => {
  const alternating = tensor(Float32Array.from({ length: 1000 }, (_, i) => (i % 2 ? 1e19 : -1e19)));
  const outlier = tensor(Float32Array.from({ length: 100 }, (_, i) => (i === 0 ? 3e19 : 0)));
  const wide = tensor([3e38, -3e38, -3e38]);
  const inUnits = (x: Tensor, unit: number) => x.item() / unit;

  it("are a variance", () => {
    expect(inUnits(alternating.variance(undefined, { correction: 0 }) as Tensor, 1e38)).toBeCloseTo(1, 5);
    expect(inUnits(outlier.variance() as Tensor, 9e36)).toBeCloseTo(1, 5);
    const gradient = gradOf((x) => x.variance() as unknown as Tensor, outlier).toTypedArray();
    expect(gradient[0] / 6e17).toBeCloseTo(1, 5);
    expect(gradient[1] / -6e17).toBeCloseTo(1 / 99, 5);
    expect(wide.variance().item()).toBe(Infinity);
  });

  it("are, by their root, a standard deviation, even if a distance from the mean does not fit", () => {
    expect(inUnits(wide.std(undefined, { correction: 0 }) as Tensor, 2 * Math.SQRT2 * 1e38)).toBeCloseTo(1, 5);
    const gradient = gradOf((x) => x.std(undefined, { correction: 0 }) as unknown as Tensor, wide).toTypedArray();
    for (const [i, g] of [Math.SQRT2 / 3, -Math.SQRT1_2 / 3, -Math.SQRT1_2 / 3].entries())
      expect(gradient[i]).toBeCloseTo(g, 5);
    expect(tensor([[3e38, -3e38, -3e38], [1, 2, 3], [1, Infinity, 2]]).std(1, { correction: 0 }).isFinite().toArray()).toEqual([1, 1, 0]); // biome-ignore format: one line
  });

  it("are a mean squared error", () => {
    const zero = zeros([100]) as Tensor<[100]>;
    const loss = (x: Tensor) => mseLoss(x as Tensor<[100]>, zero) as unknown as Tensor;
    expect(inUnits(loss(outlier as Tensor), 9e36)).toBeCloseTo(1, 5);
    expect(gradOf(loss, outlier).toTypedArray()[0] / 6e17).toBeCloseTo(1, 5);
  });
});

describe("cross-entropy", () => {
  const first = tensor([0, 0], { dtype: "int32" });

  it.each([
    ["float32", 3e38],
    ["float64", 1.5e308],
  ] as const)("of %s has a mean of losses whose sum overflows", (dtype, size) => {
    const logits = tensor([[0, size], [0, size]], { dtype }); // biome-ignore format: one line
    const mean = (x: Tensor) => crossEntropy(x as Tensor<[2, 2]>, first) as unknown as Tensor;
    expect(mean(logits).item() / size).toBeCloseTo(1, 6);
    expect(gradOf(mean, logits).toArray()).toEqual([[-0.5, 0.5], [-0.5, 0.5]]); // biome-ignore format: one line
  });

  it.each([
    ["float32", 3e38],
    ["float64", 1.5e308],
  ] as const)("of %s has a mean by class weights whose sum overflows", (dtype, size) => {
    const weight = tensor([size, size], { dtype });
    // Of the first, the losses overflow, too; of the second, the sum of the weights alone.
    for (const [rows, classes] of [
      [
        [
          [0, 0],
          [0, 0],
          [3, 0],
        ],
        [0, 1, 1],
      ],
      [
        [
          [3, 0],
          [3, 0],
          [3, 0],
        ],
        [0, 0, 0],
      ],
    ] as const) {
      // biome-ignore format: one line
      const [logits, target] = [tensor(rows, { dtype }), tensor([...classes], { dtype: "int32" })];
      const mean = (x: Tensor, ...w: Tensor[]) =>
        crossEntropy(x as Tensor<[3, 2]>, target as Tensor<[3]>, {
          weight: w[0] ?? tensor([1, 1], { dtype }),
        }) as unknown as Tensor;
      expect(mean(logits, weight).item()).toBeCloseTo(mean(logits).item(), 6);
      const found = gradOf((x) => mean(x, weight), logits).toTypedArray();
      for (const [i, g] of gradOf(mean, logits).toTypedArray().entries()) expect(found[i]).toBeCloseTo(g, 6);
    }
  });

  it.each([
    ["alone", {}],
    ["with class weights", { weight: tensor([1, 1]) }],
    ["with smoothing", { labelSmoothing: 0.5 }],
  ])("%s gives a row that is left out no gradient, whatever stands in it, nor a second one", (_, options) => {
    const target = tensor([0, 1], { dtype: "int32" });
    const loss = (x: Tensor): Tensor =>
      crossEntropy(x as Tensor<[2, 2]>, target, { ...options, ignoreIndex: 1 }) as unknown as Tensor;
    for (const odd of [Number.NaN, Infinity, -Infinity]) {
      const logits = tensor([[1, 2], [odd, odd]]) as unknown as Tensor; // biome-ignore format: one line
      expect(gradOf(loss, logits).at(1).toArray()).toEqual([0, 0]);
      expect(gradOf((x) => gradOf(loss, x).mul(tensor([1, 2])).sum() as Tensor, logits).isFinite().all().item()).toBe(1); // biome-ignore format: one line
    }
  });
});

describe("attention to scores that fit only once they are scaled", () => {
  const [q, k] = [tensor([[1e20, 0, 0, 0]]), tensor([[6e18, 0, 0, 0], [0, 1, 0, 0]])]; // biome-ignore format: one line
  const v = tensor([[1, 5], [2, 6]]); // biome-ignore format: one line

  it("goes to the key that fits", () => {
    expect(scaledDotProductAttention(q, k, v).output.toArray()).toEqual([[1, 5]]);
    const toQueries = gradOf(
      (q) => scaledDotProductAttention(q as Tensor<[1, 4]>, k, v).output.sum() as unknown as Tensor,
      q,
    );
    expect(toQueries.toArray()).toEqual([[0, 0, 0, 0]]);
  });

  it("also in a layer", () => {
    const layer = new nn.MultiHeadAttention(4, 1);
    const identity = eye(4);
    for (const map of [layer.query, layer.key, layer.value, layer.output]) noGrad(() => map.weight.copy_(identity));
    const { output } = layer.forward(q.unsqueeze(0), k.unsqueeze(0), k.unsqueeze(0));
    expect(output.toArray()).toEqual([[[Math.fround(6e18), 0, 0, 0]]]);
  });
});

describe("a gradient of ∞, as that of √ at 0, does not pass", () => {
  const identity = eye(2);
  it.each<[string, (x: Tensor) => Tensor]>([
    ["relu", (x) => x.relu()],
    ["clip, from below", (x) => x.clip(0, 9)],
    ["clip, from above", (x) => x.neg().clip(-9, 0).neg()],
    ["maximum", (x) => x.maximum(0)],
    ["maximum, of the other", (x) => zeros([2]).maximum(x)],
    ["minimum", (x) => x.neg().minimum(0).neg()],
    ["a linear layer with relu", (x) => nn.linear(x as Tensor<[2]>, identity, null, "relu") as Tensor],
  ])("%s", (_, f) => {
    const gradient = gradOf((x) => f(x).sqrt().sum() as unknown as Tensor, tensor([-1, 4]));
    expect(gradient.abs().toArray()).toEqual([0, 0.25]);
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
