/** @file GPT: its first loss, what it can learn, and generation, cached or not. */

import { afterEach, describe, expect, it } from "vitest";
import { crossEntropy, Generator, manualSeed, nn, optim, setBackend, type Tensor, tensor } from "../../lib/index.js";
import { messageOf } from "../helpers/messages.js";

afterEach(() => setBackend("wasm"));

function small(seed = 1): nn.GPT<11, 16> {
  manualSeed(seed);
  const gpt = new nn.GPT(11, 16, 2, { numLayers: 2, contextLength: 12 });
  for (const parameter of gpt.parameters()) if (parameter.ndim > 1) nn.init.normal(parameter, 0, 0.3);
  return gpt;
}
const tokens = (...list: number[]) => tensor([list], { dtype: "int32" });

it("starts with a loss near ln V: every token as likely as another", () => {
  manualSeed(0);
  const gpt = new nn.GPT(50, 32, 4);
  const x = tokens(...Array.from({ length: 40 }, (_, i) => (i * 7) % 50));
  expect(crossEntropy(gpt.forward(x), x).item()).toBeCloseTo(Math.log(50), 1);
});

it("learns a cycle of tokens, and writes it on", () => {
  manualSeed(0);
  const gpt = new nn.GPT(5, 16, 2, { contextLength: 8 });
  const adam = new optim.Adam(gpt.parameters(), { lr: 1e-2 });
  const cycles = [0, 1, 2, 3, 4].map((start) => Array.from({ length: 8 }, (_, i) => (start + i) % 5));
  const x = tensor(cycles, { dtype: "int32" }) as Tensor as Tensor<[5, 8]>;
  const y = x.add(1).sub(x.eq(4).to("int32").mul(5));
  for (let step = 0; step < 40; step++) {
    adam.zeroGrad();
    crossEntropy(gpt.forward(x), y).backward();
    adam.step();
  }
  expect(gpt.generate([3, 4], { maxNewTokens: 5, temperature: 0 })).toEqual([3, 4, 0, 1, 2, 3, 4]);
});

describe.each(["reference", "wasm"] as const)("on the %s backend", (name) => {
  it("logits do not depend, by a bit, on tokens to come", () => {
    setBackend(name);
    const gpt = small();
    const logits = gpt.forward(tokens(1, 2, 3, 4, 5, 6, 7));
    for (let t = 1; t < 7; t++) {
      const changed = [1, 2, 3, 4, 5, 6, 7].map((token, i) => (i < t ? token : (token * 3 + t) % 11));
      const others = gpt.forward(tokens(...changed));
      expect(others.slice(0, t, 1).toTypedArray()).toEqual(logits.slice(0, t, 1).toTypedArray());
    }
  });

  it("a cache gives the same logits to the bit, a token or several at a time", () => {
    setBackend(name);
    const gpt = small();
    const all = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    const wanted = gpt.forward(tokens(...all)).at(0);
    for (const step of [1, 3, 10]) {
      const caches = gpt.blocks.map(() => new nn.KeyValueCache());
      for (let t = 0; t < all.length; t += step) {
        const some = gpt.forward(tokens(...all.slice(t, t + step)), caches).at(0);
        expect(some.toTypedArray()).toEqual((wanted as Tensor).slice(t, t + step).toTypedArray());
      }
    }
  });

  it("generation with a cache equals generation without, also beyond the context", () => {
    setBackend(name);
    for (const options of [{ temperature: 0 }, { temperature: 1.5 }, { temperature: 1, topK: 3 }]) {
      const written = [true, false].map((cache) =>
        small().generate([1, 2, 3], { maxNewTokens: 20, cache, generator: new Generator(4), ...options }),
      );
      expect(written[0]).toEqual(written[1]);
      expect(written[0]).toHaveLength(23);
    }
  });
});

