/** @file Optimiser steps in WebAssembly: copied in, moved, copied back. */

import type { Data, Kernels } from "../backend.js";
import { plain } from "../reference/reference.js";
import { isFloat32 } from "../views.js";
import { begin, putSpan, restore, wasm } from "./memory.js";

const WORTH = 64;
const isWorth = (x: Data) => x.length >= WORTH && isFloat32(x);
const putAll = (x: Data) => putSpan(x, 0, x.length);

export const sgd: Kernels["sgd"] = (x, g, velocity, step) => {
  if (!isWorth(x)) return plain.sgd(x, g, velocity, step);
  begin();
  const [at, gradient, v] = [putAll(x), putAll(g), velocity ? putAll(velocity) : 0];
  wasm.sgd(x.length, at, gradient, v, step.lr, step.momentum, step.nesterov ? 1 : 0, step.weightDecay);
  restore(at, x);
  if (velocity) restore(v, velocity);
};

export const rmsprop: Kernels["rmsprop"] = (x, g, square, { lr, alpha, eps, weightDecay }) => {
  if (!isWorth(x)) return plain.rmsprop(x, g, square, { lr, alpha, eps, weightDecay });
  begin();
  const [at, gradient, s] = [putAll(x), putAll(g), putAll(square)];
  wasm.rmsprop(x.length, at, gradient, s, lr, alpha, 1 - alpha, eps, weightDecay);
  restore(at, x);
  restore(s, square);
};

export const adam: Kernels["adam"] = (x, g, mean, square, step) => {
  if (!isWorth(x)) return plain.adam(x, g, mean, square, step);
  begin();
  const { stepSize, scale, beta1, beta2, eps, weightDecay, kept } = step;
  const [at, gradient, m, s] = [putAll(x), putAll(g), putAll(mean), putAll(square)];
  wasm.adam(x.length, at, gradient, m, s, stepSize, scale, beta1, 1 - beta1, beta2, 1 - beta2, eps, weightDecay, kept);
  restore(at, x);
  restore(m, mean);
  restore(s, square);
};
