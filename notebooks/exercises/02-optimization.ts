/** @file The exercises of notebook 2: what is asked, the solutions, and the mistakes that readers often make. */

import { crossEntropy, type Tensor, tensor } from "foundations";
import { exercise } from "foundations/notebook";

type Vector = Tensor<[number]>;
type Matrix = Tensor<[number, number]>;

const surprises = (p: Matrix, classes: number[]) => classes.map((c, row) => -Math.log(p.at(row).at(c).item()));
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** The mean cross-entropy of a batch of probabilities. */
export const batchLoss = exercise<[probabilities: Matrix, classes: number[]], number>({
  title: "Cross-entropy of a batch",
  cases: () => [
    // −ln ½ and −ln ¼ are ln 2 and 2 ln 2: a mean of 1.5 ln 2.
    {
      given: [
        tensor([
          [0.5, 0.5],
          [0.75, 0.25],
        ]),
        [0, 1],
      ],
      expect: 1.5 * Math.LN2,
    },
    // e⁻¹, e⁻² and e⁻³ surprise by 1, 2 and 3: a mean of 2.
    {
      given: [
        tensor([
          [0.3, 0.7 - Math.exp(-1), Math.exp(-1)],
          [Math.exp(-2), 0.4, 0.6 - Math.exp(-2)],
          [0.5, Math.exp(-3), 0.5 - Math.exp(-3)],
        ]),
        [2, 0, 1],
      ],
      expect: 2,
    },
  ],
  solution: (probabilities, classes) => {
    const surprises = classes.map((c, row) => -Math.log(probabilities.at(row).at(c).item()));
    return surprises.reduce((total, surprise) => total + surprise) / classes.length;
  },
  right: "right. This one number is what almost every classifier in the world makes small.",
  mistakes: [
    {
      says: "you summed over the batch; take the mean, or the learning rate would depend on the batch’s size.",
      like: (p, classes) => sum(surprises(p, classes)),
    },
    {
      says: "you divided by the number of classes too; average over the rows only.",
      like: (p, classes) => sum(surprises(p, classes)) / classes.length / p.shape[1],
    },
    {
      says: "the sign is missing: logarithms of probabilities are negative, a loss is not.",
      like: (p, classes) => -sum(surprises(p, classes)) / classes.length,
    },
    {
      says: "that is the logarithm to base 2 (bits); here surprise is measured with Math.log (nats).",
      like: (p, classes) => sum(surprises(p, classes)) / classes.length / Math.LN2,
    },
    {
      says: "you averaged the probabilities first and took the logarithm after; take it row by row.",
      like: (p, classes) => -Math.log(sum(classes.map((c, row) => p.at(row).at(c).item())) / classes.length),
    },
    {
      says: "you took entry i of row i, the diagonal; the true class of row i is classes[i].",
      like: (p, classes) => sum(surprises(p, [...classes.keys()])) / classes.length,
    },
    {
      says: "you averaged over all the entries; only the probability of each row’s true class counts.",
      like: (p) => p.log().mean().neg().item(),
    },
    {
      says: "crossEntropy starts from logits and would apply softmax to your probabilities; take the logarithm yourself.",
      like: (p, classes) => crossEntropy(p, tensor(classes, { dtype: "int32" })).item(),
    },
  ],
});

type Walk = [slopeAt: (x: number) => number, start: number, rate: number, steps: number];
/** Where a walk ends that takes each step by a rule of its own. */
const descend = ([slopeAt, start, rate, steps]: Walk, step: (x: number, slope: number, rate: number) => number) => {
  let x = start;
  for (let i = 0; i < steps; i++) x = step(x, slopeAt(x), rate);
  return x;
};

