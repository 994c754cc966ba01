/** @file Where the names lead that the lessons' prose and code have from the library. */

import { expect, test } from "vitest";
import { publicNames, sourceLinks } from "../../site/names.js";
import { librarySources } from "../../site/pages/source.js";

const names = await publicNames();
const link = sourceLinks(librarySources(), names);

test("every function and class of the library leads to its source", () => {
  const all = [...names.byFolder].flatMap(([folder, found]) =>
    [...found].map((name) => (folder ? `${folder}.${name}` : name)),
  );
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter((name) => link(name) === null)).toEqual([]);
});

test("every method does", () => {
  expect([...names.methods].filter((name) => link(`x.${name}`) === null)).toEqual([]);
});

test.each([
  ["split", "source/train/batches.html#split"],
  ["x.split", "source/ops/movement.html#split"],
  ["nn.fromSafetensors", "source/formats/safetensors.html#fromSafetensors"],
  ["concat", "source/ops/join.html#concat"],
  ["computationGraph", "source/inspect/graph.html#computationGraph"],
  ["plot.digits", "source/plot/digits.html#digits"],
])("%s leads to %s", (name, address) => {
  expect(link(name)).toBe(address);
});

test("what is not the library's leads nowhere", () => {
  for (const name of ["Math.exp", "nn.Nothing", "x.nothing", "nothing"]) expect(link(name)).toBe(null);
});
