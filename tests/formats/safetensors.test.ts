/** @file safetensors: what goes in comes out, what others wrote is read, what is damaged is refused with a reason. */

import { describe, expect, it } from "vitest";
import { nn, randn, type Tensor, tensor, zeros } from "../../lib/index.js";
import { messageOf } from "../helpers/messages.js";

const { fromSafetensors, toSafetensors } = nn;

/** A file as others write it: a header, then bytes. */
function file(header: unknown, body: ArrayLike<number> = [], claimed?: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed ?? json.length), true);
  bytes.set(json, 8);
  bytes.set(body, 8 + json.length);
  return bytes;
}
const bytesOf = (data: { buffer: ArrayBuffer }) => new Uint8Array(data.buffer);

it("a model's state comes back to the bit", () => {
  const model = new nn.GPT(7, 8, 2);
  const state = fromSafetensors(toSafetensors(model.stateDict()));
  const other = new nn.GPT(7, 8, 2).loadStateDict(state);
  const tokens = tensor([[1, 2, 3]], { dtype: "int32" });
  expect(other.forward(tokens).toArray()).toEqual(model.forward(tokens).toArray());
});

it("every dtype, shape and layout comes back", () => {
  const given = {
    float32: randn([2, 3]).T,
    float64: tensor([[Math.PI]], { dtype: "float64" }),
    int32: tensor([-1, 2 ** 31 - 1], { dtype: "int32" }),
    bool: tensor([[true], [false]]),
    scalar: tensor(5),
    empty: zeros([0, 3]),
  } as unknown as nn.StateDict;
  const found = fromSafetensors(toSafetensors(given));
  for (const [name, { dtype, shape }] of Object.entries(given)) {
    expect([found[name].dtype, found[name].shape], name).toEqual([dtype, shape]);
    expect(found[name].toArray(), name).toEqual(given[name].toArray());
  }
});

it("a tensor may have any name but the one that the format keeps for itself", () => {
  const odd = ["__proto__", "constructor", "", "a.b"];
  const given = Object.fromEntries(odd.map((name, i) => [name, tensor([i]) as unknown as Tensor]));
  const found = fromSafetensors(toSafetensors(given, { made: "here" }));
  expect(Object.entries(found).map(([name, x]) => [name, x.toArray()])).toEqual(odd.map((name, i) => [name, [i]]));
  expect(messageOf(() => toSafetensors({ __metadata__: given[""] }))).toBe(
    "toSafetensors: __metadata__ is no name for a tensor, the format keeps notes there; rename it",
  );
});

it("bytes are read from a Uint8Array, and nothing else is taken for one", () => {
  const bytes = toSafetensors({ a: tensor([1]) as unknown as Tensor });
  const within = new Uint8Array(bytes.length + 3);
  within.set(bytes, 3);
  expect(fromSafetensors(within.subarray(3)).a.toArray()).toEqual([1]);
  for (const [given, shown] of [
    [bytes.buffer, "an ArrayBuffer"],
    ["model.safetensors", '"model.safetensors"'],
    [undefined, "undefined"],
  ] as const) {
    expect(messageOf(() => fromSafetensors(given as never))).toBe(
      `fromSafetensors: takes the bytes of a file as a Uint8Array, got ${shown}; new Uint8Array(…) makes one of an ArrayBuffer`,
    );
  }
});

it("the bytes are those of the format: length, header padded to eight, numbers in order", () => {
  const bytes = toSafetensors({ a: tensor([1, 2]) as unknown as Tensor }, { made: "here" });
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect(length % 8).toBe(0);
  expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
    __metadata__: { made: "here" },
    a: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
  });
  expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]);
});

describe("published dtypes are read", () => {
  it.each<[string, number[], Uint8Array]>([
    [
      "F16",
      [1, -2, 65504, 2 ** -24, 0, Number.POSITIVE_INFINITY],
      bytesOf(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 1, 0, 0x7c00)),
    ],
    ["BF16", [1, -2, 3.140625], bytesOf(Uint16Array.of(0x3f80, 0xc000, 0x4049))],
    ["I64", [-5, 7], bytesOf(BigInt64Array.of(-5n, 7n))],
    ["I16", [-5, 7], bytesOf(Int16Array.of(-5, 7))],
    ["I8", [-5, 7], bytesOf(Int8Array.of(-5, 7))],
    ["U8", [250, 7], Uint8Array.of(250, 7)],
  ])("%s", (dtype, values, body) => {
    const header = { x: { dtype, shape: [values.length], data_offsets: [0, body.length] } };
    expect(fromSafetensors(file(header, body)).x.toArray()).toEqual(values);
  });
  it("from a part of a larger buffer", () => {
    const bytes = toSafetensors({ a: tensor([1, 2]) as unknown as Tensor });
    const larger = new Uint8Array(bytes.length + 5);
    larger.set(bytes, 3);
    expect(fromSafetensors(larger.subarray(3, 3 + bytes.length)).a.toArray()).toEqual([1, 2]);
  });
});

