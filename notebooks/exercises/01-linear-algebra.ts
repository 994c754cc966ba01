/** @file The exercises of notebook 1: what is asked, the solutions, and the mistakes that readers often make. */

import { grad, type Tensor, tensor } from "foundations";
import { exercise } from "foundations/notebook";

type Vector = Tensor<[number]>;
type Matrix = Tensor<[number, number]>;

// biome-ignore format: a search a line
const searches: [query: number[], rows: number[][], expect: number][] = [
  [[1, 0], [[10, 10], [3, 0.4], [-8, 0]], 1], // cosines 0.71, 0.99, −1; by dot product it would be row 0
  [[1, 1], [[9, 3], [1, -1], [4, 8]], 2], // cosines 0.89, 0, 0.95; by distance it would be row 1
  [[0, 2], [[0, -1], [4, -3], [3, -4]], 1], // cosines −1, −0.6, −0.8: the best of three that disagree
  [[1, 0], [[0.1, 0.05], [3, 0.2]], 1], // cosines 0.89, 0.998; divided by the squared lengths it would be row 0
];

/** Which row of `rows` points most nearly the way that `query` points. */
export const mostSimilar = exercise<[query: Vector, rows: Matrix], number>({
  title: "Most similar",
  cases: () => searches.map(([query, rows, expect]) => ({ given: [tensor(query), tensor(rows)], expect })),
  solution: (query, rows) => rows.matmul(query).div(rows.norm(1)).argmax().item(),
  right: "right. A long row no longer wins by being long.",
  mistakes: [
    {
      says: "this finds the largest dot product, and there a long row beats a similar one; divide each by its own row’s norm: rows.norm(1) gives one per row, rows.norm() one for all.",
      like: (query, rows) => rows.matmul(query).argmax().item(),
    },
    {
      says: "leave out keepdims here: it makes a column of the lengths, and a list divided by a column stretches to a whole table. rows.norm(1) gives one length for each dot product.",
      like: (query, rows) =>
        rows
          .matmul(query)
          .div(rows.norm(1, { keepdims: true }))
          .argmax()
          .item(),
    },
    {
      says: "you took the nearest point; the exercise asks for the nearest direction. Compare cosines, not distances.",
      like: (query, rows) => rows.sub(query).norm(1).argmin().item(),
    },
    {
      says: "you gave the largest value itself; the exercise asks for the number of its row. End with argmax().",
      like: (query, rows) => rows.matmul(query).div(rows.norm(1)).max().item(),
      also: [
        (query, rows) => rows.matmul(query).div(rows.norm(1)).div(query.norm()).max().item(),
        (query, rows) => rows.matmul(query).max().item(),
      ],
    },
    {
      says: "you took the smallest cosine: that is the row that disagrees most.",
      like: (query, rows) => rows.matmul(query).div(rows.norm(1)).argmin().item(),
    },
    {
      says: "you divided by the squared lengths, and there a short row beats a similar one; divide by the rows’ norms.",
      like: (query, rows) => rows.matmul(query).div(rows.mul(rows).sum(1)).argmax().item(),
    },
    {
      says: "you dropped the sign, so that an opposite counts as similar; leave out abs().",
      like: (query, rows) => rows.matmul(query).div(rows.norm(1)).abs().argmax().item(),
    },
  ],
});

// biome-ignore format: rows as rows
const matrix = (a: number, b: number, c: number, d: number) => tensor([[a, b], [c, d]]);

/** The matrix that mirrors the plane in its diagonal. */
export const mirror = exercise<[], Tensor<[2, 2]>>({
  title: "A mirror",
  cases: () => [{ given: [], expect: matrix(0, 1, 1, 0) }],
  solution: () => matrix(0, 1, 1, 0),
  right: "right. Each point (x₁, x₂) becomes (x₂, x₁), and the determinant is −1: the plane is flipped over.",
  mistakes: [
    { says: "that leaves everything as it is; in the mirror e₁ and e₂ change places.", like: () => matrix(1, 0, 0, 1) },
    {
      says: "that mirrors the plane in the horizontal axis; the exercise asks for the diagonal.",
      like: () => matrix(1, 0, 0, -1),
    },
    {
      says: "that mirrors the plane in the vertical axis; the exercise asks for the diagonal.",
      like: () => matrix(-1, 0, 0, 1),
    },
    {
      says: "that mirrors the plane in the other diagonal, x₁ = −x₂; leave out the minus signs.",
      like: () => matrix(0, -1, -1, 0),
    },
    {
      says: "that turns the plane by a quarter; a mirror flips it over, so its determinant is −1 and not 1.",
      like: () => matrix(0, -1, 1, 0),
      also: [() => matrix(0, 1, -1, 0)],
    },
    {
      says: "that turns the plane by a half; in the mirror e₁ and e₂ change places.",
      like: () => matrix(-1, 0, 0, -1),
    },
    {
      says: "that flattens the plane onto the diagonal; a mirror forgets nothing.",
      like: () => matrix(1, 1, 1, 1),
      also: [() => matrix(0.5, 0.5, 0.5, 0.5)],
    },
  ],
});

