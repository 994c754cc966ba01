/**
 * @file Matrix multiplication, C = A B, after Goto & van de Geijn, "Anatomy of High-Performance Matrix Multiplication"
 * (2008). A naive triple loop waits for memory: it reads two numbers for every multiplication. Here every number that is
 * fetched is used many times, on three levels:
 *
 *            n                    k                 n
 *      ┌───────────┐        ┌───────────┐     ┌───────────┐
 *      │     ┌──┐  │        │           │     │     ┌──┐  │
 *    m │  C  │8 │  │   =  m │▓▓▓▓▓▓▓▓▓▓▓│  ·  │   k │▒▒│  │      one tile of C: 4 rows of A times 8 columns of B
 *      │    4└──┘  │       4│           │     │     │▒▒│  │
 *      └───────────┘        └───────────┘     └───────────┘
 *
 *   registers  A tile of C, 4 × 8 numbers, stays in eight SIMD registers while k runs. Each step reads 4 numbers of A and
 *              8 of B and multiplies every pair: 32 products for 12 reads.
 *   cache L1   The 4 rows of A and 8 columns of B are *packed* first: copied so that step k finds its 4 and its 8 numbers
 *              side by side, whatever the strides of the operands were. Transposes are free for that reason.
 *   cache L2   A packed block of A (BLOCK_M × BLOCK_K) is reused for all columns, a packed block of B (BLOCK_K × BLOCK_N)
 *              for all rows.
 *
 * The order of additions is the reference's: up to k = 1024 each element of C is summed over k from first to last, every
 * product and every sum rounded; a longer sum is made of runs of 64, added up in float64 so that their errors do not add up
 * too. Tiles at the edge are padded with zeros, never summed in another order.
 */

import { demoted, lower, upper } from "./math";

/** How many rows and columns of the operands are packed at a time. */
const BLOCK_M = 64;
const BLOCK_K = 512;
const BLOCK_N = 512;
const FLOAT = 4;
const TILE_ROWS = 4;
const TILE_COLUMNS = 8;
/** Up to how many products are summed in float32 from first to last; beyond, in runs of RUN, a divisor of BLOCK_K. */
const SHORT = 1024;
const RUN = 64;
/** How many rows of float64 sums are kept at a time, for long k. */
const SUM_ROWS = 256;

// Both blocks, a tile at the edge of C made whole, and the float64 sums of SUM_ROWS × BLOCK_N, tile after tile, lie at the
// start of memory.
const packedA: usize = 64;
const packedB: usize = packedA + BLOCK_M * BLOCK_K * FLOAT;
const edge: usize = packedB + BLOCK_K * BLOCK_N * FLOAT;
const sums: usize = edge + TILE_ROWS * TILE_COLUMNS * FLOAT;

/** The address from which on memory is free for operands and results. */
export function freeMemory(): usize {
  return sums + SUM_ROWS * BLOCK_N * 8;
}

/** C (m × n, rows `cRow` apart) = A (m × k) · B (k × n). Strides count floats. */
export function gemm(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  cRow: i32,
): void {
  aRow *= FLOAT;
  aColumn *= FLOAT;
  bRow *= FLOAT;
  bColumn *= FLOAT;
  cRow *= FLOAT;
  if (k > SHORT) return gemmInRuns(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow);
  for (let j = 0; j < n; j += BLOCK_N) {
    const columns = min(n - j, BLOCK_N);
    for (let p = 0; p < k; p += BLOCK_K) {
      const depth = min(k - p, BLOCK_K);
      packColumns(depth, columns, b + p * bRow + j * bColumn, bRow, bColumn);
      for (let i = 0; i < m; i += BLOCK_M) {
        const rows = min(m - i, BLOCK_M);
        packRows(rows, depth, a + i * aRow + p * aColumn, aRow, aColumn);
        multiplyBlocks(rows, columns, depth, c + i * cRow + j * FLOAT, cRow, p > 0);
      }
    }
  }
}

