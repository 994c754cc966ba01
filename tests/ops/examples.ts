/** @file Example inputs for every differentiable operation. An operation without an example does not compile. */

import { eye, type Generator, type Tensor, tensor } from "../../lib/index.js";
import * as operations from "../../lib/ops/index.js";

const { binaryCrossEntropy, binaryCrossEntropyWithLogits, concat, crossEntropy, mseLoss, stack } = operations;

/** The members of a tensor that no gradient flows through. All others need an example. */
const withoutGradient = [
  // what a tensor is, and its place in the graph
  ...(["data", "shape", "strides", "offset", "dtype", "ndim", "size", "isFloat", "isContiguous", "id"] as const),
  ...(["visitedBy", "pendingGrad", "pendingParts", "sharesGrad"] as const),
  ...(["requiresGrad", "grad", "gradFn", "retainsGrad", "retainGrad", "backward", "detach", "copy_"] as const),
  // what leaves the library
  ...(["item", "toArray", "toTypedArray", "toString"] as const),
  // whole numbers and truth values
  ...(["argmax", "argmin", "eq", "ne", "lt", "le", "gt", "ge"] as const),
  ...(["and", "or", "not", "any", "all", "isNaN", "isFinite", "argsort"] as const),
] as const satisfies readonly (keyof Tensor)[];

/** Every export of `ops`, every other member of a tensor. */
export type Differentiable =
  | keyof typeof operations
  | Exclude<Extract<keyof Tensor, string>, (typeof withoutGradient)[number]>;

/** An input's shape, and how its elements are drawn: by default from N(0, 1). */
interface Drawn {
  readonly shape: readonly number[];
  readonly draw: (generator: Generator, size: number) => ArrayLike<number>;
}
type Input = readonly number[] | Drawn;
/** A function, and the inputs it is differentiated by. */
type Example = readonly [f: (...inputs: Tensor[]) => Tensor, ...inputs: Input[]];

const each =
  (draw: (generator: Generator) => number) =>
  (...shape: number[]): Drawn => ({
    shape,
    draw: (generator, size) => Float64Array.from({ length: size }, () => draw(generator)),
  });
const positive = each((generator) => 0.5 + generator.uniform());
const nonzero = each((generator) => (generator.uniform() < 0.5 ? -1 : 1) * (0.2 + generator.uniform()));
const probabilities = each((generator) => 0.1 + 0.8 * generator.uniform());
/** No two elements closer than 0.5: extremes stay where they are under a small step. */
const distinct = (...shape: number[]): Drawn => ({
  shape,
  draw: (generator, size) => Float64Array.from(generator.permutation(size), (place) => 0.5 * place - 1.1),
});

/** Between whole numbers, and between halves. */
const fractions = each((generator) => generator.integer(5) - 2 + 0.1 + 0.3 * generator.uniform());
/** A matrix that keeps its inverse when small numbers are added. */
const dominant = (n: number): Tensor => eye(n, { dtype: "float64" }).mul(4) as unknown as Tensor;

export const drawn = (input: Input): Drawn =>
  "draw" in input ? input : each((generator) => generator.normal())(...input);

const whole = (values: number[] | number[][] | number): Tensor =>
  tensor(values, { dtype: "int32" }) as unknown as Tensor;
const truths = (values: boolean[] | boolean[][] | boolean): Tensor => tensor(values) as unknown as Tensor;

/** Scalars, empty axes, one axis and many: for functions of one number. */
const shapes = [[], [4], [0], [2, 3], [2, 0, 3], [2, 1, 3]];
const unary = (f: (x: Tensor) => Tensor, input: (...shape: number[]) => Input = (...shape) => shape): Example[] =>
  shapes.map((shape) => [f, input(...shape)]);

const pairs = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [
    [2, 1],
    [1, 3],
  ],
  [
    [4, 1, 3],
    [2, 1],
  ],
  [[], [2, 3]],
  [[2, 3], []],
  [[], []],
  [[0], [1]],
  [
    [2, 0],
    [2, 1],
  ],
  [[1], [3, 0]],
];
const binary = (
  f: (a: Tensor, b: Tensor) => Tensor,
  a: (...shape: number[]) => Input = (...shape) => shape,
  b: (...shape: number[]) => Input = a,
): Example[] => pairs.map(([left, right]) => [f, a(...left), b(...right)]);

