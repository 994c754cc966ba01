/** @file Optimizer steps, in place; ../backend.ts has their formulas. */

import type { Backend, Data } from "../backend.js";
import { dtypeOf, rounding } from "../storage.js";

const { abs, sqrt } = Math;
/** The smallest normal number, below which arithmetic is slow in hardware. */
const smallest = (x: Data): number => (dtypeOf(x) === "float32" ? 2 ** -126 : 2 ** -1022);
const flushed = (x: number, least: number) => (abs(x) < least ? 0 : x);

export const sgd: Backend["sgd"] = (x, g, velocity, step) => {
  const r = rounding(dtypeOf(x));
  const least = smallest(x);
  const lr = r(step.lr);
  const momentum = r(step.momentum);
  const decay = r(step.weightDecay);
  for (let i = 0; i < x.length; i++) {
    const gradient = r(g[i] + r(decay * x[i]));
    let direction = gradient;
    if (velocity) {
      velocity[i] = flushed(r(r(momentum * velocity[i]) + gradient), least);
      direction = step.nesterov ? r(gradient + r(momentum * velocity[i])) : velocity[i];
    }
    x[i] -= r(lr * direction);
  }
};

export const rmsprop: Backend["rmsprop"] = (x, g, square, step) => {
  const r = rounding(dtypeOf(x));
  const least = smallest(x);
  const lr = r(step.lr);
  const alpha = r(step.alpha);
  const added = r(1 - step.alpha);
  const eps = r(step.eps);
  const decay = r(step.weightDecay);
  for (let i = 0; i < x.length; i++) {
    const gradient = r(g[i] + r(decay * x[i]));
    square[i] = flushed(r(r(alpha * square[i]) + r(r(added * gradient) * gradient)), least);
    x[i] -= r(r(lr * gradient) / r(r(sqrt(square[i])) + eps));
  }
};

export const adam: Backend["adam"] = (x, g, mean, square, step) => {
  const r = rounding(dtypeOf(x));
  const least = smallest(x);
  const decayFactor = r(step.decayFactor);
  const decay = r(step.weightDecay);
  const beta1 = r(step.beta1);
  const added1 = r(1 - step.beta1);
  const beta2 = r(step.beta2);
  const added2 = r(1 - step.beta2);
  const eps = r(step.eps);
  const stepSize = r(step.stepSize);
  const scale = r(step.scale);
  for (let i = 0; i < x.length; i++) {
    const value = r(decayFactor * x[i]);
    const gradient = r(g[i] + r(decay * value));
    const m = flushed(r(r(beta1 * mean[i]) + r(added1 * gradient)), least);
    const s = flushed(r(r(beta2 * square[i]) + r(r(added2 * gradient) * gradient)), least);
    mean[i] = m;
    square[i] = s;
    x[i] = value - r(r(stepSize * m) / r(r(r(sqrt(s)) * scale) + eps));
  }
};
