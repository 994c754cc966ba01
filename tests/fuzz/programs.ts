/**
 * @file Random programs over every operation: a few inputs, laid out in memory in several ways, and calls on inputs and
 * earlier results. Values are kept where PyTorch and we agree on what a gradient is: away from kinks, ties and overflow.
 */

import { Generator, type Tensor } from "../../lib/index.js";
import { sizeOf } from "../../lib/shape/rules.js";
import type { Differentiable } from "../ops/examples.js";
import { type Argument, apply, type Call } from "../pytorch/calls.js";
import { type LayoutName, laidOut, layoutNames } from "../tensor/layouts.js";

export interface Input {
  readonly shape: readonly number[];
  readonly layout: LayoutName;
  readonly values: readonly number[];
}
/** `"$0"` is the first input; results follow the inputs. The last result is what the program gives. */
export interface Program {
  readonly dtype: "float32" | "float64";
  readonly inputs: readonly Input[];
  readonly steps: readonly Call[];
}

/** What a step may use: random choices, the tensor it works on, and further inputs. */
interface Maker {
  readonly x: Tensor;
  readonly self: string;
  readonly axis: number;
  readonly whole: (below: number) => number;
  readonly one: <T>(choices: readonly T[]) => T;
  /** An input of this shape, its numbers from 0.3 to 2.3, or of either sign. */
  readonly input: (shape: readonly number[], positive?: boolean) => string;
}

const values = (x: Tensor) => Array.from(x.toTypedArray());
const all = (x: Tensor, holds: (value: number) => boolean) => values(x).every(holds);
/** Whether no two elements lie close together. */
const distinct = (x: Tensor) => {
  const sorted = values(x).sort((a, b) => a - b);
  return sorted.every((value, i) => i === 0 || value - sorted[i - 1] > 1e-2);
};
const away = (x: Tensor, ...kinks: number[]) => all(x, (value) => kinks.every((kink) => Math.abs(value - kink) > 1e-2));
const small = (x: Tensor) => all(x, (value) => Math.abs(value) < 3);
const bools = ({ whole }: Maker, shape: readonly number[]): boolean[] | boolean =>
  nested(shape, () => whole(2) === 1) as boolean[];
const indices = ({ whole }: Maker, shape: readonly number[], below: number) =>
  nested(shape, () => whole(below)) as number[];

function nested(shape: readonly number[], make: () => unknown): unknown {
  if (shape.length === 0) return make();
  return Array.from({ length: shape[0] }, () => nested(shape.slice(1), make));
}

type Step = (maker: Maker) => readonly Argument[] | false;
const plain: Step = ({ self }) => [self];
const when =
  (holds: (x: Tensor) => boolean): Step =>
  ({ x, self }) =>
    holds(x) && [self];
/** A second operand: a number, an input of a shape that broadcasts, or this tensor itself. */
const pair =
  (positive = false): Step =>
  ({ x, self, one, whole, input }) => {
    const shape = x.shape.slice(whole(x.ndim + 1)).map((size) => one([size, size, 1]));
    return [self, one([0.75, input(shape, positive), input([2, ...x.shape].slice(-3), positive)])];
  };
const reduction =
  (holds: (x: Tensor) => boolean = () => true): Step =>
  ({ x, self, axis, one }) =>
    x.ndim > 0 && holds(x) && [self, one([axis, null]), { keepdims: one([true, false]) }];
const alongAxis: Step = ({ x, self, axis }) => x.ndim > 0 && [self, axis];
const needsAxis =
  (make: (maker: Maker, size: number) => readonly Argument[] | false): Step =>
  (maker) =>
    maker.x.ndim > 0 && make(maker, maker.x.shape[maker.axis]);
const needsMatrix =
  (make: (maker: Maker, rows: number, columns: number) => readonly Argument[] | false): Step =>
  (maker) =>
    maker.x.ndim > 1 && make(maker, maker.x.shape[maker.x.ndim - 2], maker.x.shape[maker.x.ndim - 1]);
