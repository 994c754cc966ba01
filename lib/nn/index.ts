/** @file Neural networks: modules, layers, attention and transformers, initialization, and saved weights. */

export { fromSafetensors, toSafetensors } from "../formats/safetensors.js";
export { type Activation, ELU, GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Softplus, Tanh } from "./activations.js";
export * from "./attention.js";
export * from "./containers.js";
export * from "./embedding.js";
export * from "./functional.js";
export * from "./gpt.js";
export { gpt2 } from "./gpt2.js";
export * as init from "./init.js";
export { Dropout, LayerNorm, Linear, type LinearOptions } from "./layers.js";
export { isModule, Module, type StateDict } from "./module.js";
export { GRU, type Recurrence, RNN } from "./recurrent.js";
export { type SamplingOptions, sample } from "./sampling.js";
export * from "./transformer.js";
