/** @file Layers beyond PyTorch's values: dropout, activations by name, what they refuse. */

import { describe, expect, it } from "vitest";
import { Generator, manualSeed, nn, ones, randn, type Tensor, tensor, zeros } from "../../lib/index.js";
import { activations } from "../../lib/nn/activations.js";
import { messageOf } from "../helpers/messages.js";

describe("Dropout", () => {
  it("in training drops a share p and scales the rest, so that the mean stays", () => {
    const y = new nn.Dropout(0.25, { generator: new Generator(3) }).forward(ones([100, 100]));
    const values = new Set(y.flatten().toArray());
    expect([...values].sort()).toEqual([0, Math.fround(4 / 3)]);
    expect(y.eq(0).sum().item() / 10_000).toBeCloseTo(0.25, 1);
    expect(y.mean().item()).toBeCloseTo(1, 1);
  });
  it("drops the gradient where it drops the value", () => {
    const x = ones([50], { requiresGrad: true });
    const y = new nn.Dropout().forward(x);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual(y.toArray());
  });
  it("in evaluation lets everything through", () => {
    const x = randn([5]);
    expect(new nn.Dropout(0.9).eval().forward(x)).toBe(x);
  });
  it("follows its generator, else the seed", () => {
    const x = ones([64]);
    const drawn = (dropout: nn.Dropout) => dropout.forward(x).toArray();
    expect(drawn(new nn.Dropout(0.5, { generator: new Generator(1) }))).toEqual(
      drawn(new nn.Dropout(0.5, { generator: new Generator(1) })),
    );
    const seeded = (seed: number) => {
      manualSeed(seed);
      return drawn(new nn.Dropout());
    };
    expect(seeded(1)).toEqual(seeded(1));
    expect(seeded(1)).not.toEqual(seeded(2));
  });
});

describe("Sequential", () => {
  const results = (layers: nn.Sequential["layers"], through: (x: Tensor<[40, 6]>) => Tensor) => {
    const x = randn([40, 6], { generator: new Generator(5) });
    x.requiresGrad = true;
    const y = through(x);
    y.mul(y).sum().backward();
    const gradients = layers.flatMap((layer) => layer.parameters().map(({ grad }) => grad?.toTypedArray()));
    for (const layer of layers) for (const parameter of layer.parameters()) parameter.grad = null;
    return [y.toTypedArray(), x.grad?.toTypedArray(), ...gradients];
  };

  const modules = {
    ReLU: () => new nn.ReLU(),
    Tanh: () => new nn.Tanh(),
    Sigmoid: () => new nn.Sigmoid(),
    GELU: () => new nn.GELU(),
    "GELU by tanh": () => new nn.GELU({ approximate: "tanh" }),
  };
  it.each(Object.entries(modules))("computes Linear and %s in one go, to the same bits", (_, make) => {
    manualSeed(3);
    const model = new nn.Sequential(new nn.Linear(6, 30), make(), new nn.Linear(30, 4), make());
    const oneByOne = (x: Tensor) => model.layers.reduce((y, layer) => layer.forward(y), x);
    expect(results(model.layers, (x) => model.forward(x))).toEqual(results(model.layers, oneByOne));
    expect(model.forward(randn([2, 6])).gradFn?.name).toBe("linear");
  });

  it("calls layers that compute something of their own", () => {
    class Doubled extends nn.Tanh {
      override forward(x: never): never {
        return (x as Tensor).mul(2) as never;
      }
    }
    class Negative extends nn.Linear<2, 2> {
      override forward(x: never): never {
        return (super.forward(x) as Tensor).neg() as never;
      }
    }
    const linear = new nn.Linear(2, 2);
    const x = randn([3, 2]);
    const y = linear.forward(x);
    expect(new nn.Sequential(linear, new Doubled()).forward(x).toArray()).toEqual(y.mul(2).toArray());
    const negative = new Negative(2, 2).loadStateDict(linear.stateDict());
    expect(new nn.Sequential(negative, new nn.ReLU()).forward(x).toArray()).toEqual(y.neg().relu().toArray());
    const twice = new nn.Sequential(linear, new nn.ReLU(), new nn.Softmax(0), linear, new nn.LeakyReLU(0.5));
    const z = linear.forward(y.relu().softmax(0));
    expect(twice.forward(x).toArray()).toEqual(z.leakyRelu(0.5).toArray());
  });
});

