/** @file The shape rules at run time: the same rules, and the same sentences, as the types in `shape.ts`. */

import type { Shape } from "./shape.js";

/**
 * An error about shapes: two that do not fit together, or an axis that does not exist.
 * @example zeros([2, 3]).matmul(zeros([2, 3])) // throws: matmul: [2, 3] @ [2, 3]: inner dimensions 3 ≠ 2
 */
export class ShapeError extends RangeError {
  override readonly name = "ShapeError";
}

/** `[2, 3]` as text. */
export function show(shape: Shape): string {
  return `[${shape.map(String).join(", ")}]`;
}

/** The number of elements in a shape, or in its first `axes` axes. */
export function sizeOf(shape: Shape, axes = shape.length): number {
  let size = 1;
  for (let axis = 0; axis < axes; axis++) size *= shape[axis];
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The most elements of a tensor, since positions are int32. */
export const mostElements = 2 ** 31 - 1;

/** @throws unless `shape` is an array of whole sizes from 0 up, with no more elements than a tensor holds */
export function checkShape(op: string, shape: unknown): asserts shape is Shape {
  if (!Array.isArray(shape)) {
    throw new TypeError(`${op}: a shape is an array of sizes, such as [2, 3]; got ${describe(shape)}`);
  }
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) {
      throw new ShapeError(`${op}: sizes are whole numbers from 0 up; got ${describe(size)} in ${show(shape)}`);
    }
  }
  checkCount(op, shape);
}

/** @throws unless a tensor holds as many elements as `shape` has */
export function checkCount(op: string, shape: Shape): void {
  if (sizeOf(shape) > mostElements) {
    throw new ShapeError(`${op}: ${show(shape)} has ${sizeOf(shape)} elements; a tensor holds at most ${mostElements}`);
  }
}

/** A value as text for an error message. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return value.name ? `the function ${value.name}` : "a function";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) {
    const kind = value.constructor?.name ?? "object";
    return `${/^[aeiou]/i.test(kind) ? "an" : "a"} ${kind}`;
  }
  return Object.is(value, -0) ? "-0" : String(value);
}

/** NumPy broadcasting, aligned at the last axis. */
export function broadcast(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b) || b.length === 0) return a;
  const aligned = align(a, b);
  if (typeof aligned === "string") {
    throw new ShapeError(`${op}: ${show(a)} and ${show(b)} do not broadcast: ${aligned}`);
  }
  checkCount(op, aligned);
  return aligned;
}

/** The common shape, or the two sizes that do not agree. */
function align(a: Shape, b: Shape): Shape | string {
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const x = i > a.length ? 1 : a[a.length - i];
    const y = i > b.length ? 1 : b[b.length - i];
    if (x !== y && x !== 1 && y !== 1) return `${x} ≠ ${y}`;
    shape[rank - i] = x === 1 ? y : x;
  }
  return shape;
}

export function broadcastTo(shape: Shape, target: Shape): void {
  if (!stretches(shape, target)) {
    throw new ShapeError(`broadcastTo: ${show(shape)} does not stretch to ${show(target)}`);
  }
}

export function sumTo(shape: Shape, target: Shape): void {
  if (!stretches(target, shape)) {
    throw new ShapeError(`sumTo: ${show(target)} does not stretch to ${show(shape)}, so there is no way back`);
  }
}

/** Whether a tensor of `shape` broadcasts to `target`. */
export function stretches(shape: Shape, target: Shape): boolean {
  const aligned = align(shape, target);
  return typeof aligned !== "string" && sameShape(aligned, target);
}

/** The batch shape and m, k, n of a matrix product; a vector gets a missing axis of size 1. */
export function matmul(a: Shape, b: Shape): { batch: Shape; m: number; k: number; n: number; shape: Shape } {
  const fail = (why: string): never => {
    throw new ShapeError(`matmul: ${show(a)} @ ${show(b)}: ${why}`);
  };
  if (a.length === 0 || b.length === 0) return fail("a scalar has no axis to contract");
  const k = a[a.length - 1];
  const inner = b.length === 1 ? b[0] : b[b.length - 2];
  if (k !== inner) fail(`inner dimensions ${k} ≠ ${inner}`);
  const batch = align(a.slice(0, -2), b.slice(0, -2));
  if (typeof batch === "string") return fail(`batch dimensions ${batch}`);
  const rows = a.length > 1 ? [a[a.length - 2]] : [];
  const columns = b.length > 1 ? [b[b.length - 1]] : [];
  const shape = [...batch, ...rows, ...columns];
  checkCount("matmul", shape);
  return { batch, m: rows[0] ?? 1, k, n: columns[0] ?? 1, shape };
}

