/** @file Attention by its properties: weights are weights, masks hide, the future is unseen, heads are apart. */

import { inspect } from "node:util";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { concat, Generator, nn, ones, randn, setBackend, type Tensor, tensor, zeros } from "../../lib/index.js";
import { messageOf } from "../helpers/messages.js";

const { scaledDotProductAttention } = nn;
const random = (seed: number) => {
  const generator = new Generator(seed);
  return (...shape: number[]): Tensor => randn(shape, { generator });
};
/** A mask of [T, S], each place true with probability ½. */
const randomMask = (seed: number, T: number, S: number): Tensor => random(seed)(T, S).gt(0);

afterEach(() => setBackend("wasm"));

describe("weights", () => {
  it("are ≥ 0, sum to 1 and are 0 where hidden, under every mask; a query that may look nowhere has none", () => {
    const sizes = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), fc.boolean(), fc.boolean(), (T, extra, seed, causal, masked) => {
        const S = T + extra - 1;
        const [draw, mask] = [random(seed), masked ? randomMask(seed + 1, T, S) : undefined];
        const { weights, output } = scaledDotProductAttention(
          ...([draw(2, T, 4).mul(10), draw(2, S, 4).mul(10), draw(2, S, 3)] as const),
          { mask, causal },
        );
        expect(weights.shape).toEqual([2, T, S]);
        expect(output.shape).toEqual([2, T, 3]);
        for (const matrix of weights.toArray() as number[][][]) {
          for (const [i, row] of matrix.entries()) {
            const may = row.map((_, j) => (!causal || j <= i + S - T) && (!mask || mask.at(i).at(j).item() === 1));
            const total = row.reduce((sum, weight) => sum + weight, 0);
            expect(Math.abs(total - (may.includes(true) ? 1 : 0))).toBeLessThan(1e-6);
            for (const [j, weight] of row.entries()) expect(may[j] ? weight >= 0 : weight === 0).toBe(true);
          }
        }
      }),
    );
  });
  it("are even for equal keys, and all on one key that matches far better", () => {
    const q = tensor([[1000, 0]]);
    const v = tensor([[1], [2], [6]]);
    expect(scaledDotProductAttention(q, zeros([3, 2]), v).output.item()).toBeCloseTo(3, 6);
    const { weights, output } = scaledDotProductAttention(
      q,
      tensor([
        [0, 1],
        [1, 0],
        [0, -1],
      ]),
      v,
    );
    expect(weights.toArray()).toEqual([[0, 1, 0]]);
    expect(output.item()).toBe(2);
  });
});

describe("a query that may look nowhere", () => {
  const nowhere = tensor([
    [true, true, false],
    [false, false, false],
  ]);
  it("gets weights and output 0, and gives no gradient and no NaN", () => {
    const draw = random(1);
    const [q, k, v] = [draw(2, 4), draw(3, 4), draw(3, 5)];
    for (const x of [q, k, v]) x.requiresGrad = true;
    const { output, weights } = scaledDotProductAttention(q, k, v, { mask: nowhere });
    expect((weights.toArray() as number[][])[1]).toEqual([0, 0, 0]);
    expect((output.toArray() as number[][])[1]).toEqual([0, 0, 0, 0, 0]);
    output.sum().backward();
    expect(((q.grad as Tensor).toArray() as number[][])[1]).toEqual([0, 0, 0, 0]);
    for (const x of [q, k, v]) expect((x.grad as Tensor).toTypedArray().every(Number.isFinite)).toBe(true);
  });
  it("stays hidden from the future where a mask leaves it no past", () => {
    const leftPadded = tensor([[false, true, true]]);
    const { weights } = scaledDotProductAttention(...([zeros([3, 2]), zeros([3, 2]), zeros([3, 2])] as const), {
      mask: leftPadded,
      causal: true,
    });
    expect(weights.toArray()).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [0, 0.5, 0.5],
    ]);
  });
});

describe("causal attention", () => {
  it.each(["reference", "wasm"] as const)(
    "gives earlier positions the same bits whatever comes later (%s backend)",
    (name) => {
      setBackend(name);
      const layer = new nn.TransformerEncoderLayer(16, 4, { dFF: 24, dropout: 0 });
      const x = random(2)(2, 9, 16);
      const y = layer.forward(x, { causal: true });
      for (let t = 1; t < 9; t++) {
        const changed = concat([x.slice(0, t, 1), random(t)(2, 9 - t, 16).mul(50)], 1) as Tensor;
        const z = layer.forward(changed, { causal: true });
        expect(z.slice(0, t, 1).toTypedArray()).toEqual(y.slice(0, t, 1).toTypedArray());
      }
    },
  );
  it("takes fewer queries than keys for the last positions", () => {
    expect(nn.causalMask(2, 4).toArray()).toEqual([
      [1, 1, 1, 0],
      [1, 1, 1, 1],
    ]);
    const x = random(3)(1, 5, 8);
    const all = scaledDotProductAttention(x, x, x, { causal: true });
    const last = scaledDotProductAttention(x.slice(3, 5, 1), x, x, { causal: true });
    expect(last.output.toTypedArray()).toEqual(all.output.slice(3, 5, 1).toTypedArray());
  });
  it("refuses more queries than keys", () => {
    const [q, k] = [zeros([3, 2]), zeros([2, 2])];
    expect(messageOf(() => scaledDotProductAttention(q, k, k, { causal: true }))).toBe(
      "causal attention: 3 queries need at least as many keys, got 2",
    );
  });
});

