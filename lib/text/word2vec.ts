/**
 * @file Skip-gram and CBOW: word vectors learned by predicting nearby words.
 * Mikolov et al. 2013, "Efficient estimation of word representations in vector space" (the two models) and "Distributed
 * representations of words and phrases and their compositionality" (negative sampling, subsampling).
 */

import { backend, math } from "../backend/index.js";
import { checkNumber } from "../shape/numbers.js";
import { type Generator, generatorOf } from "../tensor/random.js";
import { checkPositive, type IndexedText, indexText, type Sentences, type TrainingOptions, Watch } from "./training.js";
import { WordVectors } from "./word-vectors.js";

/** Options of `skipGram` and `cbow`. */
export interface Word2VecOptions extends TrainingOptions {
  /** Numbers per vector, 100 by default. */
  dimensions?: number;
  /** The greatest distance of a neighbor, 5 by default. Each word draws its own reach from 1 to this, so nearer words count more. */
  window?: number;
  /** Noise words per true one, 5 by default. */
  negatives?: number;
  /** Passes over the text, 5 by default. */
  epochs?: number;
  /** Initial learning rate, 0.025 by default; it falls linearly to 0 over the text, also within a long sentence. */
  lr?: number;
  /** Words with a larger share of the text than this are skipped at random, 10⁻³ by default; 0 skips none. */
  subsample?: number;
  /** Words that occur less often are removed; 5 by default. */
  minCount?: number;
  /** Source of random numbers: by default the stream that `manualSeed` starts. */
  generator?: Generator;
}

/**
 * Skip-gram: a word's vector v predicts each of its neighbors. For every pair of center c and neighbor o, and noise words n,
 *
 *     loss = −log σ(u_o · v_c) − Σₙ log σ(−u_n · v_c)
 *
 * is minimized by stochastic gradient descent. Returns the vectors v; the output vectors u are dropped.
 * @throws if no two words are neighbors, in the text or in what subsampling left of it, so that there is nothing to learn
 * @example text.skipGram([["a", "b", "a", "b"]], { dimensions: 2, epochs: 1, minCount: 1, subsample: 0 }).then(({ matrix }) => matrix.shape) // [ 2, 2 ]
 */
export function skipGram(sentences: Sentences, options: Word2VecOptions = {}): Promise<WordVectors> {
  return train("skipGram", sentences, options, neighborExamples);
}

/**
 * Continuous bag of words: the mean h of the neighbors' vectors predicts the word between them,
 * loss = −log σ(u_c · h) − Σₙ log σ(−u_n · h). Each neighbor gets the whole gradient of h, as in the original word2vec code.
 * @throws as `skipGram` does
 * @example text.cbow([["a", "b", "a", "b"]], { dimensions: 2, epochs: 1, minCount: 1, subsample: 0 }).then(({ matrix }) => matrix.shape) // [ 2, 2 ]
 */
export function cbow(sentences: Sentences, options: Word2VecOptions = {}): Promise<WordVectors> {
  return train("cbow", sentences, options, centerExample);
}

/** Collects the training examples of one word: the one at index `center` of a sentence of `length` words. */
type ExamplesAround = (
  model: Model,
  sentence: Int32Array,
  length: number,
  center: number,
  window: number,
  rate: number,
) => void;

