/**
 * @file The safetensors format for published weights: 8 bytes with the header's length, a JSON header with the dtype, shape
 * and place of each tensor, then the numbers.  https://github.com/huggingface/safetensors
 */

import { allocate, type Data, type DType } from "../backend/index.js";
import { describe, sizeOf } from "../shape/rules.js";
import { isTensor, type StateDict, Tensor } from "../tensor/tensor.js";

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [start: number, end: number];
}

const names: Record<DType, string> = { float32: "F32", float64: "F64", int32: "I32", bool: "BOOL" };

type Reader = [bytes: number, dtype: DType, read: (view: DataView, at: number) => number];
/** How each of the format's dtypes is read: bytes an element, the dtype it becomes, and one element. */
const readers = new Map<string, Reader>([
  ["F64", [8, "float64", (view, at) => view.getFloat64(at, true)]],
  ["F32", [4, "float32", (view, at) => view.getFloat32(at, true)]],
  ["F16", [2, "float32", (view, at) => half(view.getUint16(at, true))]],
  ["BF16", [2, "float32", (view, at) => brain(view.getUint16(at, true))]],
  ["I64", [8, "int32", (view, at) => whole(view.getBigInt64(at, true))]],
  ["I32", [4, "int32", (view, at) => view.getInt32(at, true)]],
  ["I16", [2, "int32", (view, at) => view.getInt16(at, true)]],
  ["I8", [1, "int32", (view, at) => view.getInt8(at)]],
  ["U8", [1, "int32", (view, at) => view.getUint8(at)]],
  ["BOOL", [1, "bool", (view, at) => bit(view.getUint8(at))]],
]);

/**
 * The bytes of a .safetensors file that holds `tensors`.
 * @param metadata notes to keep with them, text by name
 * @throws if a tensor is called `__metadata__`, under which the format keeps `metadata`; if a value is no tensor, or a note no text
 * @example nn.toSafetensors({ weight: zeros([2]) }).length // 80
 */
export function toSafetensors(tensors: Readonly<StateDict>, metadata?: Readonly<Record<string, string>>): Uint8Array {
  if (typeof tensors !== "object" || tensors === null) {
    throw new TypeError(`toSafetensors: takes tensors by name, got ${describe(tensors)}`);
  }
  if (Object.hasOwn(tensors, "__metadata__")) {
    throw new RangeError(
      "toSafetensors: __metadata__ is no name for a tensor, the format keeps notes there; rename it",
    );
  }
  const note = Object.entries(metadata ?? {}).find(([, text]) => typeof text !== "string");
  if (note) throw new TypeError(`toSafetensors: metadata is text by name, ${note[0]} is ${describe(note[1])}`);
  let size = 0;
  const entries = Object.entries(tensors).map(([name, tensor]) => {
    if (!isTensor(tensor)) throw new TypeError(`toSafetensors: takes tensors by name, ${name} is ${describe(tensor)}`);
    const data = tensor.toTypedArray();
    const start = size;
    size += data.byteLength;
    const entry: Entry = { dtype: names[tensor.dtype], shape: tensor.shape, data_offsets: [start, size] };
    return { name, data, start, entry };
  });
  // Assigning to "__proto__" would add no property.
  const header = Object.fromEntries(entries.map(({ name, entry }) => [name, entry]));
  const json = new TextEncoder().encode(JSON.stringify(metadata ? { __metadata__: metadata, ...header } : header));
  const headerSize = Math.ceil(json.length / 8) * 8; // padded by spaces, so that the numbers are aligned
  const file = new Uint8Array(8 + headerSize + size).fill(0x20, 8, 8 + headerSize);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerSize), true);
  file.set(json, 8);
  for (const { data, start } of entries) write(view, 8 + headerSize + start, data);
  return file;
}

function write(view: DataView, at: number, data: Data): void {
  const bytes = data.BYTES_PER_ELEMENT;
  for (let i = 0; i < data.length; i++) {
    if (data instanceof Float64Array) view.setFloat64(at + i * bytes, data[i], true);
    else if (data instanceof Float32Array) view.setFloat32(at + i * bytes, data[i], true);
    else if (data instanceof Int32Array) view.setInt32(at + i * bytes, data[i], true);
    else view.setUint8(at + i * bytes, data[i]);
  }
}

/**
 * The tensors in a .safetensors file, by name. Half precision (F16, BF16) becomes float32, whole numbers int32.
 * @throws if the file breaks a rule of the format (its tensors fill the body without a hole or an overlap, no name comes
 *   twice), or holds a dtype that is not read
 * @example Object.keys(nn.fromSafetensors(nn.toSafetensors({ weight: zeros([2]) }))) // [ 'weight' ]
 */
