/** @file Claims of notebook 4, over seeds. */

import {
  arange,
  batches,
  concat,
  crossEntropy,
  Generator,
  manualSeed,
  nn,
  noGrad,
  optim,
  stack,
  type Tensor,
  tensor,
  text,
  train,
  zeros,
} from "foundations";
import {
  loadFirstNames,
  loadKingJamesBible,
  loadWordVectors,
  mnist,
  type Translation,
  theCatSatOnTheMat,
  translations,
} from "foundations/data";
import type { Claim } from "./claim.js";

type Tokens = Tensor<[number, number]>;

function padded(rows: readonly number[][]): Tokens {
  const length = Math.max(...rows.map((row) => row.length));
  return tensor(
    rows.map((row) => [...row, ...Array<number>(length - row.length).fill(0)]),
    { dtype: "int32" },
  );
}

/** The translator of the notebook: one encoder and one decoder layer, 32 channels, one head. */
class Translator extends nn.Module {
  readonly source: nn.Embedding<number, 32>;
  readonly target: nn.Embedding<number, 32>;
  readonly positions = new nn.SinusoidalPositions(32);
  readonly transformer: nn.Transformer<32>;
  readonly head: nn.Linear<32, number>;

  constructor(
    readonly english: text.Vocabulary,
    readonly spanish: text.Vocabulary,
  ) {
    super();
    this.source = new nn.Embedding(english.size, 32);
    this.target = new nn.Embedding(spanish.size, 32);
    const options = { dFF: 64, normFirst: true, dropout: 0 };
    this.transformer = new nn.Transformer(32, 1, { numEncoderLayers: 1, numDecoderLayers: 1, ...options });
    this.head = new nn.Linear(32, spanish.size);
    for (const { weight } of [this.source, this.target]) nn.init.normal(weight, 0, Math.sqrt(1 / 32));
  }

  encode(source: Tokens) {
    const vectors = this.positions.forward(this.source.forward(source).mul(Math.sqrt(32)));
    return this.transformer.encode(vectors, { sourceMask: nn.paddingMask(source, 0) });
  }

  decode(written: Tokens, memory: Tensor<[number, number, 32]>, source: Tokens) {
    const vectors = this.positions.forward(this.target.forward(written).mul(Math.sqrt(32)));
    return this.head.forward(this.transformer.decode(vectors, memory, { memoryMask: nn.paddingMask(source, 0) }));
  }

  /** The likeliest word after the likeliest word, up to twelve. */
  translate(sentences: readonly (readonly string[])[]): string[] {
    return noGrad(() => {
      const source = padded(sentences.map((sentence) => this.english.encode([...sentence])));
      const memory = this.encode(source);
      const rows = sentences.map(() => [1]);
      for (let t = 0; t < 12; t++) {
        const likeliest = this.decode(padded(rows), memory, source).at(t, 1).argmax(-1).toArray() as number[];
        for (const [i, row] of rows.entries()) row.push(row.includes(2) ? 0 : likeliest[i]);
      }
      return rows.map((row) => this.spanish.decode(row).join(" "));
    });
  }

  /** The share of sentences that are translated without a mistake. */
  exact(pairs: readonly Translation[]): number {
    const answers = this.translate(pairs.map(({ english }) => english));
    return answers.filter((answer, i) => answer === pairs[i].spanish.join(" ")).length / answers.length;
  }

  /** The same while one attention answers nothing. */
  exactWithout(attention: nn.MultiHeadAttention<32>, pairs: readonly Translation[]): number {
    const { weight, bias } = attention.output;
    Object.assign(attention.output, { weight: zeros(weight.shape), bias: zeros([32]) });
    const exact = this.exact(pairs);
    Object.assign(attention.output, { weight, bias });
    return exact;
  }

  /** Which share of Spanish words looks most at the English word it comes from. */
  aligned(pairs: readonly Translation[]): number {
    const right = pairs.flatMap(({ english, spanish, alignment }) =>
      noGrad(() => {
        const source = padded([this.english.encode([...english])]);
        this.decode(padded([[1, ...this.spanish.encode([...spanish])]]), this.encode(source), source);
        const { weights } = this.transformer.decoderLayers[0].crossAttention;
        const most = (weights as Tensor).at(0).at(0).argmax(-1).toArray() as number[];
        return alignment.map((word, i) => most[i] === word);
      }),
    );
    return right.filter(Boolean).length / right.length;
  }
}