it("without positions, attention turns a reordered sequence into the reordered result", () => {
  const attention = new nn.MultiHeadAttention(8, 2);
  const x = random(4)(1, 6, 8);
  const order = tensor([3, 0, 5, 1, 4, 2], { dtype: "int32" });
  const reordered = attention.forward(x.take(order, 1)).output;
  const difference = reordered.sub(attention.forward(x).output.take(order, 1) as Tensor);
  expect(difference.abs().max().item()).toBeLessThan(1e-6);
  const withPositions = new nn.SinusoidalPositions(8);
  const moved = attention.forward(withPositions.forward(x.take(order, 1))).output;
  const still = attention.forward(withPositions.forward(x)).output.take(order, 1) as Tensor;
  expect(moved.sub(still).abs().max().item()).toBeGreaterThan(1e-2);
});

it("heads side by side are a loop over heads", () => {
  const [C, H, D] = [6, 3, 2];
  const attention = new nn.MultiHeadAttention(C as number, H);
  const x = random(5)(2, 4, C);
  const [q, k, v] = [attention.query, attention.key, attention.value].map((map): Tensor => map.forward(x));
  const heads = Array.from({ length: H }, (_, h) => {
    const share = (y: Tensor): Tensor => y.slice(h * D, (h + 1) * D, 2);
    return scaledDotProductAttention(share(q), share(k), share(v));
  });
  const joined: Tensor = attention.output.forward(
    concat(
      heads.map(({ output }) => output),
      -1,
    ) as Tensor,
  );
  const { output, weights } = attention.forward(x);
  expect((output as Tensor).sub(joined).abs().max().item()).toBeLessThan(1e-6);
  for (const [h, head] of heads.entries()) {
    const mine = weights.at(h, 1) as unknown as Tensor;
    expect(mine.sub(head.weights).abs().max().item()).toBeLessThan(1e-6);
  }
});

it("heads in one pass are scaledDotProductAttention of each, under every mask, and so are the gradients", () => {
  const [C, H] = [6, 2];
  const attention = new nn.MultiHeadAttention(C, H);
  const split = (y: Tensor): Tensor => y.reshape([y.shape[0], y.shape[1], H, C / H]).transpose(1, 2);
  const sizes = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(sizes, sizes, fc.nat(), fc.boolean(), fc.boolean(), (T, extra, seed, causal, masked) => {
      const S = T + extra - 1;
      const options = { causal, mask: masked ? randomMask(seed + 1, T, S) : undefined };
      const draw = random(seed);
      const [x, y] = [draw(2, T, C), draw(2, S, C)];
      const [q, k, v] = [attention.query.forward(x), attention.key.forward(y), attention.value.forward(y)].map(split);
      const heads = scaledDotProductAttention(q, k, v, options);
      const composed = attention.output.forward(heads.output.transpose(1, 2).reshape([2, T, C]));
      const { output, weights } = attention.forward(x, y, y, options);
      expect(weights.toTypedArray()).toEqual(heads.weights.toTypedArray());
      expect(output.toTypedArray()).toEqual(composed.toTypedArray());

      const [found, wanted] = [output, composed].map((result) => {
        for (const parameter of attention.parameters()) parameter.grad = null;
        result.mul(result).sum().backward();
        return attention.parameters().map(({ grad }) => grad as Tensor);
      });
      for (const [i, gradient] of found.entries()) {
        expect(gradient.sub(wanted[i]).abs().max().item()).toBeLessThan(1e-4);
      }
    }),
    { numRuns: 50 },
  );
});

