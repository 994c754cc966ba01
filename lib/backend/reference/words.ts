/** @file Skip-gram and CBOW with negative sampling. */

import type { Backend } from "../backend.js";
import { sigmoid, softplus } from "../math32.js";

const { fround } = Math;

export const negativeSampling: Backend["negativeSampling"] = (input, output, width, steps) => {
  const { starts, sources, targets, perStep, rates } = steps;
  const hidden = new Float32Array(width);
  const gradient = new Float32Array(width);
  const slopes = new Float32Array(perStep);
  let total = 0;
  for (let i = 0; i < rates.length; i++) {
    meanOfRows(input, sources, starts[i], starts[i + 1], hidden);
    for (let t = 0; t < perStep; t++) {
      const target = targets[i * perStep + t];
      if (target < 0) continue;
      const x = dot(hidden, output, target * width);
      total += softplus(t === 0 ? -x : x);
      slopes[t] = rates[i] * fround((t === 0 ? 1 : 0) - sigmoid(x));
    }
    gradient.fill(0);
    for (let t = 0; t < perStep; t++) {
      const row = targets[i * perStep + t] * width;
      if (row < 0) continue;
      for (let d = 0; d < width; d++) {
        gradient[d] += fround(slopes[t] * output[row + d]);
        output[row + d] += fround(slopes[t] * hidden[d]);
      }
    }
    for (let s = starts[i]; s < starts[i + 1]; s++) {
      const row = sources[s] * width;
      for (let d = 0; d < width; d++) input[row + d] += gradient[d];
    }
  }
  return total;
};

function meanOfRows(table: Float32Array, rows: Int32Array, first: number, end: number, out: Float32Array): void {
  const start = rows[first] * out.length;
  for (let d = 0; d < out.length; d++) out[d] = table[start + d];
  if (end - first === 1) return;
  for (let s = first + 1; s < end; s++) {
    const row = rows[s] * out.length;
    for (let d = 0; d < out.length; d++) out[d] += table[row + d];
  }
  for (let d = 0; d < out.length; d++) out[d] /= end - first;
}

/** Every product and sum rounded to float32; product d goes to partial sum d mod 4, as SIMD lanes have it. */
function dot(a: Float32Array, table: Float32Array, row: number): number {
  const p = [0, 0, 0, 0];
  for (let d = 0; d < a.length; d++) p[d & 3] = fround(p[d & 3] + fround(a[d] * table[row + d]));
  return fround(fround(p[0] + p[2]) + fround(p[1] + p[3]));
}