/** Every tile of C that a packed block of A and one of B give. */
function multiplyBlocks(m: i32, n: i32, k: i32, c: usize, cRow: i32, accumulate: bool): void {
  for (let j = 0; j < n; j += TILE_COLUMNS) {
    const b = packedB + j * k * FLOAT;
    for (let i = 0; i < m; i += TILE_ROWS) {
      const a = packedA + i * k * FLOAT;
      const tile = c + i * cRow + j * FLOAT;
      const rows = min(m - i, TILE_ROWS);
      const columns = min(n - j, TILE_COLUMNS);
      if (rows === TILE_ROWS && columns === TILE_COLUMNS) {
        multiplyTile(k, a, b, tile, cRow, accumulate);
      } else {
        if (accumulate) copyTile(rows, columns, tile, cRow, edge, TILE_COLUMNS * FLOAT);
        multiplyTile(k, a, b, edge, TILE_COLUMNS * FLOAT, accumulate);
        copyTile(rows, columns, edge, TILE_COLUMNS * FLOAT, tile, cRow);
      }
    }
  }
}

/** C = A B for long k, SUM_ROWS rows of C at a time. Strides count bytes. */
function gemmInRuns(
  m: i32, n: i32, k: i32, a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, bColumn: i32, c: usize, cRow: i32,
): void {
  for (let i = 0; i < m; i += SUM_ROWS) {
    const rows = min(m - i, SUM_ROWS);
    for (let j = 0; j < n; j += BLOCK_N) {
      const columns = min(n - j, BLOCK_N);
      const tilesUp = (rows + TILE_ROWS - 1) / TILE_ROWS;
      const tilesAcross = (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
      memory.fill(sums, 0, tilesUp * tilesAcross * SUM_TILE);
      for (let p = 0; p < k; p += BLOCK_K) {
        const depth = min(k - p, BLOCK_K);
        packColumns(depth, columns, b + p * bRow + j * bColumn, bRow, bColumn);
        for (let r = 0; r < rows; r += BLOCK_M) {
          const height = min(rows - r, BLOCK_M);
          packRows(height, depth, a + (i + r) * aRow + p * aColumn, aRow, aColumn);
          addRuns(height, columns, depth, sums + (r / TILE_ROWS) * tilesAcross * SUM_TILE, tilesAcross);
        }
      }
      for (let r = 0; r < rows; r += TILE_ROWS) {
        for (let column = 0; column < columns; column += TILE_COLUMNS) {
          roundTile(sums + ((r / TILE_ROWS) * tilesAcross + column / TILE_COLUMNS) * SUM_TILE);
          const tile = c + (i + r) * cRow + (j + column) * FLOAT;
          copyTile(min(rows - r, TILE_ROWS), min(columns - column, TILE_COLUMNS), edge, TILE_COLUMNS * FLOAT, tile, cRow);
        }
      }
    }
  }
}

/** The bytes of a tile of float64 sums. */
const SUM_TILE = TILE_ROWS * TILE_COLUMNS * 8;

/** Adds a packed block of A times one of B to the sums, run by run. */
function addRuns(m: i32, n: i32, k: i32, to: usize, tilesAcross: i32): void {
  for (let j = 0; j < n; j += TILE_COLUMNS) {
    for (let i = 0; i < m; i += TILE_ROWS) {
      const tile = to + ((i / TILE_ROWS) * tilesAcross + j / TILE_COLUMNS) * SUM_TILE;
      for (let p = 0; p < k; p += RUN) {
        const a = packedA + (i * k + p * TILE_ROWS) * FLOAT;
        const b = packedB + (j * k + p * TILE_COLUMNS) * FLOAT;
        multiplyTile(min(k - p, RUN), a, b, edge, TILE_COLUMNS * FLOAT, false);
        addTile(tile);
      }
    }
  }
}

/** Adds the tile at `edge` to float64 sums. */
function addTile(to: usize): void {
  for (let at = edge; at < sums; at += 16, to += 32) {
    const v = v128.load(at);
    v128.store(to, f64x2.add(v128.load(to), lower(v)));
    v128.store(to, f64x2.add(v128.load(to, 16), upper(v)), 16);
  }
}

/** Float64 sums, rounded, to the tile at `edge`. */
function roundTile(from: usize): void {
  for (let at = edge; at < sums; at += 16, from += 32) v128.store(at, demoted(v128.load(from), v128.load(from, 16)));
}

function copyTile(rows: i32, columns: i32, from: usize, fromRow: i32, to: usize, toRow: i32): void {
  for (let i = 0; i < rows; i++) memory.copy(to + i * toRow, from + i * fromRow, columns * FLOAT);
}

/**
 * c (4 × 8) = or += a (4 × k, packed) · b (k × 8, packed). Two steps of k to a round save a tenth of the time. The way out
 * between them ends a basic block: without it V8 loads for both steps first, and runs out of registers.
 */
function multiplyTile(k: i32, a: usize, b: usize, c: usize, cRow: i32, accumulate: bool): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let c00 = f32x4.splat(0),
    c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0),
    c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0),
    c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0),
    c31 = f32x4.splat(0);
  if (accumulate) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c10 = v128.load(c1);
    c11 = v128.load(c1, 16);
    c20 = v128.load(c2);
    c21 = v128.load(c2, 16);
    c30 = v128.load(c3);
    c31 = v128.load(c3, 16);
  }
  const end = a + k * 16;
  let b0: v128, b1: v128, x: v128;
  do {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    if (a + 16 >= end) break;
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    x = v128.load32_splat(a, 16);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 20);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 24);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 28);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a += 32;
    b += 64;
  } while (a < end);
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c1, c10);
  v128.store(c1, c11, 16);
  v128.store(c2, c20);
  v128.store(c2, c21, 16);
  v128.store(c3, c30);
  v128.store(c3, c31, 16);
}

