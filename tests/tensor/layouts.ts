/** @file The same values laid out in memory in several ways: whatever an operation does must not depend on it. */

import { allocate, rowMajorStrides } from "../../lib/backend/index.js";
import { type DType, Tensor } from "../../lib/index.js";
import { sizeOf } from "../../lib/shape/rules.js";

/** Strides and offset for a shape, and how many elements of storage they reach. */
type Layout = (shape: readonly number[]) => { strides: number[]; offset: number; length: number };

export const layouts = {
  "row-major": (shape) => ({ strides: rowMajorStrides(shape), offset: 0, length: sizeOf(shape) }),
  /** As `transpose` leaves them. */
  "column-major": (shape) => ({
    strides: rowMajorStrides([...shape].reverse()).reverse(),
    offset: 0,
    length: sizeOf(shape),
  }),
  /** As `slice` leaves them: a block in the midst of a larger one. */
  "a slice": (shape) => {
    const strides = rowMajorStrides(shape.map((size) => size + 2));
    return {
      strides,
      offset: strides.reduce((sum, stride) => sum + stride, 0),
      length: sizeOf(shape.map((n) => n + 2)),
    };
  },
} satisfies Record<string, Layout>;

export type LayoutName = keyof typeof layouts;
export const layoutNames = Object.keys(layouts) as LayoutName[];

/** A tensor of `values`, given in row-major order, that lie in memory as `layout` says; what lies between them is NaN. */
export function laidOut(layout: LayoutName, shape: readonly number[], values: ArrayLike<number>, dtype: DType): Tensor {
  const { strides, offset, length } = layouts[layout](shape);
  const data = allocate(dtype, length).fill(Number.NaN);
  const inOrder = rowMajorStrides(shape);
  for (let i = 0; i < values.length; i++) {
    const place = shape.reduce(
      (sum, size, axis) => sum + (Math.floor(i / inOrder[axis]) % size) * strides[axis],
      offset,
    );
    data[place] = values[i];
  }
  return new Tensor(data, [...shape], strides, offset);
}
