/**
 * @file The compact file format for word vectors: 8 bits per number and a scale per vector, a quarter of the size of float32.
 *
 *     bytes 0–7      "wordvecs"
 *     then, as little-endian uint32: version · words · dimensions · bytes of text · CRC-32 of all that follows
 *     the words in UTF-8, a line feed between them
 *     a float32 scale for each word
 *     the vectors as int8, a row a word: vector = scale × row
 */

import { crc32 } from "node:zlib";
import { WordVectors } from "../text/index.js";

const MAGIC = "wordvecs";
const VERSION = 1;
const HEADER = 28;

/** Whether a file starts like a compact one. */
export function isCompact(start: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(start.subarray(0, MAGIC.length)) === MAGIC;
}

/** The compact file of a table. The largest number of each vector becomes ±127. @throws if a word contains a line feed */
export function packVectors(vectors: WordVectors): Uint8Array {
  const { words, size, dimensions } = vectors;
  const broken = words.find((word) => word.includes("\n"));
  if (broken !== undefined)
    throw new Error(`packVectors: a word may hold no line feed, and ${JSON.stringify(broken)} does`);
  const values = Float32Array.from(vectors.matrix.toTypedArray());
  const text = new TextEncoder().encode(words.join("\n"));
  const bytes = new Uint8Array(HEADER + text.length + size * (4 + dimensions));
  const view = new DataView(bytes.buffer);
  const scales = HEADER + text.length;
  const rows = scales + 4 * size;
  bytes.set(text, HEADER);
  for (let i = 0; i < size; i++) {
    const row = values.subarray(i * dimensions, (i + 1) * dimensions);
    const scale = row.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127;
    view.setFloat32(scales + 4 * i, scale, true);
    for (let d = 0; d < dimensions; d++) {
      view.setInt8(rows + i * dimensions + d, scale > 0 ? Math.round(row[d] / scale) : 0);
    }
  }
  bytes.set(new TextEncoder().encode(MAGIC));
  const header = [VERSION, size, dimensions, text.length, crc32(bytes.subarray(HEADER))];
  for (const [i, value] of header.entries()) view.setUint32(MAGIC.length + 4 * i, value, true);
  return bytes;
}

/** The table in a compact file. @param name the file's name, for messages @throws if the file is damaged or another kind */
export function unpackVectors(bytes: Uint8Array, name: string): WordVectors {
  const refuse = (reason: string) => new Error(`${name}: not a whole file of word vectors: ${reason}; fetch it anew`);
  if (bytes.length < HEADER) throw refuse(`${bytes.length} bytes, where the header alone has ${HEADER}`);
  if (!isCompact(bytes)) throw refuse(`it does not begin with "${MAGIC}"`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [version, size, dimensions, textLength, sum] = [0, 1, 2, 3, 4].map((i) =>
    view.getUint32(MAGIC.length + 4 * i, true),
  );
  if (version !== VERSION) throw refuse(`version ${version}, and this reader knows version ${VERSION}`);
  const scales = HEADER + textLength;
  const rows = scales + 4 * size;
  const expected = rows + size * dimensions;
  if (bytes.length !== expected) {
    throw refuse(`${bytes.length} bytes, where ${size} words of ${dimensions} dimensions take ${expected}`);
  }
  if (crc32(bytes.subarray(HEADER)) !== sum) throw refuse("its check sum is wrong, so some byte has changed");
  const words = new TextDecoder().decode(bytes.subarray(HEADER, scales)).split("\n");
  const quantized = new Int8Array(bytes.buffer, bytes.byteOffset + rows, size * dimensions);
  const values = new Float32Array(size * dimensions);
  for (let i = 0; i < size; i++) {
    const scale = view.getFloat32(scales + 4 * i, true);
    for (let d = i * dimensions; d < (i + 1) * dimensions; d++) values[d] = scale * quantized[d];
  }
  return new WordVectors(words, values);
}
