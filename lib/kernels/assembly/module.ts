/** @file The WebAssembly module: everything it exports. */

export * from "./elementwise";
export { gemm } from "./gemm";
export * from "./optimisers";
export * from "./rows";
