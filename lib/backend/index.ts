/** @file The active kernels. Implementations agree bit for bit in float32, so which one runs changes nothing but the time. */

import type { Kernels } from "./backend.js";
import { plain } from "./reference/reference.js";
import { simd } from "./wasm/wasm.js";

export type {
  Activation,
  AdamStep,
  AttentionOptions,
  Binary,
  Comparison,
  Data,
  DType,
  Guesses,
  Kernels,
  Reduction,
  RMSpropStep,
  SGDStep,
  Unary,
  View,
} from "./backend.js";
export * as math from "./math.js";
export { allocate, dtypeOf, isRowMajor, rowMajorStrides, sizeOf } from "./views.js";

const implementations = { plain, wasm: simd };
let active: Kernels = simd;

export const kernels = (): Kernels => active;

/**
 * Chooses the implementation: `"wasm"`, unless told otherwise, or `"plain"`, its twin in TypeScript.
 * @example
 * setKernels("wasm");
 * ones([2]).add(1) // Tensor<[2]> [2, 2]
 */
export function setKernels(name: Kernels["name"]): void {
  if (!Object.hasOwn(implementations, name)) {
    throw new TypeError(`setKernels: takes "plain" or "wasm", got ${JSON.stringify(name) ?? String(name)}`);
  }
  active = implementations[name];
}
