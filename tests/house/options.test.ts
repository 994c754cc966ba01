/** @file Every numeric option of layers, optimizers, schedules, samplers, tokenizers and data: what is no such number is refused. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { littleWorld, mnist, readWordVectors, translations } from "../../lib/data/index.js";
import {
  Bernoulli,
  batches,
  Categorical,
  Normal,
  nn,
  optim,
  split,
  type Tensor,
  text,
  train,
  zeros,
} from "../../lib/index.js";

/** Passed for a number; what each kind refuses of them is listed below. */
const odd = { "−1": -1, zero: 0, "one half": 0.5, one: 1, NaN: Number.NaN, "∞": Infinity, '"3"': "3", null: null };
type Odd = keyof typeof odd;
const never = ["NaN", "∞", '"3"', "null"] as const;

/** Kinds of number: what each refuses, of those above. */
const kinds = {
  "size from 1": [...never, "−1", "zero", "one half"],
  "count from 0": [...never, "−1", "one half"],
  "number from 0": [...never, "−1"],
  "number above 0": [...never, "−1", "zero"],
  "any number": never,
  "whole number": [...never, "one half"],
  "factor below 1": [...never, "−1", "one"],
  probability: [...never, "−1"],
  "limit, ∞ for none": ["NaN", '"3"', "null", "−1"],
  "size, ∞ for all": ["NaN", '"3"', "null", "−1", "zero", "one half"],
  "count, ∞ for none": ["NaN", '"3"', "null", "−1", "one half"],
} as const satisfies Record<string, readonly Odd[]>;
type Kind = keyof typeof kinds;

const folder = mkdtempSync(join(tmpdir(), "options-"));
afterAll(() => rmSync(folder, { recursive: true }));
const vectorsFile = join(folder, "vectors.txt");
writeFileSync(vectorsFile, "a 1 2\nb 3 4\n");

const weight = () => zeros([2, 2], { requiresGrad: true });
const table = new text.WordVectors(["a", "b", "c"], Float32Array.of(1, 0, 0, 1, 1, 1));
const sentences = [
  ["a", "b", "a", "b"],
  ["b", "a", "b"],
];
const matrix = () => zeros([4, 3]) as Tensor as Tensor<[number, number]>;
const trained = (options: object) => {
  const model = new nn.Linear(3, 1);
  return train(model, {
    optimizer: new optim.SGD(model.parameters()),
    batches: batches([zeros([4, 3])], 2),
    loss: ([x]) => model.forward(x).sum(),
    ...options,
  });
};
const vectors = { dimensions: 2, window: 1, epochs: 1, minCount: 1, subsample: 0 };

