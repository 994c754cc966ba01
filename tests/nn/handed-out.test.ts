/** @file What a module hands out is the caller's: writing into it changes no gradient, or `backward` says so. */

import { describe, expect, it } from "vitest";
import { Generator, manualSeed, nn, noGrad, optim, randn, type Tensor, tensor, text } from "../../lib/index.js";
import { LayerNorm } from "../../lib/nn/layers.js";

/** What is differentiated by: the module's parameters and its input, if that is of floats. */
type Run = { module: nn.Module; input?: Tensor; result: unknown; loss: Tensor };

const sequence = () => randn([2, 5, 8], { generator: new Generator(1), requiresGrad: true }) as unknown as Tensor;
const squared = (y: Tensor) => y.mul(y).sum() as unknown as Tensor;

/** Every module with one forward pass: what came out, and a loss made of it. */
const modules: Record<string, () => Run> = {
  ...Object.fromEntries(
    (
      [
        ["Linear", () => new nn.Linear(8, 3)],
        ["LayerNorm", () => new LayerNorm(8)],
        ["Dropout", () => new nn.Dropout(0.5)],
        [
          "Sequential",
          () => new nn.Sequential(new nn.Linear(8, 3), new nn.GELU(), new nn.Linear(3, 2), new nn.Softmax()),
        ],
        ["MLP", () => new nn.MLP([8, 5, 2], { activation: "tanh" })],
        ["SinusoidalPositions", () => new nn.SinusoidalPositions(8)],
        ["LearnedPositions", () => new nn.LearnedPositions(9, 8)],
        ["TransformerEncoderLayer", () => new nn.TransformerEncoderLayer(8, 2, { dFF: 6, activation: "gelu" })],
      ] as const
    ).map(([name, make]) => [
      name,
      () => {
        const module = make() as nn.Module & { forward(x: Tensor): Tensor };
        const input = sequence();
        const result = module.forward(input);
        return { module, input, result, loss: squared(result) };
      },
    ]),
  ),
  ...Object.fromEntries(
    ([nn.RNN, nn.GRU] as const).map((kind) => [
      kind.name,
      () => {
        const module = new kind(8, 3);
        const input = sequence();
        const result = module.forward(input as never) as { output: Tensor; hidden: Tensor };
        return { module, input, result, loss: squared(result.output).add(squared(result.hidden)) as Tensor };
      },
    ]),
  ),
  ...Object.fromEntries(
    [0, 0.3].map((dropout) => [
      `MultiHeadAttention, dropout ${dropout}`,
      () => {
        const module = new nn.MultiHeadAttention(8, 2, { dropout });
        const cache = new nn.KeyValueCache();
        const input = sequence();
        const x = input as never;
        const { output, weights } = module.forward(x, x, x, { causal: true, cache }) as {
          output: Tensor;
          weights: Tensor;
        };
        return { module, input, result: { output, weights, cache, again: module.weights }, loss: squared(output) };
      },
    ]),
  ),
  scaledDotProductAttention: () => {
    const module = new nn.Linear(8, 8);
    const input = sequence();
    const q: Tensor = module.forward(input as never);
    const { output, weights } = nn.scaledDotProductAttention(q, q, q as never) as { output: Tensor; weights: Tensor };
    return { module, input, result: { output, weights }, loss: squared(output).add(squared(weights)) as Tensor };
  },
  Embedding: () => {
    const module = new nn.Embedding(4, 8);
    const result: Tensor = module.forward(tensor([1, 3, 3], { dtype: "int32" }));
    return { module, result, loss: squared(result) };
  },
  GPT: () => {
    const module = new nn.GPT(5, 8, 2, { dropout: 0.1 });
    const caches = module.blocks.map(() => new nn.KeyValueCache());
    const result: Tensor = module.forward(tensor([[1, 2, 3]], { dtype: "int32" }) as never, caches);
    return { module, result: { result, caches }, loss: squared(result) };
  },
};

