/** @file Layers: equal to the kernels they fuse, gradients equal to central differences, the same bits in WebAssembly. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FusedActivation, fusedActivations } from "../../lib/backend/activations.js";
import type { Backend, Data, View } from "../../lib/backend/index.js";
import { reference } from "../../lib/backend/reference/reference.js";
import { rowMajor } from "../../lib/backend/views.js";
import { simd } from "../../lib/backend/wasm/wasm.js";
import { elements, viewOf } from "./views.js";

const activations = Object.keys(fusedActivations) as FusedActivation[];
const small = fc.double({ min: -3, max: 3, noNaN: true });
const awkward = fc.oneof({ weight: 9, arbitrary: small }, { weight: 1, arbitrary: fc.float() });

/** Every array in a result, found in the same order each time. */
function arraysIn(result: unknown): Data[] {
  if (ArrayBuffer.isView(result)) return [result as Data];
  if (result === null || typeof result !== "object") return [];
  if ("strides" in result) return [Float64Array.from(elements(result as View))];
  return Object.values(result).flatMap(arraysIn);
}

/** The implementations agree on every array that `call` gives, or that it changes in place. */
function sameBits(call: (backend: Backend) => unknown): void {
  const [ours, theirs] = [arraysIn(call(simd)), arraysIn(call(reference))];
  expect(ours).toHaveLength(theirs.length);
  for (const [i, expected] of theirs.entries()) {
    const place = expected.findIndex((x: number, j: number) => !Object.is(x, ours[i][j]));
    if (place >= 0) expect.fail(`array ${i}, element ${place}: ${ours[i][place]} instead of ${expected[place]}`);
  }
}

/** y = f(x) and dx = dy f′(x), by way of a layer with the one weight 1. */
function throughOne(backend: Backend, f: FusedActivation, x: View, dy: View) {
  const weight = rowMajor(x.data instanceof Float32Array ? Float32Array.of(1) : Float64Array.of(1), [1, 1]);
  const { y, saved } = backend.linear(x, weight, null, f, true);
  const wants = { x: true, weight: false, bias: false };
  return { y, dx: backend.linearBackward(x, weight, f, rowMajor(saved, x.shape), dy, wants).dx };
}

const size = (max: number) => fc.integer({ min: 1, max });
const two = fc.constantFrom("float64" as const);

