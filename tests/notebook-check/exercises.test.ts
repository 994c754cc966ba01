/** @file A reader's own run: an exercise that is solved passes, and one that is wrong is named. */

import { expect, it } from "vitest";
import { type Cell, joined, type Output } from "../../packages/notebook-check/notebook/nbformat.js";
import { code, runCells } from "./fixture.js";

const untouchedOutput: Output = {
  output_type: "display_data",
  data: {
    "text/html": "<p>○ <strong>Half of ten</strong>: not attempted yet.</p>",
    "text/plain": "○ Half of ten: not attempted yet.",
  },
  metadata: {},
};
const exercise = (answer: string): Cell =>
  code(
    `import { question, TODO } from "foundations/notebook";
question({ title: "Half of ten", answer: 5, mistakes: [{ says: "that is twice ten", answer: 20 }] }).check(${answer});`,
    { tags: ["exercise"] },
    [untouchedOutput],
    1,
  );

it("an exercise passes untouched and solved, and not with a mistake", async () => {
  const [untouched, solved, wrong] = await Promise.all(
    ["TODO", "5", "20"].map((answer) => runCells([exercise(answer)])),
  );
  expect(untouched.findings).toEqual([]);
  expect(untouched.reports[0]).toMatchObject({ status: "passed", solved: false });
  expect(solved.findings).toEqual([]);
  expect(solved.reports[0]).toMatchObject({ status: "passed", solved: true });
  expect(wrong.findings.map(({ message }) => message)).toEqual([
    expect.stringContaining("its output is no longer the stored one"),
  ]);
}, 60_000);

it("an update keeps the stub's output for a solved exercise: what is stored is for those who come next", async () => {
  const { run, findings } = await runCells([exercise("5")], { update: true });
  expect(findings).toEqual([]);
  const [output] = run.notebook.cells[0].outputs ?? [];
  expect("data" in output && joined(output.data["text/plain"] as string)).toBe("○ Half of ten: not attempted yet.");
}, 60_000);