async function trainTranslator(seed: number) {
  manualSeed(seed);
  const pairs = translations({}, new Generator(seed));
  const special = ["<pad>", "<s>", "</s>"];
  const model = new Translator(
    text.Vocabulary.from(
      pairs.train.flatMap(({ english }) => [...english]),
      { special },
    ),
    text.Vocabulary.from(
      pairs.train.flatMap(({ spanish }) => [...spanish]),
      { special },
    ),
  );
  const sources = padded(pairs.train.map(({ english }) => model.english.encode([...english])));
  const written = padded(pairs.train.map(({ spanish }) => [1, ...model.spanish.encode([...spanish])]));
  const nexts = padded(pairs.train.map(({ spanish }) => [...model.spanish.encode([...spanish]), 2]));
  await train(model, {
    optimizer: new optim.Adam(model.parameters(), { lr: 0.003, betas: [0.9, 0.98] }),
    batches: batches([sources, written, nexts], 24, { shuffle: true }),
    loss: ([source, before, next]) =>
      crossEntropy(model.decode(before, model.encode(source), source), next, { ignoreIndex: 0 }),
    steps: 1000,
    schedule: optim.linearWarmup(100, optim.cosineDecay(900)),
    maxNorm: 1,
  });
  return { model, test: pairs.test };
}

const verses = () => loadKingJamesBible().map((verse) => text.splitWords(verse, { punctuation: false }));

/** Batches made as they are asked for, without end. */
function endless<Batch>(make: () => Batch): Iterable<Batch> {
  return {
    *[Symbol.iterator]() {
      for (;;) yield make();
    },
  };
}

const int = (rows: number[][]): Tokens => tensor(rows, { dtype: "int32" });
/** `count` rows of `length` digits. */
const rowsOfDigits = (count: number, length: number, generator: Generator) =>
  Array.from({ length: count }, () => Array.from({ length }, () => generator.integer(10)));
const shareRight = (logits: Tensor, truth: Tensor) => logits.argmax(-1).eq(truth).to("float32");
const last = (values: readonly number[], count: number) =>
  values.slice(-count).reduce((sum, value) => sum + value, 0) / count;

// ── A picture and its word ──────────────────────────────────────────────────────────────────────────────────────────

const digitWords = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

class TwoTowers extends nn.Module {
  readonly see = new nn.MLP([784, 64, 16]);
  readonly read = new nn.Linear(100, 16);
  readonly sharpness: Tensor = tensor(Math.log(10), { requiresGrad: true });

  ofImages(images: Tensor): Tensor {
    return onSphere(this.see.forward(images as Tensor<[number, 784]>));
  }
  ofWords(vectors: Tensor): Tensor {
    return onSphere(this.read.forward(vectors as Tensor<[number, 100]>));
  }
}

const onSphere = (x: Tensor): Tensor => x.div(x.norm(-1, { keepdims: true }));

/** The share of a thousand unseen digits whose nearest word is theirs. */
async function picturesAndWords(seed: number): Promise<number> {
  const [learning, test] = [mnist("train", { limit: 8000 }), mnist("test", { limit: 1000 })];
  const glove = loadWordVectors();
  const words: Tensor = stack(digitWords.map((word) => glove.vector(word)));
  const places = digitWords.map((_, digit) => {
    const all = learning.labels.toArray() as number[];
    return all.flatMap((label, i) => (label === digit ? [i] : []));
  });
  manualSeed(seed);
  const generator = new Generator(seed);
  const model = new TwoTowers();
  const ten = int(Array.from({ length: 16 }, () => arange(10).toArray() as number[])).flatten();
  await train(model, {
    optimizer: new optim.Adam(model.parameters(), { lr: 0.003 }),
    batches: endless(() => int(Array.from({ length: 16 }, () => places.map((list) => list[generator.integer(500)])))),
    loss: (sets) => {
      const images = model.ofImages(learning.images.take(sets.flatten())).reshape([16, 10, 16]);
      const scores = images.matmul(model.ofWords(words).T).mul(model.sharpness.exp());
      const guess = (logits: Tensor) => crossEntropy(logits.reshape([160, 10]), ten);
      return guess(scores)
        .add(guess(scores.transpose(1, 2)))
        .div(2);
    },
    steps: 300,
  });
  const scores = noGrad(() => model.ofImages(test.images).matmul(model.ofWords(words).T));
  return shareRight(scores, test.labels).mean().item();
}

// ── Norms before and after ──────────────────────────────────────────────────────────────────────────────────────────

