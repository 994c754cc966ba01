/**
 * @file The module and its memory. Tensors live in ordinary garbage-collected arrays; a kernel copies its operands into
 * this memory, computes there, and copies the result out. So nothing has to be freed by hand, whatever someone still
 * holds stays valid, and the memory only ever has the size of the largest single call. Fused layers copy their operands
 * once, and memory in cache is copied at tens of gigabytes a second. Two other ways were measured by a GPT training step:
 * tensors that stay in this memory and are recycled after each step took 4% less, and could be overwritten while someone
 * holds them; arrays of gradients, counted and used again within a backward pass, took 3% less.
 */

import { sizeOf } from "../../shape/rules.js";
import type { Data, View } from "../backend.js";
import { allocateUnfilled } from "../storage.js";
import { copyInto, copySpan, type Operand, rowMajorStrides } from "../views.js";
import { bytes, type Exports } from "./module.generated.js";
import { type Pool, readyPool, type Steps, threads } from "./threads.js";
import { wideTileIsFaster } from "./tile.js";

const PAGE = 65536;
/** SIMD handles four numbers at a time and may touch three beyond the last. */
const SLACK = 16;

/** A memory and the functions that work on it. */
interface Instance {
  readonly memory: WebAssembly.Memory;
  readonly functions: Exports;
  /** The whole memory as numbers; made anew when it has grown. */
  floats: Float32Array;
  /** Where memory is free. */
  readonly start: number;
}

/** Null where the host has no WebAssembly with SIMD, undefined before the first call. */
let alone: Instance | null | undefined;
/** The threads that share the work of large calls, and the memory they share. */
let team: { readonly pool: Pool; readonly instance: Instance } | null = null;
/** Whether they share the work of the running call. */
let sharing = false;

let floats: Float32Array;
let current: Instance;
let top: number;

/** Whether the host runs the module, which the first call compiles. */
export function available(): boolean {
  if (alone === undefined) alone = instantiate();
  return alone !== null;
}

/** The module's functions, once it is `available`. */
export const wasm = (): Exports => current.functions;

const decoded = () => Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));

