/**
 * @file Every public function and method, with each of its arguments replaced by what it does not take: it answers in a
 * sentence of its own or computes something, and never with an accident further on.
 */

import { describe, expect, it } from "vitest";
import * as library from "../../lib/index.js";
import {
  Bernoulli,
  batches,
  Categorical,
  Generator,
  Normal,
  nn,
  ones,
  optim,
  split,
  type Tensor,
  tensor,
  text,
  train,
  zeros,
} from "../../lib/index.js";

/** Passed for every argument in turn. */
const odd: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  NaN: Number.NaN,
  "∞": Infinity,
  "−1": -1,
  "one half": 0.5,
  "2⁵³": 2 ** 53,
  '"__proto__"': "__proto__",
  '""': "",
  true: true,
  "an empty array": [],
  "an array of undefined": [undefined],
  "an object": {},
  "a function": () => undefined,
  "an empty tensor": zeros([0]),
  "a scalar tensor": tensor(1),
  "a bool tensor": tensor([true, false]),
};

/** What JavaScript says when a value of the wrong kind is used further on, and no one has looked at it before. */
const accident =
  /Cannot (read|set|destructure|convert|access|mix|create|assign|define)|is not (a function|iterable|a constructor|defined|extensible|an object)|Invalid (array|typed array|string|count|code)|call stack|must be (a|an|of)|Reduce of empty|Unexpected (token|end)|out of (bounds|range|memory)|Method .* called on|already been/;

const matrix = () =>
  tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { requiresGrad: true },
  ) as unknown as Tensor;
const half = () => tensor([0.5, 0.5]) as unknown as Tensor;
const published = () => {
  const { weight } = new nn.Embedding(3, 4);
  return { "wte.weight": weight, "wpe.weight": ones([2, 4]), "ln_f.weight": ones([4]), "ln_f.bias": ones([4]) };
};
const square = () =>
  tensor(
    [
      [2, 1],
      [1, 3],
    ],
    { dtype: "float64" },
  ) as unknown as Tensor;
const tokens = () => tensor([[0, 1]], { dtype: "int32" }) as unknown as Tensor;
const places = () => tensor([0, 1], { dtype: "int32" }) as unknown as Tensor;
const columns = () =>
  tensor(
    [
      [0, 1],
      [1, 0],
    ],
    { dtype: "int32" },
  ) as unknown as Tensor;
const mask = () =>
  tensor([
    [true, false],
    [true, true],
  ]) as unknown as Tensor;
const sequence = () => ones([1, 2, 4]) as Tensor;
const weights = () => [zeros([2], { requiresGrad: true })];
const model = () => new nn.Linear(2, 1);
const table = () => new text.WordVectors(["a", "b", "c"], Float32Array.of(1, 0, 0, 1, 1, 1));
const cubed = (x: Tensor) => x.pow(3).sum();

type Call = readonly [f: (...args: never[]) => unknown, args: () => readonly unknown[]];
const make =
  <C extends new (...args: never[]) => unknown>(kind: C) =>
  (...args: unknown[]): unknown =>
    new kind(...(args as never[]));
const call = (f: unknown, ...args: readonly unknown[]): Call => [
  f as Call[0],
  () => args.map((arg) => (typeof arg === "function" && fresh.has(arg) ? (arg as () => unknown)() : arg)),
];
/** Made anew for every call. */
const fresh = new Set<unknown>([
  columns,
  half,
  published,
  matrix,
  square,
  tokens,
  places,
  mask,
  sequence,
  weights,
  model,
  table,
]);
/** A method, with the receiver as it is. */
const method = (receiver: () => unknown, name: string, ...args: readonly unknown[]): Call =>
  call(
    (...given: unknown[]) => {
      const object = receiver() as Record<string, (...given: unknown[]) => unknown>;
      return object[name](...given);
    },
    ...args,
  );

