/** @file Where numbers are stored: typed arrays of four dtypes, and how they are allocated. */

import { mostElements } from "../shape/rules.js";
import type { Data, DType } from "./backend.js";

const constructors = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array } as const;
/** V8 keeps arrays of up to so many bytes among its objects; others have a buffer, which takes 2 to 4 µs to make. */
const MOVED_TO_HEAP = 64;
/** Those of up to so many bytes are therefore cut from buffers that they share, which takes 0.1 to 1.6 µs. */
const LARGEST_CUT = 2 ** 15;

/**
 * A buffer to cut arrays from. An array that is kept keeps the whole buffer, so each size has buffers of its own, with room for
 * four of the largest arrays, and 16 KiB at least.
 */
class Slab {
  private buffer = new ArrayBuffer(0);
  private used = 0;

  constructor(
    private readonly bytes: number,
    private readonly make: (bytes: number) => ArrayBuffer,
  ) {}

  cut(dtype: DType, length: number, bytes: number): Data {
    if (this.used + bytes > this.buffer.byteLength) {
      try {
        this.buffer = this.make(this.bytes);
      } catch {
        throw noRoom(dtype, length);
      }
      this.used = 0;
    }
    const start = this.used;
    this.used = (start + bytes + 7) & ~7;
    return new constructors[dtype](this.buffer, start, length);
  }
}

/** For arrays of up to 1, 2, 4, 8, 16 and 32 KiB. */
const slabs = (make: (bytes: number) => ArrayBuffer): Slab[] =>
  [12, 12, 12, 13, 14, 15].map((log) => new Slab(4 * 2 ** log, make));
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

/** Room for results of a kernel, which writes them all: what the numbers are before, nobody knows. @throws as `allocate` */
export function allocateUnfilled(length: number): Float32Array {
  const bytes = 4 * length;
  if (bytes <= MOVED_TO_HEAP || !allocUnsafeSlow || !unfilled) return allocate("float32", length) as Float32Array;
  if (bytes <= LARGEST_CUT) return slabOf(unfilled, bytes).cut("float32", length, bytes) as Float32Array;
  try {
    return new Float32Array(allocUnsafeSlow(bytes).buffer as ArrayBuffer, 0, length);
  } catch {
    throw noRoom("float32", length);
  }
}

/** Zeros in a buffer of their own. @throws as `allocate` */
export function allocateAlone(dtype: DType, length: number): Data {
  try {
    return new constructors[dtype](length);
  } catch {
    throw noRoom(dtype, length);
  }
}

function noRoom(dtype: DType, length: number): RangeError {
  const size = ((length * constructors[dtype].BYTES_PER_ELEMENT) / 2 ** 30).toFixed(1);
  return new RangeError(
    `storage: ${length} elements of ${dtype} take ${size} GiB, more than is free; compute in parts`,
  );
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

/** A number as one stored element, to be read with stride 0. */
export function stored(dtype: DType, value: number): Data {
  const data = allocate(dtype, 1);
  data[0] = value;
  return data;
}