/** Gradient descent from `start`: where `steps` steps end. */
export const walk = exercise<Walk, number>({
  title: "Descend",
  cases: () => [
    { given: [(x) => 2 * x, 3, 0.1, 3], expect: 1.536 },
    { given: [(x) => 2 * x, 3, 0.5, 1], expect: 0 },
    { given: [(x) => 2 * (x - 4), 0, 0.25, 2], expect: 3 },
    { given: [() => 1, 7, 0.1, 0], expect: 7 },
  ],
  solution: (slopeAt, start, rate, steps) => {
    let x = start;
    for (let i = 0; i < steps; i++) x -= rate * slopeAt(x);
    return x;
  },
  right: "right. Every network of this course is trained by this line.",
  mistakes: [
    {
      says: "you went along the slope, which is uphill; step against it.",
      like: (...given) => descend(given, (x, slope, rate) => x + rate * slope),
    },
    {
      says: "the rate is missing: multiply the slope by it.",
      like: (...given) => descend(given, (x, slope) => x - slope),
    },
    {
      says: "you took one step too many.",
      like: (slopeAt, start, rate, steps) => descend([slopeAt, start, rate, steps + 1], (x, g, r) => x - r * g),
    },
    {
      says: "you took one step too few.",
      like: (slopeAt, start, rate, steps) => descend([slopeAt, start, rate, steps - 1], (x, g, r) => x - r * g),
    },
    {
      says: "you measured the slope once, at the start; measure it again after every step.",
      like: (slopeAt, start, rate, steps) => start - steps * rate * slopeAt(start),
    },
    {
      says: "it ends where it began: keep each step’s result, as in x = x − rate · slope.",
      like: (_slopeAt, start) => start,
    },
    {
      says: "you took a single step; the exercise asks for `steps` of them.",
      like: (slopeAt, start, rate) => start - rate * slopeAt(start),
    },
    {
      says: "you stepped by the rate whatever the slope’s size; multiply the two.",
      like: (...given) => descend(given, (x, slope, rate) => x - rate * Math.sign(slope)),
    },
  ],
});

const terms = (w: number, x: Vector, y: Vector) => x.mul(w).sub(y).mul(x);

/** The slope of the mean squared error of ŷ = w x over a batch. */
export const batchSlope = exercise<[w: number, x: Vector, y: Vector], number>({
  title: "Slope of a batch",
  cases: () => [
    // (2·1 − 1)·1 + (2·2 − 3)·2 + (2·3 − 5)·3 = 1 + 2 + 3; twice the mean of them is 4.
    { given: [2, tensor([1, 2, 3]), tensor([1, 3, 5])], expect: 4 },
    { given: [0, tensor([1, -1]), tensor([1, 1])], expect: 0 },
    { given: [1, tensor([2, 2, 2, 2]), tensor([3, 3, 3, 3])], expect: -4 },
    // (1 − 1)·1 + (2 − 4)·2 = −4. The mean error is −1 and the mean x 1.5, whose product is not half of that.
    { given: [1, tensor([1, 2]), tensor([1, 4])], expect: -4 },
  ],
  solution: (w, x, y) => x.mul(w).sub(y).mul(x).mean().mul(2).item(),
  right: "right. A batch’s gradient is the mean of its examples’ gradients, whatever the network.",
  mistakes: [
    {
      says: "you summed over the batch; the exercise asks for the mean.",
      like: (w, x, y) => terms(w, x, y).sum().mul(2).item(),
    },
    {
      says: "you averaged over the batch twice: the mean has divided by its size already.",
      like: (w, x, y) => terms(w, x, y).mean().mul(2).div(x.shape[0]).item(),
    },
    {
      says: "the 2 is missing, which the square’s slope brings along.",
      like: (w, x, y) => terms(w, x, y).mean().item(),
    },
    {
      says: "you left out the inner slope: by the chain rule each error is multiplied by its x.",
      like: (w, x, y) => x.mul(w).sub(y).mean().mul(2).item(),
    },
    {
      says: "along w the prediction w x changes by x; you multiplied by w.",
      like: (w, x, y) => x.mul(w).sub(y).mul(w).mean().mul(2).item(),
    },
    {
      says: "that is the loss; the exercise asks for its slope along w.",
      like: (w, x, y) => x.mul(w).sub(y).pow(2).mean().item(),
    },
    {
      says: "your sign is reversed: the error is prediction minus truth, w x − y.",
      like: (w, x, y) => terms(w, x, y).mean().mul(-2).item(),
    },
    {
      says: "you multiplied the mean error by the mean x; multiply each error by its own x, and then take the mean.",
      like: (w, x, y) => x.mul(w).sub(y).mean().mul(x.mean()).mul(2).item(),
    },
  ],
});

