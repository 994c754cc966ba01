/** @file Layers and their gradients, composed of other routines or row by row. */

import { sizeOf } from "../../shape/rules.js";
import { type FusedActivation, fusedActivations } from "../activations.js";
import type { AttentionOptions, Backend, Data, View } from "../backend.js";
import * as float64 from "../math.js";
import * as float32 from "../math32.js";
import { allocate, dtypeOf, isFloat32, rounding } from "../storage.js";
import { packed, rowMajor, transposed, viewHeadsInside } from "../views.js";
import { unary } from "./elementwise.js";
import { matmul } from "./matmul.js";
import { reduce, softmax, sum } from "./reductions.js";

const { sqrt } = Math;

/** dz = dy · f′(z) from what `linear` saved. */
function activationBackward(f: FusedActivation, saved: View, dy: View): Data {
  const [from, gradient] = [packed(saved), packed(dy)];
  const dtype = dtypeOf(dy.data);
  const out = allocate(dtype, sizeOf(dy.shape));
  const found = fusedActivations[f];
  const through = found.saves === "y" ? found.backward : (d: number, slope: number) => d * slope;
  const round = rounding(dtype);
  for (let i = 0; i < out.length; i++) {
    out[i] = through(gradient.data[gradient.offset + i], from.data[from.offset + i], round);
  }
  return out;
}

export const linear: Backend["linear"] = (x, weight, bias, f, wanted) => {
  const z = matmul(x, transposed(weight));
  const n = weight.shape[0];
  if (bias) {
    for (let o = 0; o < z.length; o += n) {
      for (let j = 0, b = bias.offset; j < n; j++, b += bias.strides[0]) z[o + j] += bias.data[b];
    }
  }
  if (!f) return { y: z, saved: z };
  const before = rowMajor(z, [x.shape[0], n]);
  const y = unary(f, before);
  const found = fusedActivations[f];
  return { y, saved: wanted && found.saves === "slope" ? unary(found.slope, before) : y };
};

export const linearBackward: Backend["linearBackward"] = (x, weight, f, saved, dy, wants) => {
  const dz = f ? rowMajor(activationBackward(f, saved, dy), dy.shape) : dy;
  return {
    dx: wants.x ? matmul(dz, weight) : null,
    dweight: wants.weight ? matmul(transposed(dz), x) : null,
    dbias: wants.bias ? reduce("sum", transposed(dz), 1) : null,
  };
};

export const softmaxCrossEntropy: Backend["softmaxCrossEntropy"] = (logits, targets) => {
  const [rows, n] = logits.shape;
  const x = packed(logits);
  const dtype = dtypeOf(x.data);
  const round = rounding(dtype);
  const { exp, log } = dtype === "float32" ? float32 : float64;
  const losses = allocate(dtype, rows);
  const gradient = allocate(dtype, rows * n);
  for (let i = 0; i < rows; i++) {
    const target = targets.data[targets.offset + i * targets.strides[0]];
    if (target < 0) continue;
    const at = x.offset + i * n;
    let max = -Infinity;
    for (let j = 0; j < n; j++) max = Math.max(max, x.data[at + j]);
    for (let j = 0; j < n; j++) gradient[i * n + j] = exp(round(x.data[at + j] - max));
    const total = round(sum(gradient, i * n, 1, n));
    for (let j = 0; j < n; j++) gradient[i * n + j] /= total;
    gradient[i * n + target] -= 1;
    losses[i] = log(total) - round(x.data[at + target] - max);
  }
  return { losses, gradient };
};

export const sigmoidCrossEntropy: Backend["sigmoidCrossEntropy"] = (logits, targets) => {
  const [x, y] = [packed(logits), packed(targets)];
  const dtype = dtypeOf(x.data);
  const { softplus, sigmoid } = dtype === "float32" ? float32 : float64;
  const losses = allocate(dtype, sizeOf(logits.shape));
  const gradient = allocate(dtype, losses.length);
  const round = rounding(dtype);
  for (let i = 0; i < losses.length; i++) {
    const [logit, target] = [x.data[x.offset + i], y.data[y.offset + i]];
    const miss = round((logit > 0 ? 1 : 0) - target);
    losses[i] = softplus(-Math.abs(logit)) + (miss === 0 ? 0 : round(logit * miss));
    gradient[i] = sigmoid(logit) - target;
  }
  return { losses, gradient };
};

export const layerNorm: Backend["layerNorm"] = (input, weight, bias, eps) => {
  const n = weight.shape[0];
  const rows = n === 0 ? 0 : sizeOf(input.shape) / n;
  const x = packed(input);
  const [w, b] = [packed(weight), packed(bias)];
  const dtype = dtypeOf(x.data);
  const round = rounding(dtype);
  const y = allocate(dtype, rows * n);
  const mean = allocate(dtype, rows);
  const rstd = allocate(dtype, rows);
  const squares = allocate(dtype, n);
  for (let i = 0; i < rows; i++) {
    const at = x.offset + i * n;
    const m = round(sum(x.data, at, 1, n) / n);
    for (let j = 0; j < n; j++) squares[j] = round(x.data[at + j] - m) ** 2;
    const s = round(1 / round(sqrt(round(round(sum(squares, 0, 1, n) / n) + round(eps)))));
    for (let j = 0; j < n; j++) {
      const normalized = round(round(x.data[at + j] - m) * s);
      y[i * n + j] = round(normalized * w.data[w.offset + j]) + b.data[b.offset + j];
    }
    mean[i] = m;
    rstd[i] = s;
  }
  return { y, mean, rstd };
};