describe("layers in WebAssembly give the bits of the reference", () => {
  it("linear and its gradients, with each activation and with none", () => {
    const layer = fc
      .record({
        rows: size(20),
        k: fc.integer({ min: 0, max: 20 }),
        n: size(20),
        f: fc.constantFrom(null, ...activations),
        biased: fc.boolean(),
      })
      .chain(({ rows, k, n, f, biased }) =>
        fc.record({
          f: fc.constant(f),
          x: viewOf([rows, k], "float32", awkward),
          weight: viewOf([n, k], "float32", awkward),
          bias: biased ? viewOf([n], "float32", awkward) : fc.constant(null),
          dy: viewOf([rows, n], "float32", awkward),
          wanted: fc.boolean(),
        }),
      );
    fc.assert(
      fc.property(layer, ({ f, x, weight, bias, dy, wanted }) => {
        sameBits((backend) => backend.linear(x, weight, bias, f, wanted));
        const saved = rowMajor(reference.linear(x, weight, bias, f, true).saved, dy.shape);
        sameBits((backend) => backend.linearBackward(x, weight, f, saved, dy, { x: true, weight: true, bias: true }));
      }),
    );
  });

  it("activations and their derivatives, over many numbers", () => {
    const values = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 150);
    values.set([1e5, -1e5, 1e30, -1e30, Infinity, -Infinity, NaN, -0]);
    const x = rowMajor(values, [4001, 1]);
    for (const f of activations) sameBits((backend) => throughOne(backend, f, x, x));
  });

  it("softmax with cross-entropy, some targets ignored", () => {
    const rows = fc
      .record({ rows: size(12), classes: size(20) })
      .chain(({ rows, classes }) =>
        fc.tuple(
          viewOf([rows, classes], "float32", awkward),
          viewOf([rows], "int32", fc.integer({ min: -1, max: classes - 1 })),
        ),
      );
    fc.assert(
      fc.property(rows, ([logits, targets]) => sameBits((backend) => backend.softmaxCrossEntropy(logits, targets))),
    );
  });

  it("sigmoid with cross-entropy", () => {
    const pair = size(600).chain((n) => fc.tuple(viewOf([n], "float32", awkward), viewOf([n], "float32", awkward)));
    fc.assert(fc.property(pair, ([x, y]) => sameBits((backend) => backend.sigmoidCrossEntropy(x, y))));
  });

  it("layer normalization and its gradients", () => {
    const layer = fc.record({ rows: size(12), n: size(20) }).chain(({ rows, n }) => {
      const vector = viewOf([n], "float32", awkward);
      return fc.tuple(viewOf([rows, n], "float32", awkward), vector, vector, viewOf([rows, n], "float32", awkward));
    });
    fc.assert(
      fc.property(layer, ([x, weight, bias, dy]) => {
        sameBits((backend) => backend.layerNorm(x, weight, bias, 1e-5));
        const { mean, rstd } = reference.layerNorm(x, weight, bias, 1e-5);
        sameBits((backend) => backend.layerNormBackward(x, weight, mean, rstd, dy));
      }),
    );
  });

  it("attention and its gradients, causal or masked", () => {
    const inputs = fc
      .record({ batch: fc.array(size(3), { maxLength: 2 }), t: size(9), s: size(9), d: size(9), e: size(9) })
      .chain(({ batch, t, s, d, e }) =>
        fc.record({
          q: viewOf([...batch, t, d], "float32", awkward),
          k: viewOf([...batch, s, d], "float32", awkward),
          v: viewOf([...batch, s, e], "float32", awkward),
          mask: fc.option(viewOf([...batch, t, s], "bool")),
          dy: viewOf([...batch, t, e], "float32", awkward),
          causal: fc.boolean(),
        }),
      );
    fc.assert(
      fc.property(inputs, ({ q, k, v, mask, causal, dy }) => {
        sameBits((backend) => backend.attention(q, k, v, { scale: 0.35, mask, causal }));
        const { weights } = reference.attention(q, k, v, { scale: 0.35, mask, causal });
        const saved = rowMajor(weights, [...q.shape.slice(0, -1), k.shape[k.shape.length - 2]]);
        sameBits((backend) => backend.attentionBackward(q, k, v, saved, 0.35, dy));
      }),
    );
  });

  it("optimizer steps", () => {
    const state = fc.integer({ min: 0, max: 150 }).chain((n) => {
      const values = (of: fc.Arbitrary<number>) => fc.array(of, { minLength: n, maxLength: n, size: "max" });
      return fc.tuple(
        values(awkward),
        values(awkward),
        values(awkward),
        values(fc.double({ min: 0, max: 2, noNaN: true })),
      );
    });
    fc.assert(
      fc.property(state, fc.boolean(), fc.constantFrom(0, 0.01), ([x, g, m, s], nesterov, weightDecay) => {
        const fresh = () => [x, g, m, s].map((list) => Float32Array.from(list));
        sameBits((backend) => {
          const [x, g, m, s] = fresh();
          backend.adam(x, g, m, s, {
            stepSize: 0.01,
            scale: 3,
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8,
            weightDecay,
            decayFactor: 0.99,
          });
          return [x, m, s];
        });
        sameBits((backend) => {
          const [x, g, , s] = fresh();
          backend.rmsprop(x, g, s, { lr: 0.01, alpha: 0.99, eps: 1e-8, weightDecay });
          return [x, s];
        });
        sameBits((backend) => {
          const [x, g, v] = fresh();
          backend.sgd(x, g, v, { lr: 0.01, momentum: 0.9, nesterov, weightDecay });
          backend.sgd(x, g, null, { lr: 0.01, momentum: 0, nesterov: false, weightDecay });
          return [x, v];
        });
      }),
    );
  });
});

describe("layers equal what they are made of", () => {
  const inputs = fc
    .record({ batch: fc.array(size(3), { minLength: 1, maxLength: 2 }), t: size(5), d: size(5), type: two })
    .chain(({ batch, t, d, type }) => fc.tuple(...[0, 1, 2].map(() => viewOf([...batch, t, d], type, small))));

  it("causal attention is softmax(scale · q kᵀ) v over the keys so far", () => {
    fc.assert(
      fc.property(inputs, ([q, k, v]) => {
        const [t, d] = q.shape.slice(-2);
        const { output, weights } = reference.attention(q, k, v, { scale: 0.5, mask: null, causal: true });
        const [qs, ks, vs, ys] = [q, k, v, output].map(elements);
        for (let head = 0; head < ys.length; head += t * d) {
          for (let i = 0; i < t; i++) {
            const scores = Array.from({ length: i + 1 }, (_, j) => {
              let dot = 0;
              for (let p = 0; p < d; p++) dot += qs[head + i * d + p] * ks[head + j * d + p];
              return Math.exp(dot * 0.5);
            });
            const total = scores.reduce((a, b) => a + b);
            for (let p = 0; p < d; p++) {
              const expected = scores.reduce((sum, score, j) => sum + (score / total) * vs[head + j * d + p], 0);
              expect(ys[head + i * d + p]).toBeCloseTo(expected, 10);
            }
          }
        }
        expect(weights).toHaveLength((ys.length / d) * t);
      }),
    );
  });

  it("the heads of an output lie side by side in memory", () => {
    const x = rowMajor(
      Float32Array.from({ length: 24 }, (_, i) => i),
      [1, 2, 3, 4],
    );
    const { output } = simd.attention(x, x, x, { scale: 1, mask: null, causal: false });
    expect(output.strides.slice(1)).toEqual([4, 8, 1]);
  });
});

