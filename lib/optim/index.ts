/** @file Optimizers, learning-rate schedules, and gradient clipping. */

export { Adam, type AdamOptions, AdamW } from "./adam.js";
export { clipGradNorm, clipGradValue } from "./clip.js";
export { Optimizer } from "./optimizer.js";
export { RMSprop, type RMSpropOptions } from "./rmsprop.js";
export {
  constantRate,
  cosineDecay,
  linearDecay,
  linearWarmup,
  type Schedule,
  Scheduler,
  stepDecay,
} from "./schedules.js";
export { SGD, type SGDOptions } from "./sgd.js";
