/** @file Word vectors: a table of words, their nearest neighbors, and analogies. */

import { math } from "../backend/index.js";
import { checkArray } from "../shape/kinds.js";
import { checkWhole } from "../shape/numbers.js";
import { describe } from "../shape/rules.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { Vocabulary } from "./vocabulary.js";

/** A word of the table, or any vector with as many numbers. */
export type Query = string | Tensor | ArrayLike<number>;

/** A word and its cosine similarity. */
export interface Neighbor {
  readonly word: string;
  /** Cosine with the query, from −1 to 1. */
  readonly similarity: number;
}

/** Options of `WordVectors.nearest`. */
export interface NearestOptions {
  /** Number of words to find, 10 by default. */
  count?: number;
  /** Words to leave out: by default the query itself, if it is a word. */
  exclude?: readonly string[];
}

/** Options of `WordVectors.analogy`. */
export interface AnalogyOptions {
  /** Number of answers, 10 by default. */
  count?: number;
  /** Whether to leave out the three words of the question, which are often the nearest; true by default. */
  excludeQuery?: boolean;
}

/**
 * The cosine of the angle between two vectors, a · b / (‖a‖ ‖b‖): 1 for the same direction, 0 for a right angle, −1 for
 * opposite directions. @throws if lengths differ or a vector is zero
 * @example text.cosine([1, 0], [1, 1]) // 0.7071067811865475
 */
export function cosine(a: Tensor | ArrayLike<number>, b: Tensor | ArrayLike<number>): number {
  const x = numbersOf("cosine", a);
  const y = numbersOf("cosine", b);
  if (x.length !== y.length) {
    throw new RangeError(`cosine: vectors of ${x.length} and ${y.length} numbers; give two of one length`);
  }
  const norms = [norm(x, 0, x.length), norm(y, 0, y.length)];
  if (norms.every((each) => each > 1e-140 && each < 1e140)) return between(dot(x, y) / (norms[0] * norms[1]));
  // Squares overflow or underflow: scale both vectors to numbers up to 1.
  const [u, v] = [scaled(x), scaled(y)];
  if (u === null || v === null) throw new RangeError("cosine: a zero vector has no direction");
  return between(dot(u, v) / (norm(u, 0, u.length) * norm(v, 0, v.length)));
}

/** From −1 to 1, which rounding may exceed. */
const between = (cosine: number): number => Math.max(-1, Math.min(1, cosine));

/** The vector with its largest number near 1, and the same digits; null if that is 0. */
function scaled(values: ArrayLike<number>): Float64Array | null {
  const vector = Float64Array.from(values);
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = largest > 0 && largest < Infinity ? 2 ** Math.min(math.exponent(largest), 1023) : largest;
  return largest === 0 ? null : vector.map((value) => value / scale);
}

/**
 * A vector for every word.
 * @example new text.WordVectors(["a", "b"], Float32Array.of(1, 0, 0, 1)).matrix.shape // [ 2, 2 ]
 */
export class WordVectors {
  readonly vocabulary: Vocabulary;
  /** The vectors as a tensor, one row per word: ready for an embedding layer. It shares the table's storage. */
  readonly matrix: Tensor<[number, number]>;
  readonly #values: Float32Array;

