/** @file Layers in WebAssembly: operands are copied in once for all the steps of a layer. */

import { sizeOf } from "../../shape/rules.js";
import { fusedActivations } from "../activations.js";
import type { Backend, Data, View } from "../backend.js";
import { reference } from "../reference/reference.js";
import { type Operand, rowMajor, rowMajorStrides, viewHeadsInside, Walk } from "../views.js";
import { accelerated } from "./accelerated.js";
import { copyIn, copyInIntegers, copyInMatrices, copyOut, reserve, wasm } from "./memory.js";

/** From how many elements (or products of elements) on a call pays. */
const MIN_SIZE = 256;

export const linear: Backend["linear"] = accelerated(
  reference.linear,
  (x, weight, _bias, f) => {
    const [rows, k] = x.shape;
    // An activation takes about as long as sixteen products. A product over no k writes nothing.
    return k > 0 && rows * weight.shape[0] * (f ? k + 16 : k) >= MIN_SIZE;
  },
  (x, weight, bias, f, wanted) => {
    const [rows, k] = x.shape;
    const n = weight.shape[0];
    const a = copyInMatrices(x);
    const w = copyInMatrices(weight);
    const product = reserve(rows * n);
    const [aRow, aColumn] = a.strides;
    const [wRow, wColumn] = w.strides;
    wasm().gemm(rows, n, k, a.offset * 4, aRow, aColumn, w.offset * 4, wColumn, wRow, product, n);
    // Not in place: the loop over a row may write beyond its end.
    const out = bias ? reserve(rows * n) : product;
    if (bias) wasm().addRows(rows, n, product, n * 4, 16, copyIn(bias), 0, 16, out);
    const gradient = f && fusedActivations[f];
    if (wanted && gradient?.saves === "slope") {
      const slope = reserve(rows * n);
      wasm()[gradient.simd](rows * n, out, out, slope);
      return { y: copyOut(out, rows * n), saved: copyOut(slope, rows * n) };
    }
    if (f) wasm()[f](rows * n, out, out);
    const y = copyOut(out, rows * n);
    return { y, saved: y };
  },
);

export const linearBackward: Backend["linearBackward"] = accelerated(
  reference.linearBackward,
  (x, weight) => sizeOf(x.shape) * weight.shape[0] >= MIN_SIZE,
  (x, weight, f, saved, dy, wants) => {
    const [rows, k] = x.shape;
    const n = weight.shape[0];
    const dz = copyIn(dy);
    if (f) {
      const gradient = fusedActivations[f];
      wasm()[gradient.saves === "y" ? gradient.simd : "timesSlope"](rows * n, copyIn(saved), dz, dz);
    }
    let dx: Data | null = null;
    let dweight: Data | null = null;
    let dbias: Data | null = null;
    if (wants.bias) {
      const out = reserve(n);
      wasm().sumColumns(rows, n, dz, n * 4, 1, out);
      dbias = copyOut(out, n);
    }
    if (wants.weight) {
      const a = copyInMatrices(x);
      const out = reserve(n * k);
      wasm().gemm(n, k, rows, dz, 1, n, a.offset * 4, a.strides[0], a.strides[1], out, k);
      dweight = copyOut(out, n * k);
    }
    if (wants.x) {
      const w = copyInMatrices(weight);
      const out = reserve(rows * k);
      wasm().gemm(rows, k, n, dz, n, 1, w.offset * 4, w.strides[0], w.strides[1], out, k);
      dx = copyOut(out, rows * k);
    }
    return { dx, dweight, dbias };
  },
);

export const softmaxCrossEntropy: Backend["softmaxCrossEntropy"] = accelerated(
  reference.softmaxCrossEntropy,
  (logits) => sizeOf(logits.shape) >= 16,
  (logits, targets) => {
    const [rows, n] = logits.shape;
    const x = copyIn(logits);
    const at = copyInIntegers(targets);
    const losses = reserve(rows);
    const gradient = reserve(rows * n);
    wasm().crossEntropyRows(rows, n, x, at, losses, gradient);
    return { losses: copyOut(losses, rows), gradient: copyOut(gradient, rows * n) };
  },
);

