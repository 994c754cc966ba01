/** @file How tensors look: aligned, rounded, summarized, with nothing hidden that matters. */

import { inspect } from "node:util";
import { expect, it } from "vitest";
import { arange, eye, full, ones, type Tensor, tensor, zeros } from "../../lib/index.js";

const text = (x: { toString(): string }) => String(x);

it.each<[Tensor, string]>([
  [tensor(3), "Tensor<[]> 3"],
  [tensor(2.4), "Tensor<[]> 2.4"],
  [tensor(Math.PI), "Tensor<[]> 3.1416"],
  [tensor([1, 2, 3]), "Tensor<[3]> [1, 2, 3]"],
  [tensor([0, 0.25, 0.5]), "Tensor<[3]> [0.00, 0.25, 0.50]"],
  [tensor([1.5, -2, 1000]), "Tensor<[3]> [   1.5,   -2.0, 1000.0]"],
  [full([2], 1 / 3), "Tensor<[2]> [0.3333, 0.3333]"],
])("shows as many decimals as the numbers need, at most four: %s", (x, expected) => {
  expect(text(x)).toBe(expected);
});

it.each<[Tensor, string]>([
  [tensor([0.99999, 1]), "Tensor<[2]> [1.0000, 1.0000]"],
  [tensor([1, 1]), "Tensor<[2]> [1, 1]"],
  [tensor([0.1 + 0.2], { dtype: "float64" }), "Tensor<[1]> [0.3]"],
  [tensor([0.1, 0.2], { dtype: "float32" }), "Tensor<[2]> [0.1, 0.2]"],
])("tells what was rounded from what is exact, up to float32's own rounding: %s", (x, expected) => {
  expect(text(x)).toBe(expected);
});

it.each<[Tensor, string]>([
  [tensor([1e-5, 1]), "Tensor<[2]> [1.0000e-5, 1.0000e+0]"],
  [tensor([1e-10, -1e10]), "Tensor<[2]> [ 1.0000e-10, -1.0000e+10]"],
  [tensor([1e7, 0]), "Tensor<[2]> [1.0000e+7, 0.0000e+0]"],
])("turns to powers of ten where decimals would not do: %s", (x, expected) => {
  expect(text(x)).toBe(expected);
});

it("shows NaN, ∞ and −0 as what they are", () => {
  expect(text(tensor([NaN, Infinity, -Infinity, -0, 0, 1.5]))).toBe("Tensor<[6]> [NaN,   ∞,  -∞,  -0, 0.0, 1.5]");
  expect(text(tensor(-0))).toBe("Tensor<[]> -0");
});

it("names the dtype where it is not a float, and the wish for a gradient", () => {
  expect(text(tensor([-5, 10], { dtype: "int32" }))).toBe("Tensor<[2]> (int32) [-5, 10]");
  expect(text(tensor(true))).toBe("Tensor<[]> (bool) true");
  expect(text(tensor([[true], [false]]))).toBe("Tensor<[2, 1]> (bool)\n[[ true],\n [false]]");
  expect(text(ones([2], { requiresGrad: true }))).toBe("Tensor<[2]> (requiresGrad) [1, 1]");
});

it("puts rows under each other, columns aligned over the whole tensor", () => {
  expect(text(tensor([[1.5, -2], [0.001, 100]]))).toBe(`Tensor<[2, 2]>
[[  1.500,  -2.000],
 [  0.001, 100.000]]`); // biome-ignore format: a matrix
  expect(text(arange(8).reshape([2, 2, 2]))).toBe(`Tensor<[2, 2, 2]>
[[[0, 1],
  [2, 3]],

 [[4, 5],
  [6, 7]]]`);
});

it("reads views by their strides", () => {
  expect(text(arange(6).reshape([2, 3]).T.slice(1))).toBe("Tensor<[2, 2]>\n[[1, 4],\n [2, 5]]");
  expect(text(eye(1).broadcastTo([2, 2]))).toBe("Tensor<[2, 2]>\n[[1, 1],\n [1, 1]]");
});

it("has something to say of nothing", () => {
  expect(text(zeros([0]))).toBe("Tensor<[0]> []");
  expect(text(zeros([2, 0, 3]))).toBe("Tensor<[2, 0, 3]> []");
});

it("shows the ends of a large tensor's axes", () => {
  expect(text(arange(1000))).toMatch(/^Tensor<\[1000\]> \[ {2}0, {3}1, .* 998, 999\]$/);
  expect(text(arange(1001))).toBe("Tensor<[1001]> [   0,    1,    2, …,  998,  999, 1000]");
  expect(text(arange(10_000).reshape([100, 100]))).toBe(`Tensor<[100, 100]>
[[   0,    1,    2, …,   97,   98,   99],
 [ 100,  101,  102, …,  197,  198,  199],
 [ 200,  201,  202, …,  297,  298,  299],
 …,
 [9700, 9701, 9702, …, 9797, 9798, 9799],
 [9800, 9801, 9802, …, 9897, 9898, 9899],
 [9900, 9901, 9902, …, 9997, 9998, 9999]]`);
});

it("leaves nothing out for fewer than seven entries", () => {
  expect(text(zeros([6, 1000])).split("\n").length).toBe(1 + 6);
  expect(text(zeros([7, 1000])).split("\n").length).toBe(1 + 3 + 1 + 3);
});

it("is what console.log shows", () => {
  expect(inspect(tensor([1, 2]))).toBe("Tensor<[2]> [1, 2]");
  expect(inspect({ x: tensor([1, 2]) })).toBe("{ x: Tensor<[2]> [1, 2] }");
});

it("tensors of many axes print no more than a thousand numbers", () => {
  for (const axes of [4, 5, 6, 8]) {
    const printed = zeros(Array.from({ length: axes }, () => 8)).toString();
    expect(printed.match(/\d(?=[,\]…])/g)?.length).toBeLessThan(1100);
  }
});