const onTensor: Record<string, readonly unknown[]> = {
  add: [matrix], sub: [matrix], mul: [matrix], div: [matrix], pow: [2], maximum: [0], minimum: [0], clip: [0, 1],
  eq: [matrix], ne: [1], lt: [1], le: [1], gt: [1], ge: [1], where: [mask, 0],
  leakyRelu: [0.1], elu: [1], gelu: [{ approximate: "tanh" }],
  sum: [0, { keepdims: true }], sumTo: [[1, 2]], mean: [0, {}], variance: [0, { correction: 0 }], std: [0, {}],
  norm: [0, {}], prod: [0, {}], max: [0, {}], min: [0, {}], argmax: [0, {}], argmin: [0, {}],
  any: [0, {}], all: [0, {}], softmax: [0], logSoftmax: [0], logSumExp: [0, {}], cumsum: [0],
  sort: [0, { descending: true }], argsort: [0, {}], topk: [1, 0, { largest: true }],
  matmul: [matrix], solve: [matrix], tril: [0], triu: [0],
  reshape: [[4]], flatten: [0], permute: [[1, 0]], transpose: [0, 1], squeeze: [undefined], unsqueeze: [0],
  broadcastTo: [[3, 2, 2]], slice: [0, 1, 0], pad: [1, 1, 0], flip: [0], to: ["float64"],
  at: [0, 0], gather: [0, tokens], scatterAdd: [[2, 2], 0, columns], take: [places, 0],
  index: [0, [0, 1]], split: [1, 0], chunk: [2, 0], repeat: [[2, 2]], backward: [matrix, {}],
}; // biome-ignore format: a table