it("training gives the same losses on both backends, to the bit", () => {
  const [plain, wasm] = (["reference", "wasm"] as const).map((name) => {
    setBackend(name);
    manualSeed(1);
    const gpt = new nn.GPT(11, 24, 3, { numLayers: 2, contextLength: 16, dropout: 0.1 });
    const adam = new optim.AdamW(gpt.parameters(), { lr: 1e-2 });
    const x = tokens(5, 3, 8, 0, 0, 2, 9, 10, 1, 1, 7, 4, 6);
    return Array.from({ length: 5 }, () => {
      adam.zeroGrad();
      const loss = crossEntropy(gpt.forward(x), x);
      loss.backward();
      optim.clipGradNorm(gpt.parameters(), 1);
      adam.step();
      return loss.item();
    });
  });
  expect(plain).toEqual(wasm);
});

it("generation drops nothing out, and leaves the model training as it was", () => {
  const gpt = new nn.GPT(11, 16, 2, { dropout: 0.5 });
  const [one, other] = [1, 2].map(() => gpt.generate([1], { maxNewTokens: 10, temperature: 0 }));
  expect(one).toEqual(other);
  expect(gpt.training).toBe(true);
  expect(gpt.blocks[1].selfAttention.training).toBe(true);
});

it("generation leaves each part in the mode that it was in, also when it fails", () => {
  const gpt = small();
  gpt.blocks[0].eval();
  const modes = () => [gpt, ...gpt.blocks, gpt.blocks[0].feedForward.dropout].map(({ training }) => training);
  gpt.generate([1], { maxNewTokens: 2 });
  expect(modes()).toEqual([true, false, true, false]);
  expect(() => gpt.generate([1], { maxNewTokens: 2, topK: 0 })).toThrow("topK");
  expect(modes()).toEqual([true, false, true, false]);
});

it("the head may share the embedding's matrix", () => {
  const gpt = small();
  gpt.head.weight = gpt.tokens.weight;
  const before = gpt.parameters().length;
  expect(gpt.namedParameters().map(([name]) => name)).not.toContain("head.weight");
  crossEntropy(gpt.forward(tokens(1, 2)), tokens(2, 3)).backward();
  expect(gpt.tokens.weight.grad?.ne(0).sum().item()).toBe(11 * 16);
  expect(small().parameters()).toHaveLength(before + 1);
});

describe("a GPT with a tied head", () => {
  const tied = () => {
    const gpt = small();
    gpt.head.weight = gpt.tokens.weight;
    return gpt;
  };
  const published = (gpt: nn.GPT<11, 16>) => {
    const { "head.weight": _, ...state } = gpt.stateDict();
    return state;
  };

  it("saves the matrix under both names, and loads either or both", () => {
    const gpt = tied();
    const y = gpt.forward(tokens(1, 2)).toArray();
    expect(Object.keys(gpt.stateDict())).toEqual(Object.keys(small().stateDict()));
    expect(tied().loadStateDict(gpt.stateDict()).forward(tokens(1, 2)).toArray()).toEqual(y);
    expect(tied().loadStateDict(published(gpt)).forward(tokens(1, 2)).toArray()).toEqual(y);
    const { "tokens.weight": _, ...headOnly } = gpt.stateDict();
    expect(tied().loadStateDict(headOnly).forward(tokens(1, 2)).toArray()).toEqual(y);
  });
  it("takes no two values for the one matrix, and an untied one needs both names", () => {
    const gpt = tied();
    const before = gpt.stateDict();
    expect(messageOf(() => gpt.loadStateDict(small().stateDict()))).toBe(
      "loadStateDict: GPT does not fit: tokens.weight and head.weight are one tensor here, and differ; rename or reshape entries first",
    );
    expect(gpt.stateDict()["blocks.0.selfAttention.query.weight"].toArray()).toEqual(
      before["blocks.0.selfAttention.query.weight"].toArray(),
    );
    expect(messageOf(() => small().loadStateDict(published(gpt)))).toBe(
      "loadStateDict: GPT does not fit: head.weight is missing; rename or reshape entries first",
    );
  });
});