/** Each option with its kind, and something made with a value for it. */
// biome-ignore lint/suspicious/noExplicitAny: values that the types refuse
const options: Record<string, [Kind, (value: any) => unknown]> = {
  "Linear: inputs": ["size from 1", (v) => new nn.Linear(v, 2)],
  "Linear: outputs": ["size from 1", (v) => new nn.Linear(2, v)],
  "LayerNorm: size": ["size from 1", (v) => new nn.LayerNorm(v)],
  "LayerNorm: eps": ["number from 0", (v) => new nn.LayerNorm(3, { eps: v })],
  "layerNorm: eps": ["number from 0", (v) => nn.layerNorm(zeros([2]), zeros([2]), zeros([2]), v)],
  "Dropout: p": ["factor below 1", (v) => new nn.Dropout(v)],
  "dropout: p": ["factor below 1", (v) => nn.dropout(zeros([2]), v)],
  "LeakyReLU: slope": ["any number", (v) => new nn.LeakyReLU(v)],
  "ELU: α": ["any number", (v) => new nn.ELU(v)],
  "Softmax: axis": ["whole number", (v) => new nn.Softmax(v)],
  "Embedding: tokens": ["size from 1", (v) => new nn.Embedding(v, 2)],
  "Embedding: size": ["size from 1", (v) => new nn.Embedding(2, v)],
  "SinusoidalPositions: size": ["size from 1", (v) => new nn.SinusoidalPositions(v)],
  "SinusoidalPositions: start": ["count from 0", (v) => new nn.SinusoidalPositions(2).forward(zeros([1, 1, 2]), v)],
  "sinusoidalPositions: length": ["size from 1", (v) => nn.sinusoidalPositions(v, 2)],
  "sinusoidalPositions: size": ["size from 1", (v) => nn.sinusoidalPositions(2, v)],
  "LearnedPositions: length": ["size from 1", (v) => new nn.LearnedPositions(v, 2)],
  "LearnedPositions: size": ["size from 1", (v) => new nn.LearnedPositions(2, v)],
  "LearnedPositions: start": ["count from 0", (v) => new nn.LearnedPositions(9, 2).forward(zeros([1, 1, 2]), v)],
  "MLP: first size": ["size from 1", (v) => new nn.MLP([v, 2])],
  "MLP: last size": ["size from 1", (v) => new nn.MLP([2, v])],
  "MLP: dropout": ["factor below 1", (v) => new nn.MLP([2, 2], { dropout: v })],
  "MultiHeadAttention: dModel": ["size from 1", (v) => new nn.MultiHeadAttention(v, 1)],
  "MultiHeadAttention: heads": ["size from 1", (v) => new nn.MultiHeadAttention(2, v)],
  "MultiHeadAttention: dropout": ["factor below 1", (v) => new nn.MultiHeadAttention(2, 1, { dropout: v })],
  "attention: dropout": [
    "factor below 1",
    (v) => nn.scaledDotProductAttention(zeros([1, 2]), zeros([1, 2]), zeros([1, 2]), { dropout: v }),
  ],
  "causalMask: queries": ["count from 0", (v) => nn.causalMask(v, 5)],
  "causalMask: keys": ["count from 0", (v) => nn.causalMask(0, v)],
  "paddingMask: padding": ["whole number", (v) => nn.paddingMask(zeros([1, 2], { dtype: "int32" }), v)],
  "RNN: inputs": ["size from 1", (v) => new nn.RNN(v, 2)],
  "RNN: state": ["size from 1", (v) => new nn.RNN(2, v)],
  "GRU: inputs": ["size from 1", (v) => new nn.GRU(v, 2)],
  "GRU: state": ["size from 1", (v) => new nn.GRU(2, v)],
  "TransformerEncoderLayer: dModel": ["size from 1", (v) => new nn.TransformerEncoderLayer(v, 1)],
  "TransformerEncoderLayer: heads": ["size from 1", (v) => new nn.TransformerEncoderLayer(2, v)],
  "TransformerEncoderLayer: dFF": ["size from 1", (v) => new nn.TransformerEncoderLayer(2, 1, { dFF: v })],
  "TransformerEncoderLayer: dropout": ["factor below 1", (v) => new nn.TransformerEncoderLayer(2, 1, { dropout: v })],
  "TransformerDecoderLayer: dFF": ["size from 1", (v) => new nn.TransformerDecoderLayer(2, 1, { dFF: v })],
  "TransformerDecoderLayer: dropout": ["factor below 1", (v) => new nn.TransformerDecoderLayer(2, 1, { dropout: v })],
  "Transformer: encoder layers": ["count from 0", (v) => new nn.Transformer(2, 1, { numEncoderLayers: v })],
  "Transformer: decoder layers": ["count from 0", (v) => new nn.Transformer(2, 1, { numDecoderLayers: v })],
  "GPT: tokens": ["size from 1", (v) => new nn.GPT(v, 2, 1)],
  "GPT: dModel": ["size from 1", (v) => new nn.GPT(2, v, 1)],
  "GPT: heads": ["size from 1", (v) => new nn.GPT(2, 2, v)],
  "GPT: layers": ["count from 0", (v) => new nn.GPT(2, 2, 1, { numLayers: v })],
  "GPT: context": ["size from 1", (v) => new nn.GPT(2, 2, 1, { contextLength: v })],
  "GPT: dFF": ["size from 1", (v) => new nn.GPT(2, 2, 1, { dFF: v })],
  "GPT: dropout": ["factor below 1", (v) => new nn.GPT(2, 2, 1, { dropout: v })],
  "generate: tokens": ["count from 0", (v) => new nn.GPT(2, 2, 1).generate([0], { maxNewTokens: v })],
  "generate: temperature": [
    "number from 0",
    (v) => new nn.GPT(2, 2, 1).generate([0], { maxNewTokens: 1, temperature: v }),
  ],
  "sample: temperature": ["number from 0", (v) => nn.sample([1, 2], { temperature: v })],
  "sample: topK": ["size from 1", (v) => nn.sample([1, 2], { topK: v })],
  "init.constant: value": ["any number", (v) => nn.init.constant(weight(), v)],
  "init.uniform: low": ["any number", (v) => nn.init.uniform(weight(), v, 9)],
  "init.uniform: high": ["any number", (v) => nn.init.uniform(weight(), -9, v)],
  "init.normal: mean": ["any number", (v) => nn.init.normal(weight(), v)],
  "init.normal: std": ["number from 0", (v) => nn.init.normal(weight(), 0, v)],
  "init.gain: slope": ["any number", (v) => nn.init.gain("leakyRelu", v)],
  "init.xavierUniform: gain": ["number from 0", (v) => nn.init.xavierUniform(weight(), { gain: v })],
  "init.xavierNormal: gain": ["number from 0", (v) => nn.init.xavierNormal(weight(), { gain: v })],
  "init.heUniform: gain": ["number from 0", (v) => nn.init.heUniform(weight(), { gain: v })],
  "init.heNormal: gain": ["number from 0", (v) => nn.init.heNormal(weight(), { gain: v })],

  "SGD: lr": ["number from 0", (v) => new optim.SGD([weight()], { lr: v })],
  "SGD: momentum": ["number from 0", (v) => new optim.SGD([weight()], { momentum: v })],
  "SGD: weightDecay": ["number from 0", (v) => new optim.SGD([weight()], { weightDecay: v })],
  "RMSprop: lr": ["number from 0", (v) => new optim.RMSprop([weight()], { lr: v })],
  "RMSprop: alpha": ["factor below 1", (v) => new optim.RMSprop([weight()], { alpha: v })],
  "RMSprop: eps": ["number from 0", (v) => new optim.RMSprop([weight()], { eps: v })],
  "RMSprop: weightDecay": ["number from 0", (v) => new optim.RMSprop([weight()], { weightDecay: v })],
  "Adam: lr": ["number from 0", (v) => new optim.Adam([weight()], { lr: v })],
  "Adam: β₁": ["factor below 1", (v) => new optim.Adam([weight()], { betas: [v, 0.9] })],
  "Adam: β₂": ["factor below 1", (v) => new optim.Adam([weight()], { betas: [0.9, v] })],
  "Adam: eps": ["number from 0", (v) => new optim.Adam([weight()], { eps: v })],
  "Adam: weightDecay": ["number from 0", (v) => new optim.Adam([weight()], { weightDecay: v })],
  "AdamW: weightDecay": ["number from 0", (v) => new optim.AdamW([weight()], { weightDecay: v })],
  "clipGradNorm: maxNorm": ["limit, ∞ for none", (v) => optim.clipGradNorm([weight()], v)],
  "clipGradValue: limit": ["limit, ∞ for none", (v) => optim.clipGradValue([weight()], v)],
  "stepDecay: steps": ["size from 1", (v) => optim.stepDecay(v)],
  "stepDecay: factor": ["number from 0", (v) => optim.stepDecay(2, v)],
  "cosineDecay: steps": ["size from 1", (v) => optim.cosineDecay(v)],
  "cosineDecay: floor": ["number from 0", (v) => optim.cosineDecay(2, v)],
  "linearDecay: steps": ["size from 1", (v) => optim.linearDecay(v)],
  "linearDecay: end": ["number from 0", (v) => optim.linearDecay(2, v)],
  "linearWarmup: steps": ["size from 1", (v) => optim.linearWarmup(v)],

  "batches: size": ["size from 1", (v) => batches([zeros([4, 3])], v)],
  "split: numbers of rows": ["count from 0", (v) => split([zeros([4, 3])], [v, typeof v === "number" ? 4 - v : 1])],
  "split: shares": ["probability", (v) => split([zeros([4, 3])], [v, typeof v === "number" ? 1 - v : 1])],
  "train: epochs": ["count from 0", (v) => trained({ epochs: v })],
  "train: steps": ["count from 0", (v) => trained({ steps: v })],
  "train: maxNorm": ["limit, ∞ for none", (v) => trained({ maxNorm: v })],

  "Vocabulary.from: minCount": ["count from 0", (v) => text.Vocabulary.from(["a"], { minCount: v })],
  "Vocabulary.from: maxSize": ["count, ∞ for none", (v) => text.Vocabulary.from(["a"], { maxSize: v })],
  "Vocabulary.token: id": ["count from 0", (v) => new text.Vocabulary(["a", "b", "c", "d"]).token(v)],
  "BytePairTokenizer.train: size": [
    "whole number",
    (v) => text.BytePairTokenizer.train("aa", typeof v === "number" ? v + 300 : v),
  ],
  "BytePairTokenizer: merged ids": ["count from 0", (v) => new text.BytePairTokenizer([[v, 7]])],
  "WordVectors.nearest: count": ["count from 0", (v) => table.nearest("a", { count: v })],
  "WordVectors.analogy: count": ["count from 0", (v) => table.analogy("a", "b", "c", { count: v })],
  "pca: count": ["size from 1", (v) => text.pca(matrix(), v)],
  "skipGram: dimensions": ["size from 1", (v) => text.skipGram(sentences, { ...vectors, dimensions: v })],
  "skipGram: window": ["size from 1", (v) => text.skipGram(sentences, { ...vectors, window: v })],
  "skipGram: negatives": ["size from 1", (v) => text.skipGram(sentences, { ...vectors, negatives: v })],
  "skipGram: epochs": ["size from 1", (v) => text.skipGram(sentences, { ...vectors, epochs: v })],
  "skipGram: lr": ["number above 0", (v) => text.skipGram(sentences, { ...vectors, lr: v })],
  "skipGram: subsample": ["number from 0", (v) => text.skipGram(sentences, { ...vectors, subsample: v })],
  "skipGram: minCount": ["size from 1", (v) => text.skipGram(sentences, { ...vectors, minCount: v })],
  "cbow: subsample": ["number from 0", (v) => text.cbow(sentences, { ...vectors, subsample: v })],
  "glove: dimensions": ["size from 1", (v) => text.glove(sentences, { ...vectors, dimensions: v })],
  "glove: window": ["size from 1", (v) => text.glove(sentences, { ...vectors, window: v })],
  "glove: epochs": ["size from 1", (v) => text.glove(sentences, { ...vectors, epochs: v })],
  "glove: lr": ["number above 0", (v) => text.glove(sentences, { ...vectors, lr: v })],
  "glove: xMax": ["number above 0", (v) => text.glove(sentences, { ...vectors, xMax: v })],
  "glove: smoothing": ["number from 0", (v) => text.glove(sentences, { ...vectors, smoothing: v })],
  "glove: minCount": ["size from 1", (v) => text.glove(sentences, { ...vectors, minCount: v })],

  "Bernoulli: p": ["probability", (v) => new Bernoulli(v)],
  "Normal: mean": ["any number", (v) => new Normal(v)],
  "Normal: std": ["number above 0", (v) => new Normal(0, v)],
  "Categorical: p": ["probability", (v) => new Categorical([v, typeof v === "number" ? 1 - v : 1])],

  "mnist: limit": ["count from 0", (v) => mnist("test", { limit: v })],
  "mnist: skip": ["count from 0", (v) => mnist("test", { skip: v, limit: 1 })],
  "littleWorld: sentences": ["count from 0", (v) => littleWorld(v)],
  "translations: sizes": ["count from 0", (v) => translations({ train: v, validation: 0, test: 0 })],
  "readWordVectors: limit": ["size, ∞ for all", (v) => readWordVectors(vectorsFile, { limit: v })],
};

/** The error that `make` throws or rejects with; null if none. */
async function refusal(make: () => unknown): Promise<unknown> {
  try {
    await make();
    return null;
  } catch (error) {
    return error;
  }
}

describe.each(Object.entries(options))("%s", (name, [kind, make]) => {
  it.each(Object.keys(odd) as Odd[])(`as ${kind} judges %s`, async (label) => {
    const error = await refusal(() => make(odd[label]));
    const refused = (kinds[kind] as readonly Odd[]).includes(label);
    if (!refused) return expect(error).toBe(null);
    expect(error).toBeInstanceOf(Error);
    // A sentence of ours: who refuses what, and what was got instead of it. Not an accident further on.
    expect((error as Error).message).toMatch(/^[\w. ]+: .+(got|gave|not|joins) .+|^[\w. ]+: .+needs .+/);
    expect((error as Error).message).not.toMatch(/undefined|Cannot read|is not a function|Invalid array length/);
    expect(name).not.toBe("");
  });
});
