/** @file Every module gives PyTorch's outputs, and PyTorch's gradients of its parameters and inputs, in float64. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { nn, setDefaultDtype, type Tensor, tensor } from "../../lib/index.js";
import { flat, modules, pattern, weighted } from "../pytorch/reference.js";

beforeAll(() => setDefaultDtype("float64"));
afterAll(() => setDefaultDtype("float32"));

type Inputs = Record<string, Tensor>;
type Outputs = Record<string, Tensor>;
/** A module and — where it is not `forward(x)` alone — how it is called. */
type Case = [module: nn.Module, run?: (inputs: Inputs) => Outputs];

const ours: Record<string, () => Case> = {
  "Linear of a vector": () => [new nn.Linear(3, 4)],
  "Linear of a sequence": () => [new nn.Linear(3, 4)],
  "Linear without bias": () => [new nn.Linear(3, 4, { bias: false })],
  LayerNorm: () => [new nn.LayerNorm(5)],
  ReLU: () => [new nn.ReLU()],
  LeakyReLU: () => [new nn.LeakyReLU(0.2)],
  ELU: () => [new nn.ELU(1.5)],
  GELU: () => [new nn.GELU()],
  "GELU by tanh": () => [new nn.GELU({ approximate: "tanh" })],
  Sigmoid: () => [new nn.Sigmoid()],
  Tanh: () => [new nn.Tanh()],
  Softplus: () => [new nn.Softplus()],
  Softmax: () => [new nn.Softmax()],
  MLP: () => [new nn.MLP([3, 5, 4, 2])],
  "MLP with tanh": () => [new nn.MLP([3, 5, 2], { activation: "tanh" })],
  RNN: () => recurrent(new nn.RNN(3, 4)),
  "RNN from a given state": () => recurrent(new nn.RNN(3, 4)),
  GRU: () => recurrent(new nn.GRU(3, 4)),
  "GRU from a given state": () => recurrent(new nn.GRU(3, 4)),
  Embedding: () => {
    const table = new nn.Embedding(7, 4);
    const tokens = tensor(
      [
        [0, 3, 3],
        [6, 1, 0],
      ],
      { dtype: "int32" },
    );
    return [table, () => ({ output: table.forward(tokens) as Tensor })];
  },
  "MultiHeadAttention to itself": () => attention({}),
  "MultiHeadAttention without bias": () => attention({}, { bias: false }),
  "MultiHeadAttention, causal": () => attention({ causal: true }),
  "MultiHeadAttention to another sequence": () => attention({}),
  "MultiHeadAttention to a padded sequence": () => {
    const tokens = tensor([
      [5, 5, 5, 5, 5],
      [5, 5, 5, 0, 0],
    ]);
    return attention({ mask: nn.paddingMask(tokens, 0) });
  },
  ...transformers({ normFirst: false }),
  ...transformers({ normFirst: true }),
};

function attention(
  options: { causal?: boolean; mask?: Tensor<[2, 1, 1, 5]> },
  made: nn.MultiHeadAttentionOptions = {},
): Case {
  const module = new nn.MultiHeadAttention(8, 2, made);
  return [
    module,
    ({ query, key, value }) => {
      const { output, weights } = module.forward(query, key, value, options);
      return { output, weights: weights as unknown as Tensor };
    },
  ];
}

function transformers({ normFirst }: { normFirst: boolean }): Record<string, () => Case> {
  const place = `norm ${normFirst ? "before" : "after"}`;
  const layers = (["relu", "gelu"] as const).flatMap((activation): [string, () => Case][] => {
    const options = { dFF: 12, dropout: 0, normFirst, activation };
    const decoder = () => new nn.TransformerDecoderLayer(8, 2, options) as nn.TransformerDecoderLayer<number>;
    return [
      [`TransformerEncoderLayer, ${place} with ${activation}`, () => [new nn.TransformerEncoderLayer(8, 2, options)]],
      [`TransformerDecoderLayer, ${place} with ${activation}`, () => withMemory(decoder())],
    ];
  });
  return { ...Object.fromEntries(layers), [`Transformer, ${place}`]: () => encoderDecoder(normFirst) };
}

type Sequence = Tensor<[number, number, number]>;

function withMemory(layer: nn.TransformerDecoderLayer<number>): Case {
  return [layer, ({ x, memory }) => ({ output: layer.forward(x, memory as Tensor as Sequence) })];
}

function encoderDecoder(normFirst: boolean): Case {
  const options = { numEncoderLayers: 2, numDecoderLayers: 2, dFF: 6, dropout: 0, normFirst };
  const module = new nn.Transformer(4 as number, 2, options);
  return [module, ({ source, target }) => ({ output: module.forward(source as Tensor as Sequence, target) as Tensor })];
}

function recurrent(net: nn.RNN<3, 4> | nn.GRU<3, 4>): Case {
  return [net, ({ x, initial }) => ({ ...net.forward(x, initial) }) as unknown as Outputs];
}

it("has a module for every reference case", () => {
  expect(Object.keys(ours).sort()).toEqual(Object.keys(modules).sort());
});

it.each(Object.keys(ours))("%s gives PyTorch's outputs and gradients", (name) => {
  const reference = modules[name];
  const [module, run] = ours[name]();
  module.loadStateDict(
    Object.fromEntries(module.namedParameters().map(([path, { shape }]) => [path, pattern(path, shape)])),
  );
  const inputs = Object.fromEntries(
    Object.entries(reference.inputs).map(([path, shape]) => [path, pattern(path, shape) as Tensor]),
  );
  for (const x of Object.values(inputs)) x.requiresGrad = true;
  const outputs = run ? run(inputs) : { output: (module as nn.Layer).forward(inputs.x) };
  const differentiable = Object.entries(outputs).flatMap(([path, y]) => (path === "weights" ? [] : [weighted(y)]));
  differentiable.reduce((a, b) => a.add(b)).backward();

  const leaves = [...module.namedParameters(), ...Object.entries(inputs)];
  expect(leaves.map(([path]) => path).sort()).toEqual(Object.keys(reference.gradients).sort());
  for (const [path, y] of Object.entries(outputs)) near(flat(y), reference.outputs[path], `${name}: ${path}`);
  for (const [path, x] of leaves) near(flat(x.grad), reference.gradients[path], `${name}: gradient of ${path}`);
});

/** Equal to nine digits; the reference has ten. */
function near(got: number[], wanted: number[], what: string): void {
  expect(got.length, what).toBe(wanted.length);
  const scale = Math.max(1, ...wanted.map(Math.abs));
  const worst = Math.max(0, ...got.map((value, i) => Math.abs(value - wanted[i])));
  expect(worst / scale, `${what}: largest difference ${worst}`).toBeLessThan(1e-9);
}
