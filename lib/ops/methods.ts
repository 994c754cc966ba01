/** @file All methods of tensors: every value that these files export is the method of its name. */

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
