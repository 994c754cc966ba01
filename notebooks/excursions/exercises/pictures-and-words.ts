/** @file The exercise of the excursion into pictures and words: what is asked, the solution, and the mistakes that readers often make. */

import { exercise } from "foundations/notebook";

/** −ln of the share that softmax gives to entry `i` of a list of scores. */
const surpriseAt = (scores: number[], i: number) => {
  const most = Math.max(...scores);
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0)) + most - scores[i];
};
const turned = (table: number[][]) => table.map((_, j) => table.map((row) => row[j]));
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** The mean surprise of rows at their diagonal. */
const oneWay = (table: number[][]) => mean(table.map((row, i) => surpriseAt(row, i)));

/** The loss of one game of contrast: picture i (row) and word i (column) belong together. */
export const contrastOf = exercise<[scores: number[][]], number>({
  title: "One game of contrast",
  cases: () => [
    // e to these: [[2, 2], [1, 4]]. Pictures find their words with ½ and ⅘, words their pictures with ⅔ and ⅔.
    {
      given: [
        [
          [Math.log(2), Math.log(2)],
          [0, Math.log(4)],
        ],
      ],
      expect: (Math.log(2.5) / 2 + Math.log(1.5)) / 2,
    },
    // Each finds its own with 2 / (2 + 1 + 1).
    {
      given: [
        [
          [Math.log(2), 0, 0],
          [0, Math.log(2), 0],
          [0, 0, Math.log(2)],
        ],
      ],
      expect: Math.log(2),
    },
    // Scores whose exponentials are beyond what a number can hold.
    {
      given: [
        [
          [1000, 0],
          [0, 1000],
        ],
      ],
      expect: 0,
    },
  ],
  solution: (scores) => {
    const columns = scores.map((_, j) => scores.map((row) => row[j]));
    const surprise = (competitors: number[], own: number) => {
      const largest = Math.max(...competitors);
      const total = competitors.reduce((sum, score) => sum + Math.exp(score - largest), 0);
      return Math.log(total) + largest - competitors[own];
    };
    const surprises = scores.map((row, i) => (surprise(row, i) + surprise(columns[i], i)) / 2);
    return surprises.reduce((sum, one) => sum + one) / scores.length;
  },
  right: "right. CLIP has played this game with batches of 32,768 pictures and their captions.",
  mistakes: [
    {
      says: "each picture finds its word; let each word find its picture, too, and take the mean of both.",
      like: (scores) => oneWay(scores),
    },
    {
      says: "each word finds its picture; let each picture find its word, too, and take the mean of both.",
      like: (scores) => oneWay(turned(scores)),
    },
    {
      says: "you added the two directions; take their mean.",
      like: (scores) => oneWay(scores) + oneWay(turned(scores)),
    },
    {
      says: "you summed over the pairs; take their mean, or large games would look worse.",
      like: (scores) => (scores.length * (oneWay(scores) + oneWay(turned(scores)))) / 2,
    },
    {
      says: "each pair competes with the whole table; picture i competes only in its row, and word i in its column.",
      like: (scores) => mean(scores.map((_, i) => surpriseAt(scores.flat(), i * (scores.length + 1)))),
    },
    {
      says: "the sign is missing: the logarithm of a share is below 0, and a loss is not.",
      like: (scores) => -(oneWay(scores) + oneWay(turned(scores))) / 2,
    },
    {
      says: "right for small scores, but the exponential of 1000 is beyond all numbers; take the greatest off first.",
      like: (scores) => {
        const naive = (table: number[][]) =>
          mean(
            table.map((row, i) => -Math.log(Math.exp(row[i]) / row.reduce((sum, score) => sum + Math.exp(score), 0))),
          );
        return (naive(scores) + naive(turned(scores))) / 2;
      },
    },
  ],
});
