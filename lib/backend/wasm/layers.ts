/** @file Layers in WebAssembly: operands are copied in once for all the steps of a layer. */

import type { Activation, Data, Kernels, View } from "../backend.js";
import { viewHeadsInside } from "../reference/layers.js";
import { plain } from "../reference/reference.js";
import { dtypeOf, isFloat32, type Operand, rowMajor, rowMajorStrides, sizeOf, Walk } from "../views.js";
import { begin, put, putMatrices, putNumbers, reserve, take, wasm } from "./memory.js";

/** From how many elements (or products of elements) on a call pays. */
const WORTH = 256;

const activations = {
  relu: wasm.relu,
  tanh: wasm.tanh,
  sigmoid: wasm.sigmoid,
  gelu: wasm.gelu,
  geluTanh: wasm.geluTanh,
};

const derivatives = {
  relu: wasm.reluBackward,
  tanh: wasm.tanhBackward,
  sigmoid: wasm.sigmoidBackward,
  gelu: wasm.timesSlope,
  geluTanh: wasm.timesSlope,
};

/** y = f(x) and, at `slope`, f′(x). */
const withSlope: Partial<Record<Activation, (n: number, x: number, y: number, slope: number) => void>> = {
  gelu: wasm.geluWithSlope,
  geluTanh: wasm.geluTanhWithSlope,
};

export const linear: Kernels["linear"] = (x, weight, bias, f, wanted) => {
  const [rows, k] = x.shape;
  const n = weight.shape[0];
  // An activation takes about as long as sixteen products. A product over no k writes nothing.
  if (k === 0 || rows * n * (f ? k + 16 : k) < WORTH || !isFloat32(x.data))
    return plain.linear(x, weight, bias, f, wanted);
  begin();
  const a = putMatrices(x);
  const w = putMatrices(weight);
  const product = reserve(rows * n);
  const [aRow, aColumn] = a.strides;
  const [wRow, wColumn] = w.strides;
  wasm.gemm(rows, n, k, a.offset * 4, aRow, aColumn, w.offset * 4, wColumn, wRow, product, n);
  // Not in place: the loop over a row may write beyond its end.
  const out = bias ? reserve(rows * n) : product;
  if (bias) wasm.addRows(rows, n, product, n * 4, 16, put(bias), 0, 16, out);
  const both = wanted && f && withSlope[f];
  if (both) {
    const slope = reserve(rows * n);
    both(rows * n, out, out, slope);
    return { y: take(out, rows * n), saved: take(slope, rows * n) };
  }
  if (f) activations[f](rows * n, out, out);
  const y = take(out, rows * n);
  return { y, saved: y };
};

export const linearBackward: Kernels["linearBackward"] = (x, weight, f, saved, dy, wants) => {
  const [rows, k] = x.shape;
  const n = weight.shape[0];
  if (rows * n * k < WORTH || !isFloat32(x.data)) return plain.linearBackward(x, weight, f, saved, dy, wants);
  begin();
  const dz = put(dy);
  if (f) derivatives[f](rows * n, put(saved), dz, dz);
  let dx: Data | null = null;
  let dweight: Data | null = null;
  let dbias: Data | null = null;
  if (wants.bias) {
    const out = reserve(n);
    wasm.sumColumns(rows, n, dz, n * 4, 1, out);
    dbias = take(out, n);
  }
  if (wants.weight) {
    const a = putMatrices(x);
    const out = reserve(n * k);
    wasm.gemm(n, k, rows, dz, 1, n, a.offset * 4, a.strides[0], a.strides[1], out, k);
    dweight = take(out, n * k);
  }
  if (wants.x) {
    const w = putMatrices(weight);
    const out = reserve(rows * k);
    wasm.gemm(rows, k, n, dz, n, 1, w.offset * 4, w.strides[0], w.strides[1], out, k);
    dx = take(out, rows * k);
  }
  return { dx, dweight, dbias };
};

export const softmaxCrossEntropy: Kernels["softmaxCrossEntropy"] = (logits, targets) => {
  const [rows, n] = logits.shape;
  if (rows * n < 16 || !isFloat32(logits.data)) return plain.softmaxCrossEntropy(logits, targets);
  begin();
  const x = put(logits);
  const at = putNumbers(targets);
  const losses = reserve(rows);
  const gradient = reserve(rows * n);
  wasm.crossEntropyRows(rows, n, x, at, losses, gradient);
  return { losses: take(losses, rows), gradient: take(gradient, rows * n) };
};

export const sigmoidCrossEntropy: Kernels["sigmoidCrossEntropy"] = (logits, targets) => {
  const n = sizeOf(logits.shape);
  if (n < WORTH || !isFloat32(logits.data)) return plain.sigmoidCrossEntropy(logits, targets);
  begin();
  const [x, y] = [put(logits), put(targets)];
  const losses = reserve(n);
  wasm.sigmoidCrossEntropy(n, x, y, losses, x);
  return { losses: take(losses, n), gradient: take(x, n) };
};

export const layerNorm: Kernels["layerNorm"] = (x, weight, bias, eps) => {
  const size = sizeOf(x.shape);
  const n = weight.shape[0];
  if (size < 16 || !isFloat32(x.data)) return plain.layerNorm(x, weight, bias, eps);
  begin();
  const rows = size / n;
  const at = put(x);
  const y = reserve(size);
  const mean = reserve(rows);
  const rstd = reserve(rows);
  wasm.layerNormRows(rows, n, at, put(weight), put(bias), eps, y, mean, rstd);
  return { y: take(y, size), mean: take(mean, rows), rstd: take(rstd, rows) };
};

