/** @file The exercise of the excursion on counting company: what is asked, the solution, and the mistakes that readers often make. */

import { exercise } from "foundations/notebook";

type Pair = [w: number[], u: number[], b: number, c: number, X: number];

const dot = (w: number[], u: number[]) => w.reduce((sum, value, i) => sum + value * u[i], 0);
const weightOf = (X: number) => Math.min(1, (X / 100) ** 0.75);

/** GloVe’s loss of a pair, with what may go wrong. */
const lossOf = ([w, u, b, c, X]: Pair, { f = weightOf, log = Math.log, biases = true, power = 2 } = {}) =>
  X === 0 ? 0 : f(X) * (dot(w, u) + (biases ? b + c : 0) - log(X)) ** power;

/** GloVe’s loss for one pair of words. */
export const gloveLoss = exercise<Pair, number>({
  title: "GloVe’s loss",
  cases: () => [
    // w · w̃ = 3 − 2 = 1; e⁰ = 1 has the weight (1/100)^¾; (1 + 1 + 0 − 0)² = 4.
    { given: [[1, 2], [3, -1], 1, 0, 1], expect: 4 * 0.01 ** 0.75 },
    // Common enough to weigh 1: (2 + ½ + ½ − ln 100)².
    { given: [[2], [1], 0.5, 0.5, 100], expect: (3 - Math.log(100)) ** 2 },
    // Ten thousand weigh no more than a hundred.
    { given: [[1], [1], 0, 0, 10_000], expect: (1 - Math.log(10_000)) ** 2 },
    // A pair that never met.
    { given: [[1], [1], 1, 1, 0], expect: 0 },
  ],
  solution: (w, u, b, c, X) => {
    if (X === 0) return 0;
    const score = w.reduce((sum, value, i) => sum + value * u[i], b + c);
    return Math.min(1, (X / 100) ** 0.75) * (score - Math.log(X)) ** 2;
  },
  right: "right. Summed over all pairs that met, that is what GloVe’s vectors and biases are trained on.",
  mistakes: [
    {
      says: "the logarithm is missing: compare with ln X, not with X.",
      like: (...pair) => lossOf(pair, { log: (X) => X }),
    },
    {
      says: "the biases are missing: one for each of the two words.",
      like: (...pair) => lossOf(pair, { biases: false }),
    },
    {
      says: "the factor f(X) is missing: rare pairs weigh less.",
      like: (...pair) => lossOf(pair, { f: () => 1 }),
    },
    {
      says: "f(X) stops at 1: from 100 on, all pairs weigh the same.",
      like: (...pair) => lossOf(pair, { f: (X) => (X / 100) ** 0.75 }),
    },
    { says: "the difference is to be squared.", like: (...pair) => lossOf(pair, { power: 1 }) },
    {
      says: "right where the two words met; for a pair that never did, ln 0 is −∞. Return 0 there.",
      like: (w, u, b, c, X) => weightOf(X) * (dot(w, u) + b + c - Math.log(X)) ** 2,
    },
    {
      says: "GloVe takes the natural logarithm, Math.log.",
      like: (...pair) => lossOf(pair, { log: Math.log10 }),
      also: [(...pair) => lossOf(pair, { log: Math.log2 })],
    },
  ],
});
