/** @file Views as values: copied, converted to whole numbers, stretched. */

import { allocate, backend, type Data, type DType, dtypeOf, rowMajorStrides, type View } from "../backend/index.js";
import { sameShape, sizeOf } from "../shape/rules.js";
import type { Shape } from "../shape/shape.js";
import { convert } from "./dtype.js";

/** A copy of the values of a view, in row-major order, in storage made by `make`. */
export function copy(view: View, dtype: DType = dtypeOf(view.data), make: typeof allocate = allocate): Data {
  const data = make(dtype, sizeOf(view.shape));
  backend().assign({ data, offset: 0, shape: view.shape, strides: rowMajorStrides(view.shape) }, view);
  return data;
}

/** A float64 copy of a view. Sums and products of int32 that fit int32 are exact in it. */
export function widened(view: View): View {
  const { shape } = view;
  return { data: copy(view, "float64"), offset: 0, shape, strides: rowMajorStrides(shape) };
}

/** An int32 copy of a view of floats, rounded toward 0. @throws if a value does not fit */
export function toIntegers(op: string, view: View): Data {
  const values = copy(view);
  const whole = allocate("int32", values.length);
  for (let i = 0; i < values.length; i++) whole[i] = convert(op, Math.trunc(values[i]), "int32");
  return whole;
}

/** A view broadcast to `shape`: stretched axes get stride 0. The caller checks that the shapes broadcast. */
export function stretch(view: View, shape: Shape): View {
  if (sameShape(view.shape, shape)) return view;
  const missing = shape.length - view.shape.length;
  const strides = shape.map((size, i) =>
    i < missing || view.shape[i - missing] !== size ? 0 : view.strides[i - missing],
  );
  return { data: view.data, offset: view.offset, shape, strides };
}

/** The view with its axes in the order given. */
export function reordered({ data, offset, shape, strides }: View, order: readonly number[]): View {
  return { data, offset, shape: order.map((axis) => shape[axis]), strides: order.map((axis) => strides[axis]) };
}

/** The view with `axes` moved to the back, for backends, which reduce the last axes. */
export function toBack(view: View, axes: readonly number[]): View {
  if (axes.length === view.shape.length) return view; // all of them, in order
  const rest = view.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const order = [...rest, ...axes];
  if (order.every((axis, i) => axis === i)) return view;
  return reordered(view, order);
}
