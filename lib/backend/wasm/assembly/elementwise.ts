/** @file Loops over contiguous float32: n numbers at x (and y) to n numbers at out. Memory has room for a whole last group of four. */

import * as math from "./math";
import { add, constant, div, mul, select, sub } from "./math";

export function exp(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.exp(v128.load(x)));
}
export function log(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.log(v128.load(x)));
}
export function tanh(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.tanh(v128.load(x)));
}
export function erf(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.erf(v128.load(x)));
}
export function sigmoid(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.sigmoid(v128.load(x)));
}
export function softplus(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.softplus(v128.load(x)));
}
export function gelu(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.gelu(v128.load(x)));
}
export function geluTanh(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.geluTanh(v128.load(x)));
}
export function geluSlope(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.geluSlope(v128.load(x)));
}
export function geluTanhSlope(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.geluTanhSlope(v128.load(x)));
}
export function elu(n: i32, x: usize, out: usize, alpha: f32): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.elu(v128.load(x), constant(alpha)));
}
export function sqrt(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, f32x4.sqrt(v128.load(x)));
}
export function neg(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, f32x4.neg(v128.load(x)));
}
export function abs(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, f32x4.abs(v128.load(x)));
}
/** ±0 and NaN stay as they are, as by Math.sign. */
export function sign(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) {
    const v = v128.load(x);
    const below = select(f32x4.lt(v, constant(0)), constant(-1), v);
    v128.store(out, select(f32x4.gt(v, constant(0)), constant(1), below));
  }
}
export function relu(n: i32, x: usize, out: usize): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) v128.store(out, math.atLeast(v128.load(x), 0));
}
export function leakyRelu(n: i32, x: usize, out: usize, slope: f32): void {
  for (const end = out + n * 4; out < end; x += 16, out += 16) {
    const v = v128.load(x);
    v128.store(out, select(f32x4.lt(v, constant(0)), mul(v, constant(slope)), v));
  }
}

// Two operands, row by row. An operand's step is 16 where its numbers lie side by side, or 0 where one number serves the
// whole row; from row to row it moves by its own number of bytes (0 where all rows share one).

@inline function four(x: usize, step: i32): v128 { return step ? v128.load(x) : v128.load32_splat(x); }

export function addRows(rows: i32, n: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize): void {
  for (; rows > 0; rows--, a += aRow, b += bRow, out += n * 4) {
    for (let x = a, y = b, o = out, end = out + n * 4; o < end; x += aStep, y += bStep, o += 16) {
      v128.store(o, add(four(x, aStep), four(y, bStep)));
    }
  }
}
export function subRows(rows: i32, n: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize): void {
  for (; rows > 0; rows--, a += aRow, b += bRow, out += n * 4) {
    for (let x = a, y = b, o = out, end = out + n * 4; o < end; x += aStep, y += bStep, o += 16) {
      v128.store(o, sub(four(x, aStep), four(y, bStep)));
    }
  }
}
export function mulRows(rows: i32, n: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize): void {
  for (; rows > 0; rows--, a += aRow, b += bRow, out += n * 4) {
    for (let x = a, y = b, o = out, end = out + n * 4; o < end; x += aStep, y += bStep, o += 16) {
      v128.store(o, mul(four(x, aStep), four(y, bStep)));
    }
  }
}
export function divRows(rows: i32, n: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize): void {
  for (; rows > 0; rows--, a += aRow, b += bRow, out += n * 4) {
    for (let x = a, y = b, o = out, end = out + n * 4; o < end; x += aStep, y += bStep, o += 16) {
      v128.store(o, div(four(x, aStep), four(y, bStep)));
    }
  }
}
export function maximumRows(rows: i32, n: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize): void {
  for (; rows > 0; rows--, a += aRow, b += bRow, out += n * 4) {
    for (let x = a, y = b, o = out, end = out + n * 4; o < end; x += aStep, y += bStep, o += 16) {
      v128.store(o, f32x4.max(four(x, aStep), four(y, bStep)));
    }
  }
}
export function minimumRows(rows: i32, n: i32, a: usize, aRow: i32, aStep: i32, b: usize, bRow: i32, bStep: i32, out: usize): void {
  for (; rows > 0; rows--, a += aRow, b += bRow, out += n * 4) {
    for (let x = a, y = b, o = out, end = out + n * 4; o < end; x += aStep, y += bStep, o += 16) {
      v128.store(o, f32x4.min(four(x, aStep), four(y, bStep)));
    }
  }
}

/** softplus(−|x|) + x ([x > 0] − y), and its gradient σ(x) − y */
export function sigmoidCrossEntropy(n: i32, x: usize, y: usize, losses: usize, gradient: usize): void {
  for (const end = losses + n * 4; losses < end; x += 16, y += 16, losses += 16, gradient += 16) {
    const logit = v128.load(x);
    const target = v128.load(y);
    const miss = sub(select(f32x4.gt(logit, constant(0)), constant(1), constant(0)), target);
    const wrong = select(f32x4.eq(miss, constant(0)), constant(0), mul(logit, miss));
    v128.store(losses, add(math.softplus(f32x4.neg(f32x4.abs(logit))), wrong));
    v128.store(gradient, sub(math.sigmoid(logit), target));
  }
}

// Derivatives: dy · f′(x), from y = f(x) or from f′(x) itself, in the operations of ../../reference/layers.ts.

export function reluBackward(n: i32, y: usize, dy: usize, out: usize): void {
  for (const end = out + n * 4; out < end; y += 16, dy += 16, out += 16) {
    const slope = select(f32x4.gt(v128.load(y), constant(0)), constant(1), constant(0));
    v128.store(out, mul(v128.load(dy), slope));
  }
}
export function tanhBackward(n: i32, y: usize, dy: usize, out: usize): void {
  for (const end = out + n * 4; out < end; y += 16, dy += 16, out += 16) {
    const v = v128.load(y);
    const d = v128.load(dy);
    v128.store(out, sub(d, mul(mul(d, v), v)));
  }
}
export function sigmoidBackward(n: i32, y: usize, dy: usize, out: usize): void {
  for (const end = out + n * 4; out < end; y += 16, dy += 16, out += 16) {
    const v = v128.load(y);
    v128.store(out, mul(mul(v128.load(dy), v), sub(constant(1), v)));
  }
}
export function timesSlope(n: i32, slope: usize, dy: usize, out: usize): void {
  for (const end = out + n * 4; out < end; slope += 16, dy += 16, out += 16) {
    v128.store(out, mul(v128.load(dy), v128.load(slope)));
  }
}

// y = f(x) and f′(x) together, which share most of their work.

export function geluWithSlope(n: i32, x: usize, y: usize, slope: usize): void {
  for (const end = y + n * 4; y < end; x += 16, y += 16, slope += 16) {
    const v = v128.load(x);
    v128.store(y, math.gelu(v));
    v128.store(slope, math.geluSlope(v));
  }
}
export function geluTanhWithSlope(n: i32, x: usize, y: usize, slope: usize): void {
  for (const end = y + n * 4; y < end; x += 16, y += 16, slope += 16) {
    const v = v128.load(x);
    v128.store(y, math.geluTanh(v));
    v128.store(slope, math.geluTanhSlope(v));
  }
}