/** Over all, over one axis and over several, kept or not; over empty axes only where `empty` allows. */
type ReduceMethod = (x: Tensor, axis?: number | number[], options?: { keepdims?: boolean }) => Tensor;
const reductions = (f: ReduceMethod, input: (...shape: number[]) => Input = (...shape) => shape): Example[] => [
  [(x) => f(x), input()],
  [(x) => f(x), input(4)],
  [(x) => f(x), input(2, 3)],
  [(x) => f(x, undefined, { keepdims: true }), input(2, 3)],
  [(x) => f(x, 0), input(2, 3)],
  [(x) => f(x, -1), input(2, 3)],
  [(x) => f(x, 1, { keepdims: true }), input(2, 3, 2)],
  [(x) => f(x, -2), input(3, 4, 2)],
  [(x) => f(x, 0), input(3, 0)],
];
const severalAxes = (f: ReduceMethod): Example[] => [
  [(x) => f(x, [0, 2]), [2, 3, 4]],
  [(x) => f(x, [-1, 0], { keepdims: true }), [2, 3, 4]],
  [(x) => f(x, []), [2, 3]],
];
const alongAxis = (f: (x: Tensor, axis?: number) => Tensor): Example[] => [
  [(x) => f(x), [4]],
  [(x) => f(x), [2, 3]],
  [(x) => f(x, 0), [2, 3]],
  [(x) => f(x, -2), [2, 3, 4]],
  [(x) => f(x, 1), [1, 1]],
  [(x) => f(x), [0, 3]],
];