/** Packs A by groups of 4 rows: k after k, 4 numbers each; rows beyond the last are zeros. Strides count bytes. */
function packRows(m: i32, k: i32, a: usize, row: i32, column: i32): void {
  let out = packedA;
  for (let i = 0; i < m; i += 4, a += 4 * row) {
    if (m - i < 4) {
      packEdge(4, m - i, k, a, row, column, out);
    } else if (row === FLOAT) {
      let from = a;
      for (let p = 0; p < k; p++, from += column, out += 16) v128.store(out, v128.load(from));
    } else {
      packFour(k, a, row, column, out, 16);
      out += k * 16;
    }
  }
}

/** Packs B by groups of 8 columns: k after k, 8 numbers each; columns beyond the last are zeros. */
function packColumns(k: i32, n: i32, b: usize, row: i32, column: i32): void {
  let out = packedB;
  for (let j = 0; j < n; j += 8, b += 8 * column) {
    if (n - j < 8) {
      packEdge(8, n - j, k, b, column, row, out);
    } else if (column === FLOAT) {
      let from = b;
      for (let p = 0; p < k; p++, from += row, out += 32) {
        v128.store(out, v128.load(from));
        v128.store(out, v128.load(from, 16), 16);
      }
    } else {
      packFour(k, b, column, row, out, 32);
      packFour(k, b + 4 * column, column, row, out + 16, 32);
      out += k * 32;
    }
  }
}

/** Interleaves 4 lines of k numbers: step after step, one number of each; `outStep` bytes from one step to the next. */
function packFour(k: i32, line0: usize, line: i32, step: i32, out: usize, outStep: i32): void {
  let line1 = line0 + line;
  let line2 = line1 + line;
  let line3 = line2 + line;
  let p = 0;
  if (step === FLOAT) {
    for (; p + 4 <= k; p += 4) {
      const r0 = v128.load(line0),
        r1 = v128.load(line1),
        r2 = v128.load(line2),
        r3 = v128.load(line3);
      const even01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5),
        odd01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const even23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5),
        odd23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(out, v128.shuffle<f32>(even01, even23, 0, 1, 4, 5));
      v128.store(out + outStep, v128.shuffle<f32>(even01, even23, 2, 3, 6, 7));
      v128.store(out + 2 * outStep, v128.shuffle<f32>(odd01, odd23, 0, 1, 4, 5));
      v128.store(out + 3 * outStep, v128.shuffle<f32>(odd01, odd23, 2, 3, 6, 7));
      out += 4 * outStep;
      line0 += 16;
      line1 += 16;
      line2 += 16;
      line3 += 16;
    }
  }
  for (; p < k; p++, out += outStep) {
    store<f32>(out, load<f32>(line0));
    store<f32>(out, load<f32>(line1), 4);
    store<f32>(out, load<f32>(line2), 8);
    store<f32>(out, load<f32>(line3), 12);
    line0 += step;
    line1 += step;
    line2 += step;
    line3 += step;
  }
}

/** The last, incomplete group: `lines` of `width` lines, then zeros. */
function packEdge(width: i32, lines: i32, k: i32, from: usize, line: i32, step: i32, out: usize): void {
  for (let p = 0; p < k; p++, from += step) {
    for (let i = 0; i < width; i++, out += FLOAT) store<f32>(out, i < lines ? load<f32>(from + i * line) : 0);
  }
}
