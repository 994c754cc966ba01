/** @file Layers in WebAssembly: operands are copied in once for all the steps of a layer. */

import { sizeOf } from "../../shape/rules.js";
import { fusedActivations } from "../activations.js";
import type { Backend, Data, View } from "../backend.js";
import { reference } from "../reference/reference.js";
import { allocate } from "../storage.js";
import { type Operand, rowMajor, rowMajorStrides, viewHeadsInside, Walk } from "../views.js";
import { accelerated } from "./accelerated.js";
import {
  copyIn,
  copyInAddresses,
  copyInIntegers,
  copyInMatrices,
  copyOut,
  gemm,
  reserve,
  reserveForThreads,
  share,
  wasm,
} from "./memory.js";

/** From how many elements (or products of elements) on a call pays. */
const MIN_SIZE = 256;

/** How many elements a thread takes at least, a multiple of four: work of some microseconds. */
const GRAIN = 4096;
/**
 * The same in rows of n elements that take `work` times as long. A loop over a row may write beyond its end, where another
 * thread may have written already, unless the row is made of whole groups of four: other rows are not shared.
 */
const grainOfRows = (n: number, work: number) => (n % 4 === 0 ? Math.ceil(GRAIN / (n * work)) : Infinity);
/** An activation of an element takes about as long as so many products. */
const ELEMENT_WORK = 8;

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
    gemm(rows, n, k, a.offset * 4, aRow, aColumn, w.offset * 4, wColumn, wRow, product, n);
    // Not in place: the loop over a row may write beyond its end.
    const out = bias ? reserve(rows * n) : product;
    if (bias) {
      const args = [n, product, n * 4, 16, copyIn(bias), 0, 16, out];
      share("addRows", rows, grainOfRows(n, 1), { args, byItem: [0, 4 * n, 0, 0, 0, 0, 0, 4 * n] });
    }
    const gradient = f && fusedActivations[f];
    if (wanted && gradient?.saves === "slope") {
      const slope = reserve(rows * n);
      share(gradient.simd, rows * n, GRAIN, { args: [out, out, slope], byItem: [4, 4, 4] });
      return { y: copyOut(out, rows * n), saved: copyOut(slope, rows * n) };
    }
    if (f) share(f, rows * n, GRAIN, { args: [out, out], byItem: [4, 4] });
    const y = copyOut(out, rows * n);
    return { y, saved: y };
  },
  (x, weight) => sizeOf(x.shape) * weight.shape[0],
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
      const name = gradient.saves === "y" ? gradient.simd : "timesSlope";
      share(name, rows * n, GRAIN, { args: [copyIn(saved), dz, dz], byItem: [4, 4, 4] });
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
      gemm(n, k, rows, dz, 1, n, a.offset * 4, a.strides[0], a.strides[1], out, k);
      dweight = copyOut(out, n * k);
    }
    if (wants.x) {
      const w = copyInMatrices(weight);
      const out = reserve(rows * k);
      gemm(rows, k, n, dz, n, 1, w.offset * 4, w.strides[0], w.strides[1], out, k);
      dx = copyOut(out, rows * k);
    }
    return { dx, dweight, dbias };
  },
  (x, weight) => sizeOf(x.shape) * weight.shape[0],
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
    const args = [n, x, at, losses, gradient];
    share("crossEntropyRows", rows, grainOfRows(n, 4), { args, byItem: [0, 4 * n, 4, 4, 4 * n] });
    return { losses: copyOut(losses, rows), gradient: copyOut(gradient, rows * n) };
  },
  (logits) => ELEMENT_WORK * sizeOf(logits.shape),
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
    const args = [n, at, copyIn(weight), copyIn(bias), eps, y, mean, rstd];
    share("layerNormRows", rows, grainOfRows(n, 2), { args, byItem: [0, 4 * n, 0, 0, 0, 4 * n, 4, 4] });
    return { y: copyOut(y, size), mean: copyOut(mean, rows), rstd: copyOut(rstd, rows) };
  },
  (x) => 2 * sizeOf(x.shape),
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

