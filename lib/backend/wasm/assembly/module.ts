/** @file The WebAssembly module: everything it exports. */

export { attentionHeads, attentionHeadsBackward } from "./attention";
export * from "./elementwise";
export { freeMemory, gemm, gemmColumns, useThread, useWideTile } from "./gemm";
export * from "./optimizers";
export * from "./rows";
export { negativeSampling } from "./words";