export const layerNormBackward: Kernels["layerNormBackward"] = (x, weight, mean, rstd, dy) => {
  const size = sizeOf(x.shape);
  const n = weight.shape[0];
  if (size < 16 || !isFloat32(x.data)) return plain.layerNormBackward(x, weight, mean, rstd, dy);
  begin();
  const rows = size / n;
  const [at, w, dyAt] = [put(x), put(weight), put(dy)];
  const [means, rstds] = [put(rowMajor(mean, [rows])), put(rowMajor(rstd, [rows]))];
  const dx = reserve(size);
  const dweight = reserve(n);
  const dbias = reserve(n);
  wasm.layerNormBackwardRows(rows, n, at, w, means, rstds, dyAt, dx, dweight, dbias, reserve(4 * n + 16));
  return { dx: take(dx, size), dweight: take(dweight, n), dbias: take(dbias, n) };
};

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

const takeHeads = (placed: Operand, shape: readonly number[]): View =>
  viewHeadsInside(take(placed.offset * 4, sizeOf(shape)), shape);

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
  wasm.gemm(m, n, k, a * 4, aStrides[0], aStrides[1], b * 4, bStrides[0], bStrides[1], c * 4, cRow);
}

const lastTwo = (x: Operand): [number, number] => [x.strides[x.strides.length - 2], x.strides[x.strides.length - 1]];
const turned = ([row, column]: [number, number]): [number, number] => [column, row];

export const attention: Kernels["attention"] = (q, k, v, options) => {
  const axes = q.shape.length - 2;
  const batch = q.shape.slice(0, axes);
  const [t, d] = q.shape.slice(axes);
  const s = k.shape[axes];
  const dv = v.shape[axes + 1];
  const weightsShape = [...batch, t, s];
  const size = sizeOf(weightsShape);
  if (size * d < WORTH || sizeOf(q.shape) * sizeOf(v.shape) === 0 || !(options.scale > 0) || !isFloat32(q.data))
    return plain.attention(q, k, v, options);
  begin();
  const [queries, keys, values] = [putMatrices(q), putMatrices(k), putMatrices(v)];
  const maskAt = options.mask ? putMatrices(asFloats(options.mask)) : null;
  const weights = { offset: reserve(size) / 4, strides: rowMajorStrides(weightsShape) };
  const outputShape = [...batch, t, dv];
  const output = reserveHeads(outputShape);
  const scores = reserve(t * s);
  eachHead(batch, [queries, keys, values, weights, output, maskAt ?? weights], ([qAt, kAt, vAt, wAt, oAt, mAt]) => {
    multiply(t, s, d, qAt, lastTwo(queries), kAt, turned(lastTwo(keys)), scores / 4, s);
    const maskRow = maskAt ? lastTwo(maskAt)[0] * 4 : 0;
    wasm.attentionRows(t, s, scores, options.scale, options.causal ? 1 : 0, maskAt ? mAt * 4 : 0, maskRow, wAt * 4);
    multiply(t, dv, s, wAt, [s, 1], vAt, lastTwo(values), oAt, lastTwo(output)[0]);
  });
  return { output: takeHeads(output, outputShape), weights: take(weights.offset * 4, size) };
};

/** A mask as 0 and 1 in float32, its last axis side by side; other axes stay as they lie, stretched ones included. */
function asFloats(mask: View): View {
  const last = mask.shape.length - 1;
  const base = mask.strides.map((stride, axis) => (stride === 0 && axis < last ? 1 : mask.shape[axis]));
  const data = new Float32Array(sizeOf(base));
  plain.assign(rowMajor(data, base), { ...mask, shape: base });
  const strides = rowMajorStrides(base).map((stride, axis) => (base[axis] === mask.shape[axis] ? stride : 0));
  return { data, offset: 0, shape: mask.shape, strides };
}

export const attentionBackward: Kernels["attentionBackward"] = (q, k, v, weights, scale, doutput) => {
  const axes = q.shape.length - 2;
  const batch = q.shape.slice(0, axes);
  const [t, d] = q.shape.slice(axes);
  const s = k.shape[axes];
  const dv = v.shape[axes + 1];
  if (sizeOf(weights.shape) * d < WORTH || sizeOf(v.shape) === 0 || dtypeOf(q.data) !== "float32") {
    return plain.attentionBackward(q, k, v, weights, scale, doutput);
  }
  begin();
  const [queries, keys, values, gradient] = [putMatrices(q), putMatrices(k), putMatrices(v), putMatrices(doutput)];
  const probabilities = { offset: put(weights) / 4, strides: rowMajorStrides(weights.shape) };
  const [dqs, dks, dvs] = [reserveHeads(q.shape), reserveHeads(k.shape), reserveHeads(v.shape)];
  const dweights = reserve(t * s);
  const dscores = reserve(t * s);
  const placed = [queries, keys, values, gradient, probabilities, dqs, dks, dvs];
  eachHead(batch, placed, ([qAt, kAt, vAt, gAt, wAt, dqAt, dkAt, dvAt]) => {
    multiply(s, dv, t, wAt, [1, s], gAt, lastTwo(gradient), dvAt, lastTwo(dvs)[0]);
    multiply(t, s, dv, gAt, lastTwo(gradient), vAt, turned(lastTwo(values)), dweights / 4, s);
    wasm.softmaxBackwardRows(t, s, wAt * 4, dweights, scale, dscores);
    multiply(t, d, s, dscores / 4, [s, 1], kAt, lastTwo(keys), dqAt, lastTwo(dqs)[0]);
    multiply(s, d, t, dscores / 4, [1, s], qAt, lastTwo(queries), dkAt, lastTwo(dks)[0]);
  });
  return { dq: takeHeads(dqs, q.shape), dk: takeHeads(dks, k.shape), dv: takeHeads(dvs, v.shape) };
};