  /** @param values the vector of words[0], then that of words[1] …; copied. Put more frequent words first where known */
  constructor(words: readonly string[], values: Float32Array) {
    this.vocabulary = new Vocabulary(words);
    if (!(values instanceof Float32Array)) {
      throw new TypeError(`WordVectors: the vectors are a Float32Array, got ${describe(values)}`);
    }
    const dimensions = values.length / words.length;
    if (!Number.isInteger(dimensions) || dimensions < 1) {
      throw new RangeError(
        `WordVectors: ${values.length} numbers cannot be shared out evenly among ${words.length} words`,
      );
    }
    this.#values = values.slice();
    this.matrix = new Tensor(this.#values, [words.length, dimensions]);
  }

  get words(): readonly string[] {
    return this.vocabulary.tokens;
  }
  get size(): number {
    return this.words.length;
  }
  get dimensions(): number {
    return this.matrix.shape[1];
  }

  has(word: string): boolean {
    return this.vocabulary.has(word);
  }

  /** A word's vector; it shares the table's storage. @throws if the word has none */
  vector(word: string): Tensor<[number]> {
    return new Tensor(this.#values, [this.dimensions], [1], this.#id("vector", word) * this.dimensions);
  }

  /** cos(a, b). @throws as `cosine` does, or if a word has no vector */
  cosine(a: Query, b: Query): number {
    return cosine(this.#read("cosine", a), this.#read("cosine", b));
  }

  /** The cosine of every word with the query, by id; 0 for a word whose vector is zero. */
  similarities(query: Query): Float64Array {
    const read = this.#read("similarities", query);
    const odd = Array.prototype.findIndex.call(read, (value) => !Number.isFinite(value));
    if (odd >= 0)
      throw new RangeError(`similarities: the query holds finite numbers, at place ${odd} is ${describe(read[odd])}`);
    const wanted = scaled(read);
    if (wanted === null) throw new RangeError("similarities: the query is a zero vector, which has no direction");
    const length = norm(wanted, 0, wanted.length);
    const values = this.#values;
    const similarities = new Float64Array(this.size);
    for (let id = 0, at = 0; id < similarities.length; id++) {
      let product = 0;
      // Norms are not kept: the table's storage may be written to. Two sums in one loop take no longer than one.
      let squares = 0;
      for (let d = 0; d < wanted.length; d++, at++) {
        product += wanted[d] * values[at];
        squares += values[at] * values[at];
      }
      similarities[id] = between(inverse(Math.sqrt(squares)) * (product / length));
    }
    return similarities;
  }

  /** The words with the greatest cosine with the query, nearest first; a word is not its own neighbor. */
  nearest(query: Query, { count = 10, exclude = itself(query) }: NearestOptions = {}): Neighbor[] {
    checkWhole("nearest", "count", count);
    checkArray("nearest", "exclude", exclude);
    const barred = new Set(exclude.map((word) => this.#id("nearest", word)));
    const similarities = this.similarities(query);
    const nearer = (i: number, j: number) => similarities[j] - similarities[i] || i - j;
    let best: number[] = [];
    let limit = -Infinity; // of count words found so far, the similarity of the last
    const room = Math.max(64, 2 * count);
    for (let id = 0; id < similarities.length; id++) {
      if (!(similarities[id] > limit) || barred.has(id)) continue;
      if (best.push(id) < room) continue;
      best = best.sort(nearer).slice(0, count);
      limit = count === 0 ? Infinity : similarities[best[count - 1]];
    }
    best = best.sort(nearer).slice(0, count);
    return best.map((id) => ({ word: this.words[id], similarity: similarities[id] }));
  }

  /**
   * The rank of `word` in the list of `nearest`: 1 is nearest. Equally near words share the best of their ranks; an excluded
   * word has the rank that it would have.
   */
  rank(word: string, query: Query, { exclude = itself(query) }: Pick<NearestOptions, "exclude"> = {}): number {
    checkArray("rank", "exclude", exclude);
    const barred = new Set(exclude.map((other) => this.#id("rank", other)));
    const similarities = this.similarities(query);
    const own = similarities[this.#id("rank", word)];
    return 1 + similarities.reduce((nearer, similarity, id) => nearer + Number(similarity > own && !barred.has(id)), 0);
  }

  /** The sum of the unit vectors of `plus`, minus the sum of those of `minus`. */
  combine(plus: readonly string[], minus: readonly string[] = []): Tensor<[number]> {
    for (const words of [plus, minus]) checkArray("combine", "the list of words", words);
    const sum = new Float64Array(this.dimensions);
    const add = (word: string, sign: number) => {
      const id = this.#id("combine", word);
      const scale = sign * this.#inverseNorm(id);
      for (let d = 0; d < sum.length; d++) sum[d] += scale * this.#values[id * sum.length + d];
    };
    for (const word of plus) add(word, 1);
    for (const word of minus) add(word, -1);
    return new Tensor(sum, [sum.length]);
  }

  /**
   * Answers "a is to b as c is to …": the words nearest to b − a + c. `analogy("man", "king", "woman")` is the famous
   * king − man + woman. Mikolov, Yih and Zweig 2013, "Linguistic regularities in continuous space word representations".
   */
  analogy(a: string, b: string, c: string, { count = 10, excludeQuery = true }: AnalogyOptions = {}): Neighbor[] {
    return this.nearest(this.combine([b, c], [a]), { count, exclude: excludeQuery ? [a, b, c] : [] });
  }

  #id(operation: string, word: string): number {
    if (this.has(word)) return this.vocabulary.id(word);
    const lower = typeof word === "string" ? word.toLowerCase() : word;
    const remedy = this.has(lower) ? `; ${describe(lower)} is` : "";
    throw new RangeError(`${operation}: ${describe(word)} is not among the ${this.size} words${remedy}`);
  }

  #read(operation: string, query: Query): ArrayLike<number> {
    const vector = typeof query === "string" ? this.vector(query) : query;
    const numbers = numbersOf(operation, vector);
    if (numbers.length !== this.dimensions) {
      throw new RangeError(
        `${operation}: vectors here have ${this.dimensions} numbers, the query has ${numbers.length}`,
      );
    }
    return numbers;
  }

  /** 1 / ‖v‖ for the vector of a word; 0 for a zero vector. */
  #inverseNorm(id: number): number {
    return inverse(norm(this.#values, id * this.dimensions, this.dimensions));
  }
}

const inverse = (length: number): number => (length > 0 ? 1 / length : 0);

/** The word of a query, if it is one: the word itself is no interesting neighbor. */
const itself = (query: Query): string[] => (typeof query === "string" ? [query] : []);

function numbersOf(operation: string, vector: Tensor | ArrayLike<number>): ArrayLike<number> {
  if (!isTensor(vector)) {
    if (typeof vector === "object" && vector !== null && "length" in vector) return vector;
    throw new TypeError(`${operation}: a vector is an array of numbers or a tensor, got ${describe(vector)}`);
  }
  if (vector.ndim !== 1) {
    throw new RangeError(`${operation}: a vector has one axis, this tensor's shape is [${vector.shape.join(", ")}]`);
  }
  return vector.toTypedArray();
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}

function norm(values: ArrayLike<number>, start: number, length: number): number {
  let sum = 0;
  for (let d = start; d < start + length; d++) sum += values[d] * values[d];
  return Math.sqrt(sum);
}
