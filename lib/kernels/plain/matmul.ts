/** @file Matrix products, four columns at a time. `kernels/wasm` shows how a fast one works. */

import type { Data, View } from "../kernels.js";
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
  const product = isFloat32(a.data) ? rowTimesColumns32 : rowTimesColumns;
  for (let r = 0; r < m; r++, i += a.strides[axes], o += n) {
    product(out, o, n, k, a.data, i, a.strides[axes + 1], b.data, j, b.strides[axes], b.strides[axes + 1]);
  }
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
