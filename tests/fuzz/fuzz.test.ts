/** @file Random programs with stored answers of PyTorch. For thousands of them, see `npm run fuzz`. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { differences, type Reference } from "./compare.js";
import { type Program, steps } from "./programs.js";

const text = readFileSync(new URL("sample.json", import.meta.url), "utf8");
const sample = JSON.parse(text) as { program: Program; reference: Reference }[];

it.each(sample.map((one) => [one.program.steps.map(({ op }) => op).join(" → "), one] as const))(
  "%s: value and both gradients are PyTorch's",
  (_, { program, reference }) => {
    expect(differences(program, reference)).toEqual([]);
  },
);

it("calls every operation", () => {
  const called = new Set(sample.flatMap(({ program }) => program.steps.map(({ op }) => op)));
  expect(Object.keys(steps).filter((op) => !called.has(op))).toEqual([]);
});
