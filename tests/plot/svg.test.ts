/** @file Numbers of figures: two decimals, the same ones that `toFixed` gives, whatever the machine. */

import { expect, it } from "vitest";
import { Generator } from "../../lib/index.js";
import { round } from "../../lib/plot/svg.js";

const generator = new Generator(1);
const spread = Array.from({ length: 100_000 }, () => (generator.uniform() - 0.5) * 10 ** generator.integer(13));
const halfway = Array.from({ length: 100_000 }, () => (2 * generator.integer(100_000) - 100_001) / 200);
const special = [0, -0, 0.125, -0.125, 1.005, -1.005, 0.285, 1e9 + 0.005, 2 ** 53, 1e25, Infinity, -Infinity];

it.each([
  ["numbers of any size", spread],
  ["numbers halfway between two hundredths", halfway],
  ["special numbers", special],
])("%s are rounded as by toFixed, without −0", (_, values) => {
  const wrong = values.filter((value) => !Object.is(round(value), Number(value.toFixed(2)) || 0));
  expect(wrong).toEqual([]);
});
