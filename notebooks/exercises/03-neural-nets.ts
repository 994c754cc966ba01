/** @file The exercises of notebook 3: what is asked, the solutions, and the mistakes that readers often make. */

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
    // Without its bias it would fire.
    { given: [[2, 1], -5, [1, 1], 0], expect: [[2, 1], -5] },
    // On the line it does not fire.
    { given: [[0, 0], 0, [1, 1], 0], expect: [[0, 0], 0] },
  ],
  solution: (w, b, x, truth) => {
    const z = w.reduce((sum, weight, i) => sum + weight * x[i], b);
    const error = truth - (z > 0 ? 1 : 0);
    return [w.map((weight, i) => weight + error * x[i]), b + error];
  },
  right: "right. Sixty years later the line still has this form: error times input.",
  mistakes: [
    {
      says: "your sign is reversed: the error is truth minus answer, and it is added.",
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
    // 3·4 + 4, 4·5 + 5 and 5·2 + 2.
    { given: [[3, 4, 5, 2]], expect: 53 },
  ],
  solution: (sizes) => sizes.slice(1).reduce((total, outputs, i) => total + (sizes[i] + 1) * outputs, 0),
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

type Vector = Tensor<[number]>;
const open = (z: Vector) => z.gt(0).to(z.dtype);

/** δ of a hidden ReLU layer, from the next layer’s. */
export const hiddenBlame = exercise<[W: Matrix, delta: Vector, z: Vector], Vector>({
  title: "Hand the blame back",
  cases: () => [
    // Wᵀδ = (1·1 + 3·10, 2·1 + 4·10); the second neuron was silent.
    {
      given: [
        tensor([
          [1, 2],
          [3, 4],
        ]),
        tensor([1, 10]),
        tensor([2, -1]),
      ],
      expect: tensor([31, 0]),
    },
    {
      given: [
        tensor([
          [0, -1],
          [2, 5],
        ]),
        tensor([3, -1]),
        tensor([0.5, 4]),
      ],
      expect: tensor([-2, -8]),
    },
  ],
  solution: (W, delta, z) => W.T.matmul(delta).mul(z.gt(0).to(z.dtype)),
  right: "right. Blame flows back through the weights that carried the signal, and only to those who spoke.",
  mistakes: [
    {
      says: "transpose W: a hidden neuron gathers blame down its column, from all who listened to it.",
      like: (W, delta, z) => W.matmul(delta).mul(open(z)),
    },
    {
      says: "the activation’s slope is missing: a silent ReLU passes no blame on.",
      like: (W, delta) => W.T.matmul(delta),
    },
    {
      says: "you multiplied by ReLU’s value; the chain rule wants its slope, 1 or 0.",
      like: (W, delta, z) => W.T.matmul(delta).mul(z.relu()),
    },
    {
      says: "that is z in the place of ReLU’s slope at z, which is 1 or 0.",
      like: (W, delta, z) => W.T.matmul(delta).mul(z),
    },
    {
      says: "you let blame through where the neuron was silent, and held it back where it spoke.",
      like: (W, delta, z) => W.T.matmul(delta).mul(open(z.neg())),
    },
  ],
});

/** The gradient of the mean binary cross-entropy by each logit. */
export const outputGradient = exercise<[logits: Vector, truths: Vector], Vector>({
  title: "The gradient that was wrong",
  cases: () => [
    // σ(0) = ½, and σ(ln 3) = ¾: each minus its truth, over a batch of two.
    { given: [tensor([0, Math.log(3)]), tensor([1, 0])], expect: tensor([-0.25, 0.375]) },
    {
      given: [tensor([-Math.log(3), 0, Math.log(3), 0]), tensor([1, 1, 1, 0])],
      expect: tensor([-0.1875, -0.125, -0.0625, 0.125]),
    },
  ],
  solution: (logits, truths) => logits.sigmoid().sub(truths).div(truths.size),
  right: "right. Three symbols, and they hold for softmax as well: probabilities minus truth.",
  mistakes: [
    {
      says: "the factor p (1 − p) belongs to the squared error; cross-entropy’s logarithm cancels it.",
      like: (logits, truths) => {
        const p = logits.sigmoid();
        return p.sub(truths).mul(p).mul(p.neg().add(1)).div(truths.size);
      },
    },
    {
      says: "the loss is a mean: divide by the batch’s size.",
      like: (logits, truths) => logits.sigmoid().sub(truths),
    },
    {
      says: "your sign is reversed: it is p − y, so that a step against it raises what was too low.",
      like: (logits, truths) => truths.sub(logits.sigmoid()).div(truths.size),
    },
    {
      says: "you subtracted the truth from the logits; make probabilities of them first.",
      like: (logits, truths) => logits.sub(truths).div(truths.size),
    },
    {
      says: "you summed over the batch; each logit has a gradient of its own.",
      like: (logits, truths) => logits.sigmoid().sub(truths).mean().broadcastTo(truths.shape),
    },
  ],
});

const hits = (answers: number[], truths: number[]) => truths.filter((truth, i) => answers[i] === truth).length;
const indexOf = (row: number[], pick: (...values: number[]) => number) => row.indexOf(pick(...row));

/** The share of right answers. */
export const shareRight = exercise<[logits: Matrix, truths: number[]], number>({
  title: "Accuracy",
  cases: () => [
    // Answers 1, 0, 2 and 2.
    {
      given: [
        tensor([
          [-1, 3, 0],
          [5, 4, 1],
          [0, 1, 7],
          [-3, -2, -1],
        ]),
        [1, 0, 2, 1],
      ],
      expect: 0.75,
    },
    {
      given: [
        tensor([
          [0, 1],
          [2, 3],
          [5, 4],
        ]),
        [0, 1, 1],
      ],
      expect: 1 / 3,
    },
  ],
  solution: (logits, truths) => {
    const answers = logits.argmax(1).toArray();
    return truths.filter((truth, i) => answers[i] === truth).length / truths.length;
  },
  right: "right. No softmax needed: it does not change which is largest.",
  mistakes: [
    {
      says: "you counted the right answers; divide by how many there are.",
      like: (logits, truths) =>
        hits(
          logits.toArray().map((row) => indexOf(row, Math.max)),
          truths,
        ),
    },
    {
      says: "that is the share of wrong answers.",
      like: (logits, truths) =>
        1 -
        hits(
          logits.toArray().map((row) => indexOf(row, Math.max)),
          truths,
        ) /
          truths.length,
    },
    {
      says: "you took the smallest logit of each row; the answer is the largest.",
      like: (logits, truths) =>
        hits(
          logits.toArray().map((row) => indexOf(row, Math.min)),
          truths,
        ) / truths.length,
    },
    {
      says: "you took the largest of each column; the classes of an example stand in its row, axis 1.",
      like: (logits, truths) => hits(logits.argmax(0).toArray() as number[], truths) / truths.length,
    },
    {
      says: "you divided by the number of classes; divide by the number of examples.",
      like: (logits, truths) =>
        hits(
          logits.toArray().map((row) => indexOf(row, Math.max)),
          truths,
        ) / logits.shape[1],
    },
  ],
});