const needsVector =
  (make: (maker: Maker, n: number) => readonly Argument[] | false): Step =>
  (maker) =>
    maker.x.ndim === 1 && make(maker, maker.x.shape[0]);
const reductions = ["mean", "sum", "none"];

/** How each operation is called at random; `false` where it does not apply. */
export const steps: Record<Differentiable, Step> = {
  add: pair(),
  sub: pair(),
  mul: pair(),
  div: pair(true),
  pow: ({ x, self, one, input }) => all(x, (v) => v > 0.1 && v < 3) && [self, one([2, 0.5, -1, 3, input(x.shape)])],
  maximum: ({ x, self }) => away(x, 0.37) && [self, 0.37],
  minimum: ({ x, self }) => away(x, 0.37) && [self, 0.37],
  clip: ({ x, self }) => away(x, -0.5, 0.5) && [self, -0.5, 0.5],
  neg: plain,
  abs: when((x) => away(x, 0)),
  sign: when((x) => away(x, 0)),
  exp: when(small),
  log: when((x) => all(x, (v) => v > 0.1)),
  sqrt: when((x) => all(x, (v) => v > 0.1)),
  sin: when(small),
  cos: when(small),
  erf: plain,
  tanh: plain,
  sigmoid: plain,
  relu: when((x) => away(x, 0)),
  leakyRelu: ({ x, self, one }) => away(x, 0) && [self, one([0.01, 0.25])],
  elu: ({ x, self, one }) => away(x, 0) && [self, one([1, 0.5])],
  softplus: when((x) => all(x, (v) => v < 15)), // PyTorch's has no second derivative beyond 20
  gelu: ({ self, one }) => [self, ...one<object[]>([[], [{ approximate: "tanh" }]])],
  floor: when((x) => all(x, (v) => Math.abs(v - Math.round(v)) > 1e-2)),
  round: when((x) => all(x, (v) => Math.abs(v - Math.floor(v) - 0.5) > 1e-2)),
  where: (maker) =>
    maker.x.size > 0 && [
      maker.self,
      { bool: bools(maker, maker.x.shape) },
      maker.one([-1, maker.input(maker.x.shape)]),
    ],
  sum: reduction(),
  mean: reduction((x) => x.size > 0),
  variance: ({ x, self, axis }) => x.ndim > 0 && x.shape[axis] > 1 && [self, axis, { correction: 1 }],
  std: ({ x, self, axis }) => x.ndim > 0 && x.shape[axis] > 1 && distinct(x) && [self, axis],
  norm: reduction((x) => away(x, 0)),
  max: reduction((x) => x.size > 0 && distinct(x)),
  min: reduction((x) => x.size > 0 && distinct(x)),
  prod: reduction((x) => small(x) && x.size < 20),
  logSumExp: reduction(),
  softmax: alongAxis,
  logSoftmax: alongAxis,
  cumsum: alongAxis,
  sort: ({ x, self, axis, one }) => x.ndim > 0 && distinct(x) && [self, axis, { descending: one([true, false]) }],
  topk: needsAxis(
    ({ x, self, axis, whole, one }, n) =>
      n > 0 && distinct(x) && [self, whole(n) + 1, axis, { largest: one([true, false]) }],
  ),
  sumTo: ({ x, self, whole, one }) => [self, x.shape.slice(whole(x.ndim + 1)).map((size) => one([size, 1]))],
  matmul: ({ x, self, one, input }) => {
    if (x.ndim === 0) return false;
    const k = x.shape[x.ndim - 1];
    return [self, input(one([[k], [k, 2], [2, k, 3], [k, 1]].filter((shape) => shape.length + x.ndim < 6)))];
  },
  dot: needsVector(({ self, input }, n) => [self, input([n])]),
  outer: needsVector(({ self, input }) => [self, input([2])]),
  diag: ({ x, self }) => (x.ndim === 1 || x.ndim === 2) && [self],
  trace: ({ x, self }) => x.ndim === 2 && [self],
  inv: ({ x, self }) => isDominant(x) && [self],
  solve: ({ x, self, input, one }) =>
    isDominant(x) && [self, input([x.shape[0], 2].slice(0, x.shape[0] > 1 ? one([1, 2]) : 2))],
  reshape: ({ x, self, one }) => [self, one([[-1], [...x.shape, 1], [1, ...x.shape], [...x.shape].reverse()])],
  flatten: ({ x, self, axis }) => [self, x.ndim > 0 ? axis : 0],
  permute: ({ x, self, whole }) => [self, x.shape.map((_, i) => (i + whole(1) + 1) % x.ndim)],
  transpose: needsAxis(({ x, self, axis, whole }) => [self, axis, whole(x.ndim)]),
  T: plain,
  squeeze: plain,
  unsqueeze: ({ x, self, whole }) => x.ndim < 4 && [self, whole(x.ndim + 1)],
  broadcastTo: ({ x, self }) => x.ndim < 4 && [self, [2, ...x.shape]],
  slice: needsAxis(({ self, axis, whole }, n) => [self, whole(n), whole(n) + 1, axis]),
  pad: needsAxis(({ x, self, axis, whole }) => x.size > 0 && [self, whole(2), whole(3), axis]),
  at: needsAxis(({ self, axis, whole }, n) => n > 0 && [self, whole(n), axis]),
  index: needsAxis((maker, n) => {
    if (n === 0) return false;
    const before = Array.from({ length: maker.axis }, () => ":");
    const own = [
      [maker.whole(n), n, 2],
      [0, n, 3],
      maker.whole(n) - n,
      { int32: indices(maker, [2], n) },
      { bool: bools(maker, [n]) },
    ];
    return [maker.self, ...before, maker.one<Argument>(own)];
  }),
  flip: alongAxis,
  tril: needsMatrix(({ self, whole }) => [self, whole(3) - 1]),
  triu: needsMatrix(({ self, whole }) => [self, whole(3) - 1]),
  split: needsAxis(({ self, axis, whole, one }, n) => n > 0 && [self, one<Argument>([whole(n) + 1, [1, n - 1]]), axis]),
  chunk: needsAxis(({ self, axis }, n) => n > 0 && [self, 2, axis]),
  repeat: ({ x, self, one }) =>
    x.size < 50 && [self, [1, ...x.shape].slice(-Math.max(x.ndim, 1)).map(() => one([1, 2]))],
  gather: needsAxis((maker, n) => {
    const shape = maker.x.shape.map((size, i) => (i === maker.axis ? 2 : size));
    return maker.x.size > 0 && n > 0 && [maker.self, maker.axis, { int32: indices(maker, shape, n) }];
  }),
  scatterAdd: needsAxis((maker) => {
    const shape = maker.x.shape.map((size, i) => (i === maker.axis ? 3 : size));
    return maker.x.size > 0 && [maker.self, shape, maker.axis, { int32: indices(maker, maker.x.shape, 3) }];
  }),
  take: needsAxis(
    (maker, n) => n > 0 && [maker.self, { int32: indices(maker, maker.one([[3], [2, 2]]), n) }, maker.axis],
  ),
  clone: plain,
  to: ({ self }) => [self, "same dtype"],
  concat: needsAxis(({ x, self, axis, input }) => [[self, input(x.shape), self], axis]),
  stack: ({ x, self, input, whole }) => x.ndim < 4 && [[self, input(x.shape)], whole(x.ndim + 1)],
  mseLoss: ({ x, self, input, one }) => [self, input(x.shape), { reduction: one(reductions) }],
  crossEntropy: needsAxis((maker) => {
    const { x, self, one, input } = maker;
    const [rows, classes] = [x.shape.slice(0, -1), x.shape[x.ndim - 1]];
    const options = { reduction: one(reductions), labelSmoothing: one([0, 0.1]) };
    return (
      x.size > 0 && [self, one<Argument>([{ int32: indices(maker, rows, classes) }, input(x.shape, true)]), options]
    );
  }),
  binaryCrossEntropy: ({ x, self, input, one }) =>
    x.size > 0 && all(x, (v) => v > 0.05 && v < 0.95) && [self, input(x.shape, true), { reduction: one(reductions) }],
  binaryCrossEntropyWithLogits: ({ x, self, input, one }) =>
    x.size > 0 && [self, input(x.shape, true), { reduction: one(reductions) }],
};

