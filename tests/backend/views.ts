/** @file Random strided views, and their elements by the definition of a view. */

import fc from "fast-check";
import type { Data, DType, View } from "../../lib/backend/index.js";

const constructors = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array } as const;

const awkward = [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 1e-40, -1e-40, 3e38, -3e38, 88.8, -103.5, 0.5];

export const element = (dtype: DType): fc.Arbitrary<number> => {
  if (dtype === "bool") return fc.integer({ min: 0, max: 1 });
  if (dtype === "int32") return fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer());
  return fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: -8, max: 8, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(...awkward) },
  );
};

export const shape = (options: { minLength?: number; maxLength?: number; max?: number } = {}) =>
  fc.array(fc.nat({ max: options.max ?? 5 }), { minLength: options.minLength ?? 0, maxLength: options.maxLength ?? 4 });

/** A view of the shape: axes in any order in memory, some stretched (stride 0), some with gaps, starting anywhere. */
export function viewOf(size: readonly number[], dtype: DType, values = element(dtype)): fc.Arbitrary<View> {
  const rank = size.length;
  return fc
    .record({
      order: fc.shuffledSubarray([...size.keys()], { minLength: rank, maxLength: rank }),
      gaps: fc.array(fc.constantFrom(1, 1, 1, 1, 2, 3), { minLength: rank, maxLength: rank }),
      stretched: fc.array(fc.constantFrom(false, false, false, true), { minLength: rank, maxLength: rank }),
      plain: fc.boolean(),
      offset: fc.nat({ max: 3 }),
    })
    .chain(({ order, gaps, stretched, plain, offset }) => {
      const strides = new Array<number>(rank).fill(0);
      let stride = 1;
      for (const axis of plain ? [...size.keys()].reverse() : order) {
        if (!plain && stretched[axis]) continue;
        strides[axis] = plain ? stride : stride * gaps[axis];
        stride = strides[axis] * Math.max(size[axis], 1);
      }
      const length = offset + stride + 1;
      return fc
        .array(values, { minLength: length, maxLength: length, size: "max" })
        .map((data) => ({ data: constructors[dtype].from(data) as Data, offset, shape: size, strides }));
    });
}

/** Every index of the shape, in row-major order. */
export function indices(size: readonly number[]): number[][] {
  return size.reduce<number[][]>(
    (heads, n) => heads.flatMap((head) => Array.from({ length: n }, (_, i) => [...head, i])),
    [[]],
  );
}

export const at = ({ data, offset, strides }: View, index: readonly number[]): number =>
  data[index.reduce((place, i, axis) => place + i * strides[axis], offset)];

/** The elements of a view, in row-major order. */
export const elements = (view: View): number[] => indices(view.shape).map((index) => at(view, index));

export const arrayOf = (dtype: DType, values: readonly number[]): Data => constructors[dtype].from(values) as Data;