export function dot(a: Shape, b: Shape): void {
  const fail = (why: string): never => {
    throw new ShapeError(`dot: ${show(a)} and ${show(b)}: ${why}`);
  };
  if (a.length !== 1 || b.length !== 1) fail("dot takes two vectors; for matrices use matmul");
  if (a[0] !== b[0]) fail(`lengths ${a[0]} ≠ ${b[0]}`);
}

/** `axis` counted from the front. */
export function axisOf(op: string, shape: Shape, axis: number): number {
  const rank = shape.length;
  if (!Number.isInteger(axis)) throw new TypeError(`${op}: an axis is a whole number; got ${describe(axis)}`);
  if (axis < -rank || axis >= rank) throw new ShapeError(`${op}: ${show(shape)} has no axis ${axis}`);
  return axis < 0 ? axis + rank : axis;
}

/** The axes to reduce, counted from the front, in order: all of them if `axis` is undefined. */
export function axesOf(op: string, shape: Shape, axis: number | readonly number[] | undefined): number[] {
  if (axis === undefined) return shape.map((_, i) => i);
  if (!Array.isArray(axis)) return [axisOf(op, shape, axis as number)];
  const axes = axis.map((one) => axisOf(op, shape, one)).sort((i, j) => i - j);
  const twice = axes.find((one, i) => one === axes[i + 1]);
  if (twice !== undefined) throw new ShapeError(`${op}: axis ${twice} of ${show(shape)} is named twice`);
  return axes;
}

/** The shape without `axes`, or with size 1 in their places. */
export function reduce(shape: Shape, axes: readonly number[], keepdims: boolean): number[] {
  return keepdims ? shape.map((size, i) => (axes.includes(i) ? 1 : size)) : shape.filter((_, i) => !axes.includes(i));
}

/** `start` and `end` as `Array.prototype.slice` reads them: negative from the end, clamped. */
export function slice(size: number, start: number, end: number | undefined): { start: number; length: number } {
  for (const place of [start, end ?? 0]) {
    if (!Number.isInteger(place)) throw new ShapeError(`slice: places are whole numbers; got ${describe(place)}`);
  }
  const clamp = (place: number) => (place < 0 ? Math.max(place + size, 0) : Math.min(place, size));
  const from = clamp(start);
  return { start: from, length: Math.max(clamp(end ?? size) - from, 0) };
}

export function indexAt(shape: Shape, index: number, axis: number, named: number): number {
  const size = shape[axis];
  if (!Number.isInteger(index)) throw new TypeError(`at: an index is a whole number; got ${describe(index)}`);
  if (index < -size || index >= size) {
    throw new ShapeError(`at: index ${index} is outside axis ${named} of ${show(shape)}`);
  }
  return index < 0 ? index + size : index;
}

/** @throws unless the index fits inside `shape` on every axis but `axis` */
export function gather(op: string, shape: Shape, axis: number, index: Shape): void {
  const fail = (why: string): never => {
    throw new ShapeError(`${op}: ${show(shape)} by index ${show(index)}: ${why}`);
  };
  if (shape.length !== index.length) fail("different ranks");
  for (let i = 0; i < shape.length; i++) {
    if (i !== axis && index[i] > shape[i]) fail(`axis ${i} of the index is longer: ${index[i]} > ${shape[i]}`);
  }
}

export function permute(shape: Shape, order: readonly number[]): number[] {
  if (!Array.isArray(order)) {
    throw new TypeError(`permute: an order is an array of axes, such as [1, 0]; got ${describe(order)}`);
  }
  const rank = shape.length;
  const axes = order.map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.length === rank && shape.every((_, i) => axes.includes(i))) return axes;
  throw new ShapeError(`permute: ${show(order)} is not an order of the ${rank} axes of ${show(shape)}`);
}

/** The position of a new axis of size 1, counted from the front of the result. */
export function unsqueeze(op: string, shape: Shape, axis: number): number {
  const rank = shape.length + 1;
  if (!Number.isInteger(axis)) throw new TypeError(`${op}: an axis is a whole number; got ${describe(axis)}`);
  if (axis < -rank || axis >= rank) {
    throw new ShapeError(`${op}: ${show(shape)} has no place ${axis} for a new axis`);
  }
  return axis < 0 ? axis + rank : axis;
}

