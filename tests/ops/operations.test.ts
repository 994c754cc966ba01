/** @file Conventions at the edges of operations: nothing, NaN, ties, kinks, whole numbers, extremes. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  binaryCrossEntropy,
  crossEntropy,
  grad,
  mseLoss,
  ones,
  setDefaultDtype,
  type Tensor,
  tensor,
  zeros,
} from "../../lib/index.js";
import { sizeOf } from "../../lib/shape/rules.js";
import "../helpers/allclose.js";
import { drawn, examples } from "./examples.js";

setDefaultDtype("float64");
const int32 = (data: number[]) => tensor(data, { dtype: "int32" });
const gradientOf = (f: (x: Tensor) => Tensor, at: number[]) => grad(f)(tensor(at) as Tensor).toArray();

describe("reductions of nothing", () => {
  it("sum to 0, multiply lengths to 0, and have no mean", () => {
    expect([zeros([0]).sum().item(), zeros([0]).norm().item(), zeros([0]).mean().item()]).toEqual([0, 0, NaN]);
    expect(zeros([2, 0]).sum(1).toArray()).toEqual([0, 0]);
    expect(zeros([2, 0]).sum(0).toArray()).toEqual([]);
    expect(zeros([2, 0]).max(0).toArray()).toEqual([]);
    expect(zeros([3, 0]).matmul(zeros([0, 2])).toArray()).toEqual([[0, 0], [0, 0], [0, 0]]); // biome-ignore format: a matrix
  });

  it("one value has no variance to estimate, and none in itself", () => {
    expect(tensor([5]).variance().item()).toBeNaN();
    expect(tensor([5]).variance(0, { correction: 0 }).item()).toBe(0);
  });
});

describe("NaN", () => {
  it("wins every maximum and minimum, and is found there", () => {
    const x = tensor([1, NaN, 3]);
    expect([x.max().item(), x.min().item(), x.argmax().item(), x.argmin().item()]).toEqual([NaN, NaN, 1, 1]);
    expect(x.maximum(2).toArray()).toEqual([2, NaN, 3]);
    expect(x.clip(0, 2).toArray()).toEqual([1, NaN, 2]);
    expect(x.relu().toArray()).toEqual([1, NaN, 3]);
  });

  it("is unequal to everything, itself included", () => {
    const x = tensor([NaN]);
    expect([x.eq(x), x.ne(x), x.lt(x), x.ge(x)].map((y) => y.item())).toEqual([0, 1, 0, 0]);
  });

  it("does not pass through where, forward or back", () => {
    const safe = (x: Tensor) => x.log().where(x.gt(0), 0).sum();
    expect(safe(tensor([1, -1]) as Tensor).item()).toBe(0);
    expect(
      tensor([NaN, 1])
        .where(tensor([false, true]), 7)
        .toArray(),
    ).toEqual([7, 1]);
  });
});

describe("ties and kinks", () => {
  it("the first of equals is the extreme, and takes the gradient", () => {
    const x = [3, 1, 3, 1];
    expect([tensor(x).argmax().item(), tensor(x).argmin().item()]).toEqual([0, 1]);
    expect(gradientOf((t) => t.max(), x)).toEqual([1, 0, 0, 0]);
    expect(gradientOf((t) => t.min(), x)).toEqual([0, 1, 0, 0]);
  });

  it("equal operands of maximum and minimum share the gradient", () => {
    const [a, b] = grad((a: Tensor, b: Tensor) => a.maximum(b).sum())(
      tensor([2, 1]) as Tensor,
      tensor([2, 3]) as Tensor,
    );
    expect([a.toArray(), b.toArray()]).toEqual([[0.5, 0], [0.5, 1]]); // biome-ignore format: rows
  });

  it.each<[string, (x: Tensor) => Tensor, number]>([
    ["relu", (x) => x.relu(), 0],
    ["abs", (x) => x.abs(), 0],
    ["sign", (x) => x.sign(), 0],
    ["leakyRelu", (x) => x.leakyRelu(0.25), 0.25],
    ["elu", (x) => x.elu(), 1],
    ["norm", (x) => x.norm(), 0],
    ["clip from 0 up", (x) => x.clip(0, 1), 1],
    ["x⁰", (x) => x.pow(0), 0],
    ["x²", (x) => x.pow(2), 0],
  ])("%s has at 0 the gradient PyTorch gives it", (_, f, expected) => {
    expect(gradientOf((x) => f(x).sum(), [0])).toEqual([expected]);
  });
});

describe("whole numbers", () => {
  it("add, multiply, negate and compare", () => {
    expect(int32([7, -7]).mul(3).sub(1).toArray()).toEqual([20, -22]);
    expect(int32([-3, 0, 4]).abs().neg().toArray()).toEqual([-3, 0, -4]);
    expect(int32([3, 1, 2]).max().item()).toBe(3);
    expect(int32([3]).pow(19).item()).toBe(3 ** 19);
  });

  it.each<[string, () => Tensor]>([
    ["add", () => int32([2 ** 31 - 1]).add(1)],
    ["sub", () => int32([-(2 ** 31)]).sub(int32([1]))],
    ["mul", () => int32([123456789]).mul(987654321)],
    ["pow", () => int32([3]).pow(20)],
    ["neg", () => int32([-(2 ** 31)]).neg()],
    ["abs", () => int32([-(2 ** 31)]).abs()],
    ["sum", () => int32([2 ** 31 - 1, 1]).sum()],
    ["sumTo", () => int32([2 ** 31 - 1, 1]).sumTo([1])],
    ["outer", () => int32([2 ** 16]).outer(int32([2 ** 15]))],
    ["trace", () => tensor([[2 ** 31 - 1, 0], [0, 1]], { dtype: "int32" }).trace()], // biome-ignore format: a matrix
    ["scatterAdd", () => int32([2 ** 31 - 1, 1]).scatterAdd([1], 0, int32([0, 0]))],
  ])("%s refuses a result that int32 cannot hold", (name, f) => {
    expect(f).toThrow(new RegExp(`^${name}: int32 holds whole numbers below 2³¹ in size, got -?\\d+; use a float`));
  });

  /** Each example on int32 beside the same on float64, where whole numbers of this size are exact. */
  it.each(Object.entries(examples))("%s gives int32 what is exact, or refuses", (_, cases) => {
    const extremes = [2 ** 31 - 1, -(2 ** 31), 65536, -3, 2, 1, 0];
    for (const [f, ...shapes] of cases) {
      const inputs = (dtype: "int32" | "float64", turn: number) =>
        shapes.map((input, place) => {
          const { shape } = drawn(input);
          const values = Array.from(
            { length: sizeOf(shape) },
            (_, i) => extremes[(i + turn + place) % extremes.length],
          );
          return tensor(values, { dtype }).reshape(shape as number[]) as Tensor;
        });
      for (let turn = 0; turn < extremes.length; turn++) {
        let whole: Tensor;
        try {
          whole = f(...inputs("int32", turn));
        } catch {
          continue;
        }
        const exact = f(...inputs("float64", turn)).add(0); // int32 has no -0
        expect(whole.to("float64").toArray()).toEqual(exact.toArray());
      }
    }
  });

  it("a sum of truths counts, in int32", () => {
    const count = tensor([[true, false], [true, true]]).sum(0); // biome-ignore format: a matrix
    expect([count.dtype, count.toArray()]).toEqual(["int32", [2, 1]]);
  });

  it("positions are int32, comparisons bool", () => {
    expect([tensor([1, 2]).argmax().dtype, tensor([1, 2]).gt(1).dtype]).toEqual(["int32", "bool"]);
    expect(int32([0, 1, 2]).lt(1).toArray()).toEqual([1, 0, 0]);
    expect(
      tensor([true, false])
        .eq(tensor([true, true]))
        .toArray(),
    ).toEqual([1, 0]);
  });
});