describe("a damaged file is refused", () => {
  const entry = (change: object) => ({ x: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...change } });
  const body = new Uint8Array(8);
  const lies = (start: number, end: number, elements = 2) =>
    `x is said to lie at bytes ${start} to ${end} of 8 and to have ${elements} elements`;
  it.each<[string, Uint8Array]>([
    ["it has 3 bytes, and the size of its header alone takes 8", new Uint8Array(3)],
    ["it has 18 bytes, its header claims 1000", file({}, body, 1000)],
    ["its header is not JSON", file("{x", body)],
    ["its header is not an object", file([1], body)],
    ["x lacks a dtype, shape or place", file({ x: { dtype: "F32" } }, body)],
    ["x lacks a dtype, shape or place", file(entry({ shape: [-2] }), body)],
    [lies(0, 12, 3), file(entry({ shape: [3], data_offsets: [0, 12] }), body)],
    [lies(0, 8, 3), file(entry({ shape: [3] }), body)],
    [lies(0, 8, 1e12), file(entry({ shape: [1e12] }), body)],
    ["a BOOL is a byte 0 or 1, one here is 2", file(entry({ dtype: "BOOL", shape: [8] }), [0, 1, 1, 0, 2, 0, 0, 0])],
    [lies(4, 12), file(entry({ data_offsets: [4, 12] }), body)],
    ["bytes 0 to 4 of its body belong to no tensor", file(entry({ data_offsets: [4, 12] }), new Uint8Array(12))],
    ["bytes 8 to 9 of its body belong to no tensor", file(entry({}), new Uint8Array(9))],
    ["bytes 0 to 8 of its body belong to no tensor", file({}, body)],
    [
      "bytes 8 to 12 of its body belong to no tensor",
      file({ ...entry({}), y: { dtype: "F32", shape: [], data_offsets: [12, 16] } }, new Uint8Array(16)),
    ],
    [
      "y begins at byte 4, within the tensor before it, which ends at 8",
      file({ ...entry({}), y: { dtype: "F32", shape: [2], data_offsets: [4, 12] } }, new Uint8Array(12)),
    ],
    [
      "y begins at byte 0, within the tensor before it, which ends at 8",
      file({ ...entry({}), y: { dtype: "F32", shape: [2], data_offsets: [0, 8] } }, body),
    ],
    [
      'its header has "x" twice',
      file(`{"x":${JSON.stringify(entry({}).x)},"\\u0078":${JSON.stringify(entry({}).x)}}`, body),
    ],
    [
      'its header has "dtype" twice',
      file('{"x":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}', body),
    ],
    ['its header has "made" twice', file('{"__metadata__":{"made":"a","made":"b"}}')],
    ["its __metadata__ is not text by name", file({ __metadata__: { made: 1 } })],
    ["its __metadata__ is not text by name", file({ __metadata__: null })],
    ["its __metadata__ is not text by name", file({ __metadata__: "here" })],
    ["its header is not an object", file(" {}")],
    ["its header is not JSON", file("\uFEFF{}")],
  ])("%s", (why, bytes) => {
    expect(messageOf(() => fromSafetensors(bytes))).toBe(
      `fromSafetensors: the file is damaged: ${why}; fetch it again`,
    );
  });
  it.each(["F8_E4M3", "constructor", "__proto__", "toString", ""])(
    "and %o as a dtype, which is not read, is named",
    (dtype) => {
      expect(messageOf(() => fromSafetensors(file(entry({ dtype }), body)))).toBe(
        `fromSafetensors: x is ${dtype}; what is read: F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL`,
      );
    },
  );
  it("but names and notes that look like JSON, or like keys of it, are none", () => {
    const odd = ['"x":', "{", "}", '\\"', "x", "a:b"];
    const given = Object.fromEntries(odd.map((name, i) => [name, tensor([i]) as unknown as Tensor]));
    const found = fromSafetensors(toSafetensors(given, { '{"x"': '"x": {', y: "}" }));
    expect(Object.keys(found)).toEqual(odd);
  });
  it("and empty tensors take no place, wherever they stand", () => {
    const empty = (at: number) => ({ dtype: "F32", shape: [0, 3], data_offsets: [at, at] });
    const found = fromSafetensors(file({ a: empty(8), ...entry({}), b: empty(0) }, body));
    expect(Object.values(found).map(({ shape }) => shape)).toEqual([[0, 3], [2], [0, 3]]);
  });
  it("and what is no tensor, or no text, is not written", () => {
    expect(messageOf(() => toSafetensors({ a: [1] as never }))).toBe(
      "toSafetensors: takes tensors by name, a is an array of 1",
    );
    expect(messageOf(() => toSafetensors({}, { made: 3 as never }))).toBe(
      "toSafetensors: metadata is text by name, made is 3",
    );
  });
  it("and a whole number too large for int32", () => {
    const header = { x: { dtype: "I64", shape: [1], data_offsets: [0, 8] } };
    expect(messageOf(() => fromSafetensors(file(header, bytesOf(BigInt64Array.of(2n ** 31n)))))).toBe(
      "fromSafetensors: 2147483648 does not fit int32",
    );
  });
});

it("names and notes may be millions of characters long", () => {
  const name = "n".repeat(5_000_000);
  const file = nn.toSafetensors({ [name]: zeros([1]) }, { note: '\\"{'.repeat(2_000_000) });
  expect(Object.keys(nn.fromSafetensors(file))[0] === name).toBe(true);
});
