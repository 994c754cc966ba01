/** @file Analogy questions, "a is to b as c is to d", and the share of them that word vectors answer. */

import { checkArray, checkTexts } from "../shape/kinds.js";
import { describe } from "../shape/rules.js";
import type { WordVectors } from "./word-vectors.js";

/** Pairs of words in one relation, such as a country and its capital. Any two pairs make a question. */
export type Pairs = readonly (readonly [string, string])[];

/**
 * Accuracies from 0 to 1, of the method and of simpler baselines that it has to beat; NaN where no question could be asked.
 */
export interface AnalogyScores {
  /** Questions asked: those with all four words in the table. */
  readonly asked: number;
  /** Questions left out, for want of a word. */
  readonly skipped: number;
  /** Answer: the word nearest to b − a + c, except a, b and c. */
  readonly accuracy: number;
  /** The same, with a, b and c allowed. */
  readonly withQueryWords: number;
  /** Baseline: nearest to b + c, except a, b and c, without subtracting a. */
  readonly sum: number;
  /** Baseline: nearest to c, except a, b and c, which ignores the relation. */
  readonly nearest: number;
  /** Baseline: any other word at random. */
  readonly random: number;
}

/** Scores by category, and over all questions. */
export interface AnalogyReport {
  readonly total: AnalogyScores;
  readonly categories: Readonly<Record<string, AnalogyScores>>;
}

/** "a is to b as c is to d." */
export type Question = readonly [a: string, b: string, c: string, d: string];

/**
 * All questions from two pairs of a category whose four words differ: up to n (n − 1).
 * @example text.questionsOf([["man", "woman"], ["king", "queen"]]) // [ [ 'man', 'woman', 'king', 'queen' ], [ 'king', 'queen', 'man', 'woman' ] ]
 */
export function questionsOf(pairs: Pairs): Question[] {
  checkArray("questionsOf", "the list of pairs", pairs);
  for (const pair of pairs) checkTexts("questionsOf", "each pair", pair);
  return pairs
    .flatMap(([a, b]) => pairs.map(([c, d]): Question => [a, b, c, d]))
    .filter((question) => new Set(question).size === 4);
}

/**
 * Asks every question of every category. A word with a zero vector has no direction: its cosine with every word counts as 0,
 * and it adds nothing to a sum, as in `WordVectors.combine`.
 * @example text.evaluateAnalogies(new text.WordVectors(["man", "woman", "king", "queen"], Float32Array.of(1, 0, 1, 1, 2, 0, 2, 1)), { royal: [["man", "woman"], ["king", "queen"]] }).total.asked // 2
 */
export function evaluateAnalogies(vectors: WordVectors, categories: Readonly<Record<string, Pairs>>): AnalogyReport {
  if (typeof vectors?.vector !== "function") {
    throw new TypeError(`evaluateAnalogies: takes word vectors, got ${describe(vectors)}`);
  }
  if (typeof categories !== "object" || categories === null) {
    throw new TypeError(`evaluateAnalogies: takes lists of pairs by category, got ${describe(categories)}`);
  }
  const known = new Map<string, Float64Array>();
  const cosines: Cosines = (word) => {
    const found = known.get(word) ?? cosinesWith(vectors, word);
    known.set(word, found);
    return found;
  };
  const outcomes = Object.entries(categories).map(([name, pairs]) => {
    const questions = questionsOf(pairs);
    const asked = questions.filter((words) => words.every((word) => vectors.has(word)));
    return {
      name,
      outcomes: asked.map((question) => ask(vectors, cosines, question)),
      skipped: questions.length - asked.length,
    };
  });
  const random = 1 / Math.max(1, vectors.size - 3);
  const categoriesScored = outcomes.map((each) => [each.name, summarize(each.outcomes, each.skipped, random)] as const);
  const skipped = outcomes.reduce((sum, each) => sum + each.skipped, 0);
  return {
    total: summarize(
      outcomes.flatMap((each) => each.outcomes),
      skipped,
      random,
    ),
    categories: Object.fromEntries(categoriesScored),
  };
}

/** Whether each method answered one question right: 1 or 0. */
type Outcome = Record<"accuracy" | "withQueryWords" | "sum" | "nearest", number>;

/** cos(x, w) for every word x of the table, computed once for each w. */
type Cosines = (word: string) => Float64Array;

function cosinesWith(vectors: WordVectors, word: string): Float64Array {
  const isZero = vectors
    .vector(word)
    .toTypedArray()
    .every((value) => value === 0);
  return isZero ? new Float64Array(vectors.size) : vectors.similarities(word);
}

function ask(vectors: WordVectors, cosines: Cosines, [a, b, c, d]: Question): Outcome {
  const [toA, toB, toC] = [cosines(a), cosines(b), cosines(c)];
  const query = [a, b, c].map((word) => vectors.vocabulary.id(word));
  const [offset, offsetOfAll, sum, nearest] = [query, [], query, query].map((barred) => new Best(barred));
  for (let id = 0; id < vectors.size; id++) {
    // The word nearest to a sum of unit vectors is the one with the greatest sum of cosines with them.
    const score = toB[id] - toA[id] + toC[id];
    offset.offer(id, score);
    offsetOfAll.offer(id, score);
    sum.offer(id, toB[id] + toC[id]);
    nearest.offer(id, toC[id]);
  }
  const answer = vectors.vocabulary.id(d);
  return {
    accuracy: Number(offset.id === answer),
    withQueryWords: Number(offsetOfAll.id === answer),
    sum: Number(sum.id === answer),
    nearest: Number(nearest.id === answer),
  };
}

/** Of the words offered so far, the one with the highest score that is not barred. */
class Best {
  id = -1;
  #score = -Infinity;

  constructor(readonly barred: readonly number[]) {}

  offer(id: number, score: number): void {
    if (score > this.#score && !this.barred.includes(id)) [this.id, this.#score] = [id, score];
  }
}

function summarize(outcomes: readonly Outcome[], skipped: number, random: number): AnalogyScores {
  const share = (key: keyof Outcome) => outcomes.reduce((sum, outcome) => sum + outcome[key], 0) / outcomes.length;
  return {
    asked: outcomes.length,
    skipped,
    accuracy: share("accuracy"),
    withQueryWords: share("withQueryWords"),
    sum: share("sum"),
    nearest: share("nearest"),
    random,
  };
}
