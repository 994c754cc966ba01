/** @file All methods of tensors: a file's exports are methods of the same names. */

export { backward } from "../autograd/engine.js";
export * from "./elementwise.js";
export * from "./indexing.js";
export * from "./linalg.js";
export * from "./logic.js";
export * from "./movement.js";
export * from "./reduce.js";
export * from "./rounding.js";
export * from "./scan.js";
export * from "./softmax.js";
export * from "./sort.js";
