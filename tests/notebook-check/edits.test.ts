/** @file A sample of what edits.ts tries at length: single bytes of the lessons' stored outputs, changed at random. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../scripts/build.js";

it("of 400 changed bytes none passes unnoticed, and none makes the check throw", () => {
  const args = ["--import", "tsx", join(root, "tests/notebook-check/edits.ts"), "400", "7"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect(status, stdout + stderr).toBe(0);
  const counts = [...stdout.matchAll(/^ *(\d+) {2}/gm)].map(([, count]) => Number(count));
  expect(counts.reduce((sum, count) => sum + count)).toBe(400);
}, 120_000);
