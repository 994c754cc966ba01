/** @file Results of more elements than a tensor may hold are refused before anything is allocated, in a sentence. */

import { afterEach, expect, it, vi } from "vitest";
import {
  arange,
  concat,
  eye,
  linspace,
  nn,
  oneHot,
  ones,
  rand,
  randint,
  randn,
  randperm,
  scaledDotProductAttention,
  stack,
  type Tensor,
  zeros,
} from "../../lib/index.js";

/** 63,245² and 65,536² exceed 2³¹ − 1. */
const column = ones([63_245, 1]) as Tensor<[number, number]>;
const row = ones([63_245]) as Tensor<[number]>;
const yes = column.gt(0);
/** 2³⁰ elements that take the room of one. */
const large: Tensor = ones([1]).broadcastTo([2 ** 30]);
const table: Tensor = ones([1, 1]).broadcastTo([1, 2 ** 20]);
const places: Tensor = zeros([4096], { dtype: "int32" });

const calls: Record<string, () => unknown> = {
  ...Object.fromEntries(
    (["add", "sub", "mul", "div", "pow", "maximum", "minimum", "eq", "ne", "lt", "le", "gt", "ge"] as const).map(
      (name) => [name, () => (column[name] as (other: Tensor) => Tensor)(row)],
    ),
  ),
  and: () => yes.and(row.gt(0)),
  or: () => yes.or(row.gt(0)),
  where: () => column.where(row.gt(0), 0),
  "where, by the other": () => column.where(yes, row),
  matmul: () => column.matmul(row.reshape([1, 63_245])),
  "matmul, by its batch": () => ones([63_245, 1, 1, 1]).matmul(ones([63_245, 1, 1])),
  outer: () => row.outer(row),
  diag: () => ones([65_536]).diag(),
  broadcastTo: () => row.broadcastTo([63_245, 63_245]),
  repeat: () => row.repeat([63_245]),
  pad: () => row.pad(2 ** 31, 0),
  concat: () => concat([large, large]),
  stack: () => stack([large, large]),
  take: () => table.take(places),
  index: () => table.index(places),
  scatterAdd: () => ones([1]).scatterAdd([2 ** 31], 0, zeros([1], { dtype: "int32" })),
  zeros: () => zeros([2 ** 16, 2 ** 15]),
  ones: () => ones([2 ** 31]),
  eye: () => eye(65_536),
  oneHot: () => oneHot(places, 2 ** 20),
  arange: () => arange(2 ** 31),
  linspace: () => linspace(0, 1, 2 ** 31),
  rand: () => rand([2 ** 31]),
  randn: () => randn([2 ** 31]),
  randint: () => randint(0, 9, [2 ** 31]),
  randperm: () => randperm(2 ** 31),
  linear: () => nn.linear(column, column),
  "a layer": () => nn.linear(column, column, row, "relu"),
  embedding: () => new nn.Embedding(3, 2 ** 12).forward(zeros([2 ** 20], { dtype: "int32" })),
  attention: () => scaledDotProductAttention(column, column, column),
};

it.each(Object.entries(calls))("%s", (_, call) => {
  const before = process.memoryUsage().rss;
  expect(call).toThrow(/^\w+: \[[\d, ]+\] has \d+ elements; a tensor holds at most 2147483647$/);
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
});

afterEach(() => void vi.unstubAllGlobals());

type Library = typeof import("../../lib/index.js");
it.each<[string, dtype: string, (library: Library) => unknown]>([
  ["a tensor", "float32", ({ zeros }) => zeros([60_000_000])],
  ["a sum", "float32", ({ ones }) => ones([1]).broadcastTo([60_000_000]).add(1)],
  ["a function", "float32", ({ ones }) => ones([1]).broadcastTo([60_000_000]).exp()],
  ["a product", "float32", ({ ones }) => ones([7800, 1]).matmul(ones([1, 7800]))],
  ["rand", "float32", ({ rand }) => rand([60_000_000])],
  ["randint", "int32", ({ randint }) => randint(0, 9, [60_000_000])],
  // The default stream may be of a copy of the library that was loaded before.
  ["randperm", "int32", ({ randperm, Generator }) => randperm(60_000_000, { generator: new Generator() })],
  ["a permutation", "int32", ({ Generator }) => new Generator().permutation(60_000_000)],
])("%s that memory has no room for is refused with its size", async (_, dtype, make) => {
  // A host that grants no array of more than 200 MB.
  const most = 200_000_000;
  const failed = new RangeError("Array buffer allocation failed");
  const { allocUnsafeSlow } = Buffer;
  for (const name of ["Float32Array", "Int32Array"] as const) {
    const small = new Proxy(globalThis[name], {
      construct(kind, args) {
        if (args[0] > most / 4) throw failed;
        return Reflect.construct(kind, args);
      },
    });
    vi.stubGlobal(name, small);
  }
  vi.spyOn(Buffer, "allocUnsafeSlow").mockImplementation((bytes) => {
    if (bytes > most) throw failed;
    return allocUnsafeSlow(bytes);
  });
  vi.resetModules();
  const library = await import("../../lib/index.js");
  expect(() => make(library)).toThrow(
    new RegExp(`^storage: 60[08]\\d0000 elements of ${dtype} take 0\\.2 GiB, more than is free; compute in parts$`),
  );
});