describe("MultiHeadAttention", () => {
  it("keeps the weights of its last forward, outside the graph", () => {
    const attention = new nn.MultiHeadAttention(4, 2);
    expect(attention.weights).toBeNull();
    const { weights } = attention.forward(random(6)(1, 3, 4));
    expect(attention.weights?.toArray()).toEqual(weights.toArray());
    expect(attention.weights?.requiresGrad).toBe(false);
    expect(Object.keys(attention.stateDict())).toHaveLength(8);
  });
  it("takes a mask for all, one for each sequence, one for each head", () => {
    const attention = new nn.MultiHeadAttention(4, 2);
    const x = random(7)(3, 5, 4);
    const mask = nn.causalMask(5);
    const wanted = attention.forward(x, x, x, { causal: true }).output.toArray();
    expect(attention.forward(x, x, x, { mask }).output.toArray()).toEqual(wanted);
    expect(attention.forward(x, x, x, { mask: mask.broadcastTo([3, 5, 5]) }).output.toArray()).toEqual(wanted);
    expect(attention.forward(x, x, x, { mask: mask.broadcastTo([3, 2, 5, 5]) }).output.toArray()).toEqual(wanted);
  });
  it("drops weights in training only", () => {
    const attention = new nn.MultiHeadAttention(4, 2, { dropout: 0.5 });
    const x = random(8)(1, 6, 4);
    expect(attention.forward(x).weights.eq(0).sum().item()).toBeGreaterThan(0);
    attention.eval();
    expect(attention.forward(x).weights.eq(0).sum().item()).toBe(0);
  });
  it("starts as PyTorch's: Xavier over the three maps together, no bias", () => {
    const { query, output } = new nn.MultiHeadAttention(64, 4);
    expect(query.weight.abs().max().item()).toBeLessThanOrEqual(Math.sqrt(6 / (4 * 64)));
    expect(query.weight.abs().max().item()).toBeGreaterThan(0.95 * Math.sqrt(6 / (4 * 64)));
    expect(output.bias?.toArray().every((b) => b === 0)).toBe(true);
  });
});

it("a padded source translates as the source alone, and its padding has no say", () => {
  const model = new nn.Transformer(8 as number, 2, { numEncoderLayers: 1, numDecoderLayers: 1, dFF: 16 }).eval();
  const draw = random(9);
  const [source, target] = [draw(1, 3, 8), draw(1, 4, 8)] as unknown as Tensor<[number, number, number]>[];
  const padded = (seed: number) =>
    concat([source, random(seed)(1, 2, 8)], 1) as Tensor as Tensor<[number, number, number]>;
  const mask = nn.paddingMask(tensor([[7, 7, 7, 0, 0]]), 0);
  const masks = { sourceMask: mask, memoryMask: mask };
  const alone = model.forward(source, target) as Tensor;
  const first = model.forward(padded(1), target, masks) as Tensor;
  expect(first.sub(alone).abs().max().item()).toBeLessThan(1e-6);
  expect(model.forward(padded(2), target, masks).toArray()).toEqual(first.toArray());
});

it("layers are post-norm with PyTorch's sizes unless said otherwise", () => {
  const layer = new nn.TransformerEncoderLayer(4, 2);
  expect([layer.normFirst, layer.feedForward.expand.outFeatures, layer.dropout.p]).toEqual([false, 2048, 0.1]);
  const { encoderLayers, decoderLayers } = new nn.Transformer(2, 1, { dFF: 2 });
  expect([encoderLayers.length, decoderLayers.length]).toEqual([6, 6]);
});

describe("positions", () => {
  it("as sinusoids turn by an angle that depends on the distance alone", () => {
    const [D, distance] = [16, 7];
    const table = nn.sinusoidalPositions(50, D).to("float64");
    for (const p of [0, 3, 40]) {
      for (let i = 0; i < D; i += 2) {
        const angle = distance / 10000 ** (i / D);
        const [sin, cos] = [
          table
            .at(p as number)
            .at(i)
            .item(),
          table
            .at(p as number)
            .at(i + 1)
            .item(),
        ];
        const turned = sin * Math.cos(angle) + cos * Math.sin(angle);
        expect(
          table
            .at((p + distance) as number)
            .at(i)
            .item(),
        ).toBeCloseTo(turned, 5);
      }
    }
  });
  it("as sinusoids have no greatest length, and may start anywhere", () => {
    const positions = new nn.SinusoidalPositions(4);
    const x = zeros([1, 200, 4]);
    expect(positions.forward(x).at(0).toArray()).toEqual(nn.sinusoidalPositions(200, 4).toArray());
    expect(positions.forward(x, 30).at(0).slice(0, 5).toArray()).toEqual(
      nn.sinusoidalPositions(35, 4).slice(30, 35).toArray(),
    );
  });
});

