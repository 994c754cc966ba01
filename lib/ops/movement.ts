/** @file The same numbers in another place: views (which copy nothing), joins, look-ups and copies. */

import { declaredAs, op, record } from "../autograd/engine.js";
import { allocate, backend, type DType } from "../backend/index.js";
import * as rules from "../shape/rules.js";
import type {
  At,
  BroadcastTo,
  Concat,
  Fits,
  Flatten,
  Gather,
  NoInfer,
  Permute,
  Replace,
  Reshape,
  Result,
  Reverse,
  Shape,
  Slice,
  Squeeze,
  Stack,
  Swap,
  Take,
  Unsqueeze,
} from "../shape/shape.js";
import { checkDtype } from "../tensor/dtype.js";
import { isTensor, type PartialGradient, Tensor } from "../tensor/tensor.js";
import { copy, stretch, toIntegers, widened } from "../tensor/views.js";
import { describeNonTensor, requireSameDtype } from "./checks.js";

// ── Views ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const view = (x: Tensor, shape: readonly number[], strides: readonly number[], offset = x.offset): Tensor =>
  new Tensor(x.data, shape as number[], strides, offset);

/** `shape` with the same elements in row-major order; -1 stands for whatever size is left. Copies only if it must. */
const reshape: <S extends Shape, const T extends Fits<Reshape<S, T>, unknown>>(
  this: Tensor<S>,
  shape: T,
) => Tensor<Result<Reshape<S, T>>> = op(
  "reshape",
  (x: Tensor, shape: Shape) => {
    const target = [...rules.reshape(x.shape, shape)];
    if (x.isContiguous) return new Tensor(x.data, target, undefined, x.offset);
    const strides = withOtherOnes(x, target);
    return strides ? view(x, target, strides) : new Tensor(copy(x), target);
  },
  [(g, _, x) => g.reshape(x.shape)],
);

/** The strides of `x` as `shape`, if that has the same sizes but for ones, which can then come and go without a copy. */
function withOtherOnes(x: Tensor, shape: Shape): number[] | undefined {
  const long = (size: number) => size !== 1;
  if (!rules.sameShape(x.shape.filter(long), shape.filter(long))) return undefined;
  const strides = x.strides.filter((_, axis) => long(x.shape[axis])).values();
  return shape.map((size) => (long(size) ? (strides.next().value as number) : 0));
}

/** All axes from `axis` (0) on laid out as one. A scalar becomes a vector of one. */
const flatten: <S extends Shape, I extends number = 0>(
  this: Tensor<S>,
  axis?: Fits<Flatten<S, I>, I>,
) => Tensor<Result<Flatten<S, I>>> = declaredAs(function (this: Tensor, axis = 0) {
  const { shape } = this;
  const from = shape.length === 0 ? 0 : rules.axisOf("flatten", shape, axis);
  return this.reshape([...shape.slice(0, from), rules.count(shape.slice(from))]);
});

/** Axes in another order: `permute([2, 0, 1])` puts the last axis first. */
const permute: <S extends Shape, const P extends Fits<Permute<S, P>, unknown>>(
  this: Tensor<S>,
  order: P,
) => Tensor<Result<Permute<S, P>>> = op(
  "permute",
  (x: Tensor, order: readonly number[]) => {
    const axes = rules.permute(x.shape, order);
    return view(
      x,
      axes.map((axis) => x.shape[axis]),
      axes.map((axis) => x.strides[axis]),
    );
  },
  [
    (g, _, x, order) => {
      const axes = rules.permute(x.shape, order);
      return g.permute(axes.map((_, i) => axes.indexOf(i)));
    },
  ],
);

/** Axes `i` and `j` exchanged. (A matrix with rows and columns exchanged is `a.T`.) */
const transpose: <S extends Shape, I extends number, J extends number>(
  this: Tensor<S>,
  i: I,
  j: Fits<Swap<S, I, J>, J>,
) => Tensor<Result<Swap<S, I, J>>> = op(
  "transpose",
  (x: Tensor, i: number, j: number) => {
    const order = x.shape.map((_, axis) => axis);
    const [from, to] = [rules.axisOf("transpose", x.shape, i), rules.axisOf("transpose", x.shape, j)];
    [order[from], order[to]] = [to, from];
    return view(
      x,
      order.map((axis) => x.shape[axis]),
      order.map((axis) => x.strides[axis]),
    );
  },
  [(g, _, _x, i, j) => g.transpose(i, j)],
);