type MomentumStep = [x: number, v: number, g: number, rate: number, mu: number];

/** One step of gradient descent with momentum. */
export const momentumStep = exercise<MomentumStep, [x: number, v: number]>({
  title: "Momentum",
  cases: () => [
    { given: [1, 0, 2, 0.1, 0.9], expect: [0.8, 2] },
    { given: [0.8, 2, 1, 0.1, 0.9], expect: [0.52, 2.8] },
    { given: [0, 1, 0, 0.5, 0.5], expect: [-0.25, 0.5] },
  ],
  solution: (x, v, g, rate, mu) => {
    const velocity = mu * v + g;
    return [x - rate * velocity, velocity];
  },
  right: "right. The ball rolls on: even with no gradient it moved.",
  mistakes: [
    {
      says: "you moved with the old velocity; update the velocity first, then move with the new one.",
      like: (x, v, g, rate, mu) => [x - rate * v, mu * v + g],
    },
    {
      says: "you moved by the gradient alone; move by the velocity.",
      like: (x, v, g, rate, mu) => [x - rate * g, mu * v + g],
    },
    {
      says: "the place is right; give the new velocity back with it, not the old one.",
      like: (x, v, g, rate, mu) => [x - rate * (mu * v + g), v],
    },
    {
      says: "the rate multiplies the whole new velocity, not the gradient alone.",
      like: (x, v, g, rate, mu) => [x - (mu * v + rate * g), mu * v + g],
    },
    {
      says: "that is an average, with 1 − μ before the gradient, as Adam uses it; here the gradient counts whole.",
      like: (x, v, g, rate, mu) => [x - rate * (mu * v + (1 - mu) * g), mu * v + (1 - mu) * g],
    },
    {
      says: "you moved along the velocity; it adds up gradients, which point uphill, so step against it.",
      like: (x, v, g, rate, mu) => [x + rate * (mu * v + g), mu * v + g],
    },
    {
      says: "μ goes with the old velocity, not with the gradient.",
      like: (x, v, g, rate, mu) => [x - rate * (v + mu * g), v + mu * g],
    },
    {
      says: "that is momentum in another convention, v ← μ v − η g and x ← x + v; here the velocity adds up plain gradients, v ← μ v + g, and the rate comes with the step, x ← x − η v.",
      like: (x, v, g, rate, mu) => [x + mu * v - rate * g, mu * v - rate * g],
      also: [(x, v, g, rate, mu) => [x - (mu * v + rate * g), mu * v + rate * g]],
    },
    {
      says: "that is Nesterov’s momentum, which looks a step ahead; here the step is just the new velocity times the rate.",
      like: (x, v, g, rate, mu) => [x - rate * (g + mu * (mu * v + g)), mu * v + g],
    },
    {
      says: "right, but in the other order: give the place first, then the velocity.",
      like: (x, v, g, rate, mu) => [mu * v + g, x - rate * (mu * v + g)],
    },
  ],
});