describe("numbers as operands", () => {
  it("count as tensors of the other's dtype", () => {
    const x = tensor([0.1, 0.2], { dtype: "float32" });
    expect(x.eq(0.1).toArray()).toEqual([1, 0]);
    expect([x.add(1).dtype, x.div(3).dtype, x.pow(2).dtype]).toEqual(["float32", "float32", "float32"]);
    expect(tensor([2, 3]).pow(-1).toArray()).toEqual([0.5, 1 / 3]);
  });
});

describe("lengths whose squares overflow or underflow", () => {
  const float32 = (data: number[]) => tensor(data, { dtype: "float32" }) as Tensor;

  it("are found, with their gradients", () => {
    expect(float32([1e20, 1, 1]).norm()).toBeAllclose(float32([1e20]).reshape([]));
    expect(grad((x: Tensor) => x.norm())(float32([1e20, 1, 1]))).toBeAllclose(float32([1, 1e-20, 1e-20]));
    expect(float32([3e-30, 4e-30]).norm().item() / 5e-30).toBeCloseTo(1, 6);
    expect(grad((x: Tensor) => x.norm())(float32([3e-30, 4e-30]))).toBeAllclose(float32([0.6, 0.8]));
    expect(tensor([1e200, -1e200]).std().item() / 1e200).toBeCloseTo(Math.SQRT2, 14);
  });

  it("leave the digits of their neighbors alone", () => {
    const rows = tensor([[0.1, 0.2], [1e200, 1e200]]); // biome-ignore format: a matrix
    expect(rows.norm(1).at(0).item()).toBe(tensor([0.1, 0.2]).norm().item());
  });
});