const cos = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
const sin = (degrees: number) => Math.sin((degrees * Math.PI) / 180);

/** The matrix that turns the plane to the left. */
export const rotation = exercise<[degrees: number], Tensor<[2, 2]>>({
  title: "Rotation",
  cases: () => [
    { given: [90], expect: matrix(0, -1, 1, 0) },
    { given: [180], expect: matrix(-1, 0, 0, -1) },
    // From the triangle with sides 1, √3 and 2.
    { given: [30], expect: matrix(Math.sqrt(3) / 2, -1 / 2, 1 / 2, Math.sqrt(3) / 2) },
    { given: [-60], expect: matrix(1 / 2, Math.sqrt(3) / 2, -Math.sqrt(3) / 2, 1 / 2) },
  ],
  solution: (angle) => matrix(cos(angle), -sin(angle), sin(angle), cos(angle)),
  right: "right. Every rotation in every game you have played is a matrix like this.",
  mistakes: [
    {
      says: "that turns to the right. (1, 0) must land on (cos, sin), and where it lands is the first column, not row.",
      like: (angle) => matrix(cos(angle), sin(angle), -sin(angle), cos(angle)),
    },
    {
      says: "Math.cos and Math.sin take radians; multiply the degrees by π / 180 first.",
      like: (angle) => matrix(Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)),
    },
    {
      says: "two things: Math.cos and Math.sin take radians, degrees times π / 180; and (1, 0) lands on the first column, not row.",
      like: (angle) => matrix(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle)),
    },
    {
      says: "sine and cosine have changed places: a turn by 0 degrees must leave (1, 0) where it is.",
      like: (angle) => matrix(sin(angle), -cos(angle), cos(angle), sin(angle)),
    },
    {
      says: "one of the two sines needs a minus; without it the plane is folded or squashed, not turned.",
      like: (angle) => matrix(cos(angle), sin(angle), sin(angle), cos(angle)),
    },
    {
      says: "a sine is not always positive: to the right, by −60 degrees, yours has lost its sign.",
      like: (angle) => matrix(cos(angle), -Math.abs(sin(angle)), Math.abs(sin(angle)), cos(angle)),
    },
  ],
});

/** Values moved and scaled to mean 0 and variance 1, where the variance divides by n. */
export const standardize = exercise<[values: Vector], Vector>({
  title: "Standardize",
  cases: () => [
    // Mean 5, and squared distances 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, a variance of 4.
    { given: [tensor([2, 4, 4, 4, 5, 5, 7, 9])], expect: tensor([-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2]) },
    { given: [tensor([10, 20])], expect: tensor([-1, 1]) },
  ],
  solution: (values) => values.sub(values.mean()).div(values.std(undefined, { correction: 0 })),
  right: "right. You will meet it again inside every transformer, where it is called layer normalization.",
  mistakes: [
    {
      says: "you divided by the variance, whose unit is squared; its square root, the standard deviation, brings the spread to 1.",
      like: (values) => values.sub(values.mean()).div(values.variance(undefined, { correction: 0 })),
    },
    {
      says: "here the variance divides by n, and yours by n − 1: give std the option { correction: 0 }.",
      like: (values) => values.sub(values.mean()).div(values.std()),
    },
    {
      says: "the spread is right, the middle is not: subtract the mean first.",
      like: (values) => values.div(values.std(undefined, { correction: 0 })),
    },
    {
      says: "the middle is right, the spread is not: divide by the standard deviation.",
      like: (values) => values.sub(values.mean()),
    },
    {
      says: "you divided only one of the two; subtract the mean first, then divide the difference.",
      like: (values) => values.sub(values.mean().div(values.std(undefined, { correction: 0 }))),
      also: [(values) => values.div(values.std(undefined, { correction: 0 })).sub(values.mean())],
    },
  ],
});

const cube = (x: number) => x ** 3;
const half = (x: number) => x / 2;
/** So narrow a valley that no step to one side gives six digits of the slope 1 at 0: too wide a step climbs the wall. */
const valley = (x: number) => 1 + x + 1e8 * x ** 2;