/** A gradient shortened to `limit` if it is longer. */
export const clipTo = exercise<[gradient: Vector, limit: number], Vector>({
  title: "Clip by norm",
  cases: () => [
    { given: [tensor([30, 40]), 5], expect: tensor([3, 4]) },
    { given: [tensor([0.3, 0.4]), 5], expect: tensor([0.3, 0.4]) },
    { given: [tensor([-6, 0, 8]), 1], expect: tensor([-0.6, 0, 0.8]) },
    { given: [tensor([0, 0]), 1], expect: tensor([0, 0]) },
  ],
  solution: (gradient, limit) => gradient.mul(Math.min(1, limit / gradient.norm().item())),
  right: "right. The direction stays; only the length is cut.",
  mistakes: [
    {
      says: "you clipped each number by itself, which turns the gradient; scale all of them by one factor.",
      like: (gradient, limit) => gradient.clip(-limit, limit),
    },
    {
      says: "a gradient of zeros has norm 0, and 0 / 0 is NaN; divide only where the norm is above the limit.",
      like: (gradient, limit) => gradient.div(gradient.norm()).mul(Math.min(gradient.norm().item(), limit)),
    },
    {
      says: "you made short gradients longer; leave those below the limit alone.",
      like: (gradient, limit) => gradient.mul(limit / gradient.norm().item()),
      also: [
        (gradient, limit) => (gradient.norm().item() === 0 ? gradient : gradient.mul(limit / gradient.norm().item())),
      ],
    },
    {
      says: "you multiplied by the limit without dividing by the norm.",
      like: (gradient, limit) => (gradient.norm().item() > limit ? gradient.mul(limit) : gradient),
    },
    {
      says: "you always gave length 1; the length is to be `limit`.",
      like: (gradient, limit) => (gradient.norm().item() > limit ? gradient.div(gradient.norm().item()) : gradient),
    },
    {
      says: "you used the sum of the absolute values as the length; the exercise asks for Pythagoras’, norm().",
      like: (gradient, limit) => gradient.mul(Math.min(1, limit / gradient.abs().sum().item())),
    },
    {
      says: "you divided by the largest entry; the length is Pythagoras’, norm().",
      like: (gradient, limit) => gradient.mul(Math.min(1, limit / gradient.abs().max().item())),
      also: [(gradient, limit) => gradient.div(gradient.max()).mul(limit)],
    },
  ],
});

/** From which rate on gradient descent on a x² no longer converges. */
export const largestRate = exercise<[a: number], number>({
  title: "The largest rate",
  cases: () => [
    { given: [1], expect: 1 },
    { given: [7], expect: 1 / 7 },
    { given: [50], expect: 0.02 },
  ],
  solution: (a) => 1 / a,
  right: "right: 2 over the curvature, and the curvature of a x² is 2a.",
  mistakes: [
    { says: "2 over the curvature is the rule; but the curvature of a x² is 2a, not a.", like: (a) => 2 / a },
    {
      says: "that is the rate that lands in one step, where the factor is 0; it still converges up to a factor of −1.",
      like: (a) => 1 / (2 * a),
    },
    { says: "steeper parabolas allow smaller steps: the rate must fall as a grows.", like: (a) => a },
  ],
});

interface Beliefs {
  correct?: boolean;
  root?: boolean;
  swapped?: boolean;
  momentum?: boolean;
  square?: boolean;
  weigh?: boolean;
  kept?: boolean;
}

/** Adam for one parameter that starts at 0, with what may go wrong. */
function adamWalk(
  gradients: number[],
  rate: number,
  {
    correct = true,
    root = true,
    swapped = false,
    momentum = true,
    square = true,
    weigh = true,
    kept = false,
  }: Beliefs = {},
): number {
  const [b1, b2] = swapped ? [0.999, 0.9] : [0.9, 0.999];
  let [x, m, s] = [0, 0, 0];
  for (const [i, g] of gradients.entries()) {
    m = b1 * m + (weigh ? 1 - b1 : 1) * g;
    s = b2 * s + (weigh ? 1 - b2 : 1) * (square ? g * g : g);
    const [c1, c2] = correct ? [1 - b1 ** (i + 1), 1 - b2 ** (i + 1)] : [1, 1];
    const size = root ? Math.sqrt(s / c2) : s / c2;
    x -= (rate * (momentum ? m / c1 : g)) / (size + 1e-8);
    if (kept) [m, s] = [m / c1, s / c2];
  }
  return x;
}

