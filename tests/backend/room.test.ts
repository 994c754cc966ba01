/** @file Operands that exceed what WebAssembly can address: the reference computes them, to the same bits. */

import { describe, expect, it } from "vitest";
import type { View } from "../../lib/backend/index.js";
import {
  available,
  copyIn,
  copyInIntegers,
  copyInMatrices,
  copyInSpan,
  OUT_OF_ROOM,
  reserve,
  resetArena,
} from "../../lib/backend/wasm/memory.js";
import { simd } from "../../lib/backend/wasm/wasm.js";

/** A view of n numbers that are all one and the same, so that only a kernel that copies them in needs room for them. */
const repeated = (rows: number, columns: number): View => ({
  data: Float32Array.of(0.5),
  offset: 0,
  shape: [rows, columns],
  strides: [0, 0],
});

const few = Float32Array.of(0.5);

it.each<[string, () => unknown]>([
  ["reserve", () => reserve(540_000_000)],
  ["copyIn", () => copyIn(repeated(2, 270_000_000))],
  ["copyInIntegers", () => copyInIntegers(repeated(1, 540_000_000))],
  ["copyInSpan", () => copyInSpan(few, 0, 540_000_000)],
  ["copyInMatrices, side by side", () => copyInMatrices({ ...repeated(2, 270_000_000), strides: [270_000_000, 1] })],
  ["copyInMatrices, far apart", () => copyInMatrices({ ...repeated(2, 270_000_000), strides: [1_000_000_000, 3] })],
])("%s asks for the reference before it touches the memory", (_, copyMuch) => {
  expect(available()).toBe(true);
  resetArena();
  expect(copyMuch).toThrow(OUT_OF_ROOM);
});

it("dot and matmul of more numbers than 2 GiB hold are right", () => {
  const [row, column] = [repeated(1, 540_000_000), repeated(540_000_000, 1)];
  const vector = { ...row, shape: [540_000_000], strides: [0] };
  expect(simd.dot(vector, vector)).toEqual(Float32Array.of(135_000_000));
  expect(simd.matmul(row, column)).toEqual(Float32Array.of(135_000_000));
}, 240_000);

it.each([
  ["sum", 270_000_000],
  ["mean", 0.5],
  ["max", 0.5],
] as const)(
  "the %s of more numbers than 2 GiB hold is right",
  (name, expected) => {
    expect(simd.reduce(name, repeated(1, 540_000_000), 2)).toEqual(Float32Array.of(expected));
  },
  120_000,
);

describe("a product of more numbers than 2 GiB hold is computed in parts, each in its place", () => {
  const [many, n] = [54_000, 10_000];
  /** Rows of one number each, by which it can be told from the next. */
  const rows = new Float32Array(many * n);
  for (let i = 0; i < many; i++) rows[i * n] = i % 7;
  const ones: View = { data: Float32Array.of(1), offset: 0, shape: [n, 1], strides: [0, 0] };

  it.each<[string, View, View]>([
    ["by rows", { data: rows, offset: 0, shape: [many, n], strides: [n, 1] }, ones],
    ["by columns", { ...ones, shape: [1, n] }, { data: rows, offset: 0, shape: [n, many], strides: [1, n] }],
    [
      "by matrices",
      { data: rows, offset: 0, shape: [2, many / 2, n], strides: [(many / 2) * n, n, 1] },
      { ...ones, shape: [2, n, 1], strides: [0, 0, 0] },
    ],
  ])(
    "%s",
    (_, a, b) => {
      const found = simd.matmul(a, b);
      expect(found.length).toBe(many);
      expect(found.findIndex((y, i) => y !== i % 7)).toBe(-1);
    },
    240_000,
  );
});

it("the softmax of 280 million numbers is right from the first row to the last", () => {
  const found = simd.softmax(repeated(280, 1_000_000));
  expect([found.length, found[0], found[279_999_999]]).toEqual([280_000_000, Math.fround(1e-6), Math.fround(1e-6)]);
}, 240_000);

it.each<[string, number, (x: View) => ArrayLike<number>, number]>([
  ["three times a vector of 280 million", 280_000_000, (x) => simd.binary("mul", x, 3), 3],
  ["a sum of two vectors of 190 million", 190_000_000, (x) => simd.binary("add", x, { ...x }), 2],
])(
  "%s numbers is right from the first to the last",
  (_, size, compute, factor) => {
    const data = new Float32Array(size);
    for (const at of [0, size >> 1, size - 1]) data[at] = at % 1000;
    const found = compute({ data, offset: 0, shape: [size], strides: [1] });
    expect(found.length).toBe(size);
    for (const at of [0, 1, size >> 1, size - 2, size - 1]) expect(found[at]).toBe(factor * data[at]);
  },
  240_000,
);
