/**
 * @file Skip-gram and CBOW: vectors from guessing which words stand near each other.
 * Mikolov et al. 2013, "Efficient estimation of word representations in vector space" (the two models) and "Distributed
 * representations of words and phrases and their compositionality" (negative sampling, subsampling).
 */

import { kernels, math } from "../backend/index.js";
import { checkNumber } from "../shape/numbers.js";
import { defaultGenerator, type Generator } from "../tensor/random.js";
import { checkPositive, type IndexedText, indexText, type Sentences, type TrainingOptions, Watch } from "./training.js";
import { WordVectors } from "./word-vectors.js";

export interface Word2VecOptions extends TrainingOptions {
  /** Length of a vector. */
  dimensions?: number;
  /** How many words to either side are near; each word draws its own reach from 1 to this, so that closer counts more. */
  window?: number;
  /** Words of noise against every true one. */
  negatives?: number;
  /** How often the text is read. */
  epochs?: number;
  /** Learning rate at the start; it falls linearly to 0 as the text is read, within a long sentence too. */
  lr?: number;
  /** Words whose share of the text is above this are now and then skipped; 0 skips none. */
  subsample?: number;
  /** Words that occur less often are left out. */
  minCount?: number;
  /** Where the random numbers come from. */
  generator?: Generator;
}

/**
 * Skip-gram: a word's vector v guesses each neighbor. For every pair of center c and neighbor o, and noise words n,
 *
 *     loss = −log σ(u_o · v_c) − Σₙ log σ(−u_n · v_c)
 *
 * goes down by stochastic gradient descent. What is returned are the v; the u, a word's other face, are dropped.
 * @throws if no two words ever stand side by side, in the text or in what subsampling left of it: there is nothing to learn
 */
export function skipGram(sentences: Sentences, options: Word2VecOptions = {}): Promise<WordVectors> {
  return train("skipGram", sentences, options, guessNeighbors);
}

/**
 * Continuous bag of words: the mean h of the neighbors' vectors guesses the word between them,
 * loss = −log σ(u_c · h) − Σₙ log σ(−u_n · h). The gradient of h goes to each neighbor whole, as in word2vec's own code.
 * @throws as `skipGram` does
 */
export function cbow(sentences: Sentences, options: Word2VecOptions = {}): Promise<WordVectors> {
  return train("cbow", sentences, options, guessCenter);
}

/** Notes down the guesses that one word asks for, the one at `center` of a sentence of `length` words. */
type GuessAround = (
  model: Model,
  sentence: Int32Array,
  length: number,
  center: number,
  window: number,
  rate: number,
) => void;

async function train(name: string, sentences: Sentences, options: Word2VecOptions, guessAround: GuessAround) {
  const {
    dimensions = 100,
    window = 5,
    negatives = 5,
    epochs = 5,
    lr = 0.025,
    subsample = 1e-3,
    minCount = 5,
  } = options;
  const { generator = defaultGenerator } = options;
  checkPositive(name, { dimensions, window, negatives, epochs, lr, minCount }, WHOLE);
  checkNumber(name, "subsample", subsample, { from: 0 });
  const text = indexText(name, sentences, minCount);
  const keep = keepRates(text, subsample);
  const model = new Model(text.vocabulary.counts, dimensions, negatives, generator);
  const { ids, starts } = text;
  const total = ids.length * epochs;
  const watch = new Watch(total, options);
  const sentence = new Int32Array(ids.length);
  /** Where in the text each word of `sentence` stands. */
  const places = new Int32Array(ids.length);
  // Words learn at the rate of where their sentence ends. A whole text may come as one sentence, which would then learn
  // at no rate at all: longer ones than a hundredth of the way are read in stretches, each with a rate of its own.
  const stretch = Math.min(1000, Math.ceil(total / 100));
  // The tables are copied for every chunk, which should cost little beside its steps.
  const chunk = Math.max(4096, 4 * text.vocabulary.size);
  let guesses = 0;
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let s = 1; s < starts.length; s++) {
        let length = 0;
        for (let i = starts[s - 1]; i < starts[s]; i++) {
          if (generator.uniform() >= keep[ids[i]]) continue;
          places[length] = i;
          sentence[length++] = ids[i];
        }
        let center = 0;
        for (let end = starts[s - 1]; end < starts[s]; ) {
          end = Math.min(end + stretch, starts[s]);
          const read = epoch * ids.length + end;
          const rate = lr * Math.max(1e-4, 1 - read / total);
          while (center < length && places[center] < end) {
            guessAround(model, sentence, length, center++, window, rate);
          }
          if (model.steps < chunk && read < total) continue;
          const { loss, steps } = model.learn();
          guesses += steps;
          await watch.advance(read, loss, steps);
        }
      }
    }
  } finally {
    watch.end();
  }
  if (guesses === 0) {
    throw new RangeError(
      `${name}: subsample ${subsample} skipped so many of the ${ids.length} words that no two were left side by side; raise it, or set it to 0 to skip none`,
    );
  }
  return new WordVectors(text.vocabulary.tokens, model.vectors());
}

const WHOLE = ["dimensions", "window", "negatives", "epochs", "minCount"];

