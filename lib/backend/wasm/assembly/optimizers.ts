/** @file Optimizer steps, in place over n numbers, in the operations of ../../reference/optimizers.ts. */

import { add, constant, div, mul, mulAdd, sub } from "./math";

/** Numbers below the smallest normal one, as 0. */
@inline
function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), constant(1.1754943508222875e-38)));
}

/** `velocity` is 0 for none. */
export function sgd(n: i32, x: usize, g: usize, velocity: usize, lr: f32, momentum: f32, nesterov: i32, decay: f32): void {
  for (const end = x + n * 4; x < end; x += 16, g += 16) {
    const value = v128.load(x);
    const gradient = add(v128.load(g), mul(constant(decay), value));
    let direction = gradient;
    if (velocity) {
      const v = flushed(mulAdd(constant(momentum), v128.load(velocity), gradient));
      v128.store(velocity, v);
      direction = nesterov ? add(gradient, mul(constant(momentum), v)) : v;
      velocity += 16;
    }
    v128.store(x, sub(value, mul(constant(lr), direction)));
  }
}

/** `added` is 1 − α. */
export function rmsprop(n: i32, x: usize, g: usize, square: usize, lr: f32, alpha: f32, added: f32, eps: f32, decay: f32): void {
  for (const end = x + n * 4; x < end; x += 16, g += 16, square += 16) {
    const value = v128.load(x);
    const gradient = add(v128.load(g), mul(constant(decay), value));
    const s = flushed(add(mul(constant(alpha), v128.load(square)), mul(mul(constant(added), gradient), gradient)));
    v128.store(square, s);
    v128.store(x, sub(value, div(mul(constant(lr), gradient), add(f32x4.sqrt(s), constant(eps)))));
  }
}

/** `added1` is 1 − β₁, `added2` is 1 − β₂. */
export function adam(
  n: i32, x: usize, g: usize, mean: usize, square: usize,
  stepSize: f32, scale: f32, beta1: f32, added1: f32, beta2: f32, added2: f32, eps: f32, decay: f32, decayFactor: f32,
): void {
  for (const end = x + n * 4; x < end; x += 16, g += 16, mean += 16, square += 16) {
    const value = mul(constant(decayFactor), v128.load(x));
    const gradient = add(v128.load(g), mul(constant(decay), value));
    const m = flushed(add(mul(constant(beta1), v128.load(mean)), mul(constant(added1), gradient)));
    const s = flushed(add(mul(constant(beta2), v128.load(square)), mul(mul(constant(added2), gradient), gradient)));
    v128.store(mean, m);
    v128.store(square, s);
    v128.store(x, sub(value, div(mul(constant(stepSize), m), add(mul(f32x4.sqrt(s), constant(scale)), constant(eps)))));
  }
}
