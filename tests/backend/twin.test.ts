/** @file WebAssembly against the reference: the same bits, for every kernel, shape, layout and value. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { functions } from "../../lib/backend/functions.js";
import type { Backend, Data, Reduction, Unary, View } from "../../lib/backend/index.js";
import { reference } from "../../lib/backend/reference/reference.js";
import { available } from "../../lib/backend/wasm/memory.js";
import { simd } from "../../lib/backend/wasm/wasm.js";
import { element, shape, viewOf } from "./views.js";

/** Numbers of every size and kind: any float32 at all, or an everyday one. */
const anyFloat = fc.oneof(fc.float(), element("float32"));

/** Larger than what is left to the reference, and around multiples of the SIMD width. */
const large = shape({ maxLength: 3, max: 40 }).filter((size) => size.reduce((n, d) => n * d, 1) <= 4000);

function expectSameBits(ours: Data, expected: Data): void {
  expect(ours.constructor).toBe(expected.constructor);
  expect(ours.length).toBe(expected.length);
  const place = expected.findIndex((x: number, i: number) => !Object.is(x, ours[i]));
  if (place >= 0) expect.fail(`element ${place}: ${ours[place]} instead of ${expected[place]}`);
}

const sameBits = (call: (backend: Backend) => Data) => expectSameBits(call(simd), call(reference));

/** Numbers that look random, of a given count. */
function noise(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}

const matrix = (rows: number, columns: number, seed?: number): View => ({
  data: noise(rows * columns, seed),
  offset: 0,
  shape: [rows, columns],
  strides: [columns, 1],
});

const transposed = (x: View): View => ({ ...x, shape: [...x.shape].reverse(), strides: [...x.strides].reverse() });

describe("WebAssembly gives the bits of the reference", () => {
  it("and runs here, which the rest of this file takes for granted", () => expect(available()).toBe(true));

  it.each(Object.keys(functions.float32) as Unary[])("%s", (name) => {
    fc.assert(
      fc.property(
        large.chain((size) => viewOf(size, "float32", anyFloat)),
        fc.float(),
        (x, parameter) => {
          sameBits((backend) => backend.unary(name, x, parameter));
        },
      ),
    );
    // Every 4099th of all 2³² floats.
    const bits = Int32Array.from({ length: 2 ** 20 }, (_, i) => Math.imul(i, 4099));
    const x = { data: new Float32Array(bits.buffer), offset: 0, shape: [bits.length], strides: [1] };
    sameBits((backend) => backend.unary(name, x, 0.3));
  });

  it.each(["add", "sub", "mul", "div", "pow", "maximum", "minimum"] as const)("%s", (name) => {
    const pair = large.chain((size) =>
      fc.tuple(
        viewOf(size, "float32", anyFloat),
        fc.oneof(viewOf(size, "float32", anyFloat), anyFloat, fc.constant(2)),
      ),
    );
    fc.assert(
      fc.property(pair, fc.boolean(), ([a, b], swapped) => {
        sameBits((backend) => (swapped ? backend.binary(name, b, a) : backend.binary(name, a, b)));
      }),
    );
  });

  it.each(["add", "div"] as const)("%s of a large matrix with one row, one column, a number", (name) => {
    const x = matrix(33, 41);
    const row = { ...matrix(1, 41, 2), shape: [33, 41], strides: [0, 1] };
    const column = { ...matrix(33, 1, 3), shape: [33, 41], strides: [1, 0] };
    for (const other of [row, column, 0.1, x, transposed(matrix(41, 33, 4))]) {
      sameBits((backend) => backend.binary(name, x, other));
      sameBits((backend) => backend.binary(name, other, x));
    }
  });

  const reductions: Record<Reduction, true> = { sum: true, mean: true, norm: true, max: true, min: true };

  it.each(Object.keys(reductions) as Reduction[])("%s", (name) => {
    const reducible = large.chain((size) => fc.tuple(viewOf(size, "float32", anyFloat), fc.nat({ max: size.length })));
    fc.assert(
      fc.property(reducible, ([x, axes]) => {
        fc.pre(!["max", "min"].includes(name) || !x.shape.slice(x.shape.length - axes).includes(0));
        sameBits((backend) => backend.reduce(name, x, axes));
      }),
    );
    for (const [rows, columns] of [
      [1000, 1],
      [1, 1000],
      [37, 50],
      [64, 128],
      [50, 3],
    ]) {
      sameBits((backend) => backend.reduce(name, matrix(rows, columns), 1));
      sameBits((backend) => backend.reduce(name, transposed(matrix(rows, columns)), 1));
    }
  });

  it.each(["softmax", "logSoftmax"] as const)("%s", (name) => {
    const rows = shape({ minLength: 1, maxLength: 3, max: 20 }).chain((size) => viewOf(size, "float32", anyFloat));
    fc.assert(fc.property(rows, (x) => sameBits((backend) => backend[name](x))));
  });

  it("matmul, for small shapes and any layout", () => {
    const operands = fc
      .record({
        batch: shape({ maxLength: 2, max: 3 }),
        m: fc.nat({ max: 18 }),
        k: fc.nat({ max: 18 }),
        n: fc.nat({ max: 18 }),
      })
      .chain(({ batch, m, k, n }) =>
        fc.tuple(viewOf([...batch, m, k], "float32", anyFloat), viewOf([...batch, k, n], "float32", anyFloat)),
      );
    fc.assert(fc.property(operands, ([a, b]) => sameBits((backend) => backend.matmul(a, b))));
  });

  it("matmul, around the edges of tiles and blocks", () => {
    for (const [m, k, n] of [
      [4, 512, 8],
      [5, 513, 9],
      [3, 1030, 7],
      [64, 31, 16],
      [130, 30, 17],
      [66, 515, 11],
      [9, 5, 520],
      [65, 513, 513],
      [1, 300, 1],
      [7, 1, 100],
      [5, 1024, 9],
      [5, 1025, 9],
      [3, 1600, 7],
      [261, 1100, 5],
      [5, 1100, 515],
      [1, 5000, 1],
    ]) {
      for (const a of [matrix(m, k), transposed(matrix(k, m))]) {
        for (const b of [matrix(k, n, 2), transposed(matrix(n, k, 2))]) sameBits((backend) => backend.matmul(a, b));
      }
    }
  });

  it("matmul, a batch that shares its right side", () => {
    // Large enough not to be left to the reference.
    const a = { ...matrix(30, 8), shape: [3, 10, 8], strides: [80, 8, 1] };
    const b = { ...matrix(8, 12, 2), shape: [3, 8, 12], strides: [0, 12, 1] };
    sameBits((backend) => backend.matmul(a, b));
  });

  it("dot, of vectors in any layout", () => {
    const vectors = fc
      .nat({ max: 1500 })
      .chain((n) => fc.tuple(viewOf([n], "float32", anyFloat), viewOf([n], "float32", anyFloat)));
    fc.assert(fc.property(vectors, ([a, b]) => sameBits((backend) => backend.dot(a, b))));
  });

  it("an array made before the memory grows still reads right", () => {
    const before = simd.unary("exp", matrix(10, 10));
    const copy = before.slice();
    simd.unary("exp", matrix(3000, 1000));
    expectSameBits(before, copy);
    sameBits((backend) => backend.unary("exp", matrix(10, 10)));
  });
});
