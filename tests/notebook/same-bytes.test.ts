/** @file What figures with knobs store is the same, byte for byte, on every Node that is installed (`npm run nodes`). */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { nodeProgram, testedNodes } from "../../scripts/nodes.js";

/** A program that shows a figure with a slider as a cell would, and prints a hash of what it stores. */
const program = `
  const shown = [];
  const jupyter = { lastWriteDisplayData: ({ data }) => shown.push(data) };
  globalThis.__tslab__ = { require: Object.assign(() => {}, { cache: { "/tslab/dist/jupyter.js": { exports: jupyter } } }) };
  const { knobs } = require("foundations/notebook");
  const { lines } = require("foundations/plot");
  knobs({ rate: { from: 0, to: 1, at: 0.1 } }, ({ rate }) =>
    lines({ loss: Array.from({ length: 20 }, (_, i) => (1 - 2 * rate) ** (2 * i)) }, { title: "rate " + rate, x: "step", y: "loss" }));
  const text = JSON.stringify(shown);
  if (!text.includes("data-film")) throw new Error("there are no frames");
  console.log(require("node:crypto").createHash("sha256").update(text).digest("hex"));`;

const hashOn = (node: string) =>
  execFileSync(node, ["-e", program], { cwd: fileURLToPath(new URL("../..", import.meta.url)), encoding: "utf8" });

const others = testedNodes.flatMap((major) => {
  const node = nodeProgram(major);
  return node ? [[major, node] as const] : [];
});

test.each([["this one", process.execPath] as const, ...others])(
  "on Node %s",
  (_, node) => {
    expect(hashOn(node)).toBe(hashOn(process.execPath));
  },
  60_000,
);
