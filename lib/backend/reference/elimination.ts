/** @file Systems of linear equations. */

import type { Data } from "../backend.js";

/**
 * Solves A X = B in place by Gaussian elimination with partial pivoting: the rows of B become those of X.
 * @returns −1, or the first column of A that depends on those before it: then there is no single X
 */
export function eliminate(a: Data[], b: Data[]): number {
  const n = a.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i; r < n; r++) if (Math.abs(a[r][i]) > Math.abs(a[pivot][i])) pivot = r;
    for (const rows of [a, b]) [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    if (a[i][i] === 0) return i;
    for (let r = 0; r < n; r++) {
      const factor = r === i ? 0 : a[r][i] / a[i][i];
      if (factor === 0) continue;
      for (let c = i; c < n; c++) a[r][c] -= factor * a[i][c];
      for (let c = 0; c < b[r].length; c++) b[r][c] -= factor * b[i][c];
    }
  }
  for (let i = 0; i < n; i++) for (let c = 0; c < b[i].length; c++) b[i][c] /= a[i][i];
  return -1;
}
