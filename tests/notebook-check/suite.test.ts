/** @file Notebooks as vitest files: a test a cell, failures at the line of the notebook. */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import type { Output } from "../../packages/notebook-check/notebook/nbformat.js";
import { root } from "../../scripts/build.js";
import { code, markdown, notebookOf, temporaryFolder } from "./fixture.js";

const five: Output[] = [
  { output_type: "execute_result", data: { "text/plain": "5" }, metadata: {}, execution_count: 1 },
];

it("makes a vitest test of every cell, and each failure points at its line in the notebook", () => {
  const { folder, remove } = temporaryFolder();
  const file = join(folder, "made.ipynb");
  writeNotebook(
    file,
    notebookOf([
      markdown("# No number here"),
      code("2 + 3", {}, five, 1),
      markdown("It is <!-- check: 2 + 3 -->6<!-- /check -->."),
      code("// first\nconst n: string = 5;"),
      code("7"),
      code("8", { tags: ["skip-execution"] }),
    ]),
  );
  const config = join(folder, "vitest.config.ts");
  const plugin = join(root, "packages/notebook-check/vitest.js");
  writeFileSync(
    config,
    `import { notebooks } from ${JSON.stringify(plugin)};
     export default { plugins: [notebooks()], test: { root: ${JSON.stringify(folder)}, include: ["*.ipynb"] } };`,
  );
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, "run", "--config", config, "--reporter=json", "--reporter=default"],
    {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", CI: "" },
    },
  );
  const start = stdout.indexOf('{"numTotalTestSuites"');
  const report = JSON.parse(
    stdout.slice(start, stdout.indexOf("\n", start) < 0 ? undefined : stdout.indexOf("\n", start)),
  );
  const tests: { title: string; status: string }[] = report.testResults[0].assertionResults;
  expect(tests.map(({ title, status }) => `${status}: ${title}`)).toEqual([
    "passed: cell [1] 2 + 3",
    "failed: text after cell [1] It is <!-- check: 2 + 3 -->6<!-- /check -->.",
    "failed: cell [2] const n: string = 5;",
    "skipped: cell [3] 7",
    "skipped: unrun cell after cell [3] 8",
  ]);
  const places = [...`${stdout}${stderr}`.matchAll(/made\.ipynb:(\d+)(?::\d+)?/g)].map((match) => Number(match[1]));
  const lines = readFileSync(file, "utf8").split("\n");
  const pointed = places.map((line) => lines[line - 1].trim());
  expect(pointed).toContain('"It is <!-- check: 2 + 3 -->6<!-- /check -->."');
  expect(pointed).toContain('"const n: string = 5;"');
  remove();
}, 120_000);
