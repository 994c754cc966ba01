/** @file How strided views are stored and walked: allocation, row-major strides, and a walk over several views at once. */

import { mostElements, sizeOf } from "../shape/rules.js";
import type { Shape } from "../shape/shape.js";
import type { Data, DType, View } from "./backend.js";

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

const constructors = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array } as const;
/** V8 keeps arrays of up to so many bytes among its objects; any other has a buffer, which takes 2 to 4 µs to make. */
const MOVED_TO_HEAP = 64;
/** Arrays of up to so many bytes are therefore cut from buffers that they share, which takes 0.1 to 1 µs. */
const LARGEST_CUT = 2 ** 15;

/** A buffer to cut arrays from. An array that is kept keeps its buffer, so both are of a size: sixteen to a buffer, or four. */
class Slab {
  private buffer = new ArrayBuffer(0);
  private used = 0;

  constructor(
    private readonly bytes: number,
    private readonly make: (bytes: number) => ArrayBuffer,
  ) {}

  cut(dtype: DType, length: number, bytes: number): Data {
    if (this.used + bytes > this.buffer.byteLength) {
      this.buffer = this.make(this.bytes);
      this.used = 0;
    }
    const start = this.used;
    this.used = (start + bytes + 7) & ~7;
    return new constructors[dtype](this.buffer, start, length);
  }
}

/** Slabs for arrays of up to 1, 2, 4, 8, 16 and 32 KiB. */
const slabs = (make: (bytes: number) => ArrayBuffer): Slab[] =>
  [10, 11, 12, 13, 14, 15].map((log) => new Slab(2 ** Math.min(log + 4, 17), make));
const slabOf = (of: readonly Slab[], bytes: number): Slab => of[Math.max(0, 22 - Math.clz32(bytes - 1))];

/** Node's way to a buffer that is not filled with zeros first. */
const { allocUnsafeSlow } =
  (globalThis as { Buffer?: { allocUnsafeSlow?: (bytes: number) => Uint8Array } }).Buffer ?? {};
const filled = slabs((bytes) => new ArrayBuffer(bytes));
const unfilled = allocUnsafeSlow && slabs((bytes) => allocUnsafeSlow(bytes).buffer as ArrayBuffer);

/** Zeros. @throws RangeError that names the size, where it is more than is free */
export function allocate(dtype: DType, length: number): Data {
  // Any other number would let a shared buffer be handed out twice; positions are int32.
  if (length >>> 0 !== length || length > mostElements) {
    throw new RangeError(`storage: needs a whole number of elements up to ${mostElements}, got ${length}`);
  }
  const bytes = length * constructors[dtype].BYTES_PER_ELEMENT;
  if (bytes <= MOVED_TO_HEAP || bytes > LARGEST_CUT) return allocateAlone(dtype, length);
  return slabOf(filled, bytes).cut(dtype, length, bytes);
}

/** Room for results that are all written: what the numbers are before, nobody knows. @throws RangeError as `allocate` */
export function allocateUnfilled(length: number): Float32Array {
  const bytes = 4 * length;
  if (bytes <= MOVED_TO_HEAP || !allocUnsafeSlow || !unfilled) return allocate("float32", length) as Float32Array;
  if (bytes <= LARGEST_CUT) return slabOf(unfilled, bytes).cut("float32", length, bytes) as Float32Array;
  try {
    return new Float32Array(allocUnsafeSlow(bytes).buffer as ArrayBuffer, 0, length);
  } catch {
    return allocateAlone("float32", length) as Float32Array;
  }
}

/** Zeros in a buffer of their own. @throws RangeError that names the size, where it is more than is free */
export function allocateAlone(dtype: DType, length: number): Data {
  const Type = constructors[dtype];
  try {
    return new Type(length);
  } catch {
    const size = ((length * Type.BYTES_PER_ELEMENT) / 2 ** 30).toFixed(1);
    throw new RangeError(
      `storage: ${length} elements of ${dtype} take ${size} GiB, more than is free; compute in parts`,
    );
  }
}

export function dtypeOf(data: Data): DType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  return data instanceof Int32Array ? "int32" : "bool";
}

export const isFloat32 = (data: unknown): data is Float32Array => data instanceof Float32Array;

const unchanged = (x: number) => x;
/** Math.fround in a function of its own, which V8 can inline where it is passed on; the built-in itself it cannot. */
const toFloat32 = (x: number) => Math.fround(x);
/** What storing a number in an array of the dtype does to it, for the two float dtypes. */
export const rounding = (dtype: DType): ((x: number) => number) => (dtype === "float32" ? toFloat32 : unchanged);

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

/** A number as one stored element, to be read with stride 0. */
export function stored(dtype: DType, value: number): Data {
  const data = allocate(dtype, 1);
  data[0] = value;
  return data;
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