export const sigmoidCrossEntropy: Backend["sigmoidCrossEntropy"] = accelerated(
  reference.sigmoidCrossEntropy,
  (logits) => sizeOf(logits.shape) >= MIN_SIZE,
  (logits, targets) => {
    const n = sizeOf(logits.shape);
    const [x, y] = [copyIn(logits), copyIn(targets)];
    const losses = reserve(n);
    wasm().sigmoidCrossEntropy(n, x, y, losses, x);
    return { losses: copyOut(losses, n), gradient: copyOut(x, n) };
  },
);

export const layerNorm: Backend["layerNorm"] = accelerated(
  reference.layerNorm,
  (x) => sizeOf(x.shape) >= 16,
  (x, weight, bias, eps) => {
    const size = sizeOf(x.shape);
    const n = weight.shape[0];
    const rows = size / n;
    const at = copyIn(x);
    const y = reserve(size);
    const mean = reserve(rows);
    const rstd = reserve(rows);
    wasm().layerNormRows(rows, n, at, copyIn(weight), copyIn(bias), eps, y, mean, rstd);
    return { y: copyOut(y, size), mean: copyOut(mean, rows), rstd: copyOut(rstd, rows) };
  },
);

export const layerNormBackward: Backend["layerNormBackward"] = accelerated(
  reference.layerNormBackward,
  (x) => sizeOf(x.shape) >= 16,
  (x, weight, mean, rstd, dy) => {
    const size = sizeOf(x.shape);
    const n = weight.shape[0];
    const rows = size / n;
    const [at, w, dyAt] = [copyIn(x), copyIn(weight), copyIn(dy)];
    const [means, rstds] = [copyIn(rowMajor(mean, [rows])), copyIn(rowMajor(rstd, [rows]))];
    const dx = reserve(size);
    const dweight = reserve(n);
    const dbias = reserve(n);
    wasm().layerNormBackwardRows(rows, n, at, w, means, rstds, dyAt, dx, dweight, dbias, reserve(4 * n + 16));
    return { dx: copyOut(dx, size), dweight: copyOut(dweight, n), dbias: copyOut(dbias, n) };
  },
);

/** Calls `head(place)` for every matrix of a batch; `place[i]` is where operand i's matrix starts, in floats. */
function eachHead(batch: readonly number[], operands: readonly Operand[], head: (at: readonly number[]) => void): void {
  const walk = new Walk(batch, operands);
  const at = new Array<number>(operands.length);
  do {
    for (let i = 0; i < walk.length; i++) {
      for (let k = 0; k < at.length; k++) at[k] = walk.at[k] + i * walk.step[k];
      head(at);
    }
  } while (walk.next());
}

/** Room for a result whose heads lie inside, and how its matrices lie there. */
function reserveHeads(shape: readonly number[]): Operand {
  const { strides } = viewHeadsInside(new Float32Array(0), shape);
  return { offset: reserve(sizeOf(shape)) / 4, strides };
}

const copyOutHeads = (placed: Operand, shape: readonly number[]): View =>
  viewHeadsInside(copyOut(placed.offset * 4, sizeOf(shape)), shape);

/** C = A B for one matrix of a batch, each operand given by its place and its strides. */
function multiply(
  m: number,
  n: number,
  k: number,
  a: number,
  aStrides: number[],
  b: number,
  bStrides: number[],
  c: number,
  cRow: number,
) {
  wasm().gemm(m, n, k, a * 4, aStrides[0], aStrides[1], b * 4, bStrides[0], bStrides[1], c * 4, cRow);
}

const lastTwo = (x: Operand): [number, number] => [x.strides[x.strides.length - 2], x.strides[x.strides.length - 1]];
const turned = ([row, column]: [number, number]): [number, number] => [column, row];

