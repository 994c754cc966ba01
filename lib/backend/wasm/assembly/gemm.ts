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
 * A tile of 4 × 16 is twice as fast where the host makes 256-bit code of pairs of 128-bit operations (V8 with
 * `--experimental-wasm-revectorize`), and slower where it does not: `useWideTile` chooses.
 *
 * The order of additions is the reference's: up to k = 1024 each element of C is summed over k from first to last, every
 * product and every sum rounded; a longer sum is made of runs of 64, added up in float64 so that their errors do not add up
 * too. Tiles at the edge are padded with zeros, never summed in another order.
 */

import { demoted, lower, upper } from "./math";

/** How many rows and columns of the operands are packed at a time. */
const BLOCK_M = 64;
const BLOCK_K = 256;
const BLOCK_N = 512;
const FLOAT = 4;
const TILE_ROWS = 4;
/** Columns of a tile, and of a wide one. */
const NARROW = 8;
const WIDE = 16;
/** Up to how many products are summed in float32 from first to last; beyond, in runs of RUN, a divisor of BLOCK_K. */
const SHORT = 1024;
const RUN = 64;
/** How many rows of float64 sums are kept at a time, for long k. */
const SUM_ROWS = 256;

// A line of zeros that fills tiles up at the edge; both blocks; a tile at the edge of C made whole; and the float64 sums of
// SUM_ROWS × BLOCK_N, tile after tile. They lie at the start of memory, once for each thread.
const ZEROS_SIZE: usize = (BLOCK_K + 4) * FLOAT;
const A_SIZE: usize = BLOCK_M * BLOCK_K * FLOAT;
const B_SIZE: usize = BLOCK_K * BLOCK_N * FLOAT;
const EDGE_SIZE: usize = TILE_ROWS * WIDE * FLOAT;
const SUMS_SIZE: usize = SUM_ROWS * BLOCK_N * 8;
const START: usize = 64;
const WORK_SIZE: usize = (ZEROS_SIZE + A_SIZE + B_SIZE + EDGE_SIZE + SUMS_SIZE + 63) & ~63;

let zeros: usize = START;
let packedA: usize = zeros + ZEROS_SIZE;
let packedB: usize = packedA + A_SIZE;
let edge: usize = packedB + B_SIZE;
let sums: usize = edge + EDGE_SIZE;
let tileColumns: i32 = NARROW;

/** Gives this instance of the module the blocks of thread `thread`; instances that share a memory must not share blocks. */
export function useThread(thread: i32): void {
  zeros = START + thread * WORK_SIZE;
  packedA = zeros + ZEROS_SIZE;
  packedB = packedA + A_SIZE;
  edge = packedB + B_SIZE;
  sums = edge + EDGE_SIZE;
}

export function useWideTile(wide: i32): void {
  tileColumns = wide ? WIDE : NARROW;
}

/** The address from which on memory is free for operands and results, if `threads` threads compute. */
export function freeMemory(threads: i32): usize {
  return START + threads * WORK_SIZE;
}

/** The columns of the next tile, if `left` are left. */
@inline function widthOf(left: i32): i32 { return left > NARROW ? tileColumns : NARROW; }

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

/** The same, the columns of C counted first. */
export function gemmColumns(
  n: i32,
  m: i32,
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
  gemm(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow);
}

