/** @file Some elements of many: one entry, those that an index names, those where a mask holds; and the way back. */

import { declaredAs, op } from "../autograd/engine.js";
import { allocate, backend } from "../backend/index.js";
import * as rules from "../shape/rules.js";
import type { At, Fits, Gather, Index, Indexed, NoInfer, Result, Shape, Take } from "../shape/shape.js";
import { isTensor, type PartialGradient, Tensor } from "../tensor/tensor.js";
import { copy, toIntegers, widened } from "../tensor/views.js";

// ── By one index ────────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── By a tensor of indices ──────────────────────────────────────────────────────────────────────────────────────────

function checkIndex(name: string, shape: Shape, axis: number, index: unknown): asserts index is Tensor {
  if (!isTensor(index) || index.dtype !== "int32") {
    const got = isTensor(index) ? `a ${index.dtype} tensor` : rules.describe(index);
    throw new TypeError(`${name}: the index is an int32 tensor, as tensor([0, 2], { dtype: "int32" }); got ${got}`);
  }
  const size = shape[axis];
  // A stretched axis says the same again.
  const once = index.shape.map((n, i) => (index.strides[i] === 0 ? Math.min(n, 1) : n));
  for (const i of copy(new Tensor(index.data, once, index.strides, index.offset))) {
    if (i < 0 || i >= size) {
      throw new rules.ShapeError(`${name}: index ${i} is outside axis ${axis} of ${rules.show(shape)}`);
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
    checkIndex("gather", x.shape, along, index);
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
    const along = rules.axisOf("scatterAdd", shape, axis);
    checkIndex("scatterAdd", shape, along, index);
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
  checkIndex("take", this.shape, along, index);
  const [before, after] = [this.shape.slice(0, along), this.shape.slice(along + 1)];
  const column = index.reshape([index.size, ...after.map(() => 1)]);
  const places = column.broadcastTo([...before, index.size, ...after]);
  return this.gather(along, places).reshape([...before, ...index.shape, ...after]);
});

// ── On several axes ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Every `step`-th entry of an axis, as a view; and the reverse, entries spread out among zeros. */
const everyNth: (this: Tensor, step: number, axis: number) => Tensor = op(
  "index",
  (x: Tensor, step: number, axis: number) => {
    const shape = x.shape.map((size, i) => (i === axis ? Math.ceil(size / step) : size));
    return new Tensor(
      x.data,
      shape,
      x.strides.map((stride, i) => (i === axis ? stride * step : stride)),
      x.offset,
    );
  },
  [(g, _, x, step, axis) => spreadOut.call(g, step, axis, x.shape[axis])],
);
const spreadOut: (this: Tensor, step: number, axis: number, size: number) => Tensor = op(
  "index",
  (x: Tensor, step: number, axis: number, size: number) => {
    const shape = x.shape.map((n, i) => (i === axis ? size : n));
    const y = new Tensor(allocate(x.dtype, rules.count(shape)), shape);
    backend().assign(everyNth.call(y, step, axis), x);
    return y;
  },
  [(g, _, _x, step, axis) => everyNth.call(g, step, axis)],
);

/** Entries of the axes from `axis` on: those that one bool tensor covers, or one axis for each int32 tensor. */
function pick(x: Tensor, axis: number, indices: readonly Tensor[]): Tensor {
  const [first] = indices;
  const covered = x.shape.slice(axis, axis + (first.dtype === "bool" ? first.ndim : indices.length));
  const flat = first.dtype === "bool" ? placesOf(first) : flatPlaces(indices, covered);
  const rest = x.shape.slice(axis + covered.length);
  return x.reshape([...x.shape.slice(0, axis), rules.count(covered), ...rest]).take(flat, axis);
}

/** Positions on several axes as positions on those axes laid out as one; negative ones rules.count from the end. */
function flatPlaces(indices: readonly Tensor[], sizes: readonly number[]): Tensor {
  const places = allocate("int32", indices[0].size);
  for (const [k, index] of indices.entries()) {
    for (const [i, place] of copy(index).entries()) {
      if (place < -sizes[k] || place >= sizes[k]) {
        throw new rules.ShapeError(`index: index ${place} is outside an axis of size ${sizes[k]}`);
      }
      places[i] = places[i] * sizes[k] + (place < 0 ? place + sizes[k] : place);
    }
  }
  return new Tensor(places, indices[0].shape);
}

/** The places where a mask holds, in row-major order. */
function placesOf(mask: Tensor): Tensor {
  const places = Array.from(copy(mask).entries()).flatMap(([i, held]) => (held ? [i] : []));
  return new Tensor(Int32Array.from(places), [places.length]);
}

type AnyIndex = number | null | readonly (number | undefined)[] | Tensor;

/**
 * NumPy's `x[…]`, axis by axis: a number picks an entry, and its axis goes; `null` keeps an axis whole; `[start, end, step]`
 * takes entries from start up to end (left out), each as in `slice`; a bool tensor takes where it holds, on as many axes as
 * it has; int32 tensors of one shape, one behind the other, take the entries that they name together.
 *
 * @throws if there are more indices than axes, or one is outside its axis
 * @example tensor([[1, 2, 3], [4, 5, 6]]).index(null, [0, 3, 2]) // [[1, 3], [4, 6]]
 * @example tensor([1, -2, 3]).index(tensor([true, false, true])) // [1, 3]
 */
const index: <S extends Shape, const T extends readonly Index[]>(
  this: Tensor<S>,
  ...indices: Fits<NoInfer<Indexed<S, T>>, T>
) => Tensor<Result<Indexed<S, T>>> = declaredAs(function (this: Tensor, ...indices: AnyIndex[]) {
  rules.index(this.shape, indices);
  let y: Tensor = this;
  let axis = 0;
  for (let i = 0; i < indices.length; i++) {
    const spec = indices[i];
    if (isTensor(spec)) {
      const run = together(indices.slice(i));
      y = pick(y, axis, run);
      axis += spec.dtype === "bool" ? 1 : spec.ndim;
      i += run.length - 1;
    } else if (typeof spec === "number") {
      y = y.at(spec, axis);
    } else {
      if (spec !== null) y = everyNth.call(y.slice(spec[0] ?? 0, spec[1], axis), spec[2] ?? 1, axis);
      axis++;
    }
  }
  return y;
});

/** The int32 tensors that stand at the beginning of `indices`, which take together; or one bool tensor. */
function together(indices: readonly unknown[]): Tensor[] {
  const first = indices[0] as Tensor;
  const end = indices.findIndex((one) => !isTensor(one) || one.dtype !== "int32");
  const run = (first.dtype === "bool" ? [first] : indices.slice(0, end < 0 ? undefined : end)) as Tensor[];
  const odd = run.find((one) => !rules.sameShape(one.shape, first.shape));
  if (odd)
    throw new rules.ShapeError(
      `index: index tensors ${rules.show(first.shape)} and ${rules.show(odd.shape)} differ in shape`,
    );
  return run;
}

export const indexingMethods = { at, gather, scatterAdd, take, index };
