/** @file Claims of notebook 4 about a GPT that is prompted to translate, and about a rival without attention, over seeds. */

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
import { type Translation, theCatSatOnTheMat, translations } from "foundations/data";
import type { Claim } from "./claim.js";

type Tokens = Tensor<[number, number]>;
type Writer = nn.Module & { forward(tokens: Tokens): Tensor };
/** What is read, and what comes next: −1 where that does not count. */
type Rows = [read: Tokens, next: Tensor];
type RowsOf = (list: readonly Translation[]) => Rows;

const int = (rows: number[][]): Tokens => tensor(rows, { dtype: "int32" });
const words = ({ english, spanish }: Translation) => [...english, "=", ...spanish, "</s>"];

/** The pairs of a seed as lines `english = spanish </s>`, and the tokens of all of them. */
function lesson(seed: number) {
  const pairs = translations({}, new Generator(seed));
  const vocabulary = text.Vocabulary.from(pairs.train.flatMap(words), { special: ["<pad>"] });
  const length = Math.max(...pairs.train.map((pair) => words(pair).length)) - 1;
  const equals = vocabulary.encode(["="])[0];
  /** A row for each line, filled up to the longest. */
  const linesOf: RowsOf = (list) => {
    const lines = list.map((pair) => vocabulary.encode(words(pair)));
    const fill = (row: number[], value: number) => [...row, ...Array<number>(length - row.length).fill(value)];
    return [
      int(lines.map((line) => fill(line.slice(0, -1), 0))),
      int(
        lines.map((line) =>
          fill(
            line.slice(1).map((token, i) => (i < line.indexOf(equals) ? -1 : token)),
            -1,
          ),
        ),
      ),
    ];
  };
  /** A row for each Spanish token: all that was before it, the latest last. */
  const windowsOf: RowsOf = (list) => {
    const rows = list.flatMap((pair) => {
      const line = vocabulary.encode(words(pair));
      const first = line.indexOf(equals) + 1;
      return line.slice(first).map((token, i) => {
        const before = line.slice(0, first + i);
        return { window: [...Array<number>(length - before.length).fill(0), ...before], token };
      });
    });
    return [
      int(rows.map(({ window }) => window)),
      tensor(
        rows.map(({ token }) => token),
        { dtype: "int32" },
      ),
    ];
  };
  return { pairs, vocabulary, length, linesOf, windowsOf };
}
type Lesson = ReturnType<typeof lesson>;

/** The share of lines whose every Spanish token is the likeliest after the right ones before it: what greedy writing gets right. */
function exact(model: Writer, rowsOf: RowsOf, pairs: readonly Translation[]): number {
  model.eval();
  const right = pairs.filter((pair) => {
    const [read, next] = rowsOf([pair]);
    return noGrad(() => model.forward(read).argmax(-1).eq(next).or(next.lt(0)).all().item());
  });
  model.train();
  return right.length / pairs.length;
}

/** How a machine is trained: on so many rows at a time, the rate rising over `warmup` steps, gradients no longer than `maxNorm`. */
interface Training {
  readonly dropout: number;
  readonly lr: number;
  readonly weightDecay: number;
  readonly rows: number;
  readonly steps: number;
  readonly warmup: number;
  readonly maxNorm: number;
}

/** The settings of a network without attention, and of its training. */
interface Settings extends Training {
  readonly channels: number;
  readonly width: number;
}

/** Warm-up and clipping as they are elsewhere in the notebook, and as they did best for few lines. */
const usual = { warmup: 50, maxNorm: 1 } as const;
const clipped = { warmup: 50, maxNorm: 0.1 } as const;
const patient = { warmup: 300, maxNorm: 1 } as const;
const even = { warmup: 300, maxNorm: 0.1 } as const;

