/** @file Creators, and what a tensor says of itself. */

import { afterEach, describe, expect, it, vi } from "vitest";
import {
  arange,
  eye,
  full,
  getDefaultDtype,
  isTensor,
  linspace,
  manualSeed,
  noGrad,
  ones,
  rand,
  setDefaultDtype,
  Tensor,
  tensor,
  zeros,
} from "../../lib/index.js";

afterEach(() => setDefaultDtype("float32"));

it("takes no BigInt for a number, nested or in an array of its own type", () => {
  const sentence = "tensor: a BigInt64Array holds no numbers; convert them: Array.from(data, Number)";
  expect(() => tensor(BigInt64Array.of(1n) as never)).toThrow(new TypeError(sentence));
  expect(() => tensor([BigInt64Array.of(1n)] as never)).toThrow(new TypeError(sentence));
  expect(() => tensor([1n] as never)).toThrow(/^tensor: 1n is not a number/);
});

describe("tensor", () => {
  it.each<[unknown, number[], unknown]>([
    [5, [], 5],
    [[1, 2, 3], [3], [1, 2, 3]],
    [[[1, 2], [3, 4], [5, 6]], [3, 2], [[1, 2], [3, 4], [5, 6]]],
    [[[[1]], [[2]]], [2, 1, 1], [[[1]], [[2]]]],
    [[], [0], []],
    [[[], []], [2, 0], [[], []]],
    [Float64Array.of(1, 2), [2], [1, 2]],
    [[Float32Array.of(1, 2), Float32Array.of(3, 4)], [2, 2], [[1, 2], [3, 4]]],
    [Uint8Array.of(1, 255), [2], [1, 255]],
  ])("reads %j as shape %j, and gives it back", (data, shape, values) => {
    const x = tensor(data as number[]);
    expect(x.shape).toEqual(shape);
    expect(x.toArray()).toEqual(values);
  }); // biome-ignore format: rows

  it("copies: neither side sees the other's changes", () => {
    const data = Float32Array.of(1, 2);
    const x = tensor(data);
    data[0] = 9;
    expect(x.toArray()).toEqual([1, 2]);
    const values = x.toArray();
    values[1] = 7;
    x.toTypedArray()[0] = 5;
    expect(x.toArray()).toEqual([1, 2]);
  });

  it("chooses the dtype: named, else the typed array's, else bool for truths, else the default", () => {
    expect(tensor([1, 2]).dtype).toBe("float32");
    expect(tensor([1, 2], { dtype: "int32" }).dtype).toBe("int32");
    expect(tensor(Float64Array.of(1)).dtype).toBe("float64");
    expect(tensor(Int32Array.of(1)).dtype).toBe("int32");
    expect(tensor(Int32Array.of(1), { dtype: "float64" }).dtype).toBe("float64");
    expect(tensor(Uint8Array.of(7)).dtype).toBe("float32");
    expect(tensor([true, false]).dtype).toBe("bool");
    expect(tensor([true, false]).toArray()).toEqual([1, 0]);
    expect(tensor([1, 0], { dtype: "bool" }).dtype).toBe("bool");
    expect(tensor([true, false], { dtype: "float32" }).toArray()).toEqual([1, 0]);
    setDefaultDtype("float64");
    expect(getDefaultDtype()).toBe("float64");
    expect([tensor(2.4).dtype, zeros([1]).dtype, arange(2).dtype]).toEqual(["float64", "float64", "float64"]);
    expect(tensor(Float32Array.of(1)).dtype).toBe("float32");
    expect(tensor(2.4).item()).toBe(2.4);
  });

  it("holds what each dtype can hold", () => {
    expect(tensor(0.1, { dtype: "float32" }).item()).toBe(Math.fround(0.1));
    expect(tensor([2 ** 31 - 1, -(2 ** 31)], { dtype: "int32" }).toArray()).toEqual([2 ** 31 - 1, -(2 ** 31)]);
    expect(tensor([NaN, Infinity, -0]).toArray()).toEqual([NaN, Infinity, -0]);
  });
});

describe("creators", () => {
  it("fill a shape with one value", () => {
    expect(zeros([2, 2]).toArray()).toEqual([[0, 0], [0, 0]]); // biome-ignore format: a matrix
    expect(ones([3]).toArray()).toEqual([1, 1, 1]);
    expect(full([2], -1.5).toArray()).toEqual([-1.5, -1.5]);
    expect(full([], 7).item()).toBe(7);
    expect(full([2, 0], 7).size).toBe(0);
    expect(ones([2], { dtype: "bool" }).toArray()).toEqual([1, 1]);
  });

  it("do not hold on to the array that names the shape", () => {
    const shape = [2, 3];
    const x = zeros(shape);
    shape[0] = 9;
    expect(x.shape).toEqual([2, 3]);
  });

  it("eye has ones on the diagonal", () => {
    expect(eye(3).toArray()).toEqual([[1, 0, 0], [0, 1, 0], [0, 0, 1]]); // biome-ignore format: a matrix
    expect(eye(0).shape).toEqual([0, 0]);
  });

  it("arange counts up or down, its end left out", () => {
    expect(arange(4).toArray()).toEqual([0, 1, 2, 3]);
    expect(arange(2, 5).toArray()).toEqual([2, 3, 4]);
    expect(arange(5, 0, -2).toArray()).toEqual([5, 3, 1]);
    expect(arange(0, 1, 0.25).toArray()).toEqual([0, 0.25, 0.5, 0.75]);
    expect([arange(0, 1, 0.1).size, arange(1, 1.6, 0.1).size]).toEqual([10, 6]);
    expect([arange(0).size, arange(3, 3).size, arange(3, 1).size]).toEqual([0, 0, 0]);
    expect(arange(3, { dtype: "int32" }).dtype).toBe("int32");
    expect(arange(0, 3, 1, { dtype: "int32" }).dtype).toBe("int32");
  });

  it("linspace includes both ends, exactly", () => {
    expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(3, -1, 3).toArray()).toEqual([3, 1, -1]);
    expect(linspace(0.1, 0.7, 7, { dtype: "float64" }).toArray().at(-1)).toBe(0.7);
    expect(linspace(2, 9, 1).toArray()).toEqual([2]);
    expect(linspace(2, 9, 0).size).toBe(0);
  });
});