/** All axes in reverse order: for a matrix, its transpose. Read as a property, `a.T`. */
const reverseAxes: (this: Tensor) => Tensor = op(
  "T",
  (x: Tensor) => view(x, x.shape.slice().reverse(), x.strides.slice().reverse()),
  [(g) => g.T],
);

/** Without `axis`, which must have size 1; without any axis of size 1 if none is named. */
const squeeze: <S extends Shape, I extends number | undefined = undefined>(
  this: Tensor<S>,
  axis?: Fits<Squeeze<S, I>, I>,
) => Tensor<Result<Squeeze<S, NoInfer<I>>>> = declaredAs(function (this: Tensor, axis?: number) {
  return this.reshape(rules.reduce(this.shape, rules.squeeze(this.shape, axis), false));
});

/** With a new axis of size 1, which becomes axis `axis` of the result. */
const unsqueeze: <S extends Shape, I extends number>(
  this: Tensor<S>,
  axis: Fits<Unsqueeze<S, I>, I>,
) => Tensor<Result<Unsqueeze<S, I>>> = declaredAs(function (this: Tensor, axis: number) {
  const at = rules.unsqueeze("unsqueeze", this.shape, axis);
  return this.reshape([...this.shape.slice(0, at), 1, ...this.shape.slice(at)]);
});

/** Stretched to `shape`: sizes of 1 and missing leading axes are repeated, without copying. */
const broadcastTo: <S extends Shape, const T extends Fits<BroadcastTo<S, T>, unknown>>(
  this: Tensor<S>,
  shape: T,
) => Tensor<Result<BroadcastTo<S, T>>> = op(
  "broadcastTo",
  (x: Tensor, shape: Shape) => {
    rules.checkShape("broadcastTo", shape);
    rules.broadcastTo(x.shape, shape);
    const { strides } = stretch(x, shape);
    return view(x, [...shape], strides);
  },
  [(g) => g], // summed back by `op`, as every stretched argument's gradient is
);

/** Entries `start` to `end` (left out) of `axis` (0), counted as `Array.prototype.slice` counts: negative from the end. */
const slice: <S extends Shape, Start extends number, End extends number | undefined = undefined, I extends number = 0>(
  this: Tensor<S>,
  start: Start,
  end?: End,
  axis?: Fits<Slice<S, Start, End, I>, I>,
) => Tensor<Result<Slice<S, NoInfer<Start>, NoInfer<End>, NoInfer<I>>>> = op(
  "slice",
  (x: Tensor, start: number, end?: number, axis?: number) => {
    const at = rules.axisOf("slice", x.shape, axis ?? 0);
    const part = rules.slice(x.shape[at], start, end);
    const shape = x.shape.map((size, i) => (i === at ? part.length : size));
    return view(x, shape, x.strides, x.offset + part.start * x.strides[at]);
  },
  [
    (gradient, _y, _x, start, end, axis): PartialGradient => {
      const of = (whole: Tensor) => whole.slice(start, end, axis);
      const addTo = (whole: Tensor) => {
        const place = of(whole);
        backend().assign(place, new Tensor(backend().binary("add", place, gradient), place.shape));
      };
      return { gradient, addTo, of };
    },
  ],
);

/** Zeros put before and after along `axis` (0): the reverse of `slice`. */
const pad: <S extends Shape, I extends number = 0>(
  this: Tensor<S>,
  before: number,
  after: number,
  axis?: Fits<Replace<"pad", S, I, [number]>, I>,
) => Tensor<Result<Replace<"pad", S, I, [number]>>> = op(
  "pad",
  (x: Tensor, before: number, after: number, axis: number | undefined) => {
    const at = rules.axisOf("pad", x.shape, axis ?? 0);
    rules.checkShape("pad", [before, after]);
    const shape = x.shape.map((size, i) => (i === at ? before + size + after : size));
    const y = new Tensor(allocate(x.dtype, rules.count(shape)), shape);
    backend().assign(view(y, x.shape, y.strides, before * y.strides[at]), x);
    return y;
  },
  [(g, _, x, before, _after, axis = 0) => g.slice(before, before + x.shape[rules.axisOf("pad", x.shape, axis)], axis)],
);

