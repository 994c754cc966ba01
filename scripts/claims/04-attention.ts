/** @file Claims of notebook 4, over seeds. */

import {
  batches,
  crossEntropy,
  Generator,
  manualSeed,
  nn,
  noGrad,
  optim,
  type Tensor,
  tensor,
  text,
  train,
} from "foundations";
import { loadKingJamesBible, type Translation, theCatSatOnTheMat, translations } from "foundations/data";
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
  readonly transformer = new nn.Transformer(32, 1, {
    numEncoderLayers: 1,
    numDecoderLayers: 1,
    dFF: 64,
    normFirst: true,
    dropout: 0,
  });
  readonly head: nn.Linear<32, number>;

  constructor(
    readonly english: text.Vocabulary,
    readonly spanish: text.Vocabulary,
  ) {
    super();
    this.source = new nn.Embedding(english.size, 32);
    this.target = new nn.Embedding(spanish.size, 32);
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
    batches: batches([sources, written, nexts], 32, { shuffle: true }),
    loss: ([source, before, next]) => crossEntropy(model.decode(before, model.encode(source), source), next),
    steps: 1200,
    schedule: optim.linearWarmup(100, optim.cosine(1100)),
    maxNorm: 1,
  });
  return { model, test: pairs.test };
}

const verses = () => loadKingJamesBible().map((verse) => text.splitWords(verse, { punctuation: false }));

export const claims: readonly Claim[] = [
  {
    says: "The translator writes at least 99 % of 500 held-out sentences exactly, looks at the right word for at least 90 % of its own, and translates the sentence it was never shown",
    seeds: [1, 2, 3, 4, 5],
    async measure(seed) {
      const { model, test } = await trainTranslator(seed);
      const answers = model.translate(test.map(({ english }) => english));
      const exact = answers.filter((answer, i) => answer === test[i].spanish.join(" ")).length;
      const [cat] = model.translate([theCatSatOnTheMat.english]);
      return {
        "held out": test.length,
        exact: exact / test.length,
        aligned: model.aligned(test.slice(0, 200)),
        "the cat": Number(cat === theCatSatOnTheMat.spanish.join(" ")),
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
];
