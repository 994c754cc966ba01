/** @file Mini-batches in a seeded random order, and splits of data for training and validation. */

import { allocate, backend } from "../backend/index.js";
import { checkArray } from "../shape/kinds.js";
import { checkNumber, checkWhole } from "../shape/numbers.js";
import { describe, ShapeError, show, sizeOf } from "../shape/rules.js";
import type { Shape } from "../shape/shape.js";
import { type Generator, generatorOf } from "../tensor/random.js";
import { isTensor, Tensor } from "../tensor/tensor.js";

// biome-ignore lint/suspicious/noExplicitAny: tensors of any shape
type Tensors = readonly Tensor<any>[];
/** The types of the same tensors with another number of rows. */
export type Rows<T extends Tensors> = {
  -readonly [I in keyof T]: T[I] extends Tensor<infer S> ? Tensor<SomeRows<S>> : never;
};
type SomeRows<S extends Shape> = S extends readonly [number, ...infer Row extends Shape] ? [number, ...Row] : number[];

interface Order {
  /** Source of the random order: by default the stream that `manualSeed` starts. */
  generator?: Generator;
}
/** Options of `batches`. */
export interface BatchOptions extends Order {
  /** Take each epoch in a new random order, rather than the given one. */
  shuffle?: boolean;
  /** Leave out the last batch if it is smaller than the rest. */
  dropLast?: boolean;
}

/** Mini-batches that can be iterated any number of times: each pass is an epoch. */
export interface Batches<T extends Tensors> extends Iterable<Rows<T>> {
  /** Batches per epoch. */
  readonly length: number;
}

/**
 * Cuts tensors into batches of `size` rows, the same rows of each:
 *
 *     for (const [x, y] of batches([images, labels], 64, { shuffle: true })) …
 *
 * @throws if the tensors differ in their number of rows
 * @example batches([zeros([5, 2]), zeros([5])], 2).length // 3
 */
export function batches<const T extends Tensors>(
  tensors: T,
  size: number,
  { shuffle = false, dropLast = false, ...options }: BatchOptions = {},
): Batches<T> {
  const rows = rowsOf("batches", tensors);
  checkWhole("batches", "size", size, 1);
  const generator = generatorOf("batches", options.generator);
  const length = dropLast ? Math.floor(rows / size) : Math.ceil(rows / size);
  return {
    length,
    *[Symbol.iterator]() {
      const order = shuffle ? generator.permutation(rows) : inOrder(rows);
      for (let i = 0; i < length; i++) yield pick(tensors, order.subarray(i * size, (i + 1) * size));
    },
  };
}

/**
 * Splits data at random, no row in two parts: `const [training, validation] = split([x, y], [0.9, 0.1])`.
 * @param sizes shares that sum to 1, or numbers of rows that sum to all. Rows left over by rounding go to the first part
 * @example split([zeros([10, 2])], [0.8, 0.2])[0][0].shape // [ 8, 2 ]
 */
export function split<const T extends Tensors, const Sizes extends readonly number[]>(
  tensors: T,
  sizes: Sizes,
  options: Order = {},
): { -readonly [I in keyof Sizes]: Rows<T> } {
  const rows = rowsOf("split", tensors);
  const generator = generatorOf("split", options.generator);
  checkArray("split", "the list of sizes", sizes);
  for (const size of sizes) checkNumber("split", "a size", size, { from: 0 });
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shares = Math.abs(total - 1) < 1e-9;
  const counts = shares ? sizes.map((share) => Math.floor(share * rows + 1e-9)) : [...sizes];
  if (shares) counts[0] += rows - counts.reduce((sum, count) => sum + count, 0);
  if (!counts.every((count) => Number.isInteger(count) && count >= 0) || (!shares && total !== rows)) {
    throw new RangeError(
      `split: needs shares that sum to 1, or numbers of rows that sum to ${rows}; got ${show(sizes)}`,
    );
  }
  const order = generator.permutation(rows);
  let next = 0;
  const parts = counts.map((count) => {
    next += count;
    return pick(tensors, order.subarray(next - count, next));
  });
  return parts as { -readonly [I in keyof Sizes]: Rows<T> };
}

function rowsOf(name: string, tensors: Tensors): number {
  if (!Array.isArray(tensors) || tensors.length === 0 || !tensors.every(isTensor)) {
    throw new TypeError(`${name}: takes an array of tensors, such as [x, y]; got ${describe(tensors)}`);
  }
  const [first] = tensors;
  const odd = tensors.find((x) => x.ndim === 0 || x.shape[0] !== first.shape[0]);
  if (odd) {
    throw new ShapeError(
      `${name}: every tensor needs the same number of rows, got ${tensors.map((x) => show(x.shape)).join(" and ")}`,
    );
  }
  return first.shape[0];
}

const inOrder = (rows: number) => Int32Array.from({ length: rows }, (_, i) => i);

/** The same for a view, of which no more than these rows is read. */
function rowsOfView(x: Tensor, order: Int32Array): Tensor {
  const shape = [order.length, ...x.shape.slice(1)];
  const index = { data: order, offset: 0, shape, strides: shape.map((_, axis) => Number(axis === 0)) };
  return new Tensor(backend().gather(x, 0, index), shape);
}

/** Copies of the rows with the indices in `order`, outside the graph. */
function pick<T extends Tensors>(tensors: T, order: Int32Array): Rows<T> {
  const picked = tensors.map((x) => {
    if (!x.isContiguous) return rowsOfView(x, order);
    const row = sizeOf(x.shape.slice(1));
    const from = x.data.subarray(x.offset);
    const to = allocate(x.dtype, order.length * row);
    for (let i = 0; i < order.length; i++) to.set(from.subarray(order[i] * row, (order[i] + 1) * row), i * row);
    return new Tensor(to, [order.length, ...x.shape.slice(1)]);
  });
  return picked as Tensors as Rows<T>;
}