describe("says what does not fit", () => {
  const x = zeros([1, 4, 6]);
  it.each<[string, () => unknown]>([
    [
      "MultiHeadAttention: dModel 10 does not divide into 3 heads; make it a multiple of 3",
      () => new nn.MultiHeadAttention(10, 3),
    ],
    [
      "attention: queries [2, 3] and keys [5, 4]: features 3 ≠ 4",
      () => scaledDotProductAttention(zeros([2, 3]) as unknown as Tensor, zeros([5, 4]), zeros([5, 4])),
    ],
    [
      "attention: keys [5, 3] and values [4, 3]: lengths 5 ≠ 4",
      () => scaledDotProductAttention(zeros([2, 3]) as unknown as Tensor, zeros([5, 3]), zeros([4, 3])),
    ],
    [
      "attention: a mask is a bool tensor, true where a query may look, as x.ne(0) gives; got a float32 tensor",
      () => scaledDotProductAttention(x, x, x, { mask: zeros([4, 4]) }),
    ],
    ...[false, true].flatMap((causal): [string, () => unknown][] => [
      [
        "attention: a mask broadcasts to the weights, and [5, 4] does not to [1, 4, 4]",
        () => scaledDotProductAttention(x, x, x, { mask: zeros([5, 4]).eq(0), causal }),
      ],
      [
        "attention: a mask broadcasts to the weights, and [2, 4, 4] does not to [1, 4, 4]",
        () => scaledDotProductAttention(x, x, x, { mask: zeros([2, 4, 4]).eq(0), causal }),
      ],
      [
        "attention: a mask broadcasts to the weights, and [3, 1, 4, 4] does not to [1, 2, 4, 4]",
        () => new nn.MultiHeadAttention(6, 2).forward(x, x, x, { mask: zeros([3, 1, 4, 4]).eq(0) as never, causal }),
      ],
    ]),
    [
      "MultiHeadAttention: [1, 4, 6] and [3, 5, 6]: batches 1 ≠ 3",
      () => new nn.MultiHeadAttention(6, 2).forward(x, zeros([3, 5, 6]) as Tensor),
    ],
    [
      "MultiHeadAttention: [1, 4, 6] and [2, 4, 6]: batches 1 ≠ 2",
      () => new nn.MultiHeadAttention(6, 2).forward(x, x, zeros([2, 4, 6]) as Tensor),
    ],
    [
      "MultiHeadAttention: [3, 2, 6] and [1, 4, 6]: batches 3 ≠ 1",
      () => new nn.TransformerDecoderLayer(6, 2).forward(zeros([3, 2, 6]), x),
    ],
    ["causalMask: sizes are whole numbers from 0 up; got NaN in [NaN, NaN]", () => nn.causalMask(Number.NaN)],
    [
      "attention: a mask broadcasts to the weights, and [3, 3] does not to [1, 4, 4]",
      () => scaledDotProductAttention(x, x, x, { mask: nn.causalMask(3) }),
    ],
    [
      "LearnedPositions: has 3 positions, [1, 4, 6] from position 0 needs 4",
      () => new nn.LearnedPositions(3, 6).forward(x),
    ],
    [
      "LearnedPositions: the first position is a whole number from 0 up, got -1",
      () => new nn.LearnedPositions(9, 6).forward(x, -1),
    ],
    [
      "SinusoidalPositions: the first position is a whole number from 0 up, got 0.5",
      () => new nn.SinusoidalPositions(6).forward(x, 0.5),
    ],
    [
      "Transformer: numEncoderLayers is a whole number from 0 up, got 2.5",
      () => new nn.Transformer(2, 1, { numEncoderLayers: 2.5 }),
    ],
    [
      "Transformer: numDecoderLayers is a whole number from 0 up, got -1",
      () => new nn.Transformer(2, 1, { numDecoderLayers: -1 }),
    ],
    ...[1.5, 1, -1, Number.NaN].flatMap((dropout): [string, () => unknown][] => [
      [
        `MultiHeadAttention: dropout is a probability from 0 up to, not including, 1; got ${dropout}`,
        () => new nn.MultiHeadAttention(6, 2, { dropout }),
      ],
      [
        `attention: dropout is a probability from 0 up to, not including, 1; got ${dropout}`,
        () => scaledDotProductAttention(x, x, x, { dropout }),
      ],
    ]),
  ])("%s", (message, attempt) => {
    expect(messageOf(attempt)).toBe(message);
  });
});

it("a mask that changed after it was used is refused by backward, whose second derivative would use it", () => {
  const attention = new nn.MultiHeadAttention(4, 2);
  const mask = ones([3, 3], { dtype: "bool" });
  const { output } = attention.forward(ones([1, 3, 4]), undefined, undefined, { mask });
  mask.copy_(0);
  expect(() => output.sum().backward(undefined, { createGraph: true })).toThrow(/changed in place after attention/);
});

it("gives output and weights as properties of their own, which a spread keeps", () => {
  const given = new nn.MultiHeadAttention(4, 2).forward(random(1)(1, 3, 4));
  expect(Object.keys(given)).toEqual(["output", "weights"]);
  expect({ ...given }.weights.shape).toEqual([1, 2, 3, 3]);
  expect(inspect(given)).toMatch(/output: Tensor<\[1, 3, 4\]>.*weights: Tensor<\[1, 2, 3, 3\]>/s);
});
