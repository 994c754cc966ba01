/** @file When a kernel runs in WebAssembly, and when the reference computes instead. */

import type { View } from "../backend.js";
import { isFloat32 } from "../storage.js";
import { available, OUT_OF_ROOM, resetArena } from "./memory.js";

/**
 * A kernel that runs in WebAssembly if `worth` says that the call pays, the operands are float32, the host has WebAssembly
 * with SIMD, and its memory has room; else by `reference`, which gives the same bits.
 * @param run starts with an empty arena, and changes none of its arguments before it has reserved all it needs
 * @param work how many products a call takes, or as much other work: threads share it if that is much
 */
export function accelerated<Kernel extends (...args: never[]) => unknown>(
  reference: Kernel,
  worth: (...args: Parameters<Kernel>) => boolean,
  run: (...args: Parameters<Kernel>) => ReturnType<Kernel>,
  work: (...args: Parameters<Kernel>) => number = () => 0,
): Kernel {
  const [slow, pays, fast, size] = [reference, worth, run, work] as unknown as SixArguments[];
  // Six parameters, as many as a kernel has: spreading a list takes longer than the sums of a small tensor.
  const kernel: SixArguments = (a, b, c, d, e, f) => {
    if (!pays(a, b, c, d, e, f) || !holdsFloat32(a, b, c) || !available()) return slow(a, b, c, d, e, f);
    resetArena(size(a, b, c, d, e, f) as number);
    try {
      return fast(a, b, c, d, e, f);
    } catch (error) {
      if (error !== OUT_OF_ROOM) throw error;
      return slow(a, b, c, d, e, f);
    }
  };
  return kernel as unknown as Kernel;
}

type SixArguments = (a: unknown, b: unknown, c: unknown, d: unknown, e: unknown, f: unknown) => unknown;

/** The operands of a call have one dtype, so the first of them tells; a name or a number may stand before it. */
function holdsFloat32(a: unknown, b: unknown, c: unknown): boolean {
  const first = typeof a === "object" ? a : typeof b === "object" ? b : c;
  return isFloat32(first) || isFloat32((first as View).data);
}
