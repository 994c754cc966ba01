/** @file Some elements of many: indexing on several axes at once and by mask, triangles of matrices, axes turned around. */

import { declaredAs, op } from "../autograd/engine.js";
import { allocate, backend } from "../backend/index.js";
import { axesOf, index as checkIndices, count, matrix, ShapeError, sameShape, show } from "../shape/rules.js";
import type { Fits, Index, Indexed, Matrix, NoInfer, Reduce, Result, Shape } from "../shape/shape.js";
import { isTensor, Tensor } from "../tensor/tensor.js";
import { copy } from "../tensor/views.js";

/**
 * Elements in reverse order along `axis`, along several axes, or along all.
 * @example tensor([1, 2, 3]).flip() // [3, 2, 1]
 */
const flip: <S extends Shape, const I extends Fits<Reduce<"flip", S, I, true>, unknown> = never>(
  this: Tensor<S>,
  axis?: I,
) => Tensor<S> = op(
  "flip",
  (x: Tensor, axis: number | readonly number[] | undefined) => {
    const axes = axesOf("flip", x.shape, axis);
    const y = new Tensor(allocate(x.dtype, x.size), x.shape);
    const strides = y.strides.map((stride, i) => (axes.includes(i) ? -stride : stride));
    const offset = axes.reduce((sum, i) => sum + (x.shape[i] - 1) * y.strides[i], 0);
    backend().assign({ data: y.data, offset, shape: x.shape, strides }, x);
    return y;
  },
  [(g, _, _x, axis) => g.flip(axis as undefined)],
);

type Triangle<Op extends string> = <S extends Shape>(
  this: Fits<Matrix<Op, S>, Tensor<S>>,
  diagonal?: number,
) => Tensor<S>;

function triangle(name: "tril" | "triu") {
  return function (this: Tensor, diagonal = 0): Tensor {
    const [rows, columns] = matrix(name, this.shape);
    const kept = allocate("bool", rows * columns);
    for (let i = 0; i < kept.length; i++) {
      const right = (i % columns) - Math.floor(i / columns) - diagonal;
      kept[i] = Number(name === "tril" ? right <= 0 : right >= 0);
    }
    return this.where(new Tensor(kept, [rows, columns]) as Tensor, 0);
  };
}

/**
 * Matrices with 0 above the diagonal, or above the `diagonal`-th one to its right.
 * @example ones([2, 2]).tril() // [[1, 0], [1, 1]]
 */
const tril: Triangle<"tril"> = declaredAs(triangle("tril"));

/**
 * Matrices with 0 below the diagonal, or below the `diagonal`-th one to its right.
 * @example ones([2, 2]).triu(1) // [[0, 1], [0, 0]]
 */
const triu: Triangle<"triu"> = declaredAs(triangle("triu"));

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
    const y = new Tensor(allocate(x.dtype, count(shape)), shape);
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
  return x.reshape([...x.shape.slice(0, axis), count(covered), ...rest]).take(flat, axis);
}

/** Positions on several axes as positions on those axes laid out as one; negative ones count from the end. */
function flatPlaces(indices: readonly Tensor[], sizes: readonly number[]): Tensor {
  const places = allocate("int32", indices[0].size);
  for (const [k, index] of indices.entries()) {
    for (const [i, place] of copy(index).entries()) {
      if (place < -sizes[k] || place >= sizes[k]) {
        throw new ShapeError(`index: index ${place} is outside an axis of size ${sizes[k]}`);
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
  checkIndices(this.shape, indices);
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
  const odd = run.find((one) => !sameShape(one.shape, first.shape));
  if (odd) throw new ShapeError(`index: index tensors ${show(first.shape)} and ${show(odd.shape)} differ in shape`);
  return run;
}

export const selectMethods = { flip, tril, triu, index };
