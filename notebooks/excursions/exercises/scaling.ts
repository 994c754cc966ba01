/** @file The exercise of the excursion on scaling: what is asked, the solution, and the mistakes that readers often make. */

import { exercise } from "foundations/notebook";

type Measured = [x1: number, y1: number, x2: number, y2: number, x: number];

/** The power law through two points, at x. */
export const powerLaw = exercise<Measured, number>({
  title: "A power law from two points",
  cases: () => [
    // Ten times the compute halves the loss; once more ten times halves it again.
    { given: [10, 4, 100, 2, 1000], expect: 1 },
    // k = −½: four times the compute halves the loss.
    { given: [1, 8, 4, 4, 64], expect: 1 },
    // Between the points, at their geometric mean.
    { given: [1, 9, 100, 1, 10], expect: 3 },
    // A loss that does not move.
    { given: [2, 5, 3, 5, 7], expect: 5 },
  ],
  solution: (x1, y1, x2, y2, x) => {
    const k = Math.log(y2 / y1) / Math.log(x2 / x1);
    return y1 * (x / x1) ** k;
  },
  right: "right. From small runs like these, the cost of large models is estimated before they are trained.",
  mistakes: [
    {
      says: "that is the straight line on ordinary axes; take logarithms of both first.",
      like: (x1, y1, x2, y2, x) => y1 + ((y2 - y1) / (x2 - x1)) * (x - x1),
    },
    {
      says: "that is a straight line where only x is logarithmic; take the logarithm of the loss, too.",
      like: (x1, y1, x2, y2, x) => y1 + ((y2 - y1) * Math.log(x / x1)) / Math.log(x2 / x1),
    },
    {
      says: "that is a straight line where only the loss is logarithmic: an exponential. Take the logarithm of x, too.",
      like: (x1, y1, x2, y2, x) => y1 * (y2 / y1) ** ((x - x1) / (x2 - x1)),
    },
    {
      says: "you returned the logarithm of the loss; undo it with Math.exp.",
      like: (x1, y1, x2, y2, x) => Math.log(y1) + (Math.log(y2 / y1) / Math.log(x2 / x1)) * Math.log(x / x1),
    },
    {
      says: "the sign of k is turned: the loss grows where it should fall.",
      like: (x1, y1, x2, y2, x) => y1 * (x / x1) ** -(Math.log(y2 / y1) / Math.log(x2 / x1)),
    },
  ],
});