export function squeeze(shape: Shape, axis: number | undefined): number[] {
  if (axis === undefined) return shape.flatMap((size, i) => (size === 1 ? [i] : []));
  const i = axisOf("squeeze", shape, axis);
  if (shape[i] !== 1) throw new ShapeError(`squeeze: axis ${axis} of ${show(shape)} has size ${shape[i]}, not 1`);
  return [i];
}

/** The shape `target` for the elements of `shape`; one -1 in it becomes the remaining size. */
export function reshape(shape: Shape, target: Shape): Shape {
  if (!Array.isArray(target)) {
    throw new TypeError(`reshape: a shape is an array of sizes, such as [2, 3]; got ${describe(target)}`);
  }
  const free = target.indexOf(-1);
  const elements = sizeOf(shape);
  if (free < 0) {
    checkShape("reshape", target);
    if (sizeOf(target) === elements) return target;
  } else {
    const rest = target.filter((_, i) => i !== free);
    if (rest.includes(-1)) throw new ShapeError(`reshape: only one size can be -1; got ${show(target)}`);
    checkShape("reshape", rest);
    const others = sizeOf(rest);
    if (others > 0 && elements % others === 0) return target.map((size, i) => (i === free ? elements / others : size));
    throw new ShapeError(`reshape: ${show(shape)} has ${elements} elements, which ${show(target)} cannot divide`);
  }
  throw new ShapeError(`reshape: ${show(shape)} has ${elements} elements, ${show(target)} has ${sizeOf(target)}`);
}

/** The shape of a concatenation along `axis`, counted from the front. */
export function concat(shapes: readonly Shape[], axis: number): { axis: number; shape: number[] } {
  if (shapes.length === 0) throw new ShapeError("concat: there is nothing to join");
  const at = axisOf("concat", shapes[0], axis);
  const shape = [...shapes[0]];
  for (const next of shapes.slice(1)) {
    const fail = (why: string): never => {
      throw new ShapeError(`concat: ${show(shape)} and ${show(next)} along axis ${axis}: ${why}`);
    };
    if (next.length !== shape.length) fail("different ranks");
    for (let i = 0; i < shape.length; i++) if (i !== at && next[i] !== shape[i]) fail(`${shape[i]} ≠ ${next[i]}`);
    shape[at] += next[at];
  }
  checkCount("concat", shape);
  return { axis: at, shape };
}

export function stack(shapes: readonly Shape[], axis: number): number {
  if (shapes.length === 0) throw new ShapeError("stack: there is nothing to stack");
  for (const next of shapes) {
    if (!sameShape(shapes[0], next)) {
      throw new ShapeError(`stack: ${show(shapes[0])} and ${show(next)} differ in shape`);
    }
  }
  checkCount("stack", [shapes.length, ...shapes[0]]);
  return unsqueeze("stack", shapes[0], axis);
}

/** @throws unless the axis has `k` entries or more */
export function topk(shape: Shape, k: number, axis: number): void {
  const size = shape[axisOf("topk", shape, axis)];
  if (!Number.isInteger(k) || k < 0) throw new TypeError(`topk: k is a whole number from 0 up; got ${describe(k)}`);
  if (k > size) throw new ShapeError(`topk: axis ${axis} of ${show(shape)} has size ${size}, fewer than ${k}`);
}

/** Rows and columns of the last two axes. */
export function matrix(op: string, shape: Shape): [rows: number, columns: number] {
  if (shape.length < 2) throw new ShapeError(`${op}: needs two axes or more, got ${show(shape)}`);
  return [shape[shape.length - 2], shape[shape.length - 1]];
}

/** The size of a square matrix. */
export function square(op: string, shape: Shape): number {
  if (shape.length === 2 && shape[0] === shape[1]) return shape[0];
  throw new ShapeError(`${op}: needs a square matrix, got ${show(shape)}`);
}

export function diag(shape: Shape): void {
  if (shape.length !== 1 && shape.length !== 2) {
    throw new ShapeError(`diag: needs a vector or a matrix, got ${show(shape)}`);
  }
  if (shape.length === 1) checkCount("diag", [shape[0], shape[0]]);
}

export function trace(shape: Shape): void {
  if (shape.length !== 2) throw new ShapeError(`trace: needs a matrix, got ${show(shape)}`);
}

export function outer(a: Shape, b: Shape): void {
  if (a.length !== 1 || b.length !== 1) {
    throw new ShapeError(`outer: ${show(a)} and ${show(b)}: outer takes two vectors`);
  }
  checkCount("outer", [...a, ...b]);
}

