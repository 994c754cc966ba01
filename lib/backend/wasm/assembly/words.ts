/** @file Negative sampling: ../../reference/words.ts, four numbers at a time. */

import { add, constant, div, mul, mulAdd, select, sigmoid, softplus, sub } from "./math";

/**
 * Rows of both tables are `row` bytes apart, a multiple of 16, filled up by zeros. `hidden` and `gradient` have room for a
 * row, `dots` for as many numbers as a step has targets, in whole groups of four.
 */
export function negativeSampling(
  steps: i32, row: i32, input: usize, output: usize, starts: usize, sources: usize, targets: usize, perStep: i32,
  rates: usize, hidden: usize, gradient: usize, dots: usize,
): f64 {
  let total: f64 = 0;
  for (let i = 0; i < steps; i++, starts += 4, targets += perStep * 4, rates += 4) {
    const first = sources + load<i32>(starts) * 4;
    const end = sources + load<i32>(starts, 4) * 4;
    meanOfRows(input, row, first, end, hidden);
    for (let t = 0; t < perStep; t++) {
      const target = load<i32>(targets + t * 4);
      store<f32>(dots + t * 4, target < 0 ? 0 : dot(row, hidden, output + target * row));
    }
    const rate = v128.load32_splat(rates);
    for (let t = 0; t < perStep; t += 4) {
      const x = v128.load(dots + t * 4);
      const isTrue = t == 0 ? i32x4(-1, 0, 0, 0) : i32x4.splat(0);
      const losses = softplus(select(isTrue, f32x4.neg(x), x));
      for (let lane = 0; lane < min(4, perStep - t); lane++) {
        if (load<i32>(targets + (t + lane) * 4) >= 0) total += laneOf(losses, lane);
      }
      v128.store(dots + t * 4, mul(rate, sub(select(isTrue, constant(1), constant(0)), sigmoid(x))));
    }
    memory.fill(gradient, 0, row);
    for (let t = 0; t < perStep; t++) {
      const target = load<i32>(targets + t * 4);
      if (target >= 0) learn(row, v128.load32_splat(dots + t * 4), hidden, output + target * row, gradient);
    }
    for (let source = first; source < end; source += 4) {
      const at = input + load<i32>(source) * row;
      for (let d = 0; d < row; d += 16) v128.store(at + d, add(v128.load(at + d), v128.load(gradient + d)));
    }
  }
  return total;
}

function laneOf(v: v128, lane: i32): f64 {
  if (lane == 0) return f32x4.extract_lane(v, 0);
  if (lane == 1) return f32x4.extract_lane(v, 1);
  return lane == 2 ? f32x4.extract_lane(v, 2) : f32x4.extract_lane(v, 3);
}

function meanOfRows(table: usize, row: i32, first: usize, end: usize, out: usize): void {
  memory.copy(out, table + load<i32>(first) * row, row);
  if (end - first == 4) return;
  for (let source = first + 4; source < end; source += 4) {
    const at = table + load<i32>(source) * row;
    for (let d = 0; d < row; d += 16) v128.store(out + d, add(v128.load(out + d), v128.load(at + d)));
  }
  const count = constant(<f32>((end - first) / 4));
  for (let d = 0; d < row; d += 16) v128.store(out + d, div(v128.load(out + d), count));
}

/** (p₀ + p₂) + (p₁ + p₃), with pⱼ the sum over every fourth product from j on */
function dot(row: i32, a: usize, b: usize): f32 {
  let p = f32x4.splat(0);
  for (let d = 0; d < row; d += 16) p = mulAdd(v128.load(a + d), v128.load(b + d), p);
  const pairs = add(p, v128.shuffle<f32>(p, p, 2, 3, 2, 3));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** gradient += slope · u, then u += slope · hidden */
function learn(row: i32, slope: v128, hidden: usize, u: usize, gradient: usize): void {
  for (let d = 0; d < row; d += 16) {
    const before = v128.load(u + d);
    v128.store(gradient + d, mulAdd(slope, before, v128.load(gradient + d)));
    v128.store(u + d, mulAdd(slope, v128.load(hidden + d), before));
  }
}