/** Where each head's matrices start in the operands, in bytes: head after head, operand after operand. */
function placesOfHeads(batch: readonly number[], operands: readonly Operand[]): number[] {
  const walk = new Walk(batch, operands);
  const places: number[] = [];
  do {
    for (let i = 0; i < walk.length; i++) {
      for (let k = 0; k < operands.length; k++) places.push(4 * (walk.at[k] + i * walk.step[k]));
    }
  } while (walk.next());
  return places;
}

/** Room for a result whose heads lie inside, and how its matrices lie there. */
function reserveHeads(shape: readonly number[]): Operand {
  const { strides } = viewHeadsInside(new Float32Array(0), shape);
  return { offset: reserve(sizeOf(shape)) / 4, strides };
}

const copyOutHeads = (placed: Operand, shape: readonly number[]): View =>
  viewHeadsInside(copyOut(placed.offset * 4, sizeOf(shape)), shape);

const lastTwo = (x: Operand): [number, number] => [x.strides[x.strides.length - 2], x.strides[x.strides.length - 1]];
/**
 * How many heads a part has at least: products of some microseconds. A loop over a row of weights may write beyond its end;
 * where that would reach the next head, which another thread may have, heads are not shared.
 */
const grainOfHeads = (t: number, s: number, d: number, causal: boolean) =>
  s % 4 === 0 && !(causal && t !== s) ? Math.ceil(2 ** 17 / (t * s * d)) : Infinity;

const workOfAttention = (q: View, k: View) => 2 * sizeOf(q.shape) * k.shape[k.shape.length - 2];

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
    const scores = reserveForThreads(t * s);
    const operands = [queries, keys, values, weights, output, maskAt ?? weights];
    const args = [
      copyInAddresses(placesOfHeads(batch, operands)),
      ...[t, s, d, dv],
      ...[queries, keys, values].flatMap(lastTwo),
      lastTwo(output)[0],
      maskAt ? lastTwo(maskAt)[0] : -1,
      options.scale,
      options.causal ? 1 : 0,
      scores.at,
    ];
    const byItem = [4 * operands.length, ...new Array<number>(args.length - 1).fill(0)];
    const byThread = [...new Array<number>(args.length - 1).fill(0), scores.apart];
    share("attentionHeads", sizeOf(batch), grainOfHeads(t, s, d, options.causal), { args, byItem, byThread });
    return { output: copyOutHeads(output, outputShape), weights: copyOut(weights.offset * 4, size) };
  },
  workOfAttention,
);

/** A mask as 0 and 1 in float32, its last axis side by side; other axes stay as they lie, stretched ones included. */
function asFloats(mask: View): View {
  const last = mask.shape.length - 1;
  const base = mask.strides.map((stride, axis) => (stride === 0 && axis < last ? 1 : mask.shape[axis]));
  const data = allocate("float32", sizeOf(base));
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
    const room = reserveForThreads(2 * t * s + 16);
    const operands = [queries, keys, values, gradient, probabilities, dqs, dks, dvs];
    const args = [
      copyInAddresses(placesOfHeads(batch, operands)),
      ...[t, s, d, dv],
      ...[queries, keys, values, gradient].flatMap(lastTwo),
      ...[dqs, dks, dvs].map((placed) => lastTwo(placed)[0]),
      scale,
      room.at,
    ];
    const byItem = [4 * operands.length, ...new Array<number>(args.length - 1).fill(0)];
    const byThread = [...new Array<number>(args.length - 1).fill(0), room.apart];
    share("attentionHeadsBackward", sizeOf(batch), grainOfHeads(t, s, d, false), { args, byItem, byThread });
    return { dq: copyOutHeads(dqs, q.shape), dk: copyOutHeads(dks, k.shape), dv: copyOutHeads(dvs, v.shape) };
  },
  workOfAttention,
);