export const attention: Backend["attention"] = accelerated(
  reference.attention,
  (q, k, v, { scale }) => sizeOf(q.shape) * k.shape[k.shape.length - 2] >= MIN_SIZE && sizeOf(v.shape) > 0 && scale > 0,
  (q, k, v, options) => {
    const axes = q.shape.length - 2;
    const batch = q.shape.slice(0, axes);
    const [t, d] = q.shape.slice(axes);
    const s = k.shape[axes];
    const dv = v.shape[axes + 1];
    const weightsShape = [...batch, t, s];
    const size = sizeOf(weightsShape);
    const [queries, keys, values] = [copyInMatrices(q), copyInMatrices(k), copyInMatrices(v)];
    const maskAt = options.mask ? copyInMatrices(asFloats(options.mask)) : null;
    const weights = { offset: reserve(size) / 4, strides: rowMajorStrides(weightsShape) };
    const outputShape = [...batch, t, dv];
    const output = reserveHeads(outputShape);
    const scores = reserve(t * s);
    eachHead(batch, [queries, keys, values, weights, output, maskAt ?? weights], ([qAt, kAt, vAt, wAt, oAt, mAt]) => {
      multiply(t, s, d, qAt, lastTwo(queries), kAt, turned(lastTwo(keys)), scores / 4, s);
      const maskRow = maskAt ? lastTwo(maskAt)[0] * 4 : 0;
      wasm().attentionRows(t, s, scores, options.scale, options.causal ? 1 : 0, maskAt ? mAt * 4 : 0, maskRow, wAt * 4);
      multiply(t, dv, s, wAt, [s, 1], vAt, lastTwo(values), oAt, lastTwo(output)[0]);
    });
    return { output: copyOutHeads(output, outputShape), weights: copyOut(weights.offset * 4, size) };
  },
);

/** A mask as 0 and 1 in float32, its last axis side by side; other axes stay as they lie, stretched ones included. */
function asFloats(mask: View): View {
  const last = mask.shape.length - 1;
  const base = mask.strides.map((stride, axis) => (stride === 0 && axis < last ? 1 : mask.shape[axis]));
  const data = new Float32Array(sizeOf(base));
  reference.assign(rowMajor(data, base), { ...mask, shape: base });
  const strides = rowMajorStrides(base).map((stride, axis) => (base[axis] === mask.shape[axis] ? stride : 0));
  return { data, offset: 0, shape: mask.shape, strides };
}

export const attentionBackward: Backend["attentionBackward"] = accelerated(
  reference.attentionBackward,
  (q, _k, v, weights) => sizeOf(weights.shape) * q.shape[q.shape.length - 1] >= MIN_SIZE && sizeOf(v.shape) > 0,
  (q, k, v, weights, scale, doutput) => {
    const axes = q.shape.length - 2;
    const batch = q.shape.slice(0, axes);
    const [t, d] = q.shape.slice(axes);
    const s = k.shape[axes];
    const dv = v.shape[axes + 1];
    const [queries, keys, values, gradient] = [q, k, v, doutput].map(copyInMatrices);
    const probabilities = { offset: copyIn(weights) / 4, strides: rowMajorStrides(weights.shape) };
    const [dqs, dks, dvs] = [reserveHeads(q.shape), reserveHeads(k.shape), reserveHeads(v.shape)];
    const dweights = reserve(t * s);
    const dscores = reserve(t * s);
    const placed = [queries, keys, values, gradient, probabilities, dqs, dks, dvs];
    eachHead(batch, placed, ([qAt, kAt, vAt, gAt, wAt, dqAt, dkAt, dvAt]) => {
      multiply(s, dv, t, wAt, [1, s], gAt, lastTwo(gradient), dvAt, lastTwo(dvs)[0]);
      multiply(t, s, dv, gAt, lastTwo(gradient), vAt, turned(lastTwo(values)), dweights / 4, s);
      wasm().softmaxBackwardRows(t, s, wAt * 4, dweights, scale, dscores);
      multiply(t, d, s, dscores / 4, [s, 1], kAt, lastTwo(keys), dqAt, lastTwo(dqs)[0]);
      multiply(s, d, t, dscores / 4, [1, s], qAt, lastTwo(queries), dkAt, lastTwo(dks)[0]);
    });
    return { dq: copyOutHeads(dqs, q.shape), dk: copyOutHeads(dks, k.shape), dv: copyOutHeads(dvs, v.shape) };
  },
);
