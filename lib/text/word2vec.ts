/**
 * @file Skip-gram and CBOW: vectors from guessing which words stand near each other.
 * Mikolov et al. 2013, "Efficient estimation of word representations in vector space" (the two models) and "Distributed
 * representations of words and phrases and their compositionality" (negative sampling, subsampling).
 */

import { math } from "../kernels/index.js";
import { defaultGenerator, type Generator } from "../random.js";
import { describe } from "../rules.js";
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
  /** Learning rate at the start; it falls linearly to 0. */
  lr?: number;
  /** Words whose share of the text is above this are now and then skipped; 0 skips none. */
  subsample?: number;
  /** Words that occur less often are left out. */
  minCount?: number;
  /** Where the random numbers come from. */
  generator?: Generator;
}

/**
 * Skip-gram: a word's vector v guesses each neighbour. For every pair of centre c and neighbour o, and noise words n,
 *
 *     loss = −log σ(u_o · v_c) − Σₙ log σ(−u_n · v_c)
 *
 * goes down by stochastic gradient descent. What is returned are the v; the u, a word's other face, are dropped.
 */
export function skipGram(sentences: Sentences, options: Word2VecOptions = {}): Promise<WordVectors> {
  return train("skipGram", sentences, options, skipGramSentence);
}

/**
 * Continuous bag of words: the mean h of the neighbours' vectors guesses the word between them,
 * loss = −log σ(u_c · h) − Σₙ log σ(−u_n · h). The gradient of h goes to each neighbour whole, as in word2vec's own code.
 */
export function cbow(sentences: Sentences, options: Word2VecOptions = {}): Promise<WordVectors> {
  return train("cbow", sentences, options, cbowSentence);
}

/** Learns from one sentence and returns how many steps that took. */
type LearnSentence = (model: Model, sentence: Int32Array, length: number, window: number) => number;

async function train(name: string, sentences: Sentences, options: Word2VecOptions, learnSentence: LearnSentence) {
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
  if (!(subsample >= 0)) throw new RangeError(`${name}: subsample is a number from 0 up, got ${describe(subsample)}`);
  const text = indexText(name, sentences, minCount);
  const keep = keepRates(text, subsample);
  const model = new Model(text.vocabulary.counts, dimensions, negatives, generator);
  const { ids, starts } = text;
  const total = ids.length * epochs;
  const watch = new Watch(total, options);
  const sentence = new Int32Array(ids.length);
  let loss = 0;
  let steps = 0;
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let s = 1; s < starts.length; s++) {
        let length = 0;
        for (let i = starts[s - 1]; i < starts[s]; i++) {
          if (generator.uniform() < keep[ids[i]]) sentence[length++] = ids[i];
        }
        const read = epoch * ids.length + starts[s];
        model.lr = lr * Math.max(1e-4, 1 - read / total);
        steps += learnSentence(model, sentence, length, window);
        loss += model.takeLoss();
        if (steps < CHUNK && read < total) continue;
        await watch.advance(read, loss, steps);
        loss = 0;
        steps = 0;
      }
    }
  } finally {
    watch.end();
  }
  return new WordVectors(text.vocabulary.tokens, model.input);
}

/** Steps between two pauses: some milliseconds. */
const CHUNK = 4096;
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

function skipGramSentence(model: Model, sentence: Int32Array, length: number, window: number): number {
  const { dimensions, input, hidden, gradient, generator } = model;
  let steps = 0;
  for (let centre = 0; centre < length; centre++) {
    const reach = 1 + generator.integer(window);
    const row = sentence[centre] * dimensions;
    const end = Math.min(length - 1, centre + reach);
    for (let near = Math.max(0, centre - reach); near <= end; near++) {
      if (near === centre) continue;
      for (let d = 0; d < dimensions; d++) hidden[d] = input[row + d];
      model.guess(sentence[near]);
      for (let d = 0; d < dimensions; d++) input[row + d] += gradient[d];
      steps++;
    }
  }
  return steps;
}

