/** @file Neural networks: modules, their layers, and how parameters start. */

export * from "./activations.js";
export * from "./containers.js";
export * from "./functional.js";
export * as init from "./init.js";
export * from "./layers.js";
export { isModule, Module, type StateDict } from "./module.js";
export { GRU, type Recurrence, RNN } from "./recurrent.js";