/** A square matrix whose inverse is not large. */
function isDominant(x: Tensor): boolean {
  if (x.ndim !== 2 || x.shape[0] !== x.shape[1]) return false;
  const rows = x.toArray() as number[][];
  return rows.every((row, i) => 2 * Math.abs(row[i]) - row.reduce((sum, value) => sum + Math.abs(value), 0) > 0.2);
}

const names = Object.keys(steps) as Differentiable[];
/** These seldom apply, and are tried more often for it. */
const seldom = ["inv", "solve", "dot", "outer", "diag", "trace", "sqrt", "log", "pow", "binaryCrossEntropy"] as const;
const shapes = [[], [3], [2, 3], [3, 3], [2, 1, 3], [2, 3, 2], [4], [1], [3, 2], [2, 2], [0, 2]];

/** The program that follows from a seed. */
export function program(seed: number): Program {
  const random = new Generator(seed);
  const whole = (below: number) => random.integer(Math.max(below, 1));
  const one = <T>(choices: readonly T[]): T => choices[whole(choices.length)];
  const dtype = one(["float32", "float64"] as const);
  const inputs: Input[] = [];
  const made: Tensor[] = [];

  const input = (shape: readonly number[], positive = false): number => {
    // Whole 64ths are the same in both dtypes.
    const draw = () => Math.round(64 * (positive ? 0.3 + 2 * random.uniform() : random.normal())) / 64;
    // Some square matrices have an inverse that is not large.
    const raised = shape.length === 2 && shape[0] === shape[1] ? one([0, 8]) : 0;
    const entry = (_: unknown, i: number) => draw() + (i % (shape[0] + 1) === 0 ? raised : 0);
    inputs.push({ shape: [...shape], layout: one(layoutNames), values: Array.from({ length: sizeOf(shape) }, entry) });
    return inputs.length - 1;
  };
  const tensorOf = (i: number) => laidOut(inputs[i].layout, inputs[i].shape, inputs[i].values, "float64");

  const begin = input(one(shapes), one([true, false]));
  made.push(tensorOf(begin));
  const calls: { op: Differentiable; args: readonly Argument[] }[] = [];
  for (let tries = 0, length = 1 + whole(5); calls.length < length && tries < 60; tries++) {
    const op = one([one(names), one(names), one(seldom)]);
    const from = one([made.length - 1, whole(made.length)]);
    const x = made[from];
    if (x.size > 200) break;
    const before = inputs.length;
    // References are resolved once all inputs are known: "@2" is result 2, "$1" input 1.
    const self = from === 0 ? `$${begin}` : `@${from - 1}`;
    const args = steps[op]({ x, self, axis: whole(x.ndim), whole, one, input: (...given) => `$${input(...given)}` });
    const inputTensors = () => inputs.map((_, i) => tensorOf(i));
    if (!args) continue;
    const y = apply({ op, args: placed(args, inputs.length, "float64") }, [...inputTensors(), ...made.slice(1)]);
    if (y.isFloat && all(y, (v) => Math.abs(v) < 50)) {
      calls.push({ op, args });
      made.push(y);
    } else inputs.length = before;
  }
  return { dtype, inputs, steps: calls.map(({ op, args }) => ({ op, args: placed(args, inputs.length, dtype) })) };
}

/** Arguments with results counted behind `inputs` inputs. */
function placed(args: readonly Argument[], inputs: number, dtype: string): Argument[] {
  return args.map((arg): Argument => {
    if (arg === "same dtype") return dtype;
    if (Array.isArray(arg)) return placed(arg, inputs, dtype);
    return typeof arg === "string" && arg.startsWith("@") ? `$${inputs + Number(arg.slice(1))}` : arg;
  });
}
