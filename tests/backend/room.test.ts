/** @file Operands that exceed what WebAssembly can address: the reference computes them, to the same bits. */

import { expect, it } from "vitest";
import type { View } from "../../lib/backend/index.js";
import { simd } from "../../lib/backend/wasm/wasm.js";

/** A view of n numbers that are all one and the same, so that only a kernel that copies them in needs room for them. */
const repeated = (rows: number, columns: number): View => ({
  data: Float32Array.of(0.5),
  offset: 0,
  shape: [rows, columns],
  strides: [0, 0],
});

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