/** Tries of each on 250 lines, judged on the validation sentences. */
const gptTries: readonly Training[] = [
  { dropout: 0, lr: 0.01, weightDecay: 0.05, rows: 24, steps: 600, ...usual },
  { dropout: 0.1, lr: 0.01, weightDecay: 0.05, rows: 24, steps: 600, ...usual },
  { dropout: 0, lr: 0.02, weightDecay: 0.3, rows: 24, steps: 600, ...usual },
  { dropout: 0, lr: 0.02, weightDecay: 0.3, rows: 8, steps: 1200, ...usual },
  { dropout: 0.1, lr: 0.02, weightDecay: 0.3, rows: 24, steps: 600, ...usual },
  { dropout: 0, lr: 0.02, weightDecay: 1, rows: 8, steps: 1200, ...usual },
  { dropout: 0, lr: 0.04, weightDecay: 0.3, rows: 8, steps: 1200, ...patient },
  { dropout: 0, lr: 0.04, weightDecay: 0.3, rows: 8, steps: 1200, ...even },
  { dropout: 0.1, lr: 0.04, weightDecay: 0.3, rows: 8, steps: 1200, ...even },
];
/** Each keeps the weights that were best on the validation sentences while it trained: early stopping. */
const rivalTries: readonly Settings[] = [
  { channels: 16, width: 128, dropout: 0, lr: 0.01, weightDecay: 0.05, rows: 192, steps: 500, ...usual },
  { channels: 16, width: 256, dropout: 0.3, lr: 0.003, weightDecay: 0.1, rows: 192, steps: 500, ...usual },
  { channels: 32, width: 64, dropout: 0.2, lr: 0.01, weightDecay: 0.5, rows: 192, steps: 500, ...usual },
  { channels: 32, width: 256, dropout: 0.5, lr: 0.003, weightDecay: 1, rows: 192, steps: 500, ...usual },
  { channels: 32, width: 64, dropout: 0.2, lr: 0.02, weightDecay: 0.5, rows: 64, steps: 1200, ...usual },
  { channels: 32, width: 64, dropout: 0.4, lr: 0.01, weightDecay: 1, rows: 192, steps: 500, ...usual },
  { channels: 32, width: 64, dropout: 0.2, lr: 0.02, weightDecay: 0.5, rows: 64, steps: 1200, ...even },
  { channels: 32, width: 64, dropout: 0.2, lr: 0.04, weightDecay: 0.3, rows: 64, steps: 1200, ...even },
  { channels: 32, width: 64, dropout: 0.2, lr: 0.04, weightDecay: 0.3, rows: 64, steps: 1200, ...patient },
  { channels: 32, width: 128, dropout: 0.2, lr: 0.04, weightDecay: 0.5, rows: 64, steps: 1200, ...clipped },
];
/** As in the notebook, but that there the rival takes 800 steps on all lines and does not stop early: on 250 lines the GPT that did best and one of the rivals tried at random (others had up to 15 % on validation sentences), on all lines what is enough. */
const gptInLesson = gptTries[7];
const gptOnAll: Training = { dropout: 0, lr: 0.015, weightDecay: 0.1, rows: 24, steps: 450, ...usual };
const rivalInLesson = rivalTries[9];
const rivalOnAll: Settings = { ...rivalInLesson, dropout: 0, lr: 0.01, weightDecay: 0.1, rows: 128, ...usual };

/** A network without attention that reads all words so far, the latest last. */
class WholeWindow extends nn.Module {
  readonly table: nn.Embedding<number, number>;
  readonly hidden: nn.Linear<number, number>;
  readonly dropout: nn.Dropout;
  readonly head: nn.Linear<number, number>;

  constructor(
    V: number,
    readonly length: number,
    readonly settings: Settings,
  ) {
    super();
    const { channels, width, dropout } = settings;
    this.table = new nn.Embedding(V, channels);
    this.hidden = new nn.Linear(length * channels, width);
    this.dropout = new nn.Dropout(dropout);
    this.head = new nn.Linear(width, V);
  }
  forward(windows: Tokens): Tensor {
    const side = this.table.forward(windows).reshape([windows.shape[0], this.length * this.settings.channels]);
    return this.head.forward(this.dropout.forward(this.hidden.forward(side).relu()));
  }
}

/** Trains. With validation rows, the weights are kept that were best on these, which are looked at every hundred steps: early stopping. */
async function learn(
  model: Writer,
  { lr, weightDecay, rows, steps, warmup, maxNorm }: Training,
  examples: Rows,
  validation?: Rows,
): Promise<void> {
  const surprise = ([read, next]: Rows) =>
    crossEntropy(model.forward(read) as Tensor<number[]>, next, { ignoreIndex: -1 });
  let lowest = Infinity;
  let kept = model.stateDict();
  const look = (validation: Rows) => {
    model.eval();
    const loss = noGrad(() => surprise(validation).item());
    model.train();
    if (loss >= lowest) return;
    lowest = loss;
    kept = Object.fromEntries(Object.entries(model.stateDict()).map(([name, value]) => [name, value.clone()]));
  };
  let step = 0;
  await train(model, {
    optimizer: new optim.AdamW(model.parameters(), { lr, weightDecay }),
    batches: batches(examples, rows, { shuffle: true }),
    loss: (batch) => {
      if (validation && ++step % 100 === 0) look(validation);
      return surprise(batch as Rows);
    },
    steps,
    schedule: optim.linearWarmup(warmup, optim.cosineDecay(steps - warmup)),
    maxNorm,
  });
  if (!validation) return;
  look(validation);
  model.loadStateDict(kept);
}