/** Every tile of C that a packed block of A and one of B give. */
function multiplyBlocks(m: i32, n: i32, k: i32, c: usize, cRow: i32, accumulate: bool): void {
  for (let j = 0, width = 0; j < n; j += width) {
    width = widthOf(n - j);
    const b = packedB + j * k * FLOAT;
    const columns = min(n - j, width);
    for (let i = 0; i < m; i += TILE_ROWS) {
      const a = packedA + i * k * FLOAT;
      const tile = c + i * cRow + j * FLOAT;
      const rows = min(m - i, TILE_ROWS);
      if (rows === TILE_ROWS && columns === width) {
        multiplyTile(width, k, a, b, tile, cRow, accumulate);
      } else {
        if (accumulate) copyTile(rows, columns, tile, cRow, edge, width * FLOAT);
        multiplyTile(width, k, a, b, edge, width * FLOAT, accumulate);
        copyTile(rows, columns, edge, width * FLOAT, tile, cRow);
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
      // The sums of four rows of tiles, each filled up to whole tiles.
      const across = ((columns + WIDE - 1) & ~(WIDE - 1)) * TILE_ROWS * 8;
      memory.fill(sums, 0, ((rows + TILE_ROWS - 1) / TILE_ROWS) * across);
      for (let p = 0; p < k; p += BLOCK_K) {
        const depth = min(k - p, BLOCK_K);
        packColumns(depth, columns, b + p * bRow + j * bColumn, bRow, bColumn);
        for (let r = 0; r < rows; r += BLOCK_M) {
          const height = min(rows - r, BLOCK_M);
          packRows(height, depth, a + (i + r) * aRow + p * aColumn, aRow, aColumn);
          addRuns(height, columns, depth, sums + (r / TILE_ROWS) * across, across);
        }
      }
      for (let r = 0; r < rows; r += TILE_ROWS) {
        for (let column = 0, width = 0; column < columns; column += width) {
          width = widthOf(columns - column);
          roundTile(width, sums + (r / TILE_ROWS) * across + column * TILE_ROWS * 8);
          const tile = c + (i + r) * cRow + (j + column) * FLOAT;
          copyTile(min(rows - r, TILE_ROWS), min(columns - column, width), edge, width * FLOAT, tile, cRow);
        }
      }
    }
  }
}

/** Adds a packed block of A times one of B to the sums, run by run; four rows of sums take `across` bytes. */
function addRuns(m: i32, n: i32, k: i32, to: usize, across: i32): void {
  for (let j = 0, width = 0; j < n; j += width) {
    width = widthOf(n - j);
    for (let i = 0; i < m; i += TILE_ROWS) {
      const tile = to + (i / TILE_ROWS) * across + j * TILE_ROWS * 8;
      for (let p = 0; p < k; p += RUN) {
        const a = packedA + (i * k + p * TILE_ROWS) * FLOAT;
        const b = packedB + (j * k + p * width) * FLOAT;
        multiplyTile(width, min(k - p, RUN), a, b, edge, width * FLOAT, false);
        addTile(width, tile);
      }
    }
  }
}

/** Adds the tile at `edge` to float64 sums. */
function addTile(width: i32, to: usize): void {
  for (let at = edge, end = at + width * TILE_ROWS * FLOAT; at < end; at += 16, to += 32) {
    const v = v128.load(at);
    v128.store(to, f64x2.add(v128.load(to), lower(v)));
    v128.store(to, f64x2.add(v128.load(to, 16), upper(v)), 16);
  }
}

/** Float64 sums, rounded, to the tile at `edge`. */
function roundTile(width: i32, from: usize): void {
  for (let at = edge, end = at + width * TILE_ROWS * FLOAT; at < end; at += 16, from += 32) {
    v128.store(at, demoted(v128.load(from), v128.load(from, 16)));
  }
}

function copyTile(rows: i32, columns: i32, from: usize, fromRow: i32, to: usize, toRow: i32): void {
  for (; rows > 0; rows--, from += fromRow, to += toRow) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) v128.store(to + j * FLOAT, v128.load(from + j * FLOAT));
    for (; j < columns; j++) store<f32>(to + j * FLOAT, load<f32>(from + j * FLOAT));
  }
}

/** c = or += a (4 × k, packed) · b (k × width, packed). */
@inline
function multiplyTile(width: i32, k: i32, a: usize, b: usize, c: usize, cRow: i32, accumulate: bool): void {
  if (width === WIDE) multiplyWideTile(k, a, b, c, cRow, accumulate);
  else multiplyNarrowTile(k, a, b, c, cRow, accumulate);
}

/**
 * A tile of 8 columns. Two steps of k to a round save a tenth of the time. The way out
 * between them ends a basic block: without it V8 loads for both steps first, and runs out of registers.
 */