describe("gradients equal central differences, in float64", () => {
  const random = (n: number, seed: number) =>
    Float64Array.from({ length: n }, (_, i) => Math.sin(seed * 7.1 + i * 12.9898));

  /** d/dx Σ dy · f(x), for each of the numbers in x. */
  function numeric(x: Float64Array, dy: Data, f: () => Data): number[] {
    const loss = () => Array.from(f()).reduce((sum, y, i) => sum + y * dy[i], 0);
    return Array.from(x, (value, i) => {
      x[i] = value + 1e-6;
      const above = loss();
      x[i] = value - 1e-6;
      const below = loss();
      x[i] = value;
      return (above - below) / 2e-6;
    });
  }

  function expectClose(ours: Data | number[], expected: number[]): void {
    expect(ours).toHaveLength(expected.length);
    for (const [i, y] of expected.entries()) expect(ours[i], `element ${i}`).toBeCloseTo(y, 7);
  }

  it.each(activations)("%s", (f) => {
    const x = random(9, 1);
    const view = rowMajor(x, [9]);
    const dy = random(9, 2);
    expectClose(
      throughOne(reference, f, rowMajor(x, [9, 1]), rowMajor(dy, [9, 1])).dx as Data,
      numeric(x, dy, () => reference.unary(f, view)),
    );
  });

  it("linear with gelu", () => {
    const [x, w, b, dy] = [random(6, 1), random(12, 2), random(4, 3), random(8, 4)];
    const [xs, ws, bs] = [rowMajor(x, [2, 3]), rowMajor(w, [4, 3]), rowMajor(b, [4])];
    const run = () => reference.linear(xs, ws, bs, "gelu", true).y;
    const saved = rowMajor(reference.linear(xs, ws, bs, "gelu", true).saved, [2, 4]);
    const wants = { x: true, weight: true, bias: true };
    const gradients = reference.linearBackward(xs, ws, "gelu", saved, rowMajor(dy, [2, 4]), wants);
    expectClose(gradients.dx as Data, numeric(x, dy, run));
    expectClose(gradients.dweight as Data, numeric(w, dy, run));
    expectClose(gradients.dbias as Data, numeric(b, dy, run));
  });

  it("sigmoid with cross-entropy", () => {
    const x = random(12, 1);
    const [logits, targets] = [rowMajor(x, [12]), rowMajor(random(12, 2), [12])];
    expectClose(
      reference.sigmoidCrossEntropy(logits, targets).gradient,
      numeric(x, new Float64Array(12).fill(1), () => reference.sigmoidCrossEntropy(logits, targets).losses),
    );
  });

  it("softmax with cross-entropy", () => {
    const x = random(12, 1);
    const logits = rowMajor(x, [3, 4]);
    const targets = rowMajor(Int32Array.of(2, -1, 0), [3]);
    const { gradient } = reference.softmaxCrossEntropy(logits, targets);
    expectClose(
      gradient,
      numeric(x, Float64Array.of(1, 1, 1), () => reference.softmaxCrossEntropy(logits, targets).losses),
    );
  });

  it("layer normalization", () => {
    const [x, w, b, dy] = [random(10, 1), random(5, 2), random(5, 3), random(10, 4)];
    const [xs, ws, bs] = [rowMajor(x, [2, 5]), rowMajor(w, [5]), rowMajor(b, [5])];
    const run = () => reference.layerNorm(xs, ws, bs, 1e-5).y;
    const { mean, rstd } = reference.layerNorm(xs, ws, bs, 1e-5);
    const { dx, dweight, dbias } = reference.layerNormBackward(xs, ws, mean, rstd, rowMajor(dy, [2, 5]));
    expectClose(dx, numeric(x, dy, run));
    expectClose(dweight, numeric(w, dy, run));
    expectClose(dbias, numeric(b, dy, run));
  });

  it("attention, causal", () => {
    const [q, k, v, dy] = [1, 2, 3, 4].map((seed) => random(24, seed));
    const shape = [2, 3, 4];
    const [qs, ks, vs] = [q, k, v].map((data) => rowMajor(data, shape));
    const options = { scale: 0.5, mask: null, causal: true };
    const run = () => Float64Array.from(elements(reference.attention(qs, ks, vs, options).output));
    const weights = rowMajor(reference.attention(qs, ks, vs, options).weights, [2, 3, 3]);
    const gradients = reference.attentionBackward(qs, ks, vs, weights, 0.5, rowMajor(dy, shape));
    expectClose(elements(gradients.dq), numeric(q, dy, run));
    expectClose(elements(gradients.dk), numeric(k, dy, run));
    expectClose(elements(gradients.dv), numeric(v, dy, run));
  });
});
