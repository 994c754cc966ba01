/** @file Order among numbers. */

import type { Data } from "../backend.js";

/** NaN counts as larger than every number, as in PyTorch. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}

/** The positions that sort a row; equal numbers keep their order. */
export function sortedPositions(row: Data, descending: boolean): number[] {
  return Array.from(row.keys()).sort((i, j) => (descending ? compare(row[j], row[i]) : compare(row[i], row[j])));
}
