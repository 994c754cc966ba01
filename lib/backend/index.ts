/** @file The active backend. All agree bit for bit, so the choice changes nothing but the time. */

import type { Backend } from "./backend.js";
import { reference } from "./reference/reference.js";
import { simd } from "./wasm/wasm.js";

export type { FusedActivation } from "./activations.js";
export type {
  AdamStep,
  AttentionOptions,
  Backend,
  Binary,
  Comparison,
  Data,
  DType,
  NegativeSamplingSteps,
  Reduction,
  RMSpropStep,
  SGDStep,
  View,
} from "./backend.js";
export type { Unary } from "./functions.js";
export * as math from "./math.js";
// Loops that exist once: both backends share them.
export { eliminate } from "./reference/elimination.js";
export * as products from "./reference/products.js";
export { accumulate } from "./reference/scans.js";
export { sortedPositions } from "./reference/sorting.js";
export { allocate, allocateAlone, dtypeOf } from "./storage.js";
export { isRowMajor, rowMajorStrides } from "./views.js";
export { setThreads } from "./wasm/threads.js";

const implementations = { reference, wasm: simd };
let active: Backend = simd;

export const backend = (): Backend => active;

/**
 * Chooses what computes: `"wasm"`, the default, or `"reference"`, loops in plain TypeScript that give the same bits.
 * @example
 * setBackend("wasm");
 * ones([2]).add(1) // Tensor<[2]> [2, 2]
 */
export function setBackend(name: Backend["name"]): void {
  if (!Object.hasOwn(implementations, name)) {
    throw new TypeError(`setBackend: takes "reference" or "wasm", got ${JSON.stringify(name) ?? String(name)}`);
  }
  active = implementations[name];
}
