/** @file Questions of the form "a is to b as c is to d", and how many a table of word vectors answers. */

import type { Query, WordVectors } from "./word-vectors.js";

/** Pairs that stand in one relation, such as a country and its capital. Any two of them make a question. */
export type Pairs = readonly (readonly [string, string])[];

/** Shares of questions answered right, from 0 to 1, by the method and by simpler ones that it has to beat. */
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

/** Asks every question of every category. */
export function evaluateAnalogies(vectors: WordVectors, categories: Readonly<Record<string, Pairs>>): AnalogyReport {
  const outcomes = Object.entries(categories).map(([name, pairs]) => {
    const questions = questionsOf(pairs);
    const asked = questions.filter((words) => words.every((word) => vectors.has(word)));
    return {
      name,
      outcomes: asked.map((question) => ask(vectors, question)),
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

function ask(vectors: WordVectors, [a, b, c, d]: Question): Outcome {
  const query = [a, b, c];
  // Three words are barred: the best of the others is among the first four.
  const offset = vectors.nearest(vectors.combine([b, c], [a]), { count: 4 }).map(({ word }) => word);
  const isRight = (word: string | undefined) => Number(word === d);
  const firstFor = (vector: Query) => vectors.nearest(vector, { count: 1, exclude: query })[0]?.word;
  return {
    accuracy: isRight(offset.find((word) => !query.includes(word))),
    withQueryWords: isRight(offset[0]),
    sum: isRight(firstFor(vectors.combine([b, c]))),
    nearest: isRight(firstFor(c)),
  };
}

function summarize(outcomes: readonly Outcome[], skipped: number, random: number): AnalogyScores {
  const share = (key: keyof Outcome) =>
    outcomes.reduce((sum, outcome) => sum + outcome[key], 0) / Math.max(1, outcomes.length);
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
