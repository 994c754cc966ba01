/** @file The WebAssembly module: everything it exports. */

export * from "./elementwise";
export { freeMemory, gemm } from "./gemm";
export * from "./optimizers";
export * from "./rows";
export { negativeSampling } from "./words";