describe("MLP", () => {
  it("takes an activation of our own, and puts none after the last layer", () => {
    const net = new nn.MLP([1, 1, 1], { activation: (z) => z.mul(z), bias: false });
    nn.init.constant(net.layers[0].weight, 3);
    nn.init.constant(net.layers[1].weight, -1);
    expect(net.forward(tensor([2])).item()).toBe(-36);
  });
  it.each(Object.entries(activations))(
    "gives the same bits, and the same gradients to rounding, whether %s is named or a function",
    (name, { apply }) => {
      const named = new nn.MLP([5, 7, 3], { activation: name as nn.Activation });
      const own = new nn.MLP([5, 7, 3], { activation: apply }).loadStateDict(named.stateDict());
      const x = randn([6, 5]);
      const [y, z] = [named, own].map((net) => net.forward(x));
      expect(y.toArray()).toEqual(z.toArray());
      for (const output of [y, z]) output.mul(output).sum().backward();
      for (const [i, parameter] of named.parameters().entries()) {
        const difference = (parameter.grad as Tensor).sub(own.parameters()[i].grad as Tensor);
        expect(difference.abs().max().item()).toBeLessThan(1e-5);
      }
    },
  );
  it("drops after activations in training only", () => {
    manualSeed(0);
    const net = new nn.MLP([4, 64, 1], { dropout: 0.5 });
    const x = randn([4]);
    expect(net.forward(x).item()).not.toBe(net.forward(x).item());
    net.eval();
    expect(net.forward(x).item()).toBe(net.forward(x).item());
  });
  it("of affine maps alone is one affine map", () => {
    const net = new nn.MLP([3, 5, 2], { activation: (z) => z });
    const [first, second] = net.layers;
    const weight = second.weight.matmul(first.weight);
    const x = randn([7, 3]);
    const difference = nn.linear(x, weight, net.forward(zeros([3]))).sub(net.forward(x));
    expect(difference.abs().max().item()).toBeLessThan(1e-5);
  });
});

it("LayerNorm brings each vector to mean 0 and variance 1, also one of equal numbers", () => {
  const y = new nn.LayerNorm(4).forward(
    tensor([
      [1, 2, 3, 10],
      [5, 5, 5, 5],
    ]),
  );
  expect(y.mean(-1).abs().max().item()).toBeLessThan(1e-6);
  expect(y.at(0).variance(0, { correction: 0 }).item()).toBeCloseTo(1, 5);
  expect(y.at(1).toArray()).toEqual([0, 0, 0, 0]);
});

it("RNN and GRU carry their state on: two halves of a sequence are the whole", () => {
  for (const net of [new nn.RNN(3, 4), new nn.GRU(3, 4)]) {
    const x = randn([2, 6, 3]);
    const whole = net.forward(x);
    const half = net.forward(x.slice(0, 3, 1));
    const rest = net.forward(x.slice(3, 6, 1), half.hidden as unknown as Tensor);
    expect(rest.hidden.toArray()).toEqual(whole.hidden.toArray());
    expect(whole.output.at(-1, 1).toArray()).toEqual(whole.hidden.toArray());
  }
});

it("Embedding is one-hot times its matrix, and repeated tokens add their gradients", () => {
  const table = new nn.Embedding(3, 2);
  const tokens = tensor([2, 0, 2], { dtype: "int32" });
  const oneHot = tensor([
    [0, 0, 1],
    [1, 0, 0],
    [0, 0, 1],
  ]);
  expect(table.forward(tokens).toArray()).toEqual(oneHot.matmul(table.weight).toArray());
  table.forward(tokens).sum().backward();
  expect(table.weight.grad?.toArray()).toEqual([
    [1, 1],
    [0, 0],
    [2, 2],
  ]);
});

