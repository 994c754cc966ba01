/** @file How strided views lie and are walked: row-major strides, copies, and a walk over several views at once. */

import { sizeOf } from "../shape/rules.js";
import type { Shape } from "../shape/shape.js";
import type { Data, View } from "./backend.js";
import { allocate, dtypeOf } from "./storage.js";

export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** A view of all of `data`, row after row. */
export const rowMajor = (data: Data, shape: Shape): View => ({
  data,
  offset: 0,
  shape,
  strides: rowMajorStrides(shape),
});

/** Whether the elements lie one after another in row-major order, from `offset` on. */
export function isRowMajor({ shape, strides }: View): boolean {
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 0) return true;
    if (shape[axis] !== 1 && strides[axis] !== stride) return false;
    stride *= shape[axis];
  }
  return true;
}

/** The last two axes swapped. */
export function transposed(x: View): View {
  const { data, offset, shape, strides } = x;
  if (shape.length === 2) return { data, offset, shape: [shape[1], shape[0]], strides: [strides[1], strides[0]] };
  return { data: x.data, offset: x.offset, shape: swapped(x.shape), strides: swapped(x.strides) };
}

function swapped(list: readonly number[]): number[] {
  const copy = list.slice();
  const last = copy.length - 1;
  copy[last] = list[last - 1];
  copy[last - 1] = list[last];
  return copy;
}

/** A view of shape [..., heads, T, D] of data that lie as [..., T, heads, D], so that merging the heads copies nothing. */
export function viewHeadsInside(data: Data, shape: Shape): View {
  const strides = rowMajorStrides(shape);
  const axis = shape.length - 3;
  if (axis >= 0) {
    const [heads, , d] = shape.slice(-3);
    strides[axis] = d;
    strides[axis + 1] = heads * d;
  }
  return { data, offset: 0, shape, strides };
}

/** Where an operand starts, and its stride on every axis of the walk. */
export interface Operand {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A view or a number as an operand of `rank` axes; a number is read at stride 0. */
export const operand = (x: View | number, rank: number): Operand =>
  typeof x === "number" ? { offset: 0, strides: new Array<number>(rank).fill(0) } : x;

/**
 * Walks several operands of one shape together. Axes that lie one behind the other in every operand are merged, then
 * the walk goes row by row: within a row of `length` elements, operand k is at `at[k] + i · step[k]`.
 *
 *     const walk = new Walk(shape, [a, b]);
 *     do { for (let i = 0; i < walk.length; i++) … a.data[walk.at[0] + i * walk.step[0]] … } while (walk.next());
 */
export class Walk {
  readonly length: number;
  readonly at: number[];
  readonly step: number[];
  /** The merged axes outside a row, and each operand's strides on them. */
  readonly shape: number[] = [];
  readonly strides: number[][];
  private readonly index: number[];

  constructor(shape: Shape, operands: readonly Operand[]) {
    this.at = operands.map((operand) => operand.offset);
    this.strides = operands.map(() => []);
    for (let axis = 0; axis < shape.length; axis++) {
      const size = shape[axis];
      if (size === 1) continue;
      const last = this.shape.length - 1;
      let merges = last >= 0;
      for (let k = 0; merges && k < operands.length; k++)
        merges = this.strides[k][last] === operands[k].strides[axis] * size;
      const place = merges ? last : last + 1;
      this.shape[place] = merges ? this.shape[last] * size : size;
      for (let k = 0; k < operands.length; k++) this.strides[k][place] = operands[k].strides[axis];
    }
    this.length = this.shape.length > 0 ? (this.shape.pop() as number) : 1;
    this.step = this.strides.map((strides) => strides.pop() ?? 0);
    if (this.shape.includes(0)) this.length = 0;
    this.index = this.shape.map(() => 0);
  }

  /** Moves to the next row, or returns false after the last. */
  next(): boolean {
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      if (++this.index[axis] < this.shape[axis]) {
        for (let k = 0; k < this.at.length; k++) this.at[k] += this.strides[k][axis];
        return true;
      }
      this.index[axis] = 0;
      for (let k = 0; k < this.at.length; k++) this.at[k] -= this.strides[k][axis] * (this.shape[axis] - 1);
    }
    return false;
  }
}

/** Up to this length a loop is faster than `set`, which needs a view. */
const SHORT_SPAN = 32;

/** Writes `length` numbers of `data`, from `offset` on, to `out`, from `o` on. */
export function copySpan(out: Data, o: number, data: Data, offset: number, length: number): void {
  if (length > SHORT_SPAN) out.set(length === data.length ? data : data.subarray(offset, offset + length), o);
  else for (let i = 0; i < length; i++) out[o + i] = data[offset + i];
}

/** Writes the elements of `x` in row-major order to `out`, from `o` on. */
export function copyInto(out: Data, o: number, x: View): void {
  const { data, offset } = x;
  if (isRowMajor(x)) {
    copySpan(out, o, data, offset, sizeOf(x.shape));
    return;
  }
  const walk = new Walk(x.shape, [x]);
  const [step] = walk.step;
  do {
    let [i] = walk.at;
    for (const end = o + walk.length; o < end; o++, i += step) out[o] = data[i];
  } while (walk.next());
}

/** `x` with its elements in row-major order, from `offset` on: `x` itself where they already are, else a copy. */
export function packed(x: View): View {
  if (isRowMajor(x)) return x;
  const out = allocate(dtypeOf(x.data), sizeOf(x.shape));
  copyInto(out, 0, x);
  return rowMajor(out, x.shape);
}