/** @throws unless `a` is a square matrix, and `b` a vector or a matrix with as many rows */
export function solve(a: Shape, b: Shape): void {
  const n = square("solve", a);
  if (b.length !== 1 && b.length !== 2) {
    throw new ShapeError(`solve: ${show(a)} and ${show(b)}: the right side is a vector or a matrix`);
  }
  if (b[0] !== n) throw new ShapeError(`solve: ${show(a)} and ${show(b)}: rows ${n} ≠ ${b[0]}`);
}

/** How an axis is indexed: by a number, whole, by `[start, end, step]`, or by a tensor. */
export type IndexSpec =
  | number
  | null
  | readonly (number | undefined)[]
  | { readonly dtype: string; readonly shape: Shape };

/** @throws unless each index fits its axis, from the first axis on; a mask covers as many axes as it has */
export function index(shape: Shape, specs: readonly IndexSpec[]): void {
  let axis = 0;
  for (const spec of specs) {
    const covered = shape.slice(axis, axis + coveredBy(spec));
    if (covered.length < coveredBy(spec)) {
      throw new ShapeError(`index: ${show(shape)} has ${shape.length} axes, fewer than are indexed`);
    }
    if (typeof spec === "number" && !(Number.isInteger(spec) && spec >= -covered[0] && spec < covered[0])) {
      throw new ShapeError(`index: index ${spec} is outside axis ${axis} of ${show(shape)}`);
    }
    if (isMask(spec) && !sameShape(spec.shape, covered)) {
      throw new ShapeError(`index: a mask ${show(spec.shape)} does not cover axis ${axis} of ${show(shape)}`);
    }
    axis += covered.length;
  }
}

const isMask = (spec: IndexSpec): spec is { dtype: "bool"; shape: Shape } =>
  typeof spec === "object" && spec !== null && "dtype" in spec && spec.dtype === "bool";

/** The number of axes that an index covers. @throws if it is not an index */
function coveredBy(spec: IndexSpec): number {
  if (typeof spec === "number" || spec === null) return 1;
  if (Array.isArray(spec)) {
    const step = spec[2] ?? 1;
    if (Number.isInteger(step) && step >= 1) return 1;
    throw new RangeError(
      `index: a step is a whole number from 1 up, got ${describe(step)}; to turn an axis around use flip`,
    );
  }
  if (typeof spec !== "object" || !("dtype" in spec)) {
    throw new TypeError(`index: an index is a number, null, [start, end, step] or a tensor; got ${describe(spec)}`);
  }
  if (spec.dtype === "bool") return spec.shape.length;
  if (spec.dtype === "int32") return 1;
  throw new TypeError(`index: an index tensor is int32 or bool, this one is ${spec.dtype}; call .to("int32")`);
}

/** The sizes of the parts that `sizes` cut axis `axis` into: one size for all but the last, or a list. */
export function split(shape: Shape, sizes: number | readonly number[], axis: number): readonly number[] {
  const size = shape[axis];
  const all = typeof sizes === "number" ? [sizes] : sizes;
  if (!Array.isArray(all)) throw new TypeError(`split: takes a size or an array of sizes, got ${describe(sizes)}`);
  if (!all.every((one) => Number.isInteger(one) && one >= (typeof sizes === "number" ? 1 : 0))) {
    throw new ShapeError(`split: sizes are whole numbers, or one from 1 up; got ${show(all)}`);
  }
  if (typeof sizes === "number") {
    return Array.from({ length: Math.max(1, Math.ceil(size / sizes)) }, (_, i) => Math.min(sizes, size - i * sizes));
  }
  const total = sizes.reduce((sum, one) => sum + one, 0);
  if (total !== size) {
    throw new ShapeError(`split: sizes ${show(sizes)} sum to ${total}, axis ${axis} of ${show(shape)} has ${size}`);
  }
  return sizes;
}

/** @throws unless `times` has a whole number for each axis; further numbers in front add axes */
export function repeat(shape: Shape, times: readonly number[]): void {
  if (!Array.isArray(times)) {
    throw new TypeError(`repeat: takes an array with a number for each axis, such as [2, 1]; got ${describe(times)}`);
  }
  if (times.length < shape.length) {
    throw new ShapeError(`repeat: ${show(shape)} has ${shape.length} axes, more than ${show(times)} repeats`);
  }
  checkShape("repeat", times);
  const extra = times.length - shape.length;
  checkCount(
    "repeat",
    times.map((n, axis) => n * (shape[axis - extra] ?? 1)),
  );
}