describe("takes no arrays for tensors", () => {
  const array = [[[1, 2]]] as never;
  it.each<[string, () => unknown]>([
    ["Linear", () => new nn.Linear(2, 2).forward(array)],
    ["MLP", () => new nn.MLP([2, 2]).forward(array)],
    ["RNN", () => new nn.RNN(2, 2).forward(array)],
    ["GRU", () => new nn.GRU(2, 2).forward(array)],
    ["GPT", () => new nn.GPT(2, 2, 1).forward(array)],
    ["SinusoidalPositions", () => new nn.SinusoidalPositions(2).forward(array)],
    ["LearnedPositions", () => new nn.LearnedPositions(2, 2).forward(array)],
    ["TransformerEncoderLayer", () => new nn.TransformerEncoderLayer(2, 1).forward(array)],
    ["TransformerDecoderLayer", () => new nn.TransformerDecoderLayer(2, 1).forward(array, array)],
    ["Transformer", () => new nn.Transformer(2, 1).forward(array, array)],
    ["MultiHeadAttention", () => new nn.MultiHeadAttention(2, 1).forward(array)],
    ["linear", () => nn.linear(array, zeros([2, 2]))],
    ["layerNorm", () => nn.layerNorm(array, zeros([2]), zeros([2]))],
  ])("%s", (name, attempt) => {
    expect(messageOf(attempt)).toBe(`${name}: takes a tensor, got an array of 1`);
  });
});

describe("says what it cannot take", () => {
  it.each<[string, () => unknown]>([
    ["Linear: takes a tensor, got an array of 3", () => new nn.Linear(3, 2).forward([1, 2, 3] as never)],
    ["Linear: the number of inputs is a whole number from 1 up, got 0", () => new nn.Linear(0, 2)],
    ["Linear: the number of outputs is a whole number from 1 up, got 2.5", () => new nn.Linear(1, 2.5)],
    ["Dropout: p is a probability from 0 up to, not including, 1; got 1", () => new nn.Dropout(1)],
    ["dropout: p is a probability from 0 up to, not including, 1; got -1", () => nn.dropout(zeros([2]), -1)],
    ["dropout: p is a probability from 0 up to, not including, 1; got NaN", () => nn.dropout(zeros([2]), Number.NaN)],
    [
      'dropout: needs a float tensor, this one is int32; call .to("float32")',
      () => nn.dropout(zeros([2], { dtype: "int32" }), 0.5),
    ],
    [
      "linear: bias has shape [40], got [2]",
      () => nn.linear(zeros([20, 30]), zeros([40, 30]), tensor([1, 2]) as Tensor as Tensor<[40]>),
    ],
    [
      "linear: weight has shape [Out, In], got [30]",
      () => nn.linear(zeros([20, 30]), zeros([30]) as Tensor as Tensor<[40, 30]>),
    ],
    [
      "layerNorm: bias has shape [8], got [7]",
      () => nn.layerNorm(zeros([2, 8]), zeros([8]), zeros([7]) as Tensor as Tensor<[8]>),
    ],
    ["MLP: takes two or more sizes, such as [2, 8, 1]; got an array of 1", () => new nn.MLP([3])],
    [
      'MLP: activation is a function or one of relu, leakyRelu, elu, gelu, geluTanh, sigmoid, tanh, softplus; got "swish"',
      () => new nn.MLP([1, 1], { activation: "swish" as never }),
    ],
    ["Sequential: takes modules with a forward, got the function sin", () => new nn.Sequential(Math.sin as never)],
    ["GRU: takes at least one step, got [2, 0, 3]", () => new nn.GRU(3, 4).forward(zeros([2, 0, 3]))],
    [
      "GRU: the first state is [2, 4], got [2, 5]",
      () => new nn.GRU(3, 4).forward(zeros([2, 1, 3]), zeros([2, 5]) as unknown as Tensor),
    ],
    [
      "RNN: the first state is [2, 4], got an array of 2",
      () => new nn.RNN(3, 4).forward(zeros([2, 1, 3]), [1, 2] as never),
    ],
    [
      "Embedding: index 7 is outside axis 0 of [7, 4]",
      () => new nn.Embedding(7, 4).forward(tensor([7], { dtype: "int32" })),
    ],
  ])("%s", (message, attempt) => {
    expect(messageOf(attempt)).toBe(message);
  });
});
