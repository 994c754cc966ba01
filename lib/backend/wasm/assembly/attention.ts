/** @file Attention, head by head. A table tells where the matrices of each head start, in bytes. */

import { gemm } from "./gemm";
import { attentionRows, softmaxBackwardRows } from "./rows";

/**
 * For each of `heads` rows of `table` — places of q k v weights output mask —: weights = softmax(scale · q kᵀ), output =
 * weights · v. `scores` has room for t × s numbers; `maskRow` is −1 where there is no mask. Strides count floats.
 */
export function attentionHeads(
  heads: i32, table: usize, t: i32, s: i32, d: i32, dv: i32, qRow: i32, qColumn: i32, kRow: i32, kColumn: i32, vRow: i32,
  vColumn: i32, oRow: i32, maskRow: i32, scale: f32, causal: i32, scores: usize,
): void {
  for (; heads > 0; heads--, table += 24) {
    const weights = load<i32>(table, 12);
    gemm(t, s, d, load<i32>(table), qRow, qColumn, load<i32>(table, 4), kColumn, kRow, scores, s);
    attentionRows(t, s, scores, scale, causal, maskRow < 0 ? 0 : load<i32>(table, 20), maskRow * 4, weights);
    gemm(t, dv, s, weights, s, 1, load<i32>(table, 8), vRow, vColumn, load<i32>(table, 16), oRow);
  }
}

/**
 * The gradients, for places of q k v dy weights dq dk dv: dv = wᵀ dy; with p = dy vᵀ: ds = scale · w (p − Σ w p), dq = ds k,
 * dk = dsᵀ q. `work` has room for twice t × s numbers.
 */
export function attentionHeadsBackward(
  heads: i32, table: usize, t: i32, s: i32, d: i32, dv: i32, qRow: i32, qColumn: i32, kRow: i32, kColumn: i32, vRow: i32,
  vColumn: i32, gRow: i32, gColumn: i32, dqRow: i32, dkRow: i32, dvRow: i32, scale: f32, work: usize,
): void {
  const dscores = work + ((t * s * 4 + 31) & ~15);
  for (; heads > 0; heads--, table += 32) {
    const g = load<i32>(table, 12);
    const weights = load<i32>(table, 16);
    gemm(s, dv, t, weights, 1, s, g, gRow, gColumn, load<i32>(table, 28), dvRow);
    gemm(t, s, dv, g, gRow, gColumn, load<i32>(table, 8), vColumn, vRow, work, s);
    softmaxBackwardRows(t, s, weights, work, scale, dscores);
    gemm(t, d, s, dscores, s, 1, load<i32>(table, 4), kRow, kColumn, load<i32>(table, 20), dqRow);
    gemm(s, d, t, dscores, 1, s, load<i32>(table), qRow, qColumn, load<i32>(table, 24), dkRow);
  }
}
