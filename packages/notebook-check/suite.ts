/** @file The tests of one notebook, for vitest: a kernel for all of them, a test for each cell. */

import { afterAll, beforeAll, test } from "vitest";
import { difference, sentence } from "./report.js";
import { type Finding, NotebookRun, type RunOptions } from "./run.js";

/** A cell may take long if its metadata says so: the run itself knows the limit. */
const never = 2 ** 31 - 1;

/** Sets up the run of a notebook; the function it returns makes the test of one cell. */
export function suite(file: string, options: RunOptions = {}): (index: number, title: string) => void {
  const run = new NotebookRun(file, options);
  beforeAll(async () => complain(await run.open()), never);
  // Vitest reports what fails here with the file: there is no cell whose test could still fail.
  afterAll(async () => complain(await run.close()), never);
  return (index, title) => {
    test(`${run.places.label(index)} ${title}`, { timeout: never }, async (context) => {
      const { status, findings } = await run.check(index);
      if (status === "skipped") context.skip("the cell is not to be run");
      if (status === "not run") context.skip(`not run: ${run.stopped}`);
      complain(findings);
    });
  };
}

/** Fails with all that was found. The frames are left out: what is wrong is in the notebook, not here. */
function complain(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const details = findings.map((finding) => {
    const lines = finding.difference ? `\n${difference(finding.difference)}` : "";
    return sentence(finding) + lines;
  });
  throw new Error(details.join("\n"));
}