describe("sample", () => {
  const logits = [1, 3, 2, 3];
  const draws = (options: nn.SamplingOptions) => {
    const generator = new Generator(1);
    return Array.from({ length: 4000 }, () => nn.sample(logits, { generator, ...options }));
  };
  const share = (drawn: number[], token: number) => drawn.filter((one) => one === token).length / drawn.length;

  it("at temperature 0 takes the likeliest, the first of equals", () => {
    expect(nn.sample(logits, { temperature: 0 })).toBe(1);
  });
  it("draws with the probabilities of softmax(logits / temperature)", () => {
    for (const temperature of [0.5, 1, 2]) {
      const weights = logits.map((logit) => Math.exp(logit / temperature));
      const total = weights.reduce((sum, weight) => sum + weight);
      const drawn = draws({ temperature });
      for (const [token, weight] of weights.entries()) {
        expect(Math.abs(share(drawn, token) - weight / total)).toBeLessThan(0.025);
      }
    }
  });
  it("draws from the k likeliest only", () => {
    expect(new Set(draws({ topK: 3 }))).toEqual(new Set([1, 2, 3]));
    expect(new Set(draws({ topK: 1 }))).toEqual(new Set([1]));
    expect(new Set(draws({ topK: 99 }))).toEqual(new Set([0, 1, 2, 3]));
  });
  it("bears logits of ±1000", () => {
    expect(nn.sample([-1000, 1000, 0], { generator: new Generator(1) })).toBe(1);
  });
  it("never draws what is masked by −∞", () => {
    const masked = [-Infinity, 0, -Infinity, 0];
    const generator = new Generator(1);
    expect(new Set(Array.from({ length: 100 }, () => nn.sample(masked, { generator })))).toEqual(new Set([1, 3]));
  });
});

describe("says what it cannot take", () => {
  it.each<[string, () => unknown]>([
    [
      "GPT: looks at 12 tokens at most, got 13; keep the last ones only",
      () => small().forward(tokens(...Array(13).fill(1))),
    ],
    ["GPT: takes tokens [B, T], got [2]", () => small().forward(tensor([1, 2], { dtype: "int32" }) as never)],
    ["GPT.generate: needs a prompt of one token or more", () => small().generate([], { maxNewTokens: 1 })],
    ...[11, -1, 1.7, Number.NaN].map((token): [string, () => unknown] => [
      `GPT.generate: tokens are whole numbers from 0 to 10, the prompt holds ${token}`,
      () => small().generate([1, token], { maxNewTokens: 0 }),
    ]),
    ...[2.5, -1, Number.NaN].map((maxNewTokens): [string, () => unknown] => [
      `GPT.generate: maxNewTokens is a whole number from 0 up, got ${maxNewTokens}`,
      () => small().generate([1], { maxNewTokens }),
    ]),
    ...[0, 1].flatMap((maxNewTokens): [string, () => unknown][] => [
      [
        "GPT.generate: temperature is a finite number from 0 up, got -1",
        () => small().generate([1], { maxNewTokens, temperature: -1 }),
      ],
      ["GPT.generate: topK is a whole number from 1 up, got 0", () => small().generate([1], { maxNewTokens, topK: 0 })],
    ]),
    ...[2.5, -1, Number.NaN].map((numLayers): [string, () => unknown] => [
      `GPT: numLayers is a whole number from 0 up, got ${numLayers}`,
      () => new nn.GPT(11, 16, 2, { numLayers }),
    ]),
    ["sample: temperature is a finite number from 0 up, got -1", () => nn.sample([1, 2], { temperature: -1 })],
    ["sample: logits are numbers or −∞, that of token 1 is NaN", () => nn.sample([1, Number.NaN, Number.NaN])],
    ["sample: logits are numbers or −∞, that of token 0 is Infinity", () => nn.sample([Infinity, 1])],
    ["sample: every logit is −∞, which leaves no token to draw", () => nn.sample([-Infinity, -Infinity])],
    ["sample: needs an array of one logit or more, got an array of 0", () => nn.sample([])],
    [
      "sample: needs an array of one logit or more, got a Tensor",
      () => nn.sample(tensor([1, 2]) as unknown as number[]),
    ],
    ["sample: topK is a whole number from 1 up, got 0", () => nn.sample([1, 2], { topK: 0 })],
  ])("%s", (message, attempt) => {
    expect(messageOf(attempt)).toBe(message);
  });
});
