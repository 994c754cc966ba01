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
      says: "you added the error without the input; a weight whose input was 0 had no part in the mistake.",
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
export const hiddenSignal = exercise<[W: Matrix, delta: Vector, z: Vector], Vector>({
  title: "Hand the error signal back",
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
  right:
    "right. The error signal flows back through the weights that carried the activations, and only to neurons that were on.",
  mistakes: [
    {
      says: "transpose W: a hidden neuron collects error down its column, from all the neurons that read it.",
      like: (W, delta, z) => W.matmul(delta).mul(open(z)),
    },
    {
      says: "the activation’s slope is missing: a ReLU that is off passes nothing on.",
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
      says: "you let the signal through where the ReLU was off, and held it back where it was on.",
      like: (W, delta, z) => W.T.matmul(delta).mul(open(z.neg())),
    },
    {
      says: "z belongs to this layer and δ to the next: multiply by the ReLU’s slope after Wᵀ, not before.",
      like: (W, delta, z) => W.T.matmul(delta.mul(open(z))),
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

const relu = (v: number) => Math.max(0, v);

/** A bump with a flat top: 0 up to a, 1 from b to c, 0 from d on. */
export const flatBump = exercise<[x: number, a: number, b: number, c: number, d: number], number>({
  title: "A bump with a flat top",
  cases: () => [
    { given: [-1, 0, 1, 2, 3], expect: 0 },
    { given: [0.5, 0, 1, 2, 3], expect: 0.5 },
    { given: [1.5, 0, 1, 2, 3], expect: 1 },
    { given: [4, 0, 1, 2, 4], expect: 0 },
    { given: [3, 0, 1, 2, 4], expect: 0.5 },
    { given: [9, 0, 2, 3, 4], expect: 0 },
    { given: [0.5, 0, 2, 3, 4], expect: 0.25 },
  ],
  solution: (x, a, b, c, d) => {
    const ramp = (from: number, to: number) => (relu(x - from) - relu(x - to)) / (to - from);
    return ramp(a, b) - ramp(c, d);
  },
  right: "right: four ReLUs. Make the slopes steep enough, and it is a box; boxes are how computers draw curves, too.",
  mistakes: [
    {
      says: "your ramps end at b − a and d − c, not at 1: divide each by its length.",
      like: (x, a, b, c, d) => relu(x - a) - relu(x - b) - (relu(x - c) - relu(x - d)),
    },
    {
      says: "that rises and never comes down; subtract a second ramp from c to d.",
      like: (x, a, b) => (relu(x - a) - relu(x - b)) / (b - a),
    },
    {
      says: "you added the second ramp; subtract it, and the bump comes down again.",
      like: (x, a, b, c, d) => (relu(x - a) - relu(x - b)) / (b - a) + (relu(x - c) - relu(x - d)) / (d - c),
    },
    {
      says: "right in the middle, but it goes on falling below 0 after d: the falling ramp needs an end, too.",
      like: (x, a, b, c, d) => (relu(x - a) - relu(x - b)) / (b - a) - relu(x - c) / (d - c),
    },
  ],
});

type Two = [number, number];
interface Slopes {
  output: number;
  hidden: number[];
  input: number[];
}

/** Backpropagation through two ReLU neurons and one output, with what may go wrong. */
function slopes(
  x: Two,
  W: [Two, Two],
  v: Two,
  y: number,
  { factor = 2, gate = true, transposed = true, sign = 1 } = {},
): Slopes {
  const z = W.map(([w1, w2]) => w1 * x[0] + w2 * x[1]);
  const o = v[0] * relu(z[0]) + v[1] * relu(z[1]);
  const output = sign * factor * (o - y);
  const hidden = z.map((value, i) => (gate && value <= 0 ? 0 : output * v[i]));
  const input = [0, 1].map((i) =>
    transposed ? hidden[0] * W[0][i] + hidden[1] * W[1][i] : hidden[0] * W[i][0] + hidden[1] * W[i][1],
  );
  return { output, hidden, input };
}

/** Every slope of a 2-2-1 network with a squared error. */
export const slopesByHand = exercise<[x: Two, W: [Two, Two], v: Two, y: number], Slopes>({
  title: "Every slope by hand",
  // biome-ignore format: a case with its reasoning
  cases: () => [
    // z = (3, 1), h the same, o = 3 − 2 = 1; 2(1 − 2) = −2; δ = (−2, 4); x₁: −2·1 + 4·3 = 10, x₂: −2·1 + 4·(−1) = −6.
    { given: [[1, 2], [[1, 1], [3, -1]], [1, -2], 2], expect: { output: -2, hidden: [-2, 4], input: [10, -6] } },
    // z = (−1, 4): the first neuron is off. o = 2; 2(2 − 1) = 2; δ = (0, 1); x: (2, 1).
    { given: [[1, 2], [[1, -1], [2, 1]], [5, 0.5], 1], expect: { output: 2, hidden: [0, 1], input: [2, 1] } },
  ],
  solution: (x, W, v, y) => {
    const z = W.map(([w1, w2]) => w1 * x[0] + w2 * x[1]);
    const output = 2 * (v[0] * Math.max(0, z[0]) + v[1] * Math.max(0, z[1]) - y);
    const hidden = z.map((value, i) => (value > 0 ? output * v[i] : 0));
    const input = [0, 1].map((i) => hidden[0] * W[0][i] + hidden[1] * W[1][i]);
    return { output, hidden, input };
  },
  right: "right. You have just done, by hand, what every training step of every network does.",
  mistakes: [
    {
      says: "the slope of (o − y)² along o is 2(o − y); the 2 is missing.",
      like: (x, W, v, y) => slopes(x, W, v, y, { factor: 1 }),
    },
    {
      says: "you let a neuron that is off pass a slope on: where z is below 0, the ReLU’s slope is 0.",
      like: (x, W, v, y) => slopes(x, W, v, y, { gate: false }),
    },
    {
      says: "your hidden slopes are those along h, before the ReLU; along z a neuron that is off has slope 0.",
      like: (x, W, v, y) => ({ ...slopes(x, W, v, y), hidden: slopes(x, W, v, y, { gate: false }).hidden }),
    },
    {
      says: "the inputs got W δ; x₁ collects from both neurons, δ₁ W₁₁ + δ₂ W₂₁, which is Wᵀδ.",
      like: (x, W, v, y) => slopes(x, W, v, y, { transposed: false }),
    },
    {
      says: "every sign is turned: the loss is (o − y)², so its slope along o is 2(o − y), not 2(y − o).",
      like: (x, W, v, y) => slopes(x, W, v, y, { sign: -1 }),
    },
  ],
});

interface Fit {
  w: Vector;
  b: number;
}

/** Logistic regression by gradient descent, with what may go wrong. */
function descend(
  x: Tensor<[number, number]>,
  truths: Vector,
  rate: number,
  steps: number,
  { mean = true, slope = false, sign = -1, bias = true } = {},
): Fit {
  let w: Tensor = tensor(Array.from({ length: x.shape[1] }, () => 0));
  let b = 0;
  for (let step = 0; step < steps; step++) {
    const p: Tensor = x
      .matmul(w as Vector)
      .add(b)
      .sigmoid();
    let delta: Tensor = p.sub(truths);
    if (mean) delta = delta.div(truths.shape[0]);
    if (slope) delta = delta.mul(p.mul(p.neg().add(1)));
    w = w.add((delta as Vector).matmul(x).mul(sign * rate));
    if (bias) b += sign * rate * delta.sum().item();
  }
  return { w: w as Vector, b };
}

/** A neuron with a sigmoid, trained by gradient descent on the mean cross-entropy. */
export const logistic = exercise<[x: Tensor<[number, number]>, truths: Vector, rate: number, steps: number], Fit>({
  title: "Train it yourself",
  // biome-ignore format: a case with its reasoning
  cases: () => [
    // p = ½: δ = (−¼, ¼), the weights’ slope −¼·1 + ¼·3 = ½ and −¼·2 + ¼·0 = −½, the bias’s 0.
    { given: [tensor([[1, 2], [3, 0]]), tensor([1, 0]), 1, 1], expect: { w: tensor([-0.5, 0.5]), b: 0 } },
    // One example, x = 0: only the bias moves, by ½, and then by σ(−½).
    { given: [tensor([[0]]), tensor([1]), 1, 2], expect: { w: tensor([0]), b: 0.5 + 1 / (1 + Math.exp(0.5)) } },
    { given: [tensor([[1], [2], [4]]), tensor([1, 1, 1]), 3, 1], expect: { w: tensor([3.5]), b: 1.5 } },
  ],
  solution: (x, truths, rate, steps) => {
    let w: Vector = x.sum(0).mul(0);
    let b = 0;
    for (let step = 0; step < steps; step++) {
      const delta = x.matmul(w).add(b).sigmoid().sub(truths).div(truths.shape[0]);
      w = w.sub(delta.matmul(x).mul(rate));
      b -= rate * delta.sum().item();
    }
    return { w, b };
  },
  right: "right: a classifier from nothing but a product, a sigmoid and p − y.",
  mistakes: [
    {
      says: "your gradient is that of the summed loss; divide by the number of examples.",
      like: (x, truths, rate, steps) => descend(x, truths, rate, steps, { mean: false }),
    },
    {
      says: "that factor p(1 − p) belongs to the squared error; cross-entropy’s gradient is p − y.",
      like: (x, truths, rate, steps) => descend(x, truths, rate, steps, { slope: true }),
    },
    {
      says: "you walked uphill: subtract the gradient.",
      like: (x, truths, rate, steps) => descend(x, truths, rate, steps, { sign: 1 }),
    },
    {
      says: "the bias never moves; its slope is the sum of δ.",
      like: (x, truths, rate, steps) => descend(x, truths, rate, steps, { bias: false }),
    },
    { says: "one step is taken, whatever `steps` says.", like: (x, truths, rate) => descend(x, truths, rate, 1) },
  ],
});