/** Where Adam takes a parameter that starts at 0, given its gradients one after another. */
export const adam = exercise<[gradients: number[], rate: number], number>({
  title: "Adam",
  cases: () => [
    // The corrected means of one gradient are that gradient and its square: a step of −rate · sign.
    { given: [[3], 0.1], expect: -0.1 },
    { given: [[-0.5], 0.2], expect: 0.2 },
    // Two equal gradients: two whole steps.
    { given: [[2, 2], 0.1], expect: -0.2 },
    // By the library, which agrees with PyTorch: the first step is 0.1, the others are shorter.
    { given: [[3, -1, 0.5], 0.1], expect: -0.180564396813669 },
  ],
  solution: (gradients, rate) => {
    let [x, m, s] = [0, 0, 0];
    gradients.forEach((g, i) => {
      m = 0.9 * m + 0.1 * g;
      s = 0.999 * s + 0.001 * g * g;
      x -= (rate * (m / (1 - 0.9 ** (i + 1)))) / (Math.sqrt(s / (1 - 0.999 ** (i + 1))) + 1e-8);
    });
    return x;
  },
  right: "right. The most used optimizer of the last ten years, in three lines.",
  mistakes: [
    {
      says: "the bias correction is missing: divide m by 1 − β₁ᵗ and s by 1 − β₂ᵗ, with t counted from 1.",
      like: (gradients, rate) => adamWalk(gradients, rate, { correct: false }),
    },
    {
      says: "you divided by s, a mean of squares; its root is a gradient’s size.",
      like: (gradients, rate) => adamWalk(gradients, rate, { root: false }),
    },
    {
      says: "the two memories have changed places: β₁ = 0.9 goes with m, β₂ = 0.999 with s.",
      like: (gradients, rate) => adamWalk(gradients, rate, { swapped: true }),
    },
    {
      says: "you stepped by the gradient itself; step by its running mean m.",
      like: (gradients, rate) => adamWalk(gradients, rate, { momentum: false }),
    },
    { says: "you walked uphill: subtract the step.", like: (gradients, rate) => -adamWalk(gradients, rate) },
    {
      says: "t counts from 1: at t = 0 the correction 1 − β⁰ is 0, and you divide by it.",
      like: () => Number.NaN,
    },
    {
      says: "s is the running mean of the squares, g², not of g.",
      like: (gradients, rate) => adamWalk(gradients, rate, { square: false }),
    },
    {
      says: "the correction is for the step only: keep m and s as they are, and divide in the step.",
      like: (gradients, rate) => adamWalk(gradients, rate, { kept: true }),
    },
    {
      says: "a running mean gives the new gradient the weight 1 − β: without it m and s are ten and a thousand times too large.",
      like: (gradients, rate) => adamWalk(gradients, rate, { weigh: false }),
    },
  ],
});

/** The standard deviation of weights that keeps the size through n inputs and a leaky ReLU of slope a. */
export const leakyStd = exercise<[n: number, a: number], number>({
  title: "Weights for another activation",
  cases: () => [
    // a = 0 is ReLU, and He initialization; a = 1 bends nothing, and variance 1/n keeps the size.
    { given: [8, 0], expect: 0.5 },
    { given: [4, 1], expect: 0.5 },
    // (1 + 0.75)/2 of the mean square is left, and 2/(1.75 · 50) is the variance.
    { given: [50, Math.sqrt(0.75)], expect: Math.sqrt(2 / 87.5) },
  ],
  solution: (n, a) => Math.sqrt(2 / ((1 + a ** 2) * n)),
  right: "right. PyTorch’s kaiming initialization computes this very number for leaky ReLU.",
  mistakes: [
    {
      says: "that keeps the size through the n products; the activation then takes some of it away.",
      like: (n) => Math.sqrt(1 / n),
    },
    {
      says: "that is the variance; the exercise asks for its root, the standard deviation.",
      like: (n, a) => 2 / ((1 + a ** 2) * n),
    },
    {
      says: "that is He initialization for plain ReLU; the leaky side keeps a² of its half.",
      like: (n) => Math.sqrt(2 / n),
    },
    {
      says: "the activation scales z by a, but its square by a².",
      like: (n, a) => Math.sqrt(2 / ((1 + a) * n)),
    },
    {
      says: "only half of the z are negative: what is left is (1 + a²)/2, not 1 + a².",
      like: (n, a) => Math.sqrt(1 / ((1 + a ** 2) * n)),
    },
    {
      says: "the size shrinks, so the weights must grow: divide by what is left, do not multiply.",
      like: (n, a) => Math.sqrt((1 + a ** 2) / (2 * n)),
    },
  ],
});
