/** @file The data that figures are made of: rows, matrices and points, read from arrays, typed arrays and tensors alike. */

import { extent as d3Extent } from "d3-array";

/** A row of numbers: an array, a typed array, or whatever gives one by `toArray()`, as a tensor does. */
export type Numbers = ArrayLike<number> | { toArray(): unknown };

/** Rows of numbers, all of one length. */
export type Matrix = ArrayLike<ArrayLike<number>> | { toArray(): unknown };

/** A point of the plane. */
export type Point = readonly [x: number, y: number];

const isListLike = (value: unknown): value is ArrayLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as ArrayLike<unknown>).length === "number";

/** The plain array behind `value`, one level deep. */
function list(where: string, value: unknown): ArrayLike<unknown> {
  const plain =
    typeof (value as { toArray?: unknown })?.toArray === "function"
      ? (value as { toArray(): unknown }).toArray()
      : value;
  if (!isListLike(plain))
    throw new TypeError(`${where}: expected numbers, got ${value === null ? "null" : typeof value}`);
  if (plain.length === 0) throw new RangeError(`${where}: is empty; a figure needs at least one value`);
  return plain;
}

/** Reads a row of finite numbers; `where` names the input in errors. */
export function numbers(where: string, value: unknown): number[] {
  return Array.from(list(where, value), (item, index) => finite(() => `${where}[${index}]`, item));
}

/**
 * Reads a number, which must be finite. `where` names it in errors; it is a function because contours read thousands of
 * numbers, and few of them fail.
 */
export function finite(where: () => string, value: unknown): number {
  if (typeof value !== "number")
    throw new TypeError(`${where()}: expected a number, got ${isListLike(value) ? "a list" : typeof value}`);
  if (!Number.isFinite(value))
    throw new RangeError(`${where()} is ${value}; leave out or clip what is not finite before drawing`);
  return value;
}

/** Reads rows of numbers, all of one length. */
export function matrix(where: string, value: unknown): number[][] {
  const rows = Array.from(list(where, value), (row, index) => numbers(`${where}[${index}]`, row));
  const ragged = rows.findIndex((row) => row.length !== rows[0].length);
  if (ragged > 0) {
    throw new RangeError(
      `${where}[${ragged}]: has length ${rows[ragged].length}, and row 0 has ${rows[0].length}; rows must be of one length`,
    );
  }
  return rows;
}

/** Reads points of the plane: rows of two. */
export function points(where: string, value: unknown): Point[] {
  return matrix(where, value).map((row, index) => {
    if (row.length !== 2) throw new RangeError(`${where}[${index}]: expected [x, y], got ${row.length} numbers`);
    return [row[0], row[1]];
  });
}

/** Whether the first item of `value` is itself a list: rows rather than numbers. */
export const isNested = (where: string, value: unknown): boolean => isListLike(list(where, value)[0]);

export function sameLength(
  where: string,
  a: { length: number },
  b: { length: number },
  names: readonly [string, string],
) {
  if (a.length === b.length) return;
  throw new RangeError(`${where}: ${names[0]} has length ${a.length} and ${names[1]} has ${b.length}; they must match`);
}

/** The largest of any number of values, and of `least`. */
export function largest(values: Iterable<number>, least = -Infinity): number {
  let found = least;
  for (const value of values) found = Math.max(found, value);
  return found;
}

/** The smallest and the largest of the values, of which there is one at least. */
export const extent = (values: Iterable<number>): [number, number] => d3Extent(values) as [number, number];

/** The smallest and the largest value of all rows. */
export const extentOfRows = (rows: Iterable<readonly number[]>): [number, number] =>
  extent(Array.from(rows, extent).flat());

/**
 * Thins a line with more points than pixels: each column keeps its first, lowest, highest and last point, so that the line
 * looks the same, spikes included ("M4", Jugel et al. 2014).
 */
export function thin(line: readonly Point[], columns: number): Point[] {
  if (line.length <= 4 * columns) return [...line];
  const kept = new Set<number>();
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * line.length) / columns);
    const to = Math.floor(((column + 1) * line.length) / columns) - 1;
    let [lowest, highest] = [from, from];
    for (let i = from; i <= to; i++) {
      if (line[i][1] < line[lowest][1]) lowest = i;
      if (line[i][1] > line[highest][1]) highest = i;
    }
    for (const index of [from, lowest, highest, to]) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b).map((index) => line[index]);
}