const calls: Record<string, Call> = {
  ...Object.fromEntries(
    Object.entries(onTensor).map(([name, args]) => [`tensor.${name}`, method(matrix, name, ...args)]),
  ),
  "tensor.dot": method(() => ones([2]), "dot", ones([2])),
  "tensor.outer": method(() => ones([2]), "outer", ones([2])),
  "tensor.copy_": method(() => zeros([2]), "copy_", 0),
  "tensor.and": method(mask, "and", mask),
  "tensor.or": method(mask, "or", mask),
  tensor: call(tensor, [1, 2], { dtype: "float64" }),
  zeros: call(zeros, [2], { dtype: "float64" }),
  ones: call(ones, [2], {}),
  full: call(library.full, [2], 3, {}),
  eye: call(library.eye, 2, {}),
  zerosLike: call(library.zerosLike, matrix, {}),
  onesLike: call(library.onesLike, matrix, {}),
  oneHot: call(library.oneHot, places, 3, {}),
  arange: call(library.arange, 0, 3, 1, {}),
  linspace: call(library.linspace, 0, 1, 3, {}),
  rand: call(library.rand, [2], {}),
  randn: call(library.randn, [2], {}),
  randint: call(library.randint, 0, 3, [2], {}),
  randperm: call(library.randperm, 3, {}),
  manualSeed: call(library.manualSeed, 1),
  setBackend: call(library.setBackend, "wasm"),
  setDefaultDtype: call(library.setDefaultDtype, "float32"),
  isTensor: call(library.isTensor, matrix),
  concat: call(library.concat, [ones([2])], 0),
  stack: call(library.stack, [ones([2])], 0),
  mseLoss: call(library.mseLoss, matrix, matrix, {}),
  crossEntropy: call(library.crossEntropy, matrix, places, {}),
  binaryCrossEntropy: call(library.binaryCrossEntropy, half, half, {}),
  binaryCrossEntropyWithLogits: call(library.binaryCrossEntropyWithLogits, matrix, matrix, {}),
  grad: call((f: never) => (library.grad(f) as (x: unknown) => unknown)(3), cubed),
  "grad: its argument": call((x: never) => library.grad(cubed as never)(x), 3),
  valueAndGrad: call((f: never) => (library.valueAndGrad(f) as (x: unknown) => unknown)(3), cubed),
  noGrad: call(library.noGrad, () => 3),
  gradcheck: call(library.gradcheck, cubed, [Object.assign(square(), { requiresGrad: true })], {}),
  gradgradcheck: call(library.gradgradcheck, cubed, [Object.assign(square(), { requiresGrad: true })], {}),
  computationGraph: call(library.computationGraph, matrix().sum(), {}),
  scaledDotProductAttention: call(library.scaledDotProductAttention, matrix, matrix, matrix, {}),
  batches: call((...args: [never, never, never]) => [...batches(...args)], [ones([2, 2])], 1, {}),
  split: call(split, [ones([2, 2])], [1, 1], {}),
  train: call(train, model, {
    optimizer: new optim.SGD(model().parameters()),
    batches: batches([ones([2, 2])], 1),
    loss: () => model().weight.sum(),
  }),

  Generator: call(make(Generator), 1),
  "Generator.integer": method(() => new Generator(1), "integer", 3),
  "Generator.permutation": method(() => new Generator(1), "permutation", 3),
  Bernoulli: call(make(Bernoulli), 0.5),
  "Bernoulli.prob": method(() => new Bernoulli(0.5), "prob", 1),
  "Bernoulli.sample": method(() => new Bernoulli(0.5), "sample", [2], {}),
  Normal: call(make(Normal), 0, 1),
  "Normal.logProb": method(() => new Normal(), "logProb", 1),
  "Normal.sample": method(() => new Normal(), "sample", [2], {}),
  Categorical: call(make(Categorical), [0.5, 0.5]),
  "Categorical.prob": method(() => new Categorical([0.5, 0.5]), "prob", 1),

  SGD: call(make(optim.SGD), weights, {}),
  Adam: call(make(optim.Adam), weights, {}),
  AdamW: call(make(optim.AdamW), weights, {}),
  RMSprop: call(make(optim.RMSprop), weights, {}),
  "optimizer.loadStateDict": method(() => new optim.SGD(weights()), "loadStateDict", new optim.SGD(weights()).stateDict()),
  clipGradNorm: call(optim.clipGradNorm, weights, 1),
  clipGradValue: call(optim.clipGradValue, weights, 1),
  stepDecay: call(optim.stepDecay, 2, 0.5),
  cosineDecay: call(optim.cosineDecay, 2, 0.5),
  linearDecay: call(optim.linearDecay, 2, 0.5),
  linearWarmup: call((steps: never, then: never) => optim.linearWarmup(steps, then)(3), 2, optim.constantRate()),
  Scheduler: call(make(optim.Scheduler), new optim.SGD(weights()), optim.constantRate()),

  "nn.Linear": call(make(nn.Linear), 2, 3, {}),
  "nn.Linear.forward": method(model, "forward", matrix),
  "nn.LayerNorm": call(make(nn.LayerNorm), 2, {}),
  "nn.LayerNorm.forward": method(() => new nn.LayerNorm(2), "forward", matrix),
  "nn.Dropout": call(make(nn.Dropout), 0.5, {}),
  "nn.Dropout.forward": method(() => new nn.Dropout(), "forward", matrix),
  "nn.ReLU.forward": method(() => new nn.ReLU(), "forward", matrix),
  "nn.LeakyReLU": call(make(nn.LeakyReLU), 0.1),
  "nn.ELU": call(make(nn.ELU), 0.1),
  "nn.GELU": call(make(nn.GELU), {}),
  "nn.Softmax": call(make(nn.Softmax), 0),
  "nn.Sequential": call(make(nn.Sequential), model),
  "nn.Sequential.forward": method(() => new nn.Sequential(model(), new nn.ReLU()), "forward", matrix),
  "nn.MLP": call(make(nn.MLP), [2, 3], {}),
  "nn.MLP.forward": method(() => new nn.MLP([2, 3, 1]), "forward", matrix),
  "nn.Embedding": call(make(nn.Embedding), 2, 3),
  "nn.Embedding.forward": method(() => new nn.Embedding(2, 3), "forward", tokens),
  "nn.sinusoidalPositions": call(nn.sinusoidalPositions, 2, 4),
  "nn.SinusoidalPositions.forward": method(() => new nn.SinusoidalPositions(4), "forward", sequence, 0),
  "nn.LearnedPositions": call(make(nn.LearnedPositions), 4, 4),
  "nn.LearnedPositions.forward": method(() => new nn.LearnedPositions(4, 4), "forward", sequence, 0),
  "nn.linear": call(nn.linear, matrix, matrix, ones([2]), "relu"),
  "nn.layerNorm": call(nn.layerNorm, matrix, ones([2]), ones([2]), 1e-5),
  "nn.dropout": call(nn.dropout, matrix, 0.5, new Generator(1)),
  "nn.causalMask": call(nn.causalMask, 2, 2),
  "nn.paddingMask": call(nn.paddingMask, tokens, 0),
  "nn.MultiHeadAttention": call(make(nn.MultiHeadAttention), 4, 2, {}),
  "nn.MultiHeadAttention.forward": method(
    () => new nn.MultiHeadAttention(4, 2), "forward", sequence, sequence, sequence, { causal: true },
  ),
  "nn.KeyValueCache.append": method(() => new nn.KeyValueCache(), "append", ones([1, 1, 2, 2]), ones([1, 1, 2, 2])),
  "nn.RNN": call(make(nn.RNN), 4, 2),
  "nn.RNN.forward": method(() => new nn.RNN(4, 2), "forward", sequence, ones([1, 2])),
  "nn.GRU": call(make(nn.GRU), 4, 2),
  "nn.GRU.forward": method(() => new nn.GRU(4, 2), "forward", sequence, ones([1, 2])),
  "nn.TransformerEncoderLayer": call(make(nn.TransformerEncoderLayer), 4, 2, {}),
  "nn.TransformerEncoderLayer.forward": method(() => new nn.TransformerEncoderLayer(4, 2), "forward", sequence, {}),
  "nn.TransformerDecoderLayer": call(make(nn.TransformerDecoderLayer), 4, 2, {}),
  "nn.TransformerDecoderLayer.forward": method(
    () => new nn.TransformerDecoderLayer(4, 2), "forward", sequence, sequence, {},
  ),
  "nn.Transformer": call(make(nn.Transformer), 4, 2, { numEncoderLayers: 1, numDecoderLayers: 1 }),
  "nn.Transformer.forward": method(
    () => new nn.Transformer(4, 2, { numEncoderLayers: 1, numDecoderLayers: 1 }), "forward", sequence, sequence, {},
  ),
  "nn.GPT": call(make(nn.GPT), 3, 4, 2, {}),
  "nn.GPT.forward": method(() => new nn.GPT(3, 4, 2), "forward", tokens, []),
  "nn.GPT.generate": method(() => new nn.GPT(3, 4, 2), "generate", [0], { maxNewTokens: 1 }),
  "nn.gpt2": call(nn.gpt2, published, 2),
  "nn.isModule": call(nn.isModule, model),
  "nn.sample": call(nn.sample, [1, 2], {}),
  "nn.toSafetensors": call(nn.toSafetensors, { a: ones([2]) }, {}),
  "nn.fromSafetensors": call(nn.fromSafetensors, nn.toSafetensors({ a: ones([2]) })),
  "module.loadStateDict": method(model, "loadStateDict", model().stateDict()),
  "nn.init.constant": call(nn.init.constant, matrix, 1),
  "nn.init.uniform": call(nn.init.uniform, matrix, 0, 1, {}),
  "nn.init.normal": call(nn.init.normal, matrix, 0, 1, {}),
  "nn.init.gain": call(nn.init.gain, "relu", 0.1),
  "nn.init.xavierUniform": call(nn.init.xavierUniform, matrix, {}),
  "nn.init.xavierNormal": call(nn.init.xavierNormal, matrix, {}),
  "nn.init.heUniform": call(nn.init.heUniform, matrix, {}),
  "nn.init.heNormal": call(nn.init.heNormal, matrix, {}),

  "text.Vocabulary": call(make(text.Vocabulary), ["a"], {}),
  "text.Vocabulary.from": call((words: never, options: never) => text.Vocabulary.from(words, options), ["a"], {}),
  "text.Vocabulary.id": method(() => new text.Vocabulary(["a"]), "id", "a"),
  "text.Vocabulary.token": method(() => new text.Vocabulary(["a"]), "token", 0),
  "text.Vocabulary.encode": method(() => new text.Vocabulary(["a"]), "encode", ["a"]),
  "text.Vocabulary.decode": method(() => new text.Vocabulary(["a"]), "decode", [0]),
  "text.CharacterTokenizer.train": call((given: never) => text.CharacterTokenizer.train(given), "ab"),
  "text.CharacterTokenizer.encode": method(() => text.CharacterTokenizer.train("ab"), "encode", "a"),
  "text.CharacterTokenizer.decode": method(() => text.CharacterTokenizer.train("ab"), "decode", [0]),
  "text.WordTokenizer.train": call((given: never) => text.WordTokenizer.train(given), "ab"),
  "text.WordTokenizer.encode": method(() => text.WordTokenizer.train("ab"), "encode", "ab"),
  "text.WordTokenizer.decode": method(() => text.WordTokenizer.train("ab"), "decode", [0]),
  "text.BytePairTokenizer": call(make(text.BytePairTokenizer), [[97, 97]], {}),
  "text.BytePairTokenizer.train": call(
    (given: never, size: never, options: never) => text.BytePairTokenizer.train(given, size, options), "aaa", 257, {},
  ),
  "text.BytePairTokenizer.encode": method(() => new text.BytePairTokenizer([]), "encode", "a"),
  "text.BytePairTokenizer.decode": method(() => new text.BytePairTokenizer([]), "decode", [97]),
  "text.GPT2Tokenizer": call(make(text.GPT2Tokenizer), "l o"),
  "text.GPT2Tokenizer.encode": method(() => new text.GPT2Tokenizer("l o"), "encode", "lo"),
  "text.GPT2Tokenizer.decode": method(() => new text.GPT2Tokenizer("l o"), "decode", [256]),
  "text.splitWords": call(text.splitWords, "a b", {}),
  "text.joinWords": call(text.joinWords, ["a", "b"]),
  "text.cosine": call(text.cosine, [1, 2], [1, 2]),
  "text.WordVectors": call(make(text.WordVectors), ["a"], Float32Array.of(1)),
  "text.WordVectors.vector": method(table, "vector", "a"),
  "text.WordVectors.cosine": method(table, "cosine", "a", [1, 2]),
  "text.WordVectors.similarities": method(table, "similarities", [1, 2]),
  "text.WordVectors.nearest": method(table, "nearest", "a", {}),
  "text.WordVectors.rank": method(table, "rank", "a", "b", {}),
  "text.WordVectors.combine": method(table, "combine", ["a"], ["b"]),
  "text.WordVectors.analogy": method(table, "analogy", "a", "b", "c", {}),
  "text.evaluateAnalogies": call(text.evaluateAnalogies, table, { all: [["a", "b"]] }),
  "text.questionsOf": call(text.questionsOf, [["a", "b"]]),
  "text.pca": call(text.pca, matrix, 1),
  "text.skipGram": call(text.skipGram, [["a", "b"]], { dimensions: 2, window: 1, epochs: 1, minCount: 1, subsample: 0 }),
  "text.cbow": call(text.cbow, [["a", "b"]], { dimensions: 2, window: 1, epochs: 1, minCount: 1, subsample: 0 }),
  "text.glove": call(text.glove, [["a", "b"]], { dimensions: 2, window: 1, epochs: 1, minCount: 1 }),
}; // biome-ignore format: a table

const isOptions = (arg: unknown) =>
  arg !== null && typeof arg === "object" && Object.getPrototypeOf(arg) === Object.prototype;

/** What `f` throws or rejects with; null if it gives something. */
async function refusal(f: () => unknown): Promise<unknown> {
  try {
    await f();
    return null;
  } catch (error) {
    return error;
  }
}

describe.each(Object.entries(calls))("%s", (_, [f, args]) => {
  it("answers in a sentence, whatever it is given", async () => {
    expect(await refusal(() => f(...(args() as never[])))).toBe(null);
    const accidents: string[] = [];
    for (const [at] of args().entries()) {
      for (const [label, value] of Object.entries(odd)) {
        if (value === null && isOptions(args()[at])) continue; // options are an object or left out
        const given = args().map((arg, i) => (i === at ? value : arg));
        const error = await refusal(() => f(...(given as never[])));
        if (error === null) continue;
        const message = error instanceof Error ? error.message : String(error);
        if (!(error instanceof Error) || accident.test(message))
          accidents.push(`argument ${at} as ${label}: ${message}`);
      }
    }
    expect(accidents).toEqual([]);
  });
});