function multiplyNarrowTile(k: i32, a: usize, b: usize, c: usize, cRow: i32, accumulate: bool): void {
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

/** A tile of 16 columns: too many for 16 registers of 128 bits, half of those of 256. */
function multiplyWideTile(k: i32, a: usize, b: usize, c: usize, cRow: i32, accumulate: bool): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c02 = f32x4.splat(0), c03 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0), c12 = f32x4.splat(0), c13 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c22 = f32x4.splat(0), c23 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0), c32 = f32x4.splat(0), c33 = f32x4.splat(0);
  if (accumulate) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c02 = v128.load(c, 32);
    c03 = v128.load(c, 48);
    c10 = v128.load(c1);
    c11 = v128.load(c1, 16);
    c12 = v128.load(c1, 32);
    c13 = v128.load(c1, 48);
    c20 = v128.load(c2);
    c21 = v128.load(c2, 16);
    c22 = v128.load(c2, 32);
    c23 = v128.load(c2, 48);
    c30 = v128.load(c3);
    c31 = v128.load(c3, 16);
    c32 = v128.load(c3, 32);
    c33 = v128.load(c3, 48);
  }
  const end = a + k * 16;
  let b0: v128, b1: v128, b2: v128, b3: v128, x: v128;
  do {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    b2 = v128.load(b, 32);
    b3 = v128.load(b, 48);
    x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    c02 = f32x4.add(c02, f32x4.mul(x, b2));
    c03 = f32x4.add(c03, f32x4.mul(x, b3));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    c12 = f32x4.add(c12, f32x4.mul(x, b2));
    c13 = f32x4.add(c13, f32x4.mul(x, b3));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    c22 = f32x4.add(c22, f32x4.mul(x, b2));
    c23 = f32x4.add(c23, f32x4.mul(x, b3));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    c32 = f32x4.add(c32, f32x4.mul(x, b2));
    c33 = f32x4.add(c33, f32x4.mul(x, b3));
    a += 16;
    b += 64;
  } while (a < end);
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(c, c03, 48);
  v128.store(c1, c10);
  v128.store(c1, c11, 16);
  v128.store(c1, c12, 32);
  v128.store(c1, c13, 48);
  v128.store(c2, c20);
  v128.store(c2, c21, 16);
  v128.store(c2, c22, 32);
  v128.store(c2, c23, 48);
  v128.store(c3, c30);
  v128.store(c3, c31, 16);
  v128.store(c3, c32, 32);
  v128.store(c3, c33, 48);
}

/** Packs A by groups of 4 rows: k after k, 4 numbers each; rows beyond the last are zeros. Strides count bytes. */
function packRows(m: i32, k: i32, a: usize, row: i32, column: i32): void {
  let out = packedA;
  for (let i = 0; i < m; i += 4, a += 4 * row, out += k * 16) packLines(m - i, k, a, row, column, out, 16);
}

/** Packs B by groups of as many columns as a tile has: k after k, these numbers; columns beyond the last are zeros. */
function packColumns(k: i32, n: i32, b: usize, row: i32, column: i32): void {
  let out = packedB;
  for (let j = 0, width = 0; j < n; j += width) {
    width = widthOf(n - j);
    if (column === FLOAT && width === WIDE && n - j >= WIDE) {
      let from = b;
      for (let p = 0; p < k; p++, from += row, out += 64) {
        v128.store(out, v128.load(from));
        v128.store(out, v128.load(from, 16), 16);
        v128.store(out, v128.load(from, 32), 32);
        v128.store(out, v128.load(from, 48), 48);
      }
      b += WIDE * FLOAT;
    } else if (column === FLOAT && width === NARROW && n - j >= NARROW) {
      let from = b;
      for (let p = 0; p < k; p++, from += row, out += 32) {
        v128.store(out, v128.load(from));
        v128.store(out, v128.load(from, 16), 16);
      }
      b += NARROW * FLOAT;
    } else {
      for (let i = 0; i < width; i += 4, b += 4 * column) packLines(n - j - i, k, b, column, row, out + i * FLOAT, width * FLOAT);
      out += width * k * FLOAT;
    }
  }
}

/**
 * Interleaves 4 lines of k numbers, `line` bytes apart: step after step, one number of each, `outStep` bytes from one step
 * to the next. Only `lines` of them are there, if that is less than 4; the others are zeros.
 */
function packLines(lines: i32, k: i32, from: usize, line: i32, step: i32, out: usize, outStep: i32): void {
  if (lines <= 0) {
    for (let p = 0; p < k; p++, out += outStep) v128.store(out, f32x4.splat(0));
    return;
  }
  if (line === FLOAT) {
    const there = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(lines));
    for (let p = 0; p < k; p++, from += step, out += outStep) v128.store(out, v128.and(v128.load(from), there));
    return;
  }
  let line0 = from;
  let line1 = lines > 1 ? from + line : zeros;
  let line2 = lines > 2 ? from + 2 * line : zeros;
  let line3 = lines > 3 ? from + 3 * line : zeros;
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
  // A line of zeros is only as long as the numbers of a block that lie side by side.
  const step1 = lines > 1 || step === FLOAT ? step : 0;
  const step2 = lines > 2 || step === FLOAT ? step : 0;
  const step3 = lines > 3 || step === FLOAT ? step : 0;
  for (; p < k; p++, out += outStep) {
    store<f32>(out, load<f32>(line0));
    store<f32>(out, load<f32>(line1), 4);
    store<f32>(out, load<f32>(line2), 8);
    store<f32>(out, load<f32>(line3), 12);
    line0 += step;
    line1 += step1;
    line2 += step2;
    line3 += step3;
  }
}
