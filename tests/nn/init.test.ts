/** @file Initializers draw with the spread their formulas say, which keeps signals the same size through many layers. */

import { describe, expect, it } from "vitest";
import { Generator, nn, noGrad, randn, type Tensor, zeros } from "../../lib/index.js";

const { init } = nn;
const std = (x: Tensor<[300, 100]>) => x.std().item();
const weight = () => zeros([300, 100]);
const generator = new Generator(5);

describe("a weight [300, 100]", () => {
  it.each<[string, number, () => Tensor<[300, 100]>]>([
    ["xavierUniform", Math.sqrt(2 / 400), () => init.xavierUniform(weight(), { generator })],
    ["xavierNormal", Math.sqrt(2 / 400), () => init.xavierNormal(weight(), { generator })],
    [
      "xavierNormal with tanh's gain",
      (5 / 3) * Math.sqrt(2 / 400),
      () => init.xavierNormal(weight(), { gain: init.gain("tanh"), generator }),
    ],
    ["heUniform", Math.sqrt(2 / 100), () => init.heUniform(weight(), { generator })],
    ["heNormal", Math.sqrt(2 / 100), () => init.heNormal(weight(), { generator })],
    ["heNormal by fanOut", Math.sqrt(2 / 300), () => init.heNormal(weight(), { mode: "fanOut", generator })],
    ["uniform", 2 / Math.sqrt(12), () => init.uniform(weight(), 1, 3, { generator })],
    ["normal", 0.5, () => init.normal(weight(), 2, 0.5, { generator })],
  ])("by %s has standard deviation %f to 2%%", (_, expected, make) => {
    expect(std(make()) / expected).toBeGreaterThan(0.98);
    expect(std(make()) / expected).toBeLessThan(1.02);
  });
  it("by xavierUniform stays within √(6 / (fanIn + fanOut))", () => {
    expect(init.xavierUniform(weight()).abs().max().item()).toBeLessThanOrEqual(Math.sqrt(6 / 400));
  });
});

it("Linear starts uniform in ±1/√In, as PyTorch's", () => {
  const layer = new nn.Linear(100, 300);
  expect(layer.weight.abs().max().item()).toBeLessThanOrEqual(0.1);
  expect(std(layer.weight) * Math.sqrt(3)).toBeCloseTo(0.1, 2);
  expect(layer.bias?.abs().max().item()).toBeLessThanOrEqual(0.1);
});

it("RNN and GRU start uniform in ±1/√H, as PyTorch's", () => {
  for (const net of [new nn.RNN(3, 100), new nn.GRU(3, 100)]) {
    for (const parameter of net.parameters()) expect(parameter.abs().max().item()).toBeLessThanOrEqual(0.1);
    expect(net.fromHidden.weight.abs().max().item()).toBeGreaterThan(0.0999);
  }
});

it("He keeps the signal's size through 20 relu layers, N(0, 0.01²) loses it", () => {
  const through = (fill: (weight: Tensor<[64, 64]>) => unknown) =>
    noGrad(() => {
      let h: Tensor = randn([32, 64], { generator });
      for (let layer = 0; layer < 20; layer++) {
        const weight = zeros([64, 64]);
        fill(weight);
        h = h.matmul(weight.T).relu() as Tensor;
      }
      return h.std().item();
    });
  const kept = through((weight) => init.heNormal(weight, { generator }));
  expect(kept).toBeGreaterThan(0.05);
  expect(kept).toBeLessThan(20);
  expect(through((weight) => init.normal(weight, 0, 0.01, { generator }))).toBeLessThan(1e-20);
});

it("a parameter is overwritten in place, and the graph notices", () => {
  const { weight } = new nn.Linear(2, 2);
  const loss = weight.mul(weight).sum();
  expect(init.constant(weight, 3)).toBe(weight);
  expect(weight.toArray()).toEqual([
    [3, 3],
    [3, 3],
  ]);
  expect(() => loss.backward()).toThrow(/changed in place/);
});

it("a signal keeps its size forward or backward, and no other way", () => {
  const mode = "fan_in" as "fanIn";
  expect(() => init.heNormal(weight(), { mode })).toThrow('heNormal: mode is "fanIn" or "fanOut", got "fan_in"');
  expect(() => init.heUniform(weight(), { mode })).toThrow('heUniform: mode is "fanIn" or "fanOut", got "fan_in"');
});

it("a gain is one of those that are known", () => {
  expect(() => init.gain("gelu" as "relu")).toThrow(
    'gain: is known of linear, sigmoid, tanh, relu, leakyRelu; got "gelu", give its gain as a number of your own',
  );
});

it("a vector has no fans", () => {
  expect(() => init.heNormal(zeros([3]))).toThrow("heNormal: needs a weight of two or more axes, [Out, In], got [3]");
});

it("a weight without elements stays as it is", () => {
  for (const fill of [init.xavierUniform, init.xavierNormal, init.heUniform, init.heNormal]) {
    for (const shape of [
      [4, 0],
      [0, 4],
      [0, 0],
    ])
      expect(fill(zeros(shape)).shape).toEqual(shape);
  }
});

it("a uniform draw stays below the upper end, though float32 would round up to it", () => {
  const generator = Object.assign(new Generator(), { uniform: () => 1 - 2 ** -53 });
  expect(init.uniform(zeros([1]), 0, 1, { generator }).item()).toBeLessThan(1);
  expect(init.uniform(zeros([1], { dtype: "float64" }), -1e308, 1e308, { generator }).item()).toBeLessThan(Infinity);
});

it("whole numbers take no fractions", () => {
  const whole = () => zeros([2], { dtype: "int32" });
  expect(() => init.uniform(whole())).toThrow("init.uniform: needs a float tensor, this one is int32");
  expect(() => init.constant(whole(), 0.5)).toThrow("init.constant: int32 holds whole numbers");
  expect(init.constant(whole(), 3).toArray()).toEqual([3, 3]);
});