class Tower extends nn.Module {
  readonly digits = new nn.Embedding(10, 32);
  readonly positions = new nn.SinusoidalPositions(32);
  readonly layers: readonly nn.TransformerEncoderLayer<32>[];
  readonly norm = new nn.LayerNorm(32);
  readonly head = new nn.Linear(32, 10);

  constructor(
    depth: number,
    readonly normFirst: boolean,
  ) {
    super();
    const options = { dFF: 64, normFirst, dropout: 0 };
    this.layers = Array.from({ length: depth }, () => new nn.TransformerEncoderLayer(32, 2, options));
  }

  forward(tokens: Tokens): Tensor {
    let x = this.positions.forward(this.digits.forward(tokens));
    for (const layer of this.layers) x = layer.forward(x);
    return this.head.forward(this.normFirst ? this.norm.forward(x) : x);
  }
}

/** The mean loss of the last twenty of 300 steps in which twelve layers learn to turn six digits round. */
async function tower(seed: number, normFirst: boolean, warmup: boolean): Promise<number> {
  manualSeed(seed);
  const model = new Tower(12, normFirst);
  const generator = new Generator(seed);
  const losses = await train(model, {
    optimizer: new optim.Adam(model.parameters(), { lr: 0.003, betas: [0.9, 0.98] }),
    batches: endless(() => rowsOfDigits(16, 6, generator)),
    loss: (rows) => {
      const backwards = int(rows.map((row) => [...row].reverse()));
      return crossEntropy(model.forward(int(rows)).reshape([96, 10]), backwards.flatten());
    },
    steps: 300,
    schedule: warmup ? optim.linearWarmup(150) : optim.constantRate(),
  });
  return last(losses, 20);
}

// ── What attention replaced ─────────────────────────────────────────────────────────────────────────────────────────

type Vectors = Tensor<[number, number, 32]>;

class Reverser extends nn.Module {
  readonly digits = new nn.Embedding(11, 32);
  readonly positions = new nn.SinusoidalPositions(32);
  readonly decoder = new nn.TransformerDecoderLayer(32, 2, { dFF: 64, normFirst: true, dropout: 0 });
  readonly norm = new nn.LayerNorm(32);
  readonly head = new nn.Linear(32, 10);

  constructor(
    readonly encoder: nn.Module,
    readonly encode: (x: Vectors) => Tensor,
  ) {
    super();
  }
  place(tokens: Tokens): Vectors {
    return this.positions.forward(this.digits.forward(tokens));
  }
  forward(source: Tokens, written: Tokens): Tensor {
    const memory = this.encode(this.place(source)) as Vectors;
    return this.head.forward(this.norm.forward(this.decoder.forward(this.place(written), memory)));
  }
}

const memories: Record<string, () => Reverser> = {
  RNN: () => {
    const rnn = new nn.RNN(32, 32);
    return new Reverser(rnn, (x) => rnn.forward(x).hidden.unsqueeze(1));
  },
  GRU: () => {
    const gru = new nn.GRU(32, 32);
    return new Reverser(gru, (x) => gru.forward(x).hidden.unsqueeze(1));
  },
  mean: () => {
    const layer = new nn.TransformerEncoderLayer(32, 2, { dFF: 64, normFirst: true, dropout: 0 });
    return new Reverser(layer, (x) => layer.forward(x).mean(1, { keepdims: true }));
  },
  attention: () => {
    const layer = new nn.TransformerEncoderLayer(32, 2, { dFF: 64, normFirst: true, dropout: 0 });
    return new Reverser(layer, (x) => layer.forward(x));
  },
};

function reversals(length: number, count: number, generator: Generator) {
  const rows = rowsOfDigits(count, length, generator);
  const backwards = rows.map((row) => [...row].reverse());
  return { source: int(rows), written: int(backwards.map((row) => [10, ...row.slice(0, -1)])), next: int(backwards) };
}

/** The share of strings of six to eight digits that are turned round without a mistake. */
async function reversal(seed: number, make: () => Reverser): Promise<number> {
  manualSeed(seed);
  const generator = new Generator(seed);
  const model = make();
  const length = () => 1 + Math.max(generator.integer(8), generator.integer(8));
  await train(model, {
    optimizer: new optim.Adam(model.parameters(), { lr: 0.01, betas: [0.9, 0.99] }),
    batches: endless(() => reversals(length(), 16, generator)),
    loss: ({ source, written, next }) => crossEntropy(model.forward(source, written) as Tensor<number[]>, next),
    steps: 1200,
    schedule: optim.linearWarmup(100, optim.cosineDecay(1100)),
    maxNorm: 1,
  });
  const shares = [1, 2, 3, 4, 5, 6, 7, 8].map((length) => {
    const { source, written, next } = reversals(length, 200, generator);
    return noGrad(() => (shareRight(model.forward(source, written), next).min(-1) as Tensor).mean().item());
  });
  return last(shares, 3);
}