/** Entry `index` of `axis` (0), which goes: of a matrix, a row. Negative counts from the end. */
const at: <S extends Shape, const Index extends number, I extends number = 0>(
  this: Tensor<S>,
  index: Fits<At<S, Index, I>, Index>,
  axis?: I,
) => Tensor<Result<At<S, NoInfer<Index>, NoInfer<I>>>> = declaredAs(function (this: Tensor, index: number, axis = 0) {
  const along = rules.axisOf("at", this.shape, axis);
  const start = rules.indexAt(this.shape, index, along, axis);
  return this.slice(start, start + 1, along).reshape(rules.reduce(this.shape, [along], false));
});

// ── Look-ups ────────────────────────────────────────────────────────────────────────────────────────────────────────

function checkIndex(name: string, x: Tensor, axis: number, index: unknown): asserts index is Tensor {
  if (!isTensor(index) || index.dtype !== "int32") {
    const got = isTensor(index) ? `a ${index.dtype} tensor` : rules.describe(index);
    throw new TypeError(`${name}: the index is an int32 tensor, as tensor([0, 2], { dtype: "int32" }); got ${got}`);
  }
  const size = x.shape[axis];
  // A stretched axis says the same again.
  const once = index.shape.map((n, i) => (index.strides[i] === 0 ? Math.min(n, 1) : n));
  for (const i of copy(view(index, once, index.strides))) {
    if (i < 0 || i >= size) {
      throw new rules.ShapeError(`${name}: index ${i} is outside axis ${axis} of ${rules.show(x.shape)}`);
    }
  }
}

/**
 * yᵢⱼ = x[indexᵢⱼ, j] for axis 0, x[i, indexᵢⱼ] for axis 1, and so on: one element picked for each of the index's.
 * Where an element is picked twice, its gradients add.
 */
const gather: <S extends Shape, I extends number, Index extends Shape>(
  this: Tensor<S>,
  axis: I,
  index: Fits<Gather<S, I, Index>, Tensor<Index>>,
) => Tensor<Result<Gather<S, I, Index>>> = op(
  "gather",
  (x: Tensor, axis: number, index: Tensor) => {
    const along = rules.axisOf("gather", x.shape, axis);
    checkIndex("gather", x, along, index);
    rules.gather("gather", x.shape, along, index.shape);
    return new Tensor(backend().gather(x, along, index), index.shape);
  },
  [
    (gradient, _y, x, axis, index): PartialGradient => ({
      gradient,
      addTo: (whole) => backend().scatterAdd(whole, rules.axisOf("gather", x.shape, axis), index, gradient),
      of: (whole) => whole.gather(axis, index),
    }),
    null,
    null,
  ],
);

/** Zeros of `shape`, to which each element is added at the place the index names: the reverse of `gather`. */
const scatterAdd: <const T extends Shape>(this: Tensor, shape: T, axis: number, index: Tensor) => Tensor<[...T]> = op(
  "scatterAdd",
  (x: Tensor, shape: Shape, axis: number, index: Tensor) => {
    rules.checkShape("scatterAdd", shape);
    const y = view(x, shape, []);
    const along = rules.axisOf("scatterAdd", shape, axis);
    checkIndex("scatterAdd", y, along, index);
    rules.gather("scatterAdd", shape, along, index.shape);
    if (!rules.sameShape(x.shape, index.shape)) {
      throw new rules.ShapeError(
        `scatterAdd: ${rules.show(x.shape)} and index ${rules.show(index.shape)} differ in shape`,
      );
    }
    const whole = !x.isFloat;
    const sums = new Tensor(allocate(whole ? "float64" : x.dtype, rules.count(shape)), shape as number[]);
    backend().scatterAdd(sums, along, index, whole ? widened(x) : x);
    return whole ? new Tensor(toIntegers("scatterAdd", sums), sums.shape) : sums;
  },
  [(g, _y, _x, _shape, axis, index) => g.gather(axis, index), null, null, null],
);

/** Entries of `axis` (0) in the order the index names them, as often as it does: rows of a table. NumPy's `take`. */
const take: <S extends Shape, Index extends Shape, I extends number = 0>(
  this: Tensor<S>,
  index: Tensor<Index>,
  axis?: Fits<Take<S, Index, I>, I>,
) => Tensor<Result<Take<S, Index, I>>> = declaredAs(function (this: Tensor, index: Tensor, axis = 0) {
  const along = rules.axisOf("take", this.shape, axis);
  checkIndex("take", this, along, index);
  const [before, after] = [this.shape.slice(0, along), this.shape.slice(along + 1)];
  const column = index.reshape([index.size, ...after.map(() => 1)]);
  const places = column.broadcastTo([...before, index.size, ...after]);
  return this.gather(along, places).reshape([...before, ...index.shape, ...after]);
});

