/** @file Which tile a product is made of: the wide one where the host makes 256-bit code of it. */

import { bytes, type Exports } from "./module.generated.js";

/** Rows, columns and depth of the products that are timed. */
const SIZE = 64;
const DEPTH = 256;
/** For how many milliseconds the tiles race. */
const RACE = 12;
/** The wide tile is taken if it needs less than this part of the narrow one's time. */
const LESS = 0.85;

let answer: boolean | undefined;

/**
 * Lets both tiles multiply the same matrices in turn; V8 optimizes them meanwhile. The wide one must give the same bits, and
 * be the faster one. Only Node is asked, since its flags can let V8 make such code.
 */
export function wideTileIsFaster(): boolean {
  const node = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node;
  if (answer || Number.parseInt(node ?? "0", 10) < 24) return answer ?? false;
  const memory = new WebAssembly.Memory({ initial: 64 });
  const module = new WebAssembly.Module(Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)));
  const functions = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  const a = (functions.freeMemory(1) + 63) & ~63;
  const b = a + SIZE * DEPTH * 4 + 64;
  const results = [b + SIZE * DEPTH * 4 + 64, b + SIZE * (DEPTH + SIZE) * 4 + 128];
  const floats = new Float32Array(memory.buffer);
  for (let i = 0; i < SIZE * DEPTH; i++) {
    floats[a / 4 + i] = ((i * 7919) % 1009) / 1009 - 0.5;
    floats[b / 4 + i] = ((i * 104_729) % 997) / 997 - 0.5;
  }
  const best = [Infinity, Infinity];
  for (let now = performance.now(), end = now + RACE, wide = 0; now < end; wide = 1 - wide) {
    functions.useWideTile(wide);
    functions.gemm(SIZE, SIZE, DEPTH, a, DEPTH, 1, b, SIZE, 1, results[wide], SIZE);
    const then = performance.now();
    best[wide] = Math.min(best[wide], then - now);
    now = then;
  }
  const [narrow, wide] = results.map((at) => new Int32Array(memory.buffer, at, SIZE * SIZE));
  answer = best[1] < LESS * best[0] && narrow.every((bits, i) => bits === wide[i]);
  return answer;
}