describe("a tensor", () => {
  it("knows its rank, its size and whether it lies in one piece", () => {
    const x = zeros([2, 3]);
    expect([x.ndim, x.size, x.isContiguous, x.isFloat]).toEqual([2, 6, true, true]);
    expect([x.T.isContiguous, x.slice(1).isContiguous, x.slice(1, 2, 1).isContiguous]).toEqual([false, true, false]);
    expect(zeros([2], { dtype: "bool" }).isFloat).toBe(false);
  });

  it("gives its one number, whatever its rank", () => {
    expect([tensor(3).item(), tensor([[4]]).item(), arange(6).slice(2, 3).item()]).toEqual([3, 4, 2]);
  });

  it("can be a leaf later, and stop to be one", () => {
    const x = zeros([2]);
    x.requiresGrad = true;
    expect(x.mul(2).requiresGrad).toBe(true);
    x.requiresGrad = false;
    expect(x.mul(2).requiresGrad).toBe(false);
    expect(noGrad(() => ones([1], { requiresGrad: true })).requiresGrad).toBe(true);
  });
});

describe("two copies of the library, as a live reload leaves behind", () => {
  it("know each other's tensors, and differentiate through both", async () => {
    vi.resetModules();
    const again = await import("../../lib/index.js");
    expect(again.Tensor).not.toBe(Tensor);
    const [old, young] = [tensor([1, 2], { requiresGrad: true }), again.tensor([3, 4])];
    expect([isTensor(young), again.isTensor(old), old instanceof again.Tensor]).toEqual([true, true, false]);
    const product = old.mul(young as unknown as Tensor<[2]>);
    (again.tensor([10, 10]) as unknown as Tensor<[2]>).mul(product).sum().backward();
    expect(old.grad?.toArray()).toEqual([30, 40]);
    const next = tensor(0);
    expect(again.tensor(0).id).toBe(next.id + 1);
  });

  it("share noGrad, and see each other's changes in place", async () => {
    vi.resetModules();
    const again = await import("../../lib/index.js");
    const x = tensor([1, 2], { requiresGrad: true });
    const y = x.mul(x).sum();
    again.noGrad(() => x.copy_(0));
    expect(() => y.backward()).toThrow("was changed in place after mul");
  });

  it("share the default dtype and the random stream", async () => {
    setDefaultDtype("float64");
    manualSeed(5);
    const expected = [rand([2]), rand([2])].map((x) => x.toArray());
    manualSeed(5);
    const first = rand([2]).toArray();
    vi.resetModules();
    const again = await import("../../lib/index.js");
    expect([first, again.rand([2]).toArray()]).toEqual(expected);
    expect(again.getDefaultDtype()).toBe("float64");
  });
});

describe("arange", () => {
  it.each<[number, number, number, number[]]>([
    [1, 1.6, 0.1, [1, 1.1, 1.2, 1.3, 1.4, 1.5]],
    [0, 0.3, 0.1, [0, 0.1, 0.2]],
    [0, 1, 0.3, [0, 0.3, 0.6, 0.9]],
    [1.6, 1, -0.1, [1.6, 1.5, 1.4, 1.3, 1.2, 1.1]],
    [-1, 1, 0.5, [-1, -0.5, 0, 0.5]],
    [0, 1e-20, 1, [0]],
    [1e16, 1e16 + 4, 2, [1e16, 1e16 + 2]],
    [3, 3, 1, []],
    [3, 0, 1, []],
  ])("from %d to %d by %d leaves the end out", (start, end, step, expected) => {
    const values = arange(start, end, step, { dtype: "float64" }).toArray();
    expect(values).toHaveLength(expected.length);
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i], 12);
  });

  it("never reaches the end by rounding: k/n in steps of 1/n has k entries", () => {
    for (let n = 1; n <= 60; n++) {
      for (let k = 0; k <= 60; k++) {
        expect(arange(0, k / n, 1 / n).size).toBe(k);
        expect(arange(2, 2 + k / n, 1 / n).size).toBe(k);
      }
    }
  });
});

it("arrays that hold themselves, or are nested too deep, are refused", () => {
  const ring: unknown[] = [];
  ring[0] = ring;
  const deep = Array.from({ length: 10_000 }).reduce<unknown>((inner) => [inner], 1);
  for (const data of [ring, deep]) {
    expect(() => tensor(data as never)).toThrow("tensor: arrays are nested more than 64 deep, or in themselves");
  }
  const most = Array.from({ length: 64 }).reduce<unknown>((inner) => [inner], 1);
  expect(tensor(most as never)).toHaveProperty("ndim", 64);
});