// ── Copies ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The same values in storage of their own, still part of the graph. */
const clone: <S extends Shape>(this: Tensor<S>) => Tensor<S> = op(
  "clone",
  (x: Tensor) => new Tensor(copy(x), x.shape),
  [(g) => g],
);

/**
 * The same values as another dtype; int32 cuts decimals off, bool is x ≠ 0.
 * @throws if a value does not fit into int32
 */
const to: <S extends Shape>(this: Tensor<S>, dtype: DType) => Tensor<S> = op(
  "to",
  (x: Tensor, dtype: DType) => {
    checkDtype("to", dtype);
    if (dtype === x.dtype) return x.detach();
    return new Tensor(dtype === "int32" && x.isFloat ? toIntegers("to", x) : copy(x, dtype), x.shape);
  },
  [(g, _, x) => g.to(x.dtype)],
);

// ── Joins ───────────────────────────────────────────────────────────────────────────────────────────────────────────

type Shapes<T extends readonly unknown[]> = { -readonly [K in keyof T]: T[K] extends Tensor<infer S> ? S : never };

function checkList(name: string, tensors: unknown): asserts tensors is readonly Tensor[] {
  if (!Array.isArray(tensors)) {
    throw new TypeError(`${name}: takes an array of tensors, got ${rules.describe(tensors)}`);
  }
  for (const [i, x] of tensors.entries()) {
    if (!isTensor(x))
      throw new TypeError(`${name}: takes an array of tensors, at place ${i} is ${describeNonTensor(x)}`);
    requireSameDtype(name, tensors[0], x);
  }
}

type Join<Rule extends "concat" | "stack"> = <const T extends Fits<Joined<Rule, T, I>, unknown>, I extends number = 0>(
  tensors: T,
  axis?: I,
) => Tensor<Result<Joined<Rule, NoInfer<T>, NoInfer<I>>>>;
type Joined<Rule extends string, T, I extends number> = T extends readonly unknown[]
  ? Rule extends "concat"
    ? ConcatOf<T, I>
    : StackOf<T, I>
  : `${Rule}: takes an array of tensors`;
type ConcatOf<T extends readonly unknown[], I extends number> = Concat<Shapes<T>, I>;
type StackOf<T extends readonly unknown[], I extends number> = Stack<Shapes<T>, I>;

/**
 * Tensors one after another along `axis` (0), on which alone their sizes may differ.
 * @example concat([ones([2]), zeros([1])]) // Tensor<[3]> [1, 1, 0]
 */
export const concat: Join<"concat"> = declaredAs((tensors: readonly Tensor[], axis = 0) => {
  checkList("concat", tensors);
  const joint = rules.concat(
    tensors.map((x) => x.shape),
    axis,
  );
  const y = new Tensor(allocate(tensors[0].dtype, rules.count(joint.shape)), joint.shape);
  let next = 0;
  const starts = tensors.map((x) => {
    const start = next;
    next += x.shape[joint.axis];
    backend().assign(view(y, x.shape, y.strides, start * y.strides[joint.axis]), x);
    return start;
  });
  return record("concat", y, tensors, (g, _y, _inputs, needs) =>
    tensors.map((x, i) => (needs[i] ? g.slice(starts[i], starts[i] + x.shape[joint.axis], joint.axis) : null)),
  );
});

/**
 * Tensors of one shape side by side on a new axis, which becomes axis `axis` (0) of the result.
 * @example stack([ones([2]), zeros([2])]) // Tensor<[2, 2]> [[1, 1], [0, 0]]
 */
export const stack: Join<"stack"> = declaredAs((tensors: readonly Tensor[], axis = 0) => {
  checkList("stack", tensors);
  const at = rules.stack(
    tensors.map((x) => x.shape),
    axis,
  );
  return concat(
    tensors.map((x) => x.unsqueeze(at)),
    at,
  );
});

export const movementMethods = {
  reshape,
  flatten,
  permute,
  transpose,
  squeeze,
  unsqueeze,
  broadcastTo,
  slice,
  pad,
  at,
  gather,
  scatterAdd,
  take,
  clone,
  to,
};

/** What is read as a property. */
export interface MovementGetters<S extends Shape> {
  /** All axes in reverse order: for a matrix, its transpose. */
  readonly T: Tensor<Reverse<S>>;
}
export const movementGetters = { T: reverseAxes };
