/** @file Indexing: by a number, by a tensor of indices, by a mask; and `scatterAdd`, the reverse of `gather`. */

import { declaredAs, op } from "../autograd/engine.js";
import { partOfView } from "../autograd/partial.js";
import { allocate, backend } from "../backend/index.js";
import * as rules from "../shape/rules.js";
import type { At, Fits, Gather, Index, Indexed, NoInfer, Result, Shape, Take } from "../shape/shape.js";
import { isTensor, type PartialGradient, Tensor } from "../tensor/tensor.js";
import { copy, toIntegers, widened } from "../tensor/views.js";
import { checkIndex } from "./checks.js";

// ── By one index ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Picks entry `index` of `axis` (0) and drops the axis: of a matrix, a row. Negative indices count from the end. */
export const at: <S extends Shape, const Index extends number, I extends number = 0>(
  this: Tensor<S>,
  index: Fits<At<S, Index, I>, Index>,
  axis?: I,
) => Tensor<Result<At<S, NoInfer<Index>, NoInfer<I>>>> = declaredAs(function (this: Tensor, index: number, axis = 0) {
  const along = rules.axisOf("at", this.shape, axis);
  const start = rules.indexAt(this.shape, index, along, axis);
  return this.slice(start, start + 1, along).reshape(rules.reduce(this.shape, [along], false));
});

// ── By a tensor of indices ──────────────────────────────────────────────────────────────────────────────────────────

/** From so many additions to one element on, float32 is added up in float64; below, sums lose at most 2¹⁴ · 2⁻²⁴ Σ|xᵢ|. */
const MANY = 2 ** 14;

/** Adds `source` to `target` at the positions of `index` along `axis`. */
function addAt(target: Tensor, axis: number, index: Tensor, source: Tensor): void {
  const apart = target.dtype === "float32" && index.shape[axis] > MANY;
  const sums = apart ? widened(target) : target;
  backend().scatterAdd(sums, axis, index, source);
  if (apart) backend().assign(target, sums);
}

/**
 * Picks one element per index: yᵢⱼ = x[indexᵢⱼ, j] for axis 0, x[i, indexᵢⱼ] for axis 1, and so on.
 * The gradients of an element that is picked twice add up.
 */
export const gather: <S extends Shape, I extends number, Index extends Shape>(
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
      addTo: (whole) => addAt(whole, rules.axisOf("gather", x.shape, axis), index, gradient),
      of: (whole) => whole.gather(axis, index),
    }),
    null,
    null,
  ],
);

/** Adds each element to zeros of `shape`, at the position that the index names: the reverse of `gather`. */
export const scatterAdd: <const T extends Shape>(
  this: Tensor,
  shape: T,
  axis: number,
  index: Tensor,
) => Tensor<[...T]> = op(
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
    const sums = new Tensor(allocate(x.isFloat ? x.dtype : "float64", rules.sizeOf(shape)), [...shape]);
    addAt(sums, along, index, x);
    return x.isFloat ? sums : new Tensor(toIntegers("scatterAdd", sums), sums.shape);
  },
  [(g, _y, _x, _shape, axis, index) => g.gather(axis, index), null, null, null],
);

/** Picks entries of `axis` (0) by index, such as rows of a table, in order and with repeats: NumPy's `take`. */
export const take: <S extends Shape, Index extends Shape, I extends number = 0>(
  this: Tensor<S>,
  index: Tensor<Index>,
  axis?: Fits<Take<S, Index, I>, I>,
) => Tensor<Result<Take<S, Index, I>>> = declaredAs(function (this: Tensor, index: Tensor, axis = 0) {
  const along = rules.axisOf("take", this.shape, axis);
  checkIndex("take", this.shape, along, index);
  const [before, after] = [this.shape.slice(0, along), this.shape.slice(along + 1)];
  rules.checkCount("take", [...before, ...index.shape, ...after]);
  const column = index.reshape([index.size, ...after.map(() => 1)]);
  const places = column.broadcastTo([...before, index.size, ...after]);
  return this.gather(along, places).reshape([...before, ...index.shape, ...after]);
});

// ── On several axes ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Every `step`-th entry of an axis, as a view. */
const everyNth: (this: Tensor, step: number, axis: number) => Tensor = op(
  "index",
  (x: Tensor, step: number, axis: number) => {
    const shape = x.shape.map((size, i) => (i === axis ? Math.ceil(size / step) : size));
    const strides = x.strides.map((stride, i) => (i === axis ? stride * step : stride));
    return new Tensor(x.data, shape, strides, x.offset);
  },
  [(gradient, _y, _x, step, axis) => partOfView(gradient, (whole) => everyNth.call(whole, step, axis))],
  true,
);

/** Picks entries by one bool tensor, or by int32 tensors for as many axes, from `axis` on. */
function pick(x: Tensor, axis: number, indices: readonly Tensor[]): Tensor {
  const [first] = indices;
  const covered = x.shape.slice(axis, axis + (first.dtype === "bool" ? first.ndim : indices.length));
  const flat = first.dtype === "bool" ? placesOf(first) : flatPlaces(indices, covered);
  const rest = x.shape.slice(axis + covered.length);
  return x.reshape([...x.shape.slice(0, axis), rules.sizeOf(covered), ...rest]).take(flat, axis);
}

/** Positions on several axes as positions on those axes flattened into one; negative ones count from the end. */
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

/** The positions of the true elements of a mask, in row-major order. */
function placesOf(mask: Tensor): Tensor {
  const held = copy(mask) as Uint8Array;
  const places = new Int32Array(held.reduce((n, one) => n + one, 0));
  let next = 0;
  for (let i = 0; i < held.length; i++) if (held[i]) places[next++] = i;
  return new Tensor(places, [places.length]);
}

type AnyIndex = number | null | readonly (number | undefined)[] | Tensor;

/**
 * Indexes axis by axis, as NumPy's `x[…]`.
 *
 * - A number picks one entry and drops the axis; `null` keeps the axis whole.
 * - `[start, end, step]` takes a range, as `slice` does; end is not included.
 * - A bool tensor takes the entries where it is true, on as many axes as it has.
 * - Consecutive int32 tensors of one shape take the entries at the positions that they name together.
 *
 * @throws if there are more indices than axes, or one is outside its axis
 * @example tensor([[1, 2, 3], [4, 5, 6]]).index(null, [0, 3, 2]) // [[1, 3], [4, 6]]
 * @example tensor([1, -2, 3]).index(tensor([true, false, true])) // [1, 3]
 */
export const index: <S extends Shape, const T extends readonly Index[]>(
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

/** The index tensors at the beginning of `indices` that act together: consecutive int32 ones, or a single bool one. */
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