class Reader extends nn.Module {
  readonly table = new nn.Embedding(21, 32);
  readonly head = new nn.Linear(32, 10);

  constructor(
    readonly part: nn.Module,
    readonly last: (x: Vectors) => Tensor,
  ) {
    super();
  }
  forward(tokens: Tokens): Tensor {
    return this.head.forward(this.last(this.table.forward(tokens)) as Tensor<[number, 32]>);
  }
}

const readers: Record<string, () => Reader> = {
  RNN: () => {
    const rnn = new nn.RNN(32, 32);
    return new Reader(rnn, (x) => rnn.forward(x).hidden);
  },
  GRU: () => {
    const gru = new nn.GRU(32, 32);
    return new Reader(gru, (x) => gru.forward(x).hidden);
  },
  attention: () => {
    const attention = new nn.MultiHeadAttention(32, 1);
    return new Reader(attention, (x) => attention.forward(x.slice(-1, undefined, 1) as Vectors, x).output.at(0, 1));
  },
};

/** A digit `back` places from the end, and letters all around it; then the question mark. */
function needles(count: number, generator: Generator, back?: number) {
  const rows = rowsOfDigits(count, Math.max(24, back ?? 0), generator).map((row) => row.map((letter) => 10 + letter));
  const digits = rows.map((row) => {
    const digit = generator.integer(10);
    row[row.length - (back ?? 1 + generator.integer(24))] = digit;
    return digit;
  });
  return { tokens: int(rows.map((row) => [...row, 20])), digits: tensor(digits, { dtype: "int32" }) };
}

/** The share of digits recalled from 8 and more places back, some farther than any in training. */
async function recall(seed: number, make: () => Reader, lr = 0.005): Promise<number> {
  manualSeed(seed);
  const generator = new Generator(seed);
  const model = make();
  await train(model, {
    optimizer: new optim.Adam(model.parameters(), { lr }),
    batches: endless(() => needles(32, generator)),
    loss: ({ tokens, digits }) => crossEntropy(model.forward(tokens) as Tensor<number[]>, digits),
    steps: 250,
    schedule: optim.linearWarmup(30, optim.cosineDecay(220)),
    maxNorm: 1,
  });
  const shares = [8, 16, 24, 48, 96].map((back) => {
    const { tokens, digits } = needles(200, generator, back);
    return noGrad(() => shareRight(model.forward(tokens), digits).mean().item());
  });
  return last(shares, shares.length);
}

// ── A machine that writes ───────────────────────────────────────────────────────────────────────────────────────────

/** A rival of equal compute: what it reads are the last five characters. */
class Window extends nn.Module {
  readonly table: nn.Embedding<number, 16>;
  readonly hidden: nn.Linear<80, 200>;
  readonly head: nn.Linear<200, number>;

  constructor(size: number) {
    super();
    this.table = new nn.Embedding(size, 16);
    this.hidden = new nn.Linear(80, 200);
    this.head = new nn.Linear(200, size);
  }
  forward(read: Tokens): Tensor {
    const [B, T] = read.shape;
    const vectors: Tensor = this.table.forward(concat([zeros([B, 4], { dtype: "int32" }), read], 1) as Tokens);
    const five: Tensor = concat(
      [0, 1, 2, 3, 4].map((k) => vectors.slice(k, k + T, 1)),
      2,
    );
    return this.head.forward(this.hidden.forward(five.reshape([B, T, 80])).relu());
  }
}

/** The mean surprise at `names` of a model that counts runs of up to n letters; a shorter run's guess counts like `weight`. */
function counting(seen: readonly string[], names: readonly string[], V: number, n: number, weight: number): number {
  const counts = new Map<string, number>();
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  const marked = (name: string) => `${".".repeat(n - 1)}${name}.`;
  for (const line of seen.map(marked)) {
    for (let i = n - 1; i < line.length; i++) {
      for (let k = 0; k < n; k++) {
        add(line.slice(i - k, i + 1));
        add(`${line.slice(i - k, i)}|`);
      }
    }
  }
  const chance = (line: string, i: number, k: number): number => {
    if (k < 0) return 1 / V;
    const [run, before] = [line.slice(i - k, i + 1), `${line.slice(i - k, i)}|`].map((key) => counts.get(key) ?? 0);
    return (run + weight * chance(line, i, k - 1)) / (before + weight);
  };
  const surprises = names.flatMap((name) =>
    Array.from(`${name}.`, (_, i) => -Math.log(chance(marked(name), n - 1 + i, n - 1))),
  );
  return last(surprises, surprises.length);
}

