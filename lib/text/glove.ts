/** @file GloVe: vectors fitted to how often words stand together. Pennington, Socher and Manning 2014, "GloVe: Global vectors for word representation". */

import { math } from "../kernels/index.js";
import { defaultGenerator, type Generator } from "../random.js";
import { describe } from "../rules.js";
import { checkPositive, type IndexedText, indexText, type Sentences, type TrainingOptions, Watch } from "./training.js";
import { WordVectors } from "./word-vectors.js";

export interface GloVeOptions extends TrainingOptions {
  /** Length of a vector. */
  dimensions?: number;
  /** How far apart two words may stand to count as together; at distance k they count 1/k. */
  window?: number;
  /** How often every count is visited. */
  epochs?: number;
  /** Learning rate of AdaGrad. */
  lr?: number;
  /** Counts from this on weigh 1; a smaller x weighs (x / xMax)^¾. */
  xMax?: number;
  /**
   * Added to every count, also to those of pairs that never met (GloVe proper: 0, and these are left out). In a small
   * world it tells that two words avoid each other, at the price of size² counts.
   */
  smoothing?: number;
  /** Words that occur less often are left out. */
  minCount?: number;
  /** Where the random numbers come from. */
  generator?: Generator;
}

/** Pairs of words and how often each stood together. */
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
 * goes down by AdaGrad (Duchi et al. 2011), a count at a time in random order. What is returned is w + w̃.
 */
export async function glove(sentences: Sentences, options: GloVeOptions = {}): Promise<WordVectors> {
  const { dimensions = 100, window = 8, epochs = 25, lr = 0.05, xMax = 100, smoothing = 0, minCount = 5 } = options;
  const { generator = defaultGenerator } = options;
  checkPositive("glove", { dimensions, window, epochs, lr, xMax, minCount }, [
    "dimensions",
    "window",
    "epochs",
    "minCount",
  ]);
  if (!(smoothing >= 0)) throw new RangeError(`glove: smoothing is a number from 0 up, got ${describe(smoothing)}`);
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

  // A row holds a vector and, last, its bias; rows of w come first, then those of w̃.
  const width = dimensions + 1;
  const rows = Float64Array.from({ length: 2 * size * width }, () => (generator.uniform() - 0.5) / width);
  const squares = new Float64Array(rows.length).fill(1);
  const watch = new Watch(epochs * pairs, options);
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = generator.permutation(pairs);
      for (let start = 0; start < pairs; start += CHUNK) {
        const end = Math.min(pairs, start + CHUNK);
        let loss = 0;
        for (let k = start; k < end; k++) {
          const pair = order[k];
          const v = counts.row[pair] * width;
          const w = (size + counts.column[pair]) * width;
          loss += fit(rows, squares, v, w, dimensions, target[pair], weight[pair], lr);
        }
        await watch.advance(epoch * pairs + end, loss, end - start);
      }
    }
  } finally {
    watch.end();
  }
  const vectors = new Float32Array(size * dimensions);
  for (let i = 0; i < size; i++) {
    for (let d = 0; d < dimensions; d++)
      vectors[i * dimensions + d] = rows[i * width + d] + rows[(size + i) * width + d];
  }
  return new WordVectors(tokens, vectors);
}

/** Steps between two pauses. */
const CHUNK = 4096;

/** One step of AdaGrad on rows v and w: each number has a learning rate of its own, lr / √(its squared gradients so far). */
function fit(
  rows: Float64Array,
  squares: Float64Array,
  v: number,
  w: number,
  dimensions: number,
  target: number,
  weight: number,
  lr: number,
): number {
  let error = rows[v + dimensions] + rows[w + dimensions] - target;
  for (let d = 0; d < dimensions; d++) error += rows[v + d] * rows[w + d];
  const slope = weight * error;
  for (let d = 0; d <= dimensions; d++) {
    const bias = d === dimensions;
    const dv = slope * (bias ? 1 : rows[w + d]);
    const dw = slope * (bias ? 1 : rows[v + d]);
    rows[v + d] -= (lr * dv) / Math.sqrt(squares[v + d]);
    rows[w + d] -= (lr * dw) / Math.sqrt(squares[w + d]);
    squares[v + d] += dv * dv;
    squares[w + d] += dw * dw;
  }
  return weight * error * error;
}

/** X: for every two words at distance k ≤ window in a sentence, 1/k, either way round; plus `smoothing` everywhere. */
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