/** With h = dy · weight and x̂ = (x − mean) · rstd: dx = rstd (h − Σh/n − x̂ Σ(h x̂)/n), dweight = Σ dy x̂, dbias = Σ dy. */
export const layerNormBackward: Backend["layerNormBackward"] = (input, weight, mean, rstd, gradient) => {
  const n = weight.shape[0];
  const rows = mean.length;
  const [x, w, dy] = [packed(input), packed(weight), packed(gradient)];
  const dtype = dtypeOf(x.data);
  const round = rounding(dtype);
  const dx = allocate(dtype, rows * n);
  const dweight = new Float64Array(n);
  const dbias = new Float64Array(n);
  const h = allocate(dtype, n);
  const normalized = allocate(dtype, n);
  const products = allocate(dtype, n);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < n; j++) {
      const d = dy.data[dy.offset + i * n + j];
      normalized[j] = round(x.data[x.offset + i * n + j] - mean[i]) * rstd[i];
      h[j] = d * w.data[w.offset + j];
      products[j] = h[j] * normalized[j];
      dweight[j] += round(d * normalized[j]);
      dbias[j] += d;
    }
    const h1 = round(sum(h, 0, 1, n) / n);
    const h2 = round(sum(products, 0, 1, n) / n);
    for (let j = 0; j < n; j++) dx[i * n + j] = rstd[i] * round(h[j] - round(h1 + round(normalized[j] * h2)));
  }
  const stored = (sums: Float64Array): Data => {
    const out = allocate(dtype, n);
    out.set(sums);
    return out;
  };
  return { dx, dweight: stored(dweight), dbias: stored(dbias) };
};

export const attention: Backend["attention"] = (q, k, v, options) => {
  const shape = [...q.shape.slice(0, -1), k.shape[k.shape.length - 2]];
  const scores = matmul(q, transposed(k));
  mask(scores, shape, options);
  const weights = softmax(rowMajor(scores, shape));
  forgetHiddenRows(scores, weights, shape[shape.length - 1]);
  return {
    output: headsInside(matmul(rowMajor(weights, shape), v), [...q.shape.slice(0, -1), v.shape[v.shape.length - 1]]),
    weights,
  };
};

/** Scales scores [..., T, S] and sets the masked ones to −∞, in place. */
function mask(scores: Data, shape: number[], { scale, mask, causal }: AttentionOptions): void {
  const [t, s] = shape.slice(-2);
  const kept = mask && packed(mask);
  const factor = isFloat32(scores) ? Math.fround(scale) : scale;
  for (let i = 0; i < scores.length; i++) {
    const hidden = (kept && !kept.data[kept.offset + i]) || (causal && i % s > Math.floor(i / s) % t);
    scores[i] = hidden ? -Infinity : scores[i] * factor;
  }
}

/** A query that sees no key weights none: softmax of nothing but −∞ would be NaN. */
function forgetHiddenRows(scores: Data, weights: Data, s: number): void {
  for (let row = 0; row < scores.length; row += s) {
    if (scores.subarray(row, row + s).every((score) => score === -Infinity)) weights.fill(0, row, row + s);
  }
}

/** Row-major data [..., heads, T, D] moved to lie as `viewHeadsInside` has it. */
function headsInside(data: Data, shape: readonly number[]): View {
  if (shape.length < 3) return rowMajor(data, shape);
  const view = viewHeadsInside(allocate(dtypeOf(data), data.length), shape);
  const heads = shape[shape.length - 3];
  const [t, d] = shape.slice(-2);
  for (let i = 0; i < data.length; i++) {
    const [column, row, head, batch] = [
      i % d,
      Math.floor(i / d) % t,
      Math.floor(i / (d * t)) % heads,
      Math.floor(i / (d * t * heads)),
    ];
    view.data[((batch * t + row) * heads + head) * d + column] = data[i];
  }
  return view;
}

/** dv = wᵀ dy; with p = dy vᵀ: ds = scale · w (p − Σ w p), dq = ds k, dk = dsᵀ q. */
export const attentionBackward: Backend["attentionBackward"] = (q, k, v, weights, scale, doutput) => {
  const dtype = dtypeOf(q.data);
  const round = rounding(dtype);
  const w = packed(weights);
  const ds = matmul(doutput, transposed(v));
  const s = k.shape[k.shape.length - 2];
  const products = allocate(dtype, s);
  const factor = round(scale);
  for (let row = 0; row < ds.length; row += s) {
    for (let j = 0; j < s; j++) products[j] = w.data[w.offset + row + j] * ds[row + j];
    const total = round(sum(products, 0, 1, s));
    for (let j = 0; j < s; j++) ds[row + j] = round(w.data[w.offset + row + j] * round(ds[row + j] - total)) * factor;
  }
  const scores = rowMajor(ds, weights.shape);
  return {
    dq: headsInside(matmul(scores, k), q.shape),
    dk: headsInside(matmul(transposed(scores), q), k.shape),
    dv: headsInside(matmul(transposed(weights), doutput), v.shape),
  };
};
