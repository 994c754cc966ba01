/**
 * @file GloVe: word vectors fitted to co-occurrence counts.
 * Pennington, Socher and Manning 2014, "GloVe: Global vectors for word representation".
 */

import { math } from "../backend/index.js";
import { checkNumber } from "../shape/numbers.js";
import { type Generator, generatorOf } from "../tensor/random.js";
import { checkPositive, type IndexedText, indexText, type Sentences, type TrainingOptions, Watch } from "./training.js";
import { WordVectors } from "./word-vectors.js";

/** Options of `glove`. */
export interface GloVeOptions extends TrainingOptions {
  /** Numbers per vector. */
  dimensions?: number;
  /** The greatest distance of two words that co-occur; at distance k they count 1/k. */
  window?: number;
  /** Passes over all counts. */
  epochs?: number;
  /** Learning rate of AdaGrad. */
  lr?: number;
  /** Counts of at least this have weight 1; a smaller x has (x / xMax)^¾. */
  xMax?: number;
  /**
   * Added to every count, including pairs that never co-occur (0, as in GloVe, leaves these out). With a small vocabulary it
   * tells that two words avoid each other, at the price of size² counts.
   */
  smoothing?: number;
  /** Words that occur less often are removed. */
  minCount?: number;
  /** Source of random numbers: by default the stream that `manualSeed` starts. */
  generator?: Generator;
}

/** Co-occurrence counts, as a sparse matrix. */
interface Counts {
  readonly row: Int32Array;
  readonly column: Int32Array;
  readonly count: Float64Array;
}

/**
 * GloVe: weighted least squares on *logarithms* of counts. With X_ij the count of words i and j together,
 *
 *     loss = Σ_ij f(X_ij) (w_i · w̃_j + b_i + b̃_j − ln X_ij)²,   f(x) = min(1, (x / xMax)^¾)
 *
 * is minimized by AdaGrad (Duchi et al. 2011), one count at a time in random order. Returns the vectors w + w̃.
 * @throws if no two words co-occur in a sentence, so that there is nothing to learn
 * @example text.glove([["a", "b", "a", "b"]], { dimensions: 2, epochs: 1, minCount: 1 }).then(({ matrix }) => matrix.shape) // [ 2, 2 ]
 */
export async function glove(sentences: Sentences, options: GloVeOptions = {}): Promise<WordVectors> {
  const { dimensions = 100, window = 8, epochs = 25, lr = 0.05, xMax = 100, smoothing = 0, minCount = 5 } = options;
  const generator = generatorOf("glove", options.generator);
  checkPositive("glove", { dimensions, window, epochs, lr, xMax, minCount }, WHOLE);
  checkNumber("glove", "smoothing", smoothing, { from: 0 });
  const text = indexText("glove", sentences, minCount);
  const { size, tokens } = text.vocabulary;
  if (smoothing > 0 && size > 2000) {
    throw new RangeError(
      `glove: smoothing fills all ${size} × ${size} counts, too many to fit; leave it at 0, or raise minCount until 2000 words are left`,
    );
  }
  const counts = countTogether(text, window, smoothing);
  const pairs = counts.count.length;
  const target = counts.count.map(math.log);
  const weight = counts.count.map((count) => (count < xMax ? math.pow(count / xMax, 0.75) : 1));

  const model = new Model(size, dimensions, lr, generator);
  const watch = new Watch(epochs * pairs, options);
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = generator.permutation(pairs);
      for (let start = 0; start < pairs; start += CHUNK) {
        const end = Math.min(pairs, start + CHUNK);
        let loss = 0;
        for (let k = start; k < end; k++) {
          const pair = order[k];
          loss += model.fit(counts.row[pair], counts.column[pair], target[pair], weight[pair]);
        }
        await watch.advance(epoch * pairs + end, loss, end - start);
      }
    }
  } finally {
    watch.end();
  }
  return new WordVectors(tokens, model.vectors());
}

const WHOLE = ["dimensions", "window", "epochs", "minCount"];
/** Steps between two pauses. */
const CHUNK = 4096;

/** Two vectors for each word, each followed by its bias: first the rows of w, then those of w̃. */
class Model {
  readonly width: number;
  readonly rows: Float64Array;
  /** The sum of squared gradients of each number: AdaGrad divides the learning rate by its root. */
  readonly squares: Float64Array;

  constructor(
    readonly size: number,
    readonly dimensions: number,
    readonly lr: number,
    generator: Generator,
  ) {
    this.width = dimensions + 1;
    this.rows = Float64Array.from({ length: 2 * size * this.width }, () => (generator.uniform() - 0.5) / this.width);
    this.squares = new Float64Array(this.rows.length).fill(1);
  }

  /** One step toward w_i · w̃_j + b_i + b̃_j = target. Returns the loss before the step. */
  fit(i: number, j: number, target: number, weight: number): number {
    const { rows, squares, width, dimensions, lr } = this;
    const v = i * width;
    const w = (this.size + j) * width;
    let error = rows[v + dimensions] + rows[w + dimensions] - target;
    for (let d = 0; d < dimensions; d++) error += rows[v + d] * rows[w + d];
    const slope = weight * error;
    for (let d = 0; d < width; d++) {
      const dv = d === dimensions ? slope : slope * rows[w + d];
      const dw = d === dimensions ? slope : slope * rows[v + d];
      rows[v + d] -= (lr * dv) / Math.sqrt(squares[v + d]);
      rows[w + d] -= (lr * dw) / Math.sqrt(squares[w + d]);
      squares[v + d] += dv * dv;
      squares[w + d] += dw * dw;
    }
    return weight * error * error;
  }

  /** w + w̃, without the biases. */
  vectors(): Float32Array {
    const { rows, width, dimensions, size } = this;
    return Float32Array.from({ length: size * dimensions }, (_, k) => {
      const at = Math.floor(k / dimensions) * width + (k % dimensions);
      return rows[at] + rows[size * width + at];
    });
  }
}

/** X: 1/k for every two words at distance k ≤ window in a sentence, in both orders; plus `smoothing` everywhere. */
function countTogether({ vocabulary, ids, starts }: IndexedText, window: number, smoothing: number): Counts {
  const { size } = vocabulary;
  const counts = new Map<number, number>();
  if (smoothing > 0) for (let key = 0; key < size * size; key++) counts.set(key, smoothing);
  const add = (i: number, j: number, count: number) => {
    const key = i * size + j;
    counts.set(key, (counts.get(key) ?? 0) + count);
  };
  for (let s = 1; s < starts.length; s++) {
    for (let at = starts[s - 1]; at < starts[s]; at++) {
      for (let distance = 1; distance <= window && at - distance >= starts[s - 1]; distance++) {
        add(ids[at], ids[at - distance], 1 / distance);
        add(ids[at - distance], ids[at], 1 / distance);
      }
    }
  }
  const keys = Float64Array.from(counts.keys()).sort();
  return {
    row: Int32Array.from(keys, (key) => Math.floor(key / size)),
    column: Int32Array.from(keys, (key) => key % size),
    count: keys.map((key) => counts.get(key) as number),
  };
}
