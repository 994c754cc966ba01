/** @file Matrix products, four columns and two rows at a time. `backend/wasm` shows how a fast one works. */

import { sizeOf } from "../../shape/rules.js";
import type { Data, View } from "../backend.js";
import { allocate, dtypeOf, isFloat32 } from "../storage.js";
import { Walk } from "../views.js";
import { dotProduct } from "./reductions.js";

const { fround } = Math;

/**
 * Up to how many products are summed from first to last in the dtype itself. More are summed in runs of `RUN`, and the
 * runs in float64, with what rounding loses added up beside it where the dtype is float64 too. So an element is within
 * min(k, 1024) · 2⁻²⁴ Σ|aᵢbᵢ| of the exact one in float32 for k ≤ 1024, and within 66 · 2⁻²⁴ Σ|aᵢbᵢ| for any larger k;
 * in float64 the same with 2⁻⁵³.
 */
const SHORT = 1024;
const RUN = 64;

/** One matrix of a batch: element (i, j) is `data[at + i·row + j·column]`. */
interface Matrix {
  readonly data: Data;
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

export function matmul(a: View, b: View): Data {
  const axes = a.shape.length - 2;
  const batch = axes > 0 ? a.shape.slice(0, axes) : [];
  const [m, k] = [a.shape[axes], a.shape[axes + 1]];
  const n = b.shape[axes + 1];
  const out = allocate(dtypeOf(a.data), sizeOf(batch) * m * n);
  if (out.length === 0 || k === 0) return out;
  const multiply = k > SHORT ? multiplyInRuns : multiplyShort;
  if (axes === 0) {
    multiply(out, 0, m, n, k, matrixOf(a, a.offset), matrixOf(b, b.offset));
    return out;
  }
  const walk = new Walk(batch, [
    { offset: a.offset, strides: a.strides.slice(0, axes) },
    { offset: b.offset, strides: b.strides.slice(0, axes) },
  ]);
  let o = 0;
  do {
    for (let i = 0; i < walk.length; i++, o += m * n) {
      const left = matrixOf(a, walk.at[0] + i * walk.step[0]);
      multiply(out, o, m, n, k, left, matrixOf(b, walk.at[1] + i * walk.step[1]));
    }
  } while (walk.next());
  return out;
}

function matrixOf({ data, strides }: View, at: number): Matrix {
  return { data, at, row: strides[strides.length - 2], column: strides[strides.length - 1] };
}

/** a · b of two vectors, as `dotProduct` sums it. */
export function dot(a: View, b: View): Data {
  const out = allocate(dtypeOf(a.data), 1);
  out[0] = dotProduct(a.data, a.offset, a.strides[0], b.data, b.offset, b.strides[0], a.shape[0]);
  return out;
}

/** C (m × n) = A (m × k) · B (k × n), to `o` on in out; each element is summed over k from first to last. */
function multiplyShort(out: Data, o: number, m: number, n: number, k: number, a: Matrix, b: Matrix): void {
  const product = isFloat32(a.data) ? rowTimesColumns32 : rowTimesColumns;
  let i = a.at;
  let r = 0;
  if (n >= 4 && product === rowTimesColumns) {
    for (; r + 2 <= m; r += 2, i += 2 * a.row, o += 2 * n) {
      const done = twoRowsTimesColumns(out, o, n, k, a.data, i, a.row, a.column, b.data, b.at, b.row, b.column);
      const rest = b.at + done * b.column;
      product(out, o + done, n - done, k, a.data, i, a.column, b.data, rest, b.row, b.column);
      product(out, o + n + done, n - done, k, a.data, i + a.row, a.column, b.data, rest, b.row, b.column);
    }
  }
  for (; r < m; r++, i += a.row, o += n) product(out, o, n, k, a.data, i, a.column, b.data, b.at, b.row, b.column);
}

/** The same for a long k, two rows at a time: runs of k, added up in float64. */
function multiplyInRuns(out: Data, o: number, m: number, n: number, k: number, a: Matrix, b: Matrix): void {
  for (let r = 0; r < m; r += 2) {
    const rows = Math.min(2, m - r);
    const part = allocate(dtypeOf(out), rows * n);
    const totals = new Float64Array(part.length);
    const lost = new Float64Array(part.length);
    for (let p = 0; p < k; p += RUN) {
      const left = { ...a, at: a.at + r * a.row + p * a.column };
      multiplyShort(part, 0, rows, n, Math.min(RUN, k - p), left, { ...b, at: b.at + p * b.row });
      for (let e = 0; e < part.length; e++) {
        const total = totals[e] + part[e];
        const added = total - totals[e];
        lost[e] += totals[e] - (total - added) + (part[e] - added);
        totals[e] = total;
      }
    }
    const exact = !isFloat32(out);
    for (let e = 0; e < part.length; e++) {
      out[o + r * n + e] = exact && Number.isFinite(lost[e]) ? totals[e] + lost[e] : totals[e];
    }
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
