/** @file Shared by the trainers of word vectors: indexed text, checks of options, reports of progress. */

import { type Progress, yieldRegularly } from "../runtime/cooperative.js";
import { checkIterable, checkTexts } from "../shape/kinds.js";
import { checkNumber, checkWhole } from "../shape/numbers.js";
import { Vocabulary } from "./vocabulary.js";

/** A text: sentences, each a list of words. No window crosses the end of a sentence. */
export type Sentences = Iterable<readonly string[]>;

/** Options to watch and to stop training. */
export interface TrainingOptions {
  /** Receives the mean loss about two hundred times. */
  progress?: Progress;
  /** Aborting ends training at the next pause, with its `reason` as the error. */
  signal?: AbortSignal;
}

/** Sentences as ids, concatenated. Words rarer than `minCount` are removed before windows are taken. */
export interface IndexedText {
  readonly vocabulary: Vocabulary;
  readonly ids: Int32Array;
  /** Sentence s is `ids` from `starts[s]` to (not including) `starts[s + 1]`. */
  readonly starts: Int32Array;
}

/** Indexes a text. @throws if fewer than two words are left, or no sentence has two */
export function indexText(trainer: string, sentences: Sentences, minCount: number): IndexedText {
  checkIterable(trainer, "the list of sentences", sentences);
  const all = [...sentences];
  for (const sentence of all) checkTexts(trainer, "each sentence", sentence);
  const vocabulary = Vocabulary.from(all.flat(), { minCount });
  if (vocabulary.size < 2) {
    throw new RangeError(
      `${trainer}: of the words, ${vocabulary.size} occur ${minCount} times or more; give more text or a lower minCount`,
    );
  }
  const ids: number[] = [];
  const starts = [0];
  for (const sentence of all) {
    for (const word of sentence) if (vocabulary.has(word)) ids.push(vocabulary.id(word));
    starts.push(ids.length);
  }
  if (!starts.some((start, s) => starts[s + 1] - start > 1)) {
    throw new RangeError(
      `${trainer}: words are learned from those beside them, and no sentence has two words that occur ${minCount} times or more; give longer sentences or a lower minCount`,
    );
  }
  return { vocabulary, ids: Int32Array.from(ids), starts: Int32Array.from(starts) };
}

/** Checks that every option is a number above 0, and those named in `whole` a whole one. */
export function checkPositive(trainer: string, options: Readonly<Record<string, number>>, whole: readonly string[]) {
  for (const [name, value] of Object.entries(options)) {
    if (whole.includes(name)) checkWhole(trainer, name, value, 1);
    else checkNumber(trainer, name, value, { above: 0 });
  }
}

/** Reports the mean loss to `options.progress`, and yields to timers, messages and interrupts. */
export class Watch {
  #sum = 0;
  #count = 0;
  #mean = 0;
  #reported = 0;
  readonly #pause: ReturnType<typeof yieldRegularly>;

  constructor(
    readonly total: number,
    readonly options: TrainingOptions,
  ) {
    this.#pause = yieldRegularly(options.signal);
  }

  /** Await it regularly, after `done` of `total` steps: `loss` is the sum over the latest `count` of them. */
  async advance(done: number, loss: number, count: number): Promise<void> {
    this.#sum += loss;
    this.#count += count;
    if (done - this.#reported >= this.total / 200 || done === this.total) {
      if (this.#count > 0) this.#mean = this.#sum / this.#count;
      this.options.progress?.update(done, this.total, { loss: this.#mean });
      this.#sum = 0;
      this.#count = 0;
      this.#reported = done;
    }
    await this.#pause();
  }

  end(): void {
    this.options.progress?.end();
  }
}
