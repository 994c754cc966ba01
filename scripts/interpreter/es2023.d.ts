/** @file What Node 20 has of ES2023 and the TypeScript inside tslab does not declare: methods that copy an array. */

interface ReadonlyArray<T> {
  /** A copy in reverse order. */
  toReversed(): T[];
  /** A sorted copy, in the order of `compareFn`, or else of the elements' texts. */
  toSorted(compareFn?: (a: T, b: T) => number): T[];
  /** A copy with `deleteCount` elements from `start` on replaced by `items`. */
  toSpliced(start: number, deleteCount?: number, ...items: T[]): T[];
  /** A copy with `value` at `index`, which counts from the end if negative. @throws RangeError if out of range */
  with(index: number, value: T): T[];
}

interface Array<T> extends Pick<ReadonlyArray<T>, "toReversed" | "toSorted" | "toSpliced" | "with"> {}

interface CopyingTypedArray<Self, T> {
  /** A copy in reverse order. */
  toReversed(): Self;
  /** A sorted copy, in the order of `compareFn`, or else numerically. */
  toSorted(compareFn?: (a: T, b: T) => number): Self;
  /** A copy with `value` at `index`, which counts from the end if negative. @throws RangeError if out of range */
  with(index: number, value: T): Self;
}

interface Int8Array extends CopyingTypedArray<Int8Array, number> {}
interface Uint8Array extends CopyingTypedArray<Uint8Array, number> {}
interface Uint8ClampedArray extends CopyingTypedArray<Uint8ClampedArray, number> {}
interface Int16Array extends CopyingTypedArray<Int16Array, number> {}
interface Uint16Array extends CopyingTypedArray<Uint16Array, number> {}
interface Int32Array extends CopyingTypedArray<Int32Array, number> {}
interface Uint32Array extends CopyingTypedArray<Uint32Array, number> {}
interface Float32Array extends CopyingTypedArray<Float32Array, number> {}
interface Float64Array extends CopyingTypedArray<Float64Array, number> {}
interface BigInt64Array extends CopyingTypedArray<BigInt64Array, bigint> {}
interface BigUint64Array extends CopyingTypedArray<BigUint64Array, bigint> {}
