/** @file Operands that exceed what WebAssembly can address: the reference computes them, to the same bits. */

import { expect, it } from "vitest";
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