async function train(name: string, sentences: Sentences, options: Word2VecOptions, examplesAround: ExamplesAround) {
  const {
    dimensions = 100,
    window = 5,
    negatives = 5,
    epochs = 5,
    lr = 0.025,
    subsample = 1e-3,
    minCount = 5,
  } = options;
  const generator = generatorOf("word2vec", options.generator);
  checkPositive(name, { dimensions, window, negatives, epochs, lr, minCount }, WHOLE);
  checkNumber(name, "subsample", subsample, { from: 0 });
  const text = indexText(name, sentences, minCount);
  const keep = keepRates(text, subsample);
  const model = new Model(text.vocabulary.counts, dimensions, negatives, generator);
  const { ids, starts } = text;
  const total = ids.length * epochs;
  const watch = new Watch(total, options);
  const sentence = new Int32Array(ids.length);
  /** The position in the text of each word of `sentence`. */
  const positions = new Int32Array(ids.length);
  // The learning rate of a word is that of the end of its sentence. If the whole text is one sentence, that rate is 0:
  // so sentences longer than a hundredth of the training are cut into stretches, each with a rate of its own.
  const stretch = Math.min(1000, Math.ceil(total / 100));
  // The backend copies both tables for every chunk, so a chunk has many more steps than there are words.
  const chunk = Math.max(4096, 4 * text.vocabulary.size);
  let examples = 0;
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let s = 1; s < starts.length; s++) {
        let length = 0;
        for (let i = starts[s - 1]; i < starts[s]; i++) {
          if (generator.uniform() >= keep[ids[i]]) continue;
          positions[length] = i;
          sentence[length++] = ids[i];
        }
        let center = 0;
        for (let end = starts[s - 1]; end < starts[s]; ) {
          end = Math.min(end + stretch, starts[s]);
          const read = epoch * ids.length + end;
          const rate = lr * Math.max(1e-4, 1 - read / total);
          while (center < length && positions[center] < end) {
            examplesAround(model, sentence, length, center++, window, rate);
          }
          if (model.steps < chunk && read < total) continue;
          const { loss, steps } = model.learn();
          examples += steps;
          await watch.advance(read, loss, steps);
        }
      }
    }
  } finally {
    watch.end();
  }
  if (examples === 0) {
    throw new RangeError(
      `${name}: subsample ${subsample} skipped so many of the ${ids.length} words that no two were left side by side; raise it, or set it to 0 to skip none`,
    );
  }
  return new WordVectors(text.vocabulary.tokens, model.vectors());
}

const WHOLE = ["dimensions", "window", "negatives", "epochs", "minCount"];

/**
 * The probability of keeping an occurrence of each word: √(t/f) + t/f, with f its share of the text and t the threshold. This
 * is the original code's formula; the paper has √(t/f) alone.
 */
function keepRates({ vocabulary, ids }: IndexedText, threshold: number): Float64Array {
  return Float64Array.from(vocabulary.counts, (count) => {
    const ratio = (threshold * ids.length) / count;
    return threshold > 0 ? Math.min(1, Math.sqrt(ratio) + ratio) : 1;
  });
}

const neighborExamples: ExamplesAround = (model, sentence, length, center, window, rate) => {
  const reach = 1 + model.generator.integer(window);
  const end = Math.min(length - 1, center + reach);
  for (let near = Math.max(0, center - reach); near <= end; near++) {
    if (near === center) continue;
    model.addSource(sentence[center]);
    model.example(sentence[near], rate);
  }
};

const centerExample: ExamplesAround = (model, sentence, length, center, window, rate) => {
  const reach = 1 + model.generator.integer(window);
  const start = Math.max(0, center - reach);
  const end = Math.min(length - 1, center + reach);
  if (start === end) return;
  for (let near = start; near <= end; near++) if (near !== center) model.addSource(sentence[near]);
  model.example(sentence[center], rate);
};

/** Two vectors for each word, v and u, and the examples collected since the last training step. */
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

  /** Examples collected. */
  get steps(): number {
    return this.#rates.length;
  }

  /** Adds a word to the inputs of the next example. */
  addSource(word: number): void {
    this.#sources.push(word);
  }

  /** Ends an example: the inputs added since the last one predict `word`, against noise words drawn here. */
  example(word: number, rate: number): void {
    this.#targets.push(word);
    for (let n = 0; n < this.negatives; n++) {
      const drawn = this.#noise.draw(this.generator.bits());
      this.#targets.push(drawn === word ? -1 : drawn);
    }
    this.#starts.push(this.#sources.length);
    this.#rates.push(rate);
  }

  /** Takes one step for every collected example, then drops them. Returns the summed loss. */
  learn(): { loss: number; steps: number } {
    const { steps } = this;
    const loss = backend().negativeSampling(this.#input, this.#output, this.#width, {
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

  /** The vectors v, one row each. */
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
 * Draws words in proportion to count^¾, which favors rare words over their share of the text. Walker's alias method (1977):
 * there are as many equal slots as words, each split between at most two words, so that a draw looks at one slot.
 */
export class Noise {
  /** The fraction of slot i that belongs to word i, and the word that has the rest. */
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
    for (const word of below) this.#own[word] = 1; // 1 up to rounding
  }

  /** The word for 32 random bits. */
  draw(bits: number): number {
    const at = (bits / 2 ** 32) * this.#own.length;
    const word = Math.floor(at);
    return at - word < this.#own[word] ? word : this.#other[word];
  }
}
