/** @file The exercises of notebook 3: what is asked, solutions, and the mistakes that readers are known to make. */

import { type Tensor, tensor } from "foundations";
import { exercise } from "foundations/notebook";

type Matrix = Tensor<[number, number]>;

type RuleStep = [w: number[], b: number, x: number[], truth: number];
const score = (w: number[], b: number, x: number[]) => w.reduce((sum, weight, i) => sum + weight * x[i], b);
const stepBy = (error: number, [w, b, x]: RuleStep): [number[], number] => [
  w.map((weight, i) => weight + error * x[i]),
  b + error,
];
const fires = ([w, b, x]: RuleStep) => (score(w, b, x) > 0 ? 1 : 0);

/** One step of the perceptron’s learning rule. */
export const ruleStep = exercise<RuleStep, [w: number[], b: number]>({
  title: "The perceptron’s rule",
  cases: () => [
    // z = 0.5 fires, wrongly: the example is taken off.
    { given: [[1, 1], -0.5, [1, 0], 0], expect: [[0, 1], -1.5] },
    // z = −2 does not fire, wrongly: the example is added.
    { given: [[0, -1], 0, [3, 2], 1], expect: [[3, 1], 1] },
    // Right already.
    { given: [[2, 1], -1, [1, 1], 1], expect: [[2, 1], -1] },
    // On the line it does not fire.
    { given: [[0, 0], 0, [1, 1], 0], expect: [[0, 0], 0] },
  ],
  solution: (...given) => stepBy(given[3] - fires(given), given),
  right: "right. Sixty years later the line still has this form: error times input.",
  mistakes: [
    {
      says: "your sign is turned round: the error is truth minus answer, and it is added.",
      like: (...given) => stepBy(fires(given) - given[3], given),
    },
    {
      says: "you compared the truth with z itself; the perceptron’s answer is 1 if z > 0, else 0.",
      like: (...given) => stepBy(given[3] - score(given[0], given[1], given[2]), given),
    },
    {
      says: "you left the bias out of z; it shifts the line.",
      like: (w, b, x, truth) => stepBy(truth - (score(w, 0, x) > 0 ? 1 : 0), [w, b, x, truth]),
    },
    {
      says: "the bias learns too: it is the weight of an input that is always 1.",
      like: (...given) => [stepBy(given[3] - fires(given), given)[0], given[1]],
    },
    {
      says: "you added the error without the input; a weight whose input was 0 is not to blame.",
      like: (...given) => {
        const error = given[3] - fires(given);
        return [given[0].map((weight) => weight + error), given[1] + error];
      },
    },
    {
      says: "at z = 0 the perceptron does not fire; you took ≥ for >.",
      like: (...given) => stepBy(given[3] - (score(given[0], given[1], given[2]) >= 0 ? 1 : 0), given),
    },
  ],
});

const pairs = (sizes: number[]) => sizes.slice(1).map((out, i) => [sizes[i], out] as const);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** How many parameters an MLP has. */
export const countParameters = exercise<[sizes: number[]], number>({
  title: "How many parameters?",
  cases: () => [
    // 2·2 + 2 and 2·1 + 1.
    { given: [[2, 2, 1]], expect: 9 },
    { given: [[784, 10]], expect: 7850 },
    { given: [[784, 128, 10]], expect: 101_770 },
  ],
  solution: (sizes) => sum(pairs(sizes).map(([from, to]) => (from + 1) * to)),
  right: "right. The largest networks of today have some 10¹² of them, counted in the same way.",
  mistakes: [
    {
      says: "the biases are missing: one for each neuron.",
      like: (sizes) => sum(pairs(sizes).map(([from, to]) => from * to)),
    },
    {
      says: "you gave each layer a single bias; each of its neurons has one.",
      like: (sizes) => sum(pairs(sizes).map(([from, to]) => from * to + 1)),
    },
    {
      says: "a layer has as many biases as outputs, not as inputs.",
      like: (sizes) => sum(pairs(sizes).map(([from, to]) => from * (to + 1))),
    },
    {
      says: "inputs are no neurons: they have no bias.",
      like: (sizes) => sum(pairs(sizes).map(([from, to]) => (from + 1) * to)) + sizes[0],
    },
    {
      says: "you counted neurons; count the connections between them, and the biases.",
      like: (sizes) => sum(sizes),
    },
  ],
});
