/** @file Foreign kernels: the run asks only what the protocol has. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findKernel, type KernelSpec } from "../../packages/notebook-check/kernel/kernelspec.js";
import { writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import { code, markdown, notebookOf, runFile, temporaryFolder } from "./fixture.js";

function python(): KernelSpec | null {
  try {
    const spec = findKernel("python3");
    return spawnSync(spec.argv[0], ["-c", "import ipykernel"]).status === 0 ? spec : null;
  } catch {
    return null;
  }
}

it("runs and checks notebooks of other kernels, numbers in their prose included", async ({ skip }) => {
  if (!python()) skip("there is no Python kernel here");
  const { folder, remove } = temporaryFolder();
  const file = join(folder, "made.ipynb");
  const result = {
    output_type: "execute_result" as const,
    data: { "text/plain": "0.3" },
    metadata: {},
    execution_count: 1,
  };
  const claim = (stated: string) => markdown(`A third is <!-- check: f"{1 / 3:.2f}" -->${stated}<!-- /check -->.`);
  const cells = [code("x = 0.1 + 0.2\nx", {}, [result], 1), claim("0.33"), claim("0.34"), code("x == 0.3", {}, [], 2)];
  writeNotebook(file, notebookOf(cells, { kernelspec: { name: "python3" } }));
  const { findings } = await runFile(file);
  expect(findings.map(({ message }) => message)).toEqual([
    "its stored output says the same in another spelling; store the spelling of a run with --update",
    'it says 0.34; f"{1 / 3:.2f}" is 0.33',
    "its output is no longer the stored one: outputs: none → execute result (text/plain)",
  ]);
  remove();
}, 120_000);
