/** @file Questions of the form "a is to b as c is to d", and how many a table of word vectors answers. */

import type { WordVectors } from "./word-vectors.js";

/** Pairs that stand in one relation, such as a country and its capital. Any two of them make a question. */
export type Pairs = readonly (readonly [string, string])[];

/**
 * Shares of questions answered right, from 0 to 1, by the method and by simpler ones that it has to beat; NaN where no
 * question could be asked.
 */
export interface AnalogyScores {
  /** Questions all four of whose words are in the table; only these are asked. */
  readonly asked: number;
  /** Questions that had to be left out. */
  readonly skipped: number;
  /** The word nearest to b − a + c, other than a, b and c. */
  readonly accuracy: number;
  /** The same without barring a, b and c. */
  readonly withQueryWords: number;
  /** Nearest to b + c, other than a, b and c: no difference taken. */
  readonly sum: number;
  /** Nearest to c alone, other than a, b and c: the question not read at all. */
  readonly nearest: number;
  /** Any other word of the table, at random. */
  readonly random: number;
}

/** Scores by category, and over all questions. */
export interface AnalogyReport {
  readonly total: AnalogyScores;
  readonly categories: Readonly<Record<string, AnalogyScores>>;
}

/** "a is to b as c is to d." */
export type Question = readonly [a: string, b: string, c: string, d: string];

/** Every question that two pairs of a category make, where all four words differ: up to n (n − 1) of them. */
export function questionsOf(pairs: Pairs): Question[] {
  return pairs
    .flatMap(([a, b]) => pairs.map(([c, d]): Question => [a, b, c, d]))
    .filter((question) => new Set(question).size === 4);
}

/**
 * Asks every question of every category. A word whose vector is zero points nowhere: it has cosine 0 with every word, and
 * adds nothing to a sum, as in `WordVectors.combine`.
 */
export function evaluateAnalogies(vectors: WordVectors, categories: Readonly<Record<string, Pairs>>): AnalogyReport {
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

/** What each way of answering made of one question: 1 for right, 0 for wrong. */
type Outcome = Record<"accuracy" | "withQueryWords" | "sum" | "nearest", number>;

/** cos(x, w) for every word x of the table, worked out once for each w. */
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
  const answer = vectors.vocabulary.id(d);
  // The word nearest to a sum of directions is the one whose cosines with them have the greatest sum.
  const offset = (id: number) => toB[id] - toA[id] + toC[id];
  return {
    accuracy: Number(best(vectors.size, offset, query) === answer),
    withQueryWords: Number(best(vectors.size, offset, []) === answer),
    sum: Number(best(vectors.size, (id) => toB[id] + toC[id], query) === answer),
    nearest: Number(best(vectors.size, (id) => toC[id], query) === answer),
  };
}

/** The id of the highest score, those barred left out. */
function best(size: number, score: (id: number) => number, barred: readonly number[]): number {
  let winner = -1;
  let highest = -Infinity;
  for (let id = 0; id < size; id++) {
    const value = score(id);
    if (value > highest && !barred.includes(id)) [winner, highest] = [id, value];
  }
  return winner;
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