export const examples: Record<Differentiable, readonly Example[]> = {
  // ── Arithmetic
  add: [...binary((a, b) => a.add(b)), [(a) => a.add(2), [3]], [(a) => a.add(a), [3]]],
  sub: [...binary((a, b) => a.sub(b)), [(a) => a.sub(2), [3]], [(a) => a.sub(a.mul(2)), [3]]],
  mul: [...binary((a, b) => a.mul(b)), [(a) => a.mul(-3), [3]], [(a) => a.mul(a), [2, 3]]],
  div: [...binary((a, b) => a.div(b), nonzero), [(a) => a.div(4), [3]], [(a) => a.div(a.add(1)), positive(3)]],
  pow: [
    ...binary(
      (a, b) => a.pow(b),
      positive,
      (...shape) => shape,
    ),
    [(a) => a.pow(2), [2, 3]],
    [(a) => a.pow(3), nonzero(4)],
    [(a) => a.pow(1), [3]],
    [(a) => a.pow(0), [3]],
    [(a) => a.pow(-1), nonzero(2, 3)],
    [(a) => a.pow(0.5), positive(2, 3)],
    [(a) => a.pow(a), positive(3)],
  ],
  maximum: [...binary((a, b) => a.maximum(b)), [(a) => a.maximum(0), nonzero(2, 3)]],
  minimum: [...binary((a, b) => a.minimum(b)), [(a) => a.minimum(0), nonzero(2, 3)]],
  clip: unary((x) => x.clip(-0.1, 0.1), nonzero),

  // ── Functions of one number
  neg: unary((x) => x.neg()),
  abs: unary((x) => x.abs(), nonzero),
  sign: unary((x) => x.sign(), nonzero),
  exp: unary((x) => x.exp()),
  log: unary((x) => x.log(), positive),
  sqrt: unary((x) => x.sqrt(), positive),
  sin: unary((x) => x.sin()),
  cos: unary((x) => x.cos()),
  erf: unary((x) => x.erf()),
  tanh: unary((x) => x.tanh()),
  sigmoid: unary((x) => x.sigmoid()),
  relu: unary((x) => x.relu(), nonzero),
  leakyRelu: [...unary((x) => x.leakyRelu(), nonzero), [(x) => x.leakyRelu(0.3), nonzero(2, 3)]],
  elu: [...unary((x) => x.elu(), nonzero), [(x) => x.elu(0.3), nonzero(2, 3)]],
  softplus: unary((x) => x.softplus()),
  gelu: [...unary((x) => x.gelu()), ...unary((x) => x.gelu({ approximate: "tanh" }))],

  // ── Choosing
  where: [
    [(x, y) => x.where(truths([true, false, true]), y), [3], [3]],
    [(x, y) => x.where(truths([[true], [false]]), y), [2, 3], [3]],
    [(x, y) => x.where(truths([true, false, true]), y), [2, 1], []],
    [(x) => x.where(truths([[true, false, true]]), -1), [2, 1]],
    [(x, y) => x.where(truths(true), y), [], [2]],
    [(x, y) => x.where(x.gt(y), y.mul(2)), [2, 3], [2, 3]],
    [(x) => x.where(truths(true), 0), [0]],
  ],

  // ── Reductions
  sum: [...reductions((x, ...rest) => x.sum(...rest)), ...severalAxes((x, ...rest) => x.sum(...rest))],
  sumTo: [
    [(x) => x.sumTo([3]), [2, 3]],
    [(x) => x.sumTo([1, 3]), [2, 3]],
    [(x) => x.sumTo([]), [2, 3]],
    [(x) => x.sumTo([2, 3]), [2, 3]],
    [(x) => x.sumTo([2, 1]), [4, 2, 3]],
    [(x) => x.sumTo([1]), [0]],
  ],
  mean: [...reductions((x, ...rest) => x.mean(...rest)).slice(0, -1), ...severalAxes((x, ...rest) => x.mean(...rest))],
  variance: [
    ...reductions((x, ...rest) => x.variance(...rest)).slice(1, -1),
    ...severalAxes((x, ...rest) => x.variance(...rest)).slice(0, -1),
    [(x) => x.variance(0, { correction: 0 }), [4, 2]],
    [(x) => x.variance(undefined, { correction: 0 }), [1]],
  ],
  std: [
    ...reductions((x, ...rest) => x.std(...rest), distinct).slice(1, -1),
    [(x) => x.std(0, { correction: 0 }), [4, 2]],
    [(x) => x.std([0, -1]), [2, 3, 2]],
  ],
  norm: [
    ...reductions((x, ...rest) => x.norm(...rest), nonzero).slice(0, -1),
    [(x) => x.norm([0, -1]), [2, 3, 2]],
    [(x) => x.norm(0), [3, 0]],
  ],
  max: [...reductions((x, axis, options) => x.max(axis as number, options), distinct), [(x) => x.max(1), [0, 3]]],
  min: [...reductions((x, axis, options) => x.min(axis as number, options), distinct), [(x) => x.min(1), [0, 3]]],
  softmax: alongAxis((x, axis) => x.softmax(axis)),
  logSoftmax: alongAxis((x, axis) => x.logSoftmax(axis)),

  logSumExp: [
    ...reductions((x, ...rest) => x.logSumExp(...rest)).slice(0, -1),
    ...severalAxes((x, ...rest) => x.logSumExp(...rest)),
  ],
  prod: [
    ...reductions((x, axis, options) => x.prod(axis as number, options)),
    [(x) => x.prod(), [7]],
    [(x) => x.mul(tensor([0, 1, 0], { dtype: "float64" })).prod(), [3]],
  ],
  cumsum: [
    [(x) => x.cumsum(0), [4]],
    [(x) => x.cumsum(-1), [2, 3]],
    [(x) => x.cumsum(0), [3, 2]],
    [(x) => x.cumsum(1), [2, 3, 2]],
    [(x) => x.cumsum(0), [0, 2]],
  ],

  // ── Order
  sort: [
    [(x) => x.sort().values, distinct(4)],
    [(x) => x.sort(0).values, distinct(3, 2)],
    [(x) => x.sort(-1, { descending: true }).values, distinct(2, 3, 2)],
    [(x) => x.sort().values, [0]],
  ],
  topk: [
    [(x) => x.topk(2).values, distinct(4)],
    [(x) => x.topk(1, 0).values, distinct(3, 2)],
    [(x) => x.topk(2, -1, { largest: false }).values, distinct(2, 3)],
  ],

  // ── Products
  matmul: [
    [(a, b) => a.matmul(b), [2, 3], [3, 4]],
    [(a, b) => a.matmul(b), [3], [3]],
    [(a, b) => a.matmul(b), [2, 3], [3]],
    [(a, b) => a.matmul(b), [3], [3, 2]],
    [(a, b) => a.matmul(b), [5, 2, 3], [5, 3, 2]],
    [(a, b) => a.matmul(b), [5, 2, 3], [3, 2]],
    [(a, b) => a.matmul(b), [2, 3], [5, 3, 2]],
    [(a, b) => a.matmul(b), [2, 1, 2, 3], [3, 3, 2]],
    [(a, b) => a.matmul(b), [1, 2, 3], [4, 3, 1]],
    [(a, b) => a.matmul(b), [5, 2, 3], [3]],
    [(a, b) => a.matmul(b), [3], [5, 3, 2]],
    [(a, b) => a.matmul(b), [3], [1, 3, 1]],
    [(a, b) => a.matmul(b), [2, 0], [0, 3]],
    [(a, b) => a.matmul(b), [0], [0]],
    [(a, b) => a.matmul(b), [0], [5, 0, 2]],
    [(a, b) => a.matmul(b), [0, 3], [3, 2]],
    [(a, b) => a.matmul(b), [0, 2, 3], [3, 2]],
    [(a) => a.matmul(a), [3, 3]],
    [(a) => a.matmul(a.T), [2, 3]],
  ],
  dot: [
    [(a, b) => a.dot(b), [4], [4]],
    [(a) => a.dot(a), [3]],
    [(a, b) => a.dot(b), [0], [0]],
  ],
  outer: [
    [(a, b) => a.outer(b), [3], [2]],
    [(a) => a.outer(a), [3]],
    [(a, b) => a.outer(b), [0], [2]],
  ],
  diag: [
    [(x) => x.diag(), [3]],
    [(x) => x.diag(), [2, 3]],
    [(x) => x.diag(), [3, 2]],
    [(x) => x.diag(), [3, 3]],
  ],
  trace: [
    [(x) => x.trace(), [3, 3]],
    [(x) => x.trace(), [2, 3]],
  ],
  inv: [
    [(x) => x.add(dominant(3)).inv(), probabilities(3, 3)],
    [(x) => x.inv(), nonzero(1, 1)],
  ],
  solve: [
    [(a, b) => a.add(dominant(3)).solve(b), probabilities(3, 3), [3]],
    [(a, b) => a.add(dominant(2)).solve(b), probabilities(2, 2), [2, 3]],
    [(a, b) => a.solve(b), nonzero(1, 1), [1]],
  ],

  // ── Rounding
  floor: unary((x) => x.floor(), fractions),
  round: unary((x) => x.round(), fractions),

  // ── Selecting
  flip: [
    [(x) => x.flip(), [2, 3]],
    [(x) => x.flip(0), [3]],
    [(x) => x.flip([0, -1]), [2, 3, 4]],
    [(x) => x.flip(), []],
    [(x) => x.flip(0), [0, 2]],
  ],
  tril: [
    [(x) => x.tril(), [3, 3]],
    [(x) => x.tril(1), [2, 3]],
    [(x) => x.tril(-1), [2, 3, 2]],
  ],
  triu: [
    [(x) => x.triu(), [3, 3]],
    [(x) => x.triu(1), [2, 3]],
    [(x) => x.triu(-1), [2, 3, 2]],
  ],
  index: [
    [(x) => x.index(1, null, [0, 4, 2]), [2, 3, 4]],
    [(x) => x.index([1], -1), [3, 4]],
    [(x) => x.index([0, 5, 3]), [5]],
    [(x) => x.index(truths([true, false, true])), [3, 2]],
    [(x) => x.index(truths([[true, false], [false, true]])), [2, 2]], // biome-ignore format: a matrix
    [(x) => x.index(null, truths([false, true, true])), [2, 3]],
    [(x) => x.index(whole([0, 1, -1]), whole([2, 0, 2])), [2, 3]],
    [(x) => x.index(null, whole([[0, -1]]), 1), [2, 3, 2]],
  ],
  split: [
    [(x) => x.split(2)[1], [3]],
    [(x) => x.split([1, 2], -1)[1], [2, 3]],
  ],
  chunk: [
    [(x) => x.chunk(2)[0], [3]],
    [(x) => x.chunk(2, 1)[1], [2, 3]],
  ],
  repeat: [
    [(x) => x.repeat([2]), [3]],
    [(x) => x.repeat([2, 1, 3]), [2, 3]],
    [(x) => x.repeat([0]), [3]],
    [(x) => x.repeat([2]), []],
  ],

  // ── Movement
  reshape: [
    [(x) => x.reshape([3, 2]), [2, 3]],
    [(x) => x.reshape([-1]), [2, 3]],
    [(x) => x.reshape([]), [1, 1]],
    [(x) => x.reshape([1, 1]), []],
    [(x) => x.reshape([4, 0]), [0, 2]],
  ],
  flatten: [
    [(x) => x.flatten(), [2, 3]],
    [(x) => x.flatten(1), [2, 3, 2]],
    [(x) => x.flatten(-2), [2, 3, 2]],
    [(x) => x.flatten(), []],
    [(x) => x.flatten(), [2, 0]],
  ],
  permute: [
    [(x) => x.permute([1, 0]), [2, 3]],
    [(x) => x.permute([2, 0, 1]), [2, 3, 4]],
    [(x) => x.permute([-1, 0, -2]), [2, 3, 4]],
    [(x) => x.permute([]), []],
    [(x) => x.permute([1, 0]), [0, 2]],
  ],
  transpose: [
    [(x) => x.transpose(0, 1), [2, 3]],
    [(x) => x.transpose(-1, 0), [2, 3, 4]],
    [(x) => x.transpose(-2, -1), [2, 3, 4]],
    [(x) => x.transpose(1, 1), [2, 3]],
    [(x) => x.transpose(0, 1), [0, 2]],
  ],
  T: [
    [(x) => x.T, [2, 3]],
    [(x) => x.T, [2, 3, 4]],
    [(x) => x.T, [4]],
    [(x) => x.T, []],
    [(x) => x.T, [0, 2]],
  ],
  squeeze: [
    [(x) => x.squeeze(), [1, 3, 1]],
    [(x) => x.squeeze(0), [1, 3, 1]],
    [(x) => x.squeeze(-1), [1, 3, 1]],
    [(x) => x.squeeze(), []],
    [(x) => x.squeeze(), [0, 1]],
  ],
  unsqueeze: [
    [(x) => x.unsqueeze(0), [2, 3]],
    [(x) => x.unsqueeze(1), [2, 3]],
    [(x) => x.unsqueeze(-1), [2, 3]],
    [(x) => x.unsqueeze(0), []],
    [(x) => x.unsqueeze(0), [0]],
  ],
  broadcastTo: [
    [(x) => x.broadcastTo([2, 3]), [3]],
    [(x) => x.broadcastTo([4, 2, 3]), [2, 1]],
    [(x) => x.broadcastTo([2, 3]), []],
    [(x) => x.broadcastTo([2, 3]), [2, 3]],
    [(x) => x.broadcastTo([0, 3]), [3]],
    [(x) => x.broadcastTo([2, 0]), [2, 1]],
  ],
  slice: [
    [(x) => x.slice(1), [4]],
    [(x) => x.slice(1, 3), [4, 2]],
    [(x) => x.slice(-2, -1, 1), [2, 4]],
    [(x) => x.slice(0, 1, -1), [2, 3, 4]],
    [(x) => x.slice(2, 2), [4]],
    [(x) => x.slice(0, 9), [0]],
  ],
  pad: [
    [(x) => x.pad(1, 2), [3]],
    [(x) => x.pad(0, 1, -1), [2, 3]],
    [(x) => x.pad(2, 0, 1), [2, 3, 2]],
    [(x) => x.pad(1, 1), [0, 2]],
  ],
  at: [
    [(x) => x.at(1), [3]],
    [(x) => x.at(-1), [2, 3]],
    [(x) => x.at(2, 1), [2, 3]],
    [(x) => x.at(0, -1), [2, 3, 4]],
  ],
  gather: [
    [(x) => x.gather(0, whole([0, 2, 2])), [3]],
    [(x) => x.gather(1, whole([[0], [2]])), [2, 3]],
    [(x) => x.gather(-1, whole([[0, 0, 1, 2]])), [2, 3]],
    [
      (x) =>
        x.gather(
          0,
          whole([
            [1, 0, 1],
            [1, 1, 0],
          ]),
        ),
      [2, 3],
    ],
    [(x) => x.gather(0, whole([])), [3]],
  ],
  scatterAdd: [
    [(x) => x.scatterAdd([4], 0, whole([3, 0, 3])), [3]],
    [
      (x) =>
        x.scatterAdd(
          [2, 3],
          -1,
          whole([
            [0, 2],
            [1, 1],
          ]),
        ),
      [2, 2],
    ],
    [(x) => x.scatterAdd([2, 3], 0, whole([[1, 1, 0]])), [1, 3]],
    [(x) => x.scatterAdd([2], 0, whole([])), [0]],
  ],
  take: [
    [(x) => x.take(whole([2, 0, 0])), [3]],
    [
      (x) =>
        x.take(
          whole([
            [0, 1],
            [1, 1],
          ]),
        ),
      [2, 3],
    ],
    [(x) => x.take(whole([2, 0]), 1), [2, 3]],
    [(x) => x.take(whole([1]), -1), [2, 3, 2]],
    [(x) => x.take(whole(1)), [2, 3]],
    [(x) => x.take(whole([])), [2, 3]],
  ],
  clone: unary((x) => x.clone()),
  to: unary((x) => x.to("float64")),
  concat: [
    [(a, b) => concat([a, b]), [2], [3]],
    [(a, b) => concat([a, b], -1), [2, 3], [2, 1]],
    [(a, b, c) => concat([a, b, c], 1), [2, 1, 2], [2, 0, 2], [2, 3, 2]],
    [(a) => concat([a, a.mul(2), a]), [2, 2]],
    [(a) => concat([a]), [0, 2]],
  ],
  stack: [
    [(a, b) => stack([a, b]), [3], [3]],
    [(a, b) => stack([a, b], -1), [2, 3], [2, 3]],
    [(a, b) => stack([a, b, a], 1), [2, 3], [2, 3]],
    [(a, b) => stack([a, b]), [], []],
    [(a) => stack([a]), [0]],
  ],

  // ── Losses
  mseLoss: [
    [(a, b) => mseLoss(a, b), [2, 3], [2, 3]],
    [(a, b) => mseLoss(a, b), [], []],
    [(a, b) => mseLoss(a, b, { reduction: "sum" }), [2, 3], [2, 3]],
    [(a, b) => mseLoss(a, b, { reduction: "none" }), [2, 3], [2, 3]],
  ],
  crossEntropy: [
    [(x) => crossEntropy(x, whole([0, 2])), [2, 3]],
    [(x) => crossEntropy(x, whole(1)), [3]],
    [
      (x) =>
        crossEntropy(
          x,
          whole([
            [0, 1],
            [2, 2],
          ]),
        ),
      [2, 2, 3],
    ],
    [(x, p) => crossEntropy(x, p), [2, 3], probabilities(2, 3)],
    [(x, p) => crossEntropy(x, p.softmax()), [4], [4]],
    [(x) => crossEntropy(x, whole([0, 2]), { reduction: "none" }), [2, 3]],
    [(x) => crossEntropy(x, whole([0, 2]), { reduction: "sum", labelSmoothing: 0.1 }), [2, 3]],
    [(x, weight) => crossEntropy(x, whole([0, 2, 1]), { weight, ignoreIndex: 1 }), [3, 3], positive(3)],
    [(x, p, weight) => crossEntropy(x, p, { weight, labelSmoothing: 0.2 }), [2, 3], probabilities(2, 3), positive(3)],
  ],
  binaryCrossEntropy: [
    [(p, y) => binaryCrossEntropy(p, y), probabilities(2, 3), probabilities(2, 3)],
    [(p, y) => binaryCrossEntropy(p, y), probabilities(), probabilities()],
    [(x, y) => binaryCrossEntropy(x.sigmoid(), y), [4], probabilities(4)],
    [(p, y) => binaryCrossEntropy(p, y, { reduction: "none" }), probabilities(4), probabilities(4)],
  ],
  binaryCrossEntropyWithLogits: [
    [(x, y) => binaryCrossEntropyWithLogits(x, y), [2, 3], probabilities(2, 3)],
    [(x, y) => binaryCrossEntropyWithLogits(x, y), [], probabilities()],
    [(x, y) => binaryCrossEntropyWithLogits(x, y, { reduction: "none" }), [4], probabilities(4)],
  ],
};