describe("softmax", () => {
  it("sums to 1, and does not change when all scores shift", () => {
    const scores = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(scores, fc.double({ min: -500, max: 500, noNaN: true }), (data, shift) => {
        const x = tensor(data);
        expect(x.softmax().sum().item()).toBeCloseTo(1, 12);
        expect(x.add(shift).softmax()).toBeAllclose(x.softmax(), { rtol: 1e-10, atol: 1e-12 });
        expect(x.logSoftmax().exp()).toBeAllclose(x.softmax(), { rtol: 1e-10, atol: 1e-12 });
      }),
      { seed: 4 },
    );
  });

  it("stays finite for scores of ±1000, and its logarithm too", () => {
    const x = tensor([1000, 0, -1000]);
    expect(x.softmax().toArray()).toEqual([1, 0, 0]);
    expect(x.logSoftmax().toArray()).toEqual([0, -1000, -2000]);
  });
});

describe("losses", () => {
  it("are means: over elements, or over rows", () => {
    expect(mseLoss(tensor([1, 2, 3]), tensor([1, 2, 6])).item()).toBe(3);
    expect(crossEntropy(zeros([5, 4]), zeros([5], { dtype: "int32" })).item()).toBeCloseTo(Math.log(4), 14);
    expect(binaryCrossEntropy(ones([3]).mul(0.5), ones([3])).item()).toBeCloseTo(Math.log(2), 14);
  });

  it("a certain mistake costs 100 and has a finite gradient, as in PyTorch", () => {
    expect(binaryCrossEntropy(tensor([0, 1]), tensor([1, 0])).item()).toBe(100);
    const [dp] = grad((p: Tensor<[1]>, y: Tensor<[1]>) => binaryCrossEntropy(p, y))(tensor([0]), tensor([1]));
    expect(dp.toArray()).toEqual([-1e12]);
  });

  it("a class of probability 0 adds nothing, even at a logit of −∞", () => {
    expect(crossEntropy(tensor([[-Infinity, 0]]), tensor([[0, 1]])).item()).toBe(0);
    const [dx] = grad((x: Tensor, p: Tensor) => crossEntropy(x, p))(
      tensor([[-Infinity, 0]]) as Tensor,
      tensor([[0, 1]]) as Tensor,
    );
    expect(dx.toArray()).toEqual([[0, 0]]);
  });

  it("cross-entropy of classes is that of the distributions that put all on them", () => {
    const logits = tensor([[0.1, -2, 3], [1, 1, -1]]); // biome-ignore format: a matrix
    const certain = tensor([[0, 0, 1], [1, 0, 0]]); // biome-ignore format: a matrix
    expect(crossEntropy(logits, int32([2, 0]))).toBeAllclose(crossEntropy(logits, certain));
  });
});