async function namesOf(seed: number) {
  const names = loadFirstNames().filter((name) => name.length < 10);
  const mixed = Array.from(new Generator(4).permutation(names.length), (i) => names[i]);
  const letters = text.CharacterTokenizer.train(names, { special: ["."] });
  const V = letters.vocabulary.size;
  const longest = 1 + names.reduce((most, name) => Math.max(most, name.length), 0);
  const rowsOf = (list: string[]) => {
    const coded = list.map((name) => letters.encode(name));
    const fill = (row: number[], value: number) => [...row, ...Array<number>(longest - row.length).fill(value)];
    return [int(coded.map((row) => fill([0, ...row], 0))), int(coded.map((row) => fill([...row, 0], -1)))] as const;
  };
  const surprise = (model: { forward(x: Tokens): Tensor }, read: Tokens, next: Tokens) =>
    crossEntropy(model.forward(read) as Tensor<[number, number, number]>, next, { ignoreIndex: -1 });
  // The 800 names between have chosen the weight of the counts, how long a run is, and the learning rates.
  const [unseenNames, seenNames] = [mixed.slice(0, 800), mixed.slice(1600)];
  const [unseen, seen] = [unseenNames, seenNames].map(rowsOf);
  const learn = async <M extends nn.Module & { forward(x: Tokens): Tensor }>(model: M, lr: number, steps: number) => {
    await train(model, {
      optimizer: new optim.AdamW(model.parameters(), { lr, weightDecay: 0.05 }),
      batches: batches(seen, 64, { shuffle: true }),
      loss: ([read, next]) => surprise(model, read, next),
      steps,
      schedule: optim.linearWarmup(50, optim.cosineDecay(steps - 50)),
      maxNorm: 1,
    });
    return noGrad(() => surprise(model, unseen[0], unseen[1]).item());
  };
  manualSeed(seed);
  const gpt = new nn.GPT(V, 32, 4, { numLayers: 2, contextLength: longest });
  const ofGPT = await learn(gpt, 0.01, 800);
  manualSeed(seed);
  const mlp = new Window(V);
  // As many multiply-adds a character as 800 steps of the GPT: see matricesOf.
  const ofMLP = await learn(mlp, 0.01, Math.round((800 * matricesOf(gpt, longest)) / matricesOf(mlp, 0)));
  const table = new text.WordVectors(letters.vocabulary.tokens, Float32Array.from(gpt.tokens.weight.toTypedArray()));
  const vowels = [..."aeiou"];
  const consonants = letters.vocabulary.tokens.filter((letter) => !".aeiouy".includes(letter));
  const alike = (a: readonly string[], b: readonly string[]) => {
    const cosines = a.flatMap((x) => b.flatMap((y) => (x === y ? [] : [table.cosine(x, y)])));
    return last(cosines, cosines.length);
  };
  const counted = counting(seenNames, unseenNames, V, 6, 32);
  return {
    GPT: ofGPT,
    MLP: ofMLP,
    counting: counted,
    "vowel–vowel": alike(vowels, vowels),
    "vowel–consonant": alike(vowels, consonants),
  };
}

/** Multiply-adds for one character: each entry of each matrix once, and in attention two products with all positions. */
function matricesOf(model: nn.Module, positions: number): number {
  const matrices = model
    .namedParameters()
    .filter(([name, { ndim }]) => ndim === 2 && !/tokens|positions|table/.test(name));
  return matrices.reduce((sum, [, { size }]) => sum + size, 2 * 2 * positions * 32);
}

