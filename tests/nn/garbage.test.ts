/**
 * @file What a layer computes is gone with the next collection of young objects. What only a collection of everything frees
 * has those collections come one after another: in a notebook's kernel, each marks a hundred megabytes of compiler.
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { crossEntropy, nn, noGrad, randint, randn, scaledDotProductAttention, type Tensor } from "../../lib/index.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as (options: { type: "minor" | "major" }) => void;
const MB = 2 ** 20;

const x = randn([8, 64, 64]);
const classes = randint(0, 64, [8, 64]);
const layers = {
  Linear: new nn.Linear(64, 64),
  LayerNorm: new nn.LayerNorm(64),
  Dropout: new nn.Dropout(0.1),
  MultiHeadAttention: new nn.MultiHeadAttention(64, 4),
  TransformerEncoderLayer: new nn.TransformerEncoderLayer(64, 4, { dFF: 64 }),
  GRU: new nn.GRU(64, 64),
};
const [attention, encoder, recurrent] = [layers.MultiHeadAttention, layers.TransformerEncoderLayer, layers.GRU];
const decoder = new nn.TransformerDecoderLayer(64, 4, { dFF: 64 });

const computations: Record<string, () => Tensor> = {
  Linear: () => layers.Linear.forward(x),
  LayerNorm: () => layers.LayerNorm.forward(x),
  Dropout: () => layers.Dropout.forward(x),
  "MultiHeadAttention, weights not read": () => attention.forward(x).output,
  "MultiHeadAttention, weights read": () => attention.forward(x).weights,
  TransformerEncoderLayer: () => encoder.forward(x),
  TransformerDecoderLayer: () => decoder.forward(x, x),
  GRU: () => recurrent.forward(x).output,
  scaledDotProductAttention: () => scaledDotProductAttention(x, x, x).output,
  crossEntropy: () => crossEntropy(layers.Linear.forward(x), classes),
  "views and reductions": () => x.transpose(1, 2).relu().reshape([64, 512]).mean(0, { keepdims: true }),
};

/** Megabytes: what a hundred calls leave if each leaves a quarter of a megabyte, and more than background threads have yet to free. */
const most = 24;

/** The megabytes of arrays that collections of young objects leave after so many calls. */
function left(compute: () => void): number {
  for (let i = 0; i < 5; i++) compute();
  collect({ type: "major" });
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 100; i++) {
    compute();
    // What survives two is promoted; what is live at the first only, is not.
    collect({ type: "minor" });
    collect({ type: "minor" });
  }
  return (process.memoryUsage().arrayBuffers - before) / MB;
}

describe("the next collection of young objects frees all that is computed", () => {
  it.each(Object.entries(computations))("by %s, without a graph", (_, compute) => {
    expect(left(() => noGrad(compute))).toBeLessThan(most);
  });

  it.each(Object.entries(computations))("by %s, with its graph and gradients", (_, compute) => {
    expect(
      left(() => {
        const y = compute();
        if (y.requiresGrad) y.sum().backward();
        for (const layer of [...Object.values(layers), decoder]) for (const p of layer.parameters()) p.grad = null;
      }),
    ).toBeLessThan(most);
  });
});
