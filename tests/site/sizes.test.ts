/** @file What a reader has to load, in bytes as a server sends them: gzipped. */

import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { lessons } from "../../scripts/lessons.js";
import { folder } from "../../site/site.js";

const packed = (path: string) => gzipSync(readFileSync(join(folder, path)), { level: 9 }).length;
const assets = readdirSync(join(folder, "assets")).map((name) => `assets/${name}`);
const named = (name: string) => assets.filter((path) => path.startsWith(`assets/${name}-`));
const sum = (names: readonly string[]) => names.flatMap(named).reduce((total, path) => total + packed(path), 0);

test("every kind of asset is there under a name with a hash", () => {
  for (const name of ["compiler", "packages", "files", "worker", "main", "reader", "outputs", "editor", "style"])
    expect(named(name), name).toHaveLength(1);
});

describe("a page is at most 130 kB with all its figures", () => {
  test.each(lessons().map((file) => basename(file, ".ipynb")))("%s", (name) => {
    expect(packed(`${name}.html`)).toBeLessThanOrEqual(130_000);
  });
});

test("the first Run loads at most 1.5 MB", () => {
  expect(sum(["compiler", "packages", "files", "worker", "main", "reader", "outputs"])).toBeLessThanOrEqual(1_500_000);
});

test("the first edit loads at most 160 kB more", () => {
  expect(sum(["editor"])).toBeLessThanOrEqual(160_000);
});

test("a thousand digits and their labels are at most 170 kB", () => {
  expect(sum(["train-images-idx3-ubyte-1", "train-labels-idx1-ubyte-1"])).toBeLessThanOrEqual(170_000);
});