async function gptOf(lesson: Lesson, seed: number, count: number, training: Training): Promise<Writer> {
  manualSeed(seed);
  const { dropout } = training;
  const model = new nn.GPT(lesson.vocabulary.size, 32, 4, { numLayers: 2, contextLength: lesson.length, dropout });
  await learn(model as unknown as Writer, training, lesson.linesOf(lesson.pairs.train.slice(0, count)));
  return model as unknown as Writer;
}

async function rivalOf(lesson: Lesson, seed: number, count: number, settings: Settings): Promise<Writer> {
  manualSeed(seed);
  const model = new WholeWindow(lesson.vocabulary.size, lesson.length, settings);
  const { windowsOf, pairs } = lesson;
  await learn(model, settings, windowsOf(pairs.train.slice(0, count)), windowsOf(pairs.validation));
  return model;
}

export const claims: readonly Claim[] = [
  {
    says: "The MLP’s settings, tried on the 500 validation sentences after 250 lines (a row for each try; the last is one of 98 that were drawn at random and tried on the validation sentences of set 11, where the best had 15 %)",
    seeds: rivalTries.map((_, i) => i + 1),
    async measure(row) {
      const given = lesson(1);
      const settings = rivalTries[row - 1];
      return {
        ...settings,
        exact: exact(await rivalOf(given, 1, 250, settings), given.windowsOf, given.pairs.validation),
      };
    },
    holds: ({ exact }) => exact <= 0.25,
  },
  {
    says: "The GPT’s settings, tried in the same way (the last three come from some fifty tries on the validation sentences of the sets 11 to 15)",
    seeds: gptTries.map((_, i) => i + 1),
    async measure(row) {
      const given = lesson(1);
      const settings = gptTries[row - 1];
      return { ...settings, exact: exact(await gptOf(given, 1, 250, settings), given.linesOf, given.pairs.validation) };
    },
    holds: ({ exact }) => exact > 0.25,
  },
  {
    says: "A GPT’s exact answers to 500 validation sentences after 250 lines, over sets of sentences on which it is not tested: with rate 0.02 and the usual warm-up and clipping, and with rate 0.04, 300 warm-up steps and gradients clipped to 0.1 (at least 98 %)",
    seeds: [11, 12, 13, 14, 15],
    async measure(seed) {
      const given = lesson(seed);
      const share = async (training: Training) =>
        exact(await gptOf(given, seed, 250, training), given.linesOf, given.pairs.validation);
      return { "rate 0.02": await share(gptTries[3]), "rate 0.04, clipped": await share(gptInLesson) };
    },
    holds: (values) => values["rate 0.04, clipped"] >= 0.98,
  },
  {
    says: "Exact answers to 500 held-out sentences after so many lines (a row for each number, seed 1), each machine with its settings for 250 lines: the GPT is ahead",
    seeds: [500, 1000],
    async measure(count) {
      const given = lesson(1);
      return {
        GPT: exact(await gptOf(given, 1, count, gptInLesson), given.linesOf, given.pairs.test),
        MLP: exact(await rivalOf(given, 1, count, rivalInLesson), given.windowsOf, given.pairs.test),
      };
    },
    holds: ({ GPT, MLP }) => GPT > MLP,
  },
  {
    says: "Prompted with `english =`, a GPT answers at least 99 % of 500 held-out sentences exactly after all 4,000 lines, and at least 98 % after 250 lines; a tuned MLP that sees all tokens so far answers at most 25 % after 250 (it takes 1,200 steps and keeps its best weights; in the notebook it keeps its last, after 800 steps on all lines)",
    seeds: [1, 2, 3, 4, 5],
    async measure(seed) {
      const given = lesson(seed);
      const { linesOf, windowsOf, pairs } = given;
      const all = await gptOf(given, seed, 4000, gptOnAll);
      return {
        "GPT, 4,000 lines": exact(all, linesOf, pairs.test),
        "GPT, 250 lines": exact(await gptOf(given, seed, 250, gptInLesson), linesOf, pairs.test),
        "MLP, 4,000 lines": exact(await rivalOf(given, seed, 4000, rivalOnAll), windowsOf, pairs.test),
        "MLP, 250 lines": exact(await rivalOf(given, seed, 250, rivalInLesson), windowsOf, pairs.test),
        "the cat": exact(all, linesOf, [theCatSatOnTheMat]),
      };
    },
    holds: (values) =>
      values["GPT, 4,000 lines"] >= 0.99 && values["GPT, 250 lines"] >= 0.98 && values["MLP, 250 lines"] <= 0.25,
  },
];