function instantiate(): Instance | null {
  try {
    const memory = new WebAssembly.Memory({ initial: 64 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(decoded()), { env: { memory } });
    // A plain object: names are looked up in it faster.
    current = instanceOf(memory, { ...exports } as unknown as Exports, 1);
    return current;
  } catch {
    return null;
  }
}

function instanceOf(memory: WebAssembly.Memory, functions: Exports, count: number): Instance {
  const start = (functions.freeMemory(count) + 63) & ~63;
  return { memory, functions, floats: new Float32Array(memory.buffer), start };
}

/** The same module for a memory that threads share: its import says so, and how large the memory may become. */
function compileShared(): WebAssembly.Module {
  const module = decoded();
  const name = [3, 101, 110, 118, 6, 109, 101, 109, 111, 114, 121, 2]; // "env" "memory", a memory
  const import_ = module.findIndex((_, i) => name.every((byte, k) => module[i + k] === byte));
  const limits = import_ + name.length;
  module[import_ - 2] += 3; // the length of the section
  return new WebAssembly.Module(
    Uint8Array.from([...module.subarray(0, limits), 3, 0, 0x80, 0x80, 2, ...module.subarray(limits + 2)]),
  );
}

/** From how many products, or as much other work, on threads share a call. */
const MIN_SHARED = 2 ** 20;

/** Starts a kernel call of so many products: forgets what the previous one copied in. */
export function resetArena(work = 0): void {
  sharing = false;
  current = alone as Instance;
  if (work >= MIN_SHARED && threads() > 1) {
    const pool = readyPool(compileShared);
    if (!pool) team = null;
    else if (team?.pool !== pool) {
      team = { pool, instance: instanceOf(pool.memory, pool.functions, threads()) };
      pool.functions.useWideTile(useWide ? 1 : 0);
    }
    if (team) {
      team.pool.settle();
      current = team.instance;
      sharing = true;
    }
  }
  floats = current.floats;
  top = current.start;
}

/**
 * Calls a function of the module whose first argument counts items, with `total`; threads share the items, if they share
 * this call. The other arguments grow by `byItem` from item to item, and by `byThread` from thread to thread.
 * @param grain parts have a multiple of so many items, but for the last
 */
export function share(name: keyof Exports, total: number, grain: number, steps: Steps): void {
  if (!sharing || total < 2 * grain) {
    (current.functions[name] as (...args: number[]) => void)(total, ...steps.args);
    return;
  }
  const { pool } = team as { pool: Pool };
  const chunk = Math.ceil(total / (grain * Math.min(2 * pool.size, 64))) * grain;
  pool.run(name, total, chunk, useWide, steps);
}

/** Products so far, and whether the wide tile multiplies. */
let multiplied = 0;
let useWide = false;
let tried = 0;
/** After how many products the tiles are compared: once V8 may have optimized them, and later again. */
const TRIALS = [2 ** 24, 2 ** 30];

/** C (m × n, rows `cRow` apart) = A (m × k) · B (k × n). Addresses count bytes, strides count floats. */
export function gemm(
  m: number,
  n: number,
  k: number,
  a: number,
  aRow: number,
  aColumn: number,
  b: number,
  bRow: number,
  bColumn: number,
  c: number,
  cRow: number,
): void {
  if (tried < TRIALS.length && !useWide) {
    multiplied += m * n * k;
    if (multiplied >= TRIALS[tried]) {
      tried++;
      useWide = wideTileIsFaster();
      if (useWide) {
        alone?.functions.useWideTile(1);
        current.functions.useWideTile(1);
      }
    }
  }
  if (!sharing || m * n * k < MIN_SHARED) {
    current.functions.gemm(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow);
  } else if (m >= n) {
    const args = [n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow];
    share("gemm", m, 16, { args, byItem: [0, 0, 4 * aRow, 0, 0, 0, 0, 0, 4 * cRow, 0] });
  } else {
    const args = [m, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow];
    share("gemmColumns", n, 16, { args, byItem: [0, 0, 0, 0, 0, 4 * bColumn, 0, 0, 4, 0] });
  }
}

/** Addresses are int32 in the module's loops: beyond this they would turn negative. */
const LIMIT = 2 ** 31 - PAGE;

/** Thrown where a call needs more memory than the module can address; `accelerated` then takes the reference. */
export const OUT_OF_ROOM = new RangeError("WebAssembly: a call needs more than 2 GiB");

/** Room for n numbers; gives their address. Their values are what happens to be there. @throws OUT_OF_ROOM */
export function reserve(n: number): number {
  const address = top;
  const end = Math.ceil((top + 4 * n + SLACK) / 64) * 64;
  if (end > LIMIT) throw OUT_OF_ROOM;
  if (end > floats.length * 4) {
    try {
      current.memory.grow(Math.ceil((end - floats.length * 4) / PAGE));
    } catch {
      throw OUT_OF_ROOM;
    }
    floats = current.floats = new Float32Array(current.memory.buffer);
  }
  top = end;
  return address;
}

/** Copies a view in, in row-major order. */
export function copyIn(x: View): number {
  const address = reserve(sizeOf(x.shape));
  copyInto(floats, address >> 2, x);
  return address;
}

/** Copies `length` numbers of `data` in as they lie. */
export function copyInSpan(data: Data, offset: number, length: number): number {
  const address = reserve(length);
  copySpan(floats, address >> 2, data, offset, length);
  return address;
}

/** Copies whole numbers in, as int32. */
export function copyInIntegers(x: View): number {
  const n = sizeOf(x.shape);
  const address = reserve(n);
  copyInto(new Int32Array(current.memory.buffer, address, n), 0, x);
  return address;
}

/** Copies addresses in, as int32. */
export function copyInAddresses(addresses: readonly number[]): number {
  const at = reserve(addresses.length);
  new Int32Array(current.memory.buffer, at, addresses.length).set(addresses);
  return at;
}

/** Room for n numbers for each thread: the place of the first, and how many bytes apart they are. */
export function reserveForThreads(n: number): { at: number; apart: number } {
  const apart = Math.ceil((4 * n + SLACK) / 64) * 64;
  return { at: reserve((sharing ? threads() : 1) * (apart / 4)), apart };
}

export function copyInNumber(x: number): number {
  const address = reserve(1);
  floats[address >> 2] = x;
  return address;
}

/** Copies a view in as it lies, strides and all, unless there is much else between its elements. Offsets count floats. */
export function copyInMatrices(x: View): Operand {
  const span = x.shape.reduce((sum, size, axis) => sum + (size - 1) * x.strides[axis], 1);
  if (span <= 2 * sizeOf(x.shape)) return { offset: copyInSpan(x.data, x.offset, span) / 4, strides: x.strides };
  return { offset: copyIn(x) / 4, strides: rowMajorStrides(x.shape) };
}

/** Copies n numbers out. */
export function copyOut(address: number, n: number): Data {
  const out = allocateUnfilled(n);
  copySpan(out, 0, floats, address >> 2, n);
  return out;
}

/** Copies numbers out over those of `data`. */
export function copyBack(address: number, data: Data): void {
  data.set(floats.subarray(address >> 2, (address >> 2) + data.length));
}