type Slope = (f: (x: number) => number, x: number) => number;
/** One attempt for each step width that readers try, 0.1 to 1e-12. */
const forSteps = (slope: (f: (x: number) => number, x: number, h: number) => number): Slope[] =>
  Array.from({ length: 12 }, (_, i) => Number(`1e-${i + 1}`)).map((h) => (f, x) => slope(f, x, h));

/** f′(x), by small steps. */
export const slopeAt = exercise<[f: (x: number) => number, x: number], number>({
  title: "Slope by small steps",
  cases: () => [
    { given: [cube, 2], expect: 12 },
    { given: [half, 100], expect: 0.5 },
    { given: [Math.exp, 1], expect: Math.E },
    { given: [Math.sin, 0], expect: 1 },
    { given: [valley, 0], expect: 1 },
  ],
  solution: (f, x) => (f(x + 1e-5) - f(x - 1e-5)) / 2e-5,
  right:
    "right. A step to both sides cancels the worst of the error, and so gradients are checked all over this library.",
  mistakes: [
    {
      says: "twice too much: from x − h to x + h the run is 2h.",
      like: (f, x) => (f(x + 1e-5) - f(x - 1e-5)) / 1e-5,
      also: forSteps((f, x, h) => (f(x + h) - f(x - h)) / h),
    },
    {
      says: "this is 0 or nearly 0 everywhere. Is the rise divided by the whole run, / (2 * h) with its brackets? / 2 * h multiplies by h. Or is h so small that x + h rounds to x? Choose one near the bottom of the valley above.",
      like: () => 0,
      also: forSteps((f, x, h) => ((f(x + h) - f(x - h)) / 2) * h),
    },
    {
      says: "that is the rise alone; divide by the run.",
      like: (f, x) => f(x + 1e-5) - f(x - 1e-5),
      also: forSteps((f, x, h) => f(x + h) - f(x - h)),
    },
    {
      says: "the brackets are missing: divide the whole rise by the run, not f(x − h) alone.",
      like: (f, x) => f(x + 1e-5) - f(x - 1e-5) / 2e-5,
      also: forSteps((f, x, h) => f(x + h) - f(x - h) / (2 * h)),
    },
    {
      says: "the sign is reversed: the rise is f at the later point minus f at the earlier one.",
      like: (f, x) => (f(x - 1e-5) - f(x + 1e-5)) / 2e-5,
      also: forSteps((f, x, h) => (f(x - h) - f(x + h)) / (2 * h)),
    },
    {
      says: "your h is so small that rounding eats the digits; look for the bottom of the valley above.",
      like: (f, x) => (f(x + 1e-15) - f(x)) / 1e-15,
      also: [1e-11, 1e-12, 1e-13, 1e-14, 1e-15].map((h) => (f, x) => (f(x + h) - f(x - h)) / (2 * h)),
    },
    {
      says: "you stepped to one side only, and the curve bends away from your line; take f at x − h and at x + h.",
      like: (f, x) => (f(x + 1e-5) - f(x)) / 1e-5,
      also: [...forSteps((f, x, h) => (f(x + h) - f(x)) / h), ...forSteps((f, x, h) => (f(x) - f(x - h)) / h)],
    },
    {
      says: "right formula, but with so large an h the curve bends in between; look for the bottom of the valley above.",
      like: (f, x) => (f(x + 1e-2) - f(x - 1e-2)) / 2e-2,
      also: [1, 0.5, 0.1, 0.05].map((h) => (f, x) => (f(x + h) - f(x - h)) / (2 * h)),
    },
  ],
});

/** The derivative of (3x + 1)², by hand. */
export const chain = exercise<[x: number], number>({
  title: "Chain rule",
  cases: () => [
    { given: [0], expect: 6 },
    { given: [1], expect: 24 },
    { given: [-1], expect: -12 },
    { given: [1000], expect: 18_006 },
  ],
  tolerance: 1e-12, // an exact slope, which no small steps reach
  solution: (x) => 2 * (3 * x + 1) * 3,
  right: "right: 2u for the square, times 3 for what is inside.",
  mistakes: [
    {
      says: "you forgot the inner gear: 3x + 1 itself changes three times as fast as x.",
      like: (x) => 2 * (3 * x + 1),
    },
    { says: "the slopes of chained functions multiply; you added them.", like: (x) => 2 * (3 * x + 1) + 3 },
    { says: "that is the function itself; the exercise asks for its slope.", like: (x) => (3 * x + 1) ** 2 },
    {
      says: "close, but by small steps, which round; the exercise asks for the exact slope, by the chain rule.",
      like: (x) => ((3 * (x + 1e-5) + 1) ** 2 - (3 * (x - 1e-5) + 1) ** 2) / 2e-5,
      also: forSteps((f, x, h) => (f(x + h) - f(x - h)) / (2 * h)).map(
        (slope) => (x) => slope((u) => (3 * u + 1) ** 2, x),
      ),
    },
    { says: "the slope of the square is 2u at u = 3x + 1, not at u = x.", like: (x) => 2 * x * 3 },
  ],
});

