/** @file Optimiser steps, in place: the formulas stand at their options in ../kernels.ts. */

import type { Kernels } from "../kernels.js";
import { dtypeOf, rounding } from "../views.js";

const SMALLEST_NORMAL = 2 ** -126;
const flushed = (x: number) => (Math.abs(x) < SMALLEST_NORMAL ? 0 : x);

export const sgd: Kernels["sgd"] = (x, g, velocity, { lr, momentum, nesterov, weightDecay }) => {
  const r = rounding(dtypeOf(x));
  const [eta, mu, decay] = [r(lr), r(momentum), r(weightDecay)];
  for (let i = 0; i < x.length; i++) {
    const gradient = r(g[i] + r(decay * x[i]));
    let direction = gradient;
    if (velocity) {
      velocity[i] = flushed(r(r(mu * velocity[i]) + gradient));
      direction = nesterov ? r(gradient + r(mu * velocity[i])) : velocity[i];
    }
    x[i] -= r(eta * direction);
  }
};

export const rmsprop: Kernels["rmsprop"] = (x, g, square, { lr, alpha, eps, weightDecay }) => {
  const r = rounding(dtypeOf(x));
  const [eta, kept, added, epsilon, decay] = [r(lr), r(alpha), r(1 - alpha), r(eps), r(weightDecay)];
  for (let i = 0; i < x.length; i++) {
    const gradient = r(g[i] + r(decay * x[i]));
    square[i] = flushed(r(r(kept * square[i]) + r(r(added * gradient) * gradient)));
    x[i] -= r(r(eta * gradient) / r(r(Math.sqrt(square[i])) + epsilon));
  }
};

export const adam: Kernels["adam"] = (x, g, mean, square, step) => {
  const r = rounding(dtypeOf(x));
  const [kept, decay, epsilon] = [r(step.kept), r(step.weightDecay), r(step.eps)];
  const [beta1, added1, beta2, added2] = [r(step.beta1), r(1 - step.beta1), r(step.beta2), r(1 - step.beta2)];
  const [stepSize, scale] = [r(step.stepSize), r(step.scale)];
  for (let i = 0; i < x.length; i++) {
    const value = r(kept * x[i]);
    const gradient = r(g[i] + r(decay * value));
    mean[i] = flushed(r(r(beta1 * mean[i]) + r(added1 * gradient)));
    square[i] = flushed(r(r(beta2 * square[i]) + r(r(added2 * gradient) * gradient)));
    x[i] = value - r(r(stepSize * mean[i]) / r(r(r(Math.sqrt(square[i])) * scale) + epsilon));
  }
};