/** Every tensor within a value. */
function tensorsIn(value: unknown): Tensor[] {
  if (typeof value !== "object" || value === null) return [];
  if ("toTypedArray" in value) return [value as Tensor];
  return Object.values(value).flatMap(tensorsIn);
}

const gradients = ({ module, input, loss }: Run) => {
  loss.backward();
  const found = [...module.parameters(), ...(input ? [input] : [])].map(({ grad }) => grad?.toArray());
  expect(found.filter(Boolean)).not.toEqual([]);
  return found;
};

describe.each(Object.entries(modules))("what %s hands out", (_, run) => {
  it("can be overwritten without a wrong gradient", () => {
    manualSeed(3);
    const right = gradients(run());
    manualSeed(3);
    const probe = run();
    const count = tensorsIn(probe.result).length;
    expect(count).toBeGreaterThan(0);
    for (let i = 0; i < count; i++) {
      manualSeed(3);
      const changed = run();
      noGrad(() => tensorsIn(changed.result)[i].detach().copy_(0));
      let found: unknown;
      try {
        found = gradients(changed);
      } catch (error) {
        expect((error as Error).message).toMatch(/changed in place/);
        continue;
      }
      expect(found).toEqual(right);
    }
  });
});

it("attention weights are one copy, however they are read, and stay as they were", () => {
  const attention = new nn.MultiHeadAttention(8, 2);
  const x = sequence() as never;
  const result = attention.forward(x);
  const before = result.weights.toArray();
  expect(attention.weights).toBe(result.weights);
  attention.forward((x as Tensor).mul(3) as never);
  expect(result.weights.toArray()).toEqual(before);
  expect(attention.weights?.toArray()).not.toEqual(before);
});

describe("what is kept", () => {
  it("of a list of sizes is a copy", () => {
    const sizes = [2, 3];
    const mlp = new nn.MLP(sizes);
    sizes[0] = 9;
    expect(mlp.sizes).toEqual([2, 3]);
  });
  it("of a list of special tokens or of merges is a copy", () => {
    const special = ["<pad>"];
    const merges: [number, number][] = [[99, 100]];
    const tokenizer = new text.BytePairTokenizer(merges, { special });
    special[0] = "a";
    merges[0][0] = 0;
    merges.length = 0;
    expect([tokenizer.encode("abc"), tokenizer.vocabulary.special]).toEqual([[98, 257], ["<pad>"]]);
  });
  it("of a table of word vectors is a copy, and its norms follow what is written into it", () => {
    const given = Float32Array.of(1, 0, 0, 2);
    const table = new text.WordVectors(["east", "north"], given);
    given.fill(7);
    expect(table.cosine("east", "north")).toBe(0);
    expect(table.nearest("east")[0].similarity).toBe(0);
    table.vector("north").copy_(tensor([3, 4]));
    expect(table.nearest("east")[0].similarity).toBeCloseTo(0.6, 12);
  });
  it("of principal components is a copy", () => {
    const points = tensor([
      [1, 0],
      [2, 1],
      [4, 5],
    ]);
    const found = text.pca(points);
    const before = found.project(points).toArray();
    found.mean.copy_(0);
    found.components.copy_(0);
    expect(found.project(points).toArray()).toEqual(before);
  });
  it("of an optimizer's state is a copy, both ways", () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const sgd = new optim.SGD([x], { lr: 0.1, momentum: 0.9 });
    x.mul(x).sum().backward();
    sgd.step();
    for (const entry of Object.values(sgd.stateDict())) entry.copy_(0);
    expect(sgd.stateDict()["velocity.0"].toArray()).toEqual([2, 4]);
    const state = sgd.stateDict();
    sgd.loadStateDict(state);
    for (const entry of Object.values(state)) entry.copy_(0);
    expect(sgd.stateDict()["velocity.0"].toArray()).toEqual([2, 4]);
  });
});