/** One step of length rate · |gradient|, so that the function gets smaller. */
export const stepDown = exercise<[position: Vector, gradient: Vector, rate: number], Vector>({
  title: "One step down",
  cases: () => [
    { given: [tensor([1, 2]), tensor([2, 4]), 0.1], expect: tensor([0.8, 1.6]) },
    { given: [tensor([0, 0, 5]), tensor([-1, 0, 10]), 0.5], expect: tensor([0.5, 0, 0]) },
  ],
  solution: (position, gradient, rate) => position.sub(gradient.mul(rate)),
  right: "right. Whatever trains a network by gradients is a refinement of this line.",
  mistakes: [
    {
      says: "you walked uphill! The gradient points up; subtract it.",
      like: (position, gradient, rate) => position.add(gradient.mul(rate)),
    },
    {
      says: "right direction, wrong length: multiply the gradient by the rate.",
      like: (position, gradient) => position.sub(gradient),
    },
    {
      says: "you walked exactly the rate, whatever the slope; multiply the rate by the gradient as it is.",
      like: (position, gradient, rate) => position.sub(gradient.div(gradient.norm()).mul(rate)),
    },
    {
      says: "the gradient is missing: it says which way to go, and how steep that is.",
      like: (position, _gradient, rate) => position.sub(rate),
    },
    {
      says: "that is only the step; the exercise asks for where you stand after it.",
      like: (_position, gradient, rate) => gradient.mul(rate).neg(),
    },
    {
      says: "the rate scales the step, not the place you start from: bracket gradient.mul(rate).",
      like: (position, gradient, rate) => position.sub(gradient).mul(rate),
    },
  ],
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The sigmoid and its slope, σ(x)(1 − σ(x)). */
export const sigmoidStep = exercise<[x: number], [value: number, slope: number]>({
  title: "Teach it a new step",
  cases: () => [
    { given: [0], expect: [1 / 2, 1 / 4] },
    // e^ln 3 is 3, so that σ is 1/(1 + ⅓).
    { given: [Math.log(3)], expect: [3 / 4, 3 / 16] },
    { given: [-Math.log(4)], expect: [1 / 5, 4 / 25] },
  ],
  solution: (x) => {
    const value = 1 / (1 + Math.exp(-x));
    return [value, value * (1 - value)];
  },
  right:
    "right. Value times one minus value: at most a quarter, and notebook 2 shows what a quarter does to a deep network.",
  mistakes: [
    {
      says: "the value is right; for the slope you forgot the inner gear, −e⁻ˣ.",
      like: (x) => [sigmoid(x), -1 / (1 + Math.exp(-x)) ** 2],
      also: [(x) => [sigmoid(x), sigmoid(x) ** 2]],
    },
    {
      says: "the slope’s sign is turned: two minus signs meet, that of 1/u and that of e⁻ˣ.",
      like: (x) => [sigmoid(x), -sigmoid(x) * (1 - sigmoid(x))],
    },
    {
      says: "that is e^x: the exponent needs a minus, or the sigmoid falls where it should rise.",
      like: (x) => [sigmoid(-x), sigmoid(-x) * (1 - sigmoid(-x))],
    },
    { says: "the slope is σ times (1 − σ), not 1 − σ alone.", like: (x) => [sigmoid(x), 1 - sigmoid(x)] },
    {
      says: "the outer gear is missing: 1/u has the slope −1/u².",
      like: (x) => [sigmoid(x), Math.exp(-x)],
      also: [(x) => [sigmoid(x), -Math.exp(-x)]],
    },
    { says: "that is the slope at 0; the exercise asks for the slope at any x.", like: (x) => [sigmoid(x), 1 / 4] },
  ],
});

/** ∂/∂w of −ln σ(t · w·x). */
export const surpriseGradient = exercise<[w: Vector, x: Vector, t: number], Vector>({
  title: "The gradient by hand",
  cases: () => [
    // Score 0: p is ½, and the gradient −½ t x.
    { given: [tensor([0, 0]), tensor([2, 4]), 1], expect: tensor([-1, -2]) },
    { given: [tensor([0, 0]), tensor([2, 4]), -1], expect: tensor([1, 2]) },
    // Score ln 3: a 7 is believed with ¾, a 3 with ¼.
    { given: [tensor([Math.log(3), 0]), tensor([1, 8]), 1], expect: tensor([-1 / 4, -2]) },
    { given: [tensor([Math.log(3), 0]), tensor([1, 8]), -1], expect: tensor([3 / 4, 6]) },
  ],
  solution: (w, x, t) => {
    const p = w.dot(x).mul(t).sigmoid();
    return x.mul(p.sub(1).mul(t));
  },
  right: "right: −(1 − p) t x. A surprising picture pulls hard, an expected one hardly at all.",
  mistakes: [
    {
      says: "the sign is turned: this points toward less surprise, and the gradient points toward more.",
      like: (w, x, t) => x.mul(w.dot(x).mul(t).sigmoid().sub(1).mul(-t)),
    },
    {
      says: "you left out the truth t in the last gear: for a 3 the slope turns around.",
      like: (w, x, t) => x.mul(w.dot(x).mul(t).sigmoid().sub(1)),
    },
    {
      says: "the probability is that of the truth, σ(s t); yours is σ(s), that of a 7.",
      like: (w, x, t) => x.mul(w.dot(x).sigmoid().sub(1).mul(t)),
    },
    {
      says: "that is the slope of p; the gear of −ln p in front of it, −1/p, is missing.",
      like: (w, x, t) => {
        const p = w.dot(x).mul(t).sigmoid();
        return x.mul(p.mul(p.sub(1).neg()).mul(t));
      },
    },
    {
      says: "the last gear is missing: along w the score changes by x.",
      like: (w, x, t) => x.mul(0).add(w.dot(x).mul(t).sigmoid().sub(1).mul(t)),
    },
    {
      says: "along w the score w · x changes by x; you multiplied by w.",
      like: (w, x, t) => w.mul(w.dot(x).mul(t).sigmoid().sub(1).mul(t)),
    },
  ],
});

type Loss = (v: Vector) => Tensor<[]>;

/** Thirty steps of gradient descent at rate 0.1, with what may go wrong in each. */
function descend(
  loss: Loss,
  start: Vector,
  {
    sign = -1,
    stale = false,
    rate = 0.1,
    steps = 30,
  }: { sign?: number; stale?: boolean; rate?: number; steps?: number } = {},
): Vector {
  const first = grad(loss)(start) as Vector;
  let position = start;
  for (let step = 0; step < steps; step++) {
    const gradient = stale ? first : (grad(loss)(position) as Vector);
    position = position.add(gradient.mul(sign * rate));
  }
  return position;
}

/** Gradient descent, from a loop with three faults. */
export const repair = exercise<[loss: Loss, start: Vector], Vector>({
  title: "Repair a training loop",
  cases: () => [
    // On ½|v|² each step multiplies v by 1 − 0.1.
    { given: [(v) => v.mul(v).sum().div(2), tensor([1, 2])], expect: tensor([0.9 ** 30, 2 * 0.9 ** 30]) },
    { given: [(v) => v.sub(3).pow(2).sum(), tensor([0])], expect: tensor([3 - 3 * 0.8 ** 30]) },
  ],
  solution: (loss, start) => {
    let position = start;
    for (let step = 0; step < 30; step++) position = position.sub(grad(loss)(position).mul(0.1));
    return position;
  },
  right: "right: downhill, by the gradient of where you stand, and back comes where you ended.",
  mistakes: [
    {
      says: "this is the start: either you give back `start`, or the steps are lost (sub makes a new tensor; keep it in `position`).",
      like: (_loss, start) => start,
    },
    {
      says: "it still walks uphill: subtract the gradient.",
      like: (loss, start) => descend(loss, start, { sign: 1 }),
    },
    {
      says: "downhill, but always by the gradient of the start: take it anew in each step, at `position`.",
      like: (loss, start) => descend(loss, start, { stale: true }),
    },
    {
      says: "uphill, and by the gradient of the start: two of the three faults are still there.",
      like: (loss, start) => descend(loss, start, { sign: 1, stale: true }),
    },
    { says: "the rate of 0.1 is missing.", like: (loss, start) => descend(loss, start, { rate: 1 }) },
    { says: "one step is taken, not thirty.", like: (loss, start) => descend(loss, start, { steps: 1 }) },
  ],
});