export function fromSafetensors(file: Uint8Array): StateDict {
  if (!ArrayBuffer.isView(file)) {
    throw new TypeError(
      `fromSafetensors: takes the bytes of a file as a Uint8Array, got ${describe(file)}; new Uint8Array(…) makes one of an ArrayBuffer`,
    );
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.byteLength < 8) damaged(`it has ${file.byteLength} bytes, and the size of its header alone takes 8`);
  const headerSize = Number(view.getBigUint64(0, true));
  if (headerSize > file.byteLength - 8) damaged(`it has ${file.byteLength} bytes, its header claims ${headerSize}`);
  const start = 8 + headerSize;
  const entries = parse(new Uint8Array(view.buffer, view.byteOffset + 8, headerSize));
  const body = new DataView(view.buffer, view.byteOffset + start, file.byteLength - start);
  const found = entries.map(([name, entry]) => ({ name, entry, reader: readerFor(name, entry, body.byteLength) }));
  checkFilled(entries, body.byteLength);
  return Object.fromEntries(found.map(({ name, entry, reader }) => [name, read(entry, reader, body)]));
}

/** The entries of a header, in its order. */
function parse(json: Uint8Array): [name: string, entry: Entry][] {
  let text = "";
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json);
    header = JSON.parse(text);
  } catch {
    return damaged("its header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header) || !text.startsWith("{")) {
    return damaged("its header is not an object");
  }
  const twice = repeatedKey(text);
  if (twice !== null) return damaged(`its header has ${describe(twice)} twice`);
  const { __metadata__: notes = {}, ...entries } = header as Record<string, unknown>;
  if (typeof notes !== "object" || !Object.values(notes ?? { none: null }).every((note) => typeof note === "string")) {
    return damaged("its __metadata__ is not text by name");
  }
  return Object.entries(entries).map(([name, entry]) =>
    isEntry(entry) ? [name, entry] : damaged(`${name} lacks a dtype, shape or place`),
  );
}

/** A key that an object in valid JSON has twice, or null: `JSON.parse` keeps the last one and says nothing. */
function repeatedKey(json: string): string | null {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    if (json[at] === "{") open.push(new Set());
    else if (json[at] === "}") open.pop();
    else if (json[at] === '"') {
      const start = at;
      for (at++; json[at] !== '"'; at++) if (json[at] === "\\") at++;
      const colon = /\s*:/y;
      colon.lastIndex = at + 1;
      if (!colon.test(json)) continue;
      const key: string = JSON.parse(json.slice(start, at + 1));
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}

/** The ranges of all tensors, one after another, are the whole body. */
function checkFilled(entries: readonly [name: string, entry: Entry][], size: number): void {
  const ranges = entries.map(([name, { data_offsets }]) => ({ name, start: data_offsets[0], end: data_offsets[1] }));
  ranges.sort((a, b) => a.start - b.start || a.end - b.end);
  let filled = 0;
  for (const { name, start, end } of ranges) {
    if (start < filled)
      damaged(`${name} begins at byte ${start}, within the tensor before it, which ends at ${filled}`);
    if (start > filled) damaged(`bytes ${filled} to ${start} of its body belong to no tensor`);
    filled = Math.max(filled, end);
  }
  if (filled < size) damaged(`bytes ${filled} to ${size} of its body belong to no tensor`);
}

/** How an entry is read. @throws if its dtype is not read, or its place does not hold its elements */
function readerFor(name: string, { dtype, shape, data_offsets: [start, end] }: Entry, bodySize: number): Reader {
  const reader = readers.get(dtype);
  if (!reader) {
    const known = [...readers.keys()].join(", ");
    throw new TypeError(`fromSafetensors: ${name} is ${dtype}; what is read: ${known}`);
  }
  const size = sizeOf(shape);
  if (end > bodySize || end - start !== size * reader[0]) {
    damaged(`${name} is said to lie at bytes ${start} to ${end} of ${bodySize} and to have ${size} elements`);
  }
  return reader;
}

function read({ shape, data_offsets: [start] }: Entry, [bytes, dtype, element]: Reader, body: DataView): Tensor {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = element(body, start + i * bytes);
  return new Tensor(data, shape);
}

function isEntry(entry: unknown): entry is Entry {
  const { dtype, shape, data_offsets } = (entry ?? {}) as Partial<Entry>;
  const sizes = (list: unknown) => Array.isArray(list) && list.every((size) => Number.isSafeInteger(size) && size >= 0);
  return typeof dtype === "string" && sizes(shape) && sizes(data_offsets) && data_offsets?.length === 2;
}

function damaged(why: string): never {
  throw new Error(`fromSafetensors: the file is damaged: ${why}; fetch it again`);
}

/** IEEE half precision: a sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

const scratch = new DataView(new ArrayBuffer(4));
/** bfloat16: the upper half of a float32. */
function brain(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

function bit(byte: number): number {
  return byte > 1 ? damaged(`a BOOL is a byte 0 or 1, one here is ${byte}`) : byte;
}

function whole(value: bigint): number {
  if (value !== BigInt.asIntN(32, value))
    throw new RangeError(`fromSafetensors: ${describe(Number(value))} does not fit int32`);
  return Number(value);
}