export const claims: readonly Claim[] = [
  {
    says: "The translator, after 1,000 steps (600 in the notebook), writes at least 99 % of 500 held-out sentences exactly, looks at the right word for at least 90 % of its own, and translates the sentence it was never shown; beside it, how many are exact if one attention answers zero (the notebook answers with its mean)",
    seeds: [1, 2, 3, 4, 5],
    async measure(seed) {
      const { model, test } = await trainTranslator(seed);
      const { encoderLayers, decoderLayers } = model.transformer;
      const [cat] = model.translate([theCatSatOnTheMat.english]);
      return {
        "held out": test.length,
        exact: model.exact(test),
        aligned: model.aligned(test.slice(0, 200)),
        "the cat": Number(cat === theCatSatOnTheMat.spanish.join(" ")),
        "without encoder’s own": model.exactWithout(encoderLayers[0].selfAttention, test),
        "without decoder’s own": model.exactWithout(decoderLayers[0].selfAttention, test),
        "without looking across": model.exactWithout(decoderLayers[0].crossAttention, test),
      };
    },
    holds: (values) =>
      values["held out"] === 500 && values.exact >= 0.99 && values.aligned >= 0.9 && values["the cat"] === 1,
  },
  {
    says: "Our own skip-gram, trained on the King James Bible, puts queen among the first three for king − man + woman (the words of the question left out)",
    seeds: [1, 2, 3, 4, 5],
    async measure(seed) {
      const vectors = await text.skipGram(verses(), { dimensions: 48, generator: new Generator(seed) });
      const question = vectors.combine(["king", "woman"], ["man"]);
      const exclude = ["king", "man", "woman"];
      return {
        "queen’s place": vectors.rank("queen", question, { exclude }),
        "with them": vectors.rank("queen", question),
        "near king alone": vectors.rank("queen", vectors.vector("king"), { exclude: ["king"] }),
      };
    },
    holds: (values) => values["queen’s place"] <= 3 && values["near king alone"] > 10,
  },
  {
    says: "Pictures of digits and their words, brought into one space by contrast: of a thousand digits by other hands at least 88 % lie nearest to their own word",
    seeds: [1, 2, 3, 4, 5],
    measure: async (seed) => ({ "nearest word": await picturesAndWords(seed) }),
    holds: (values) => values["nearest word"] >= 0.88,
  },
  {
    says: "Twelve layers with the norm before the sum learn without a warm-up (loss below 0.3); with the norm after it and no warm-up they end at ten times that loss or more, and with a warm-up lower",
    seeds: [1, 2, 3, 4, 5],
    measure: async (seed) => ({
      after: await tower(seed, false, false),
      "after, warm-up": await tower(seed, false, true),
      before: await tower(seed, true, false),
      "before, warm-up": await tower(seed, true, true),
    }),
    holds: (values) =>
      Math.max(values.before, values["before, warm-up"]) < 0.3 &&
      values.after >= 10 * values.before &&
      values["after, warm-up"] < values.after,
  },
  {
    says: "Strings of six to eight digits, after 1,200 steps (700 in the notebook), are turned round without a mistake at least 80 % of the time by attention, and at least 25 points less often through one vector",
    seeds: [1, 2, 3, 4, 5],
    async measure(seed) {
      const shares: Record<string, number> = {};
      for (const [name, make] of Object.entries(memories)) shares[name] = await reversal(seed, make);
      return shares;
    },
    holds: ({ attention, RNN, GRU, mean }) => attention >= 0.8 && Math.max(RNN, GRU, mean) <= attention - 0.25,
  },
  {
    says: "One digit from 8 to 96 places back is recalled at least 90 % of the time by attention and by a GRU, and at most 50 % by a plain RNN, whichever of four learning rates it is given",
    seeds: [1, 2, 3, 4, 5],
    async measure(seed) {
      const shares: Record<string, number> = {};
      for (const [name, make] of Object.entries(readers)) shares[name] = await recall(seed, make);
      for (const lr of [0.0005, 0.002, 0.01]) shares[`RNN, rate ${lr}`] = await recall(seed, readers.RNN, lr);
      return shares;
    },
    holds: ({ attention, GRU, ...RNN }) => Math.min(attention, GRU) >= 0.9 && Math.max(...Object.values(RNN)) <= 0.5,
  },
  {
    says: "On unseen names, after 800 steps of 64 names (the notebook trains only the GPT, for 500 steps of 32), an MLP of equal compute is as good as counting runs of up to six letters, to 0.03 nats, and the GPT is worse than both; in the GPT’s own table vowels are more like vowels than like consonants, by at least 0.2",
    seeds: [1, 2, 3, 4, 5],
    measure: namesOf,
    holds: (values) =>
      Math.abs(values.MLP - values.counting) < 0.03 &&
      Math.max(values.MLP, values.counting) < values.GPT &&
      values["vowel–vowel"] - values["vowel–consonant"] >= 0.2,
  },
];
