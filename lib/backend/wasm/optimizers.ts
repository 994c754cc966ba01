/** @file Optimizer steps in WebAssembly: copied in, moved, copied back. */

import type { Backend, Data } from "../backend.js";
import { reference } from "../reference/reference.js";
import { accelerated } from "./accelerated.js";
import { copyBack, copyInSpan, share, wasm } from "./memory.js";

const MIN_SIZE = 64;
/** How many numbers a thread takes at least, a multiple of four. */
const GRAIN = 8192;
/** A number takes Adam about as long as so many products. */
const ADAM_WORK = 4;
const worth = (x: Data) => x.length >= MIN_SIZE;
const copyInAll = (x: Data) => copyInSpan(x, 0, x.length);

export const sgd: Backend["sgd"] = accelerated(reference.sgd, worth, (x, g, velocity, step) => {
  const [at, gradient, v] = [copyInAll(x), copyInAll(g), velocity ? copyInAll(velocity) : 0];
  wasm().sgd(x.length, at, gradient, v, step.lr, step.momentum, step.nesterov ? 1 : 0, step.weightDecay);
  copyBack(at, x);
  if (velocity) copyBack(v, velocity);
});

export const rmsprop: Backend["rmsprop"] = accelerated(
  reference.rmsprop,
  worth,
  (x, g, square, { lr, alpha, eps, weightDecay }) => {
    const [at, gradient, s] = [copyInAll(x), copyInAll(g), copyInAll(square)];
    wasm().rmsprop(x.length, at, gradient, s, lr, alpha, 1 - alpha, eps, weightDecay);
    copyBack(at, x);
    copyBack(s, square);
  },
);

export const adam: Backend["adam"] = accelerated(
  reference.adam,
  worth,
  (x, g, mean, square, step) => {
    const { stepSize, scale, beta1, beta2, eps, weightDecay, decayFactor } = step;
    const [at, gradient, m, s] = [copyInAll(x), copyInAll(g), copyInAll(mean), copyInAll(square)];
    const rates = [stepSize, scale, beta1, 1 - beta1, beta2, 1 - beta2, eps, weightDecay, decayFactor];
    share("adam", x.length, GRAIN, { args: [at, gradient, m, s, ...rates], byItem: [4, 4, 4, 4] });
    copyBack(at, x);
    copyBack(m, mean);
    copyBack(s, square);
  },
  (x) => ADAM_WORK * x.length,
);
