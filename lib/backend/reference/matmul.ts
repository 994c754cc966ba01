/** @file Matrix products, four columns and two rows at a time. `backend/wasm` shows how a fast one works. */

import type { Data, View } from "../backend.js";
import { allocate, dtypeOf, isFloat32, sizeOf, Walk } from "../views.js";

const { fround } = Math;

export function matmul(a: View, b: View): Data {
  const axes = a.shape.length - 2;
  const batch = axes > 0 ? a.shape.slice(0, axes) : [];
  const m = a.shape[axes];
  const n = b.shape[axes + 1];
  const out = allocate(dtypeOf(a.data), sizeOf(batch) * m * n);
  if (out.length === 0 || a.shape[axes + 1] === 0) return out;
  if (axes === 0) {
    multiply(out, 0, a, a.offset, b, b.offset);
    return out;
  }
  const walk = new Walk(batch, [
    { offset: a.offset, strides: a.strides.slice(0, axes) },
    { offset: b.offset, strides: b.strides.slice(0, axes) },
  ]);
  let o = 0;
  do {
    for (let i = 0; i < walk.length; i++, o += m * n) {
      multiply(out, o, a, walk.at[0] + i * walk.step[0], b, walk.at[1] + i * walk.step[1]);
    }
  } while (walk.next());
  return out;
}

/** One product of a batch: the matrices at `i` in a and at `j` in b, to `o` on in out. */
function multiply(out: Data, o: number, a: View, i: number, b: View, j: number): void {
  const axes = a.shape.length - 2;
  const m = a.shape[axes];
  const k = a.shape[axes + 1];
  const n = b.shape[axes + 1];
  const [aRow, aColumn] = a.strides.slice(axes);
  const [bRow, bColumn] = b.strides.slice(axes);
  const product = isFloat32(a.data) ? rowTimesColumns32 : rowTimesColumns;
  let r = 0;
  if (n >= 4 && product === rowTimesColumns) {
    for (; r + 2 <= m; r += 2, i += 2 * aRow, o += 2 * n) {
      const done = twoRowsTimesColumns(out, o, n, k, a.data, i, aRow, aColumn, b.data, j, bRow, bColumn);
      product(out, o + done, n - done, k, a.data, i, aColumn, b.data, j + done * bColumn, bRow, bColumn);
      product(out, o + n + done, n - done, k, a.data, i + aRow, aColumn, b.data, j + done * bColumn, bRow, bColumn);
    }
  }
  for (; r < m; r++, i += aRow, o += n) product(out, o, n, k, a.data, i, aColumn, b.data, j, bRow, bColumn);
}

/** out[o + j] = Σₖ a[i + k·da] · b[at + k·bRow + j·bColumn] for the n columns j */
type RowTimesColumns = (
  out: Data,
  o: number,
  n: number,
  k: number,
  a: Data,
  i: number,
  da: number,
  b: Data,
  at: number,
  bRow: number,
  bColumn: number,
) => void;

const rowTimesColumns: RowTimesColumns = (out, o, n, k, a, i, da, b, at, bRow, bColumn) => {
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    let c0 = 0;
    let c1 = 0;
    let c2 = 0;
    let c3 = 0;
    for (let p = 0, x = i, y = at + j * bColumn; p < k; p++, x += da, y += bRow) {
      c0 += a[x] * b[y];
      c1 += a[x] * b[y + bColumn];
      c2 += a[x] * b[y + 2 * bColumn];
      c3 += a[x] * b[y + 3 * bColumn];
    }
    out[o + j] = c0;
    out[o + j + 1] = c1;
    out[o + j + 2] = c2;
    out[o + j + 3] = c3;
  }
  for (; j < n; j++) {
    let c = 0;
    for (let p = 0, x = i, y = at + j * bColumn; p < k; p++, x += da, y += bRow) c += a[x] * b[y];
    out[o + j] = c;
  }
};

/**
 * The same for two rows at once, as far as columns come in fours; returns how many are done. Eight sums that do not wait for
 * each other take less than half the time of twice four.
 */
function twoRowsTimesColumns(
  out: Data,
  o: number,
  n: number,
  k: number,
  a: Data,
  i: number,
  aRow: number,
  da: number,
  b: Data,
  at: number,
  bRow: number,
  bColumn: number,
): number {
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    let c0 = 0;
    let c1 = 0;
    let c2 = 0;
    let c3 = 0;
    let d0 = 0;
    let d1 = 0;
    let d2 = 0;
    let d3 = 0;
    for (let p = 0, x = i, y = at + j * bColumn; p < k; p++, x += da, y += bRow) {
      const v = a[x];
      const w = a[x + aRow];
      const b0 = b[y];
      const b1 = b[y + bColumn];
      const b2 = b[y + 2 * bColumn];
      const b3 = b[y + 3 * bColumn];
      c0 += v * b0;
      c1 += v * b1;
      c2 += v * b2;
      c3 += v * b3;
      d0 += w * b0;
      d1 += w * b1;
      d2 += w * b2;
      d3 += w * b3;
    }
    out[o + j] = c0;
    out[o + j + 1] = c1;
    out[o + j + 2] = c2;
    out[o + j + 3] = c3;
    out[o + n + j] = d0;
    out[o + n + j + 1] = d1;
    out[o + n + j + 2] = d2;
    out[o + n + j + 3] = d3;
  }
  return j;
}

/** The same, every product and every sum rounded to float32. */
const rowTimesColumns32: RowTimesColumns = (out, o, n, k, a, i, da, b, at, bRow, bColumn) => {
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    let c0 = fround(0);
    let c1 = fround(0);
    let c2 = fround(0);
    let c3 = fround(0);
    for (let p = 0, x = i, y = at + j * bColumn; p < k; p++, x += da, y += bRow) {
      c0 = fround(c0 + fround(a[x] * b[y]));
      c1 = fround(c1 + fround(a[x] * b[y + bColumn]));
      c2 = fround(c2 + fround(a[x] * b[y + 2 * bColumn]));
      c3 = fround(c3 + fround(a[x] * b[y + 3 * bColumn]));
    }
    out[o + j] = c0;
    out[o + j + 1] = c1;
    out[o + j + 2] = c2;
    out[o + j + 3] = c3;
  }
  for (; j < n; j++) {
    let c = fround(0);
    for (let p = 0, x = i, y = at + j * bColumn; p < k; p++, x += da, y += bRow) c = fround(c + fround(a[x] * b[y]));
    out[o + j] = c;
  }
};