function cbowSentence(model: Model, sentence: Int32Array, length: number, window: number): number {
  const { dimensions, input, hidden, gradient, generator } = model;
  let steps = 0;
  for (let centre = 0; centre < length; centre++) {
    const reach = 1 + generator.integer(window);
    const start = Math.max(0, centre - reach);
    const end = Math.min(length - 1, centre + reach);
    if (start === end) continue;
    hidden.fill(0);
    for (let near = start; near <= end; near++) {
      if (near === centre) continue;
      const row = sentence[near] * dimensions;
      for (let d = 0; d < dimensions; d++) hidden[d] += input[row + d];
    }
    for (let d = 0; d < dimensions; d++) hidden[d] /= end - start;
    model.guess(sentence[centre]);
    for (let near = start; near <= end; near++) {
      if (near === centre) continue;
      const row = sentence[near] * dimensions;
      for (let d = 0; d < dimensions; d++) input[row + d] += gradient[d];
    }
    steps++;
  }
  return steps;
}

/** Noise words are drawn from a table of 2²⁰ places, of which each word fills its share. */
const NOISE_BITS = 20;
/** σ is looked up: at |x| > 8 a guess is as good as certain, and between there are 512 steps to 1. */
const BOUND = 8;
const STEPS = 512;

/** Two vectors for each word, and the step of learning that both models share. */
class Model {
  /** v, a row each: small random numbers, so that words differ from the start. */
  readonly input: Float32Array;
  /** u, a row each: zeros. */
  readonly output: Float32Array;
  /** The vector that guesses, set before each guess. */
  readonly hidden: Float64Array;
  /** What a guess says to add to `hidden`: −lr · ∂loss/∂hidden. */
  readonly gradient: Float64Array;
  readonly noise = new Int32Array(2 ** NOISE_BITS);
  readonly sigmoids = Float64Array.from({ length: 2 * BOUND * STEPS + 1 }, (_, i) => math.sigmoid(i / STEPS - BOUND));
  /** −log σ at the same places; σ(−x) lies as far from the other end. */
  readonly losses = this.sigmoids.map((sigmoid) => -math.log(sigmoid));
  lr = 0;
  #loss = 0;

  constructor(
    counts: readonly number[],
    readonly dimensions: number,
    readonly negatives: number,
    readonly generator: Generator,
  ) {
    this.input = Float32Array.from(
      { length: counts.length * dimensions },
      () => (generator.uniform() - 0.5) / dimensions,
    );
    this.output = new Float32Array(counts.length * dimensions);
    this.hidden = new Float64Array(dimensions);
    this.gradient = new Float64Array(dimensions);
    fillNoise(this.noise, counts);
  }

  /** One step: `hidden` guesses `word` against words of noise. Moves their rows of `output`; leaves `gradient`. */
  guess(word: number): void {
    const { hidden, gradient, output, noise, sigmoids, losses, dimensions, negatives, generator, lr } = this;
    gradient.fill(0);
    let loss = 0;
    for (let n = 0; n <= negatives; n++) {
      const target = n === 0 ? word : noise[generator.bits() >>> (32 - NOISE_BITS)];
      if (n > 0 && target === word) continue;
      const row = target * dimensions;
      let dot = 0;
      for (let d = 0; d < dimensions; d++) dot += hidden[d] * output[row + d];
      const place = Math.round((Math.max(-BOUND, Math.min(BOUND, dot)) + BOUND) * STEPS);
      const slope = lr * ((n === 0 ? 1 : 0) - sigmoids[place]);
      loss += losses[n === 0 ? place : losses.length - 1 - place];
      for (let d = 0; d < dimensions; d++) {
        gradient[d] += slope * output[row + d];
        output[row + d] += slope * hidden[d];
      }
    }
    this.#loss += loss;
  }

  /** The losses since it was last asked. */
  takeLoss(): number {
    const loss = this.#loss;
    this.#loss = 0;
    return loss;
  }
}

/** Fills `noise` with words, each in proportion to count^¾: common words often, rare ones more often than they occur. */
function fillNoise(noise: Int32Array, counts: readonly number[]): void {
  const weights = counts.map((count) => math.pow(count, 0.75));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let word = 0;
  let filled = weights[0] / total;
  for (let i = 0; i < noise.length; i++) {
    noise[i] = word;
    if ((i + 1) / noise.length >= filled && word < counts.length - 1) filled += weights[++word] / total;
  }
}
