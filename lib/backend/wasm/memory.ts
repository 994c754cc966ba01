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
import { allocate, copyInto, type Operand, rowMajorStrides } from "../views.js";
import { bytes, type Exports } from "./module.generated.js";

const PAGE = 65536;
/** SIMD handles four numbers at a time and may touch three beyond the last. */
const SLACK = 16;

let memory: WebAssembly.Memory;
let floats: Float32Array;
/** Null where the host has no WebAssembly with SIMD, undefined before the first call. */
let functions: Exports | null | undefined;
let start: number;
let top: number;

/** Whether the host runs the module, which the first call compiles. */
export function available(): boolean {
  if (functions === undefined) functions = instantiate();
  return functions !== null;
}

/** The module's functions, once it is `available`. */
export const wasm = (): Exports => functions as Exports;

function instantiate(): Exports | null {
  try {
    memory = new WebAssembly.Memory({ initial: 64 });
    const module = new WebAssembly.Module(Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    floats = new Float32Array(memory.buffer);
    // A plain object: names are looked up in it faster.
    const found = { ...exports } as unknown as Exports;
    start = (found.freeMemory() + 63) & ~63;
    return found;
  } catch {
    return null;
  }
}

/** Starts a kernel call: forgets what the previous one copied in. */
export function resetArena(): void {
  top = start;
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
      memory.grow(Math.ceil((end - floats.length * 4) / PAGE));
    } catch {
      throw OUT_OF_ROOM;
    }
    floats = new Float32Array(memory.buffer);
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
  floats.set(data.subarray(offset, offset + length), address >> 2);
  return address;
}

/** Copies whole numbers in, as int32. */
export function copyInIntegers(x: View): number {
  const n = sizeOf(x.shape);
  const address = reserve(n);
  copyInto(new Int32Array(memory.buffer, address, n), 0, x);
  return address;
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
  const start = address >> 2;
  if (n > 64) {
    // For arrays of megabytes faster than `floats.slice`; for smaller ones about as fast.
    const out = new Float32Array(n);
    out.set(floats.subarray(start, start + n));
    return out;
  }
  const out = allocate("float32", n);
  for (let i = 0; i < n; i++) out[i] = floats[start + i];
  return out;
}

/** Copies numbers out over those of `data`. */
export function copyBack(address: number, data: Data): void {
  data.set(floats.subarray(address >> 2, (address >> 2) + data.length));
}