/**
 * How likely an occurrence of each word is kept: √(t/f) + t/f, with f its share of the text and t the threshold. So
 * word2vec's own code has it; the paper has √(t/f) alone.
 */
function keepRates({ vocabulary, ids }: IndexedText, threshold: number): Float64Array {
  return Float64Array.from(vocabulary.counts, (count) => {
    const ratio = (threshold * ids.length) / count;
    return threshold > 0 ? Math.min(1, Math.sqrt(ratio) + ratio) : 1;
  });
}

const guessNeighbors: GuessAround = (model, sentence, length, center, window, rate) => {
  const reach = 1 + model.generator.integer(window);
  const end = Math.min(length - 1, center + reach);
  for (let near = Math.max(0, center - reach); near <= end; near++) {
    if (near === center) continue;
    model.source(sentence[center]);
    model.guess(sentence[near], rate);
  }
};

const guessCenter: GuessAround = (model, sentence, length, center, window, rate) => {
  const reach = 1 + model.generator.integer(window);
  const start = Math.max(0, center - reach);
  const end = Math.min(length - 1, center + reach);
  if (start === end) return;
  for (let near = start; near <= end; near++) if (near !== center) model.source(sentence[near]);
  model.guess(sentence[center], rate);
};

/** Two vectors for each word, and the guesses noted down for them to learn from. */
class Model {
  /** Rows have room for whole groups of four numbers. */
  readonly #width: number;
  /** v, a row each: small random numbers, so that words differ from the start. */
  readonly #input: Float32Array;
  /** u, a row each: zeros. */
  readonly #output: Float32Array;
  readonly #noise: Noise;
  readonly #starts = [0];
  readonly #sources: number[] = [];
  readonly #targets: number[] = [];
  readonly #rates: number[] = [];

  constructor(
    counts: readonly number[],
    readonly dimensions: number,
    readonly negatives: number,
    readonly generator: Generator,
  ) {
    this.#width = Math.ceil(dimensions / 4) * 4;
    this.#input = new Float32Array(counts.length * this.#width);
    this.#output = new Float32Array(counts.length * this.#width);
    for (let row = 0; row < this.#input.length; row += this.#width) {
      for (let d = 0; d < dimensions; d++) this.#input[row + d] = (generator.uniform() - 0.5) / dimensions;
    }
    this.#noise = new Noise(counts);
  }

  /** How many guesses are noted down. */
  get steps(): number {
    return this.#rates.length;
  }

  /** Notes a word that the next guess is made from. */
  source(word: number): void {
    this.#sources.push(word);
  }

  /** Notes that the words noted since the last guess shall guess `word`, and draws the noise for it. */
  guess(word: number, rate: number): void {
    this.#targets.push(word);
    for (let n = 0; n < this.negatives; n++) {
      const drawn = this.#noise.draw(this.generator.bits());
      this.#targets.push(drawn === word ? -1 : drawn);
    }
    this.#starts.push(this.#sources.length);
    this.#rates.push(rate);
  }

  /** Learns from all guesses noted down, and forgets them. */
  learn(): { loss: number; steps: number } {
    const { steps } = this;
    const loss = kernels().negativeSampling(this.#input, this.#output, this.#width, {
      starts: new Int32Array(this.#starts),
      sources: new Int32Array(this.#sources),
      targets: new Int32Array(this.#targets),
      perStep: 1 + this.negatives,
      rates: new Float32Array(this.#rates),
    });
    for (const list of [this.#sources, this.#targets, this.#rates]) list.length = 0;
    this.#starts.length = 1;
    return { loss, steps };
  }

  /** The v, a row each. */
  vectors(): Float32Array {
    const words = this.#input.length / this.#width;
    const rows = new Float32Array(words * this.dimensions);
    for (let word = 0; word < words; word++) {
      const row = word * this.#width;
      rows.set(this.#input.subarray(row, row + this.dimensions), word * this.dimensions);
    }
    return rows;
  }
}

/**
 * Draws words in proportion to count^¾: common words often, rare ones more often than they occur. Walker's alias method
 * (1977): of as many equal shares as there are words, each is divided between at most two, so that a draw looks at one.
 */
export class Noise {
  /** How much of share i is word i's own, and whose the rest is. */
  readonly #own: Float64Array;
  readonly #other: Int32Array;

  constructor(counts: readonly number[]) {
    const weights = counts.map((count) => math.pow(count, 0.75));
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    this.#own = Float64Array.from(weights, (weight) => weight / mean);
    this.#other = Int32Array.from(counts.keys());
    const below = counts.flatMap((_, word) => (this.#own[word] < 1 ? [word] : []));
    const above = counts.flatMap((_, word) => (this.#own[word] < 1 ? [] : [word]));
    while (below.length > 0 && above.length > 0) {
      const [less, more] = [below.pop() as number, above[above.length - 1]];
      this.#other[less] = more;
      this.#own[more] -= 1 - this.#own[less];
      if (this.#own[more] < 1) below.push(above.pop() as number);
    }
    for (const word of below) this.#own[word] = 1; // all but rounding
  }

  /** The word that 32 random bits stand for. */
  draw(bits: number): number {
    const at = (bits / 2 ** 32) * this.#own.length;
    const word = Math.floor(at);
    return at - word < this.#own[word] ? word : this.#other[word];
  }
}
