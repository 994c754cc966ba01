/** @file What the build says about a library that does not compile. */

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../../scripts/build.js";

/** Builds a small library of its own, with `source` as its only file, and returns what the build prints. */
function build(source: string) {
  const folder = mkdtempSync(join(tmpdir(), "build-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of ["scripts/build.ts", "tsconfig.json", "lib/tsconfig.json", "package.json"])
    cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "lib/index.ts"), source);
  const run = spawnSync(process.execPath, ["--import", "tsx", join(folder, "scripts/build.ts")], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status: run.status, printed: run.stdout + run.stderr };
}

test.each([
  ["a syntax error", "export const x = ;\n", 'lib/index.ts:1:18: Unexpected ";"'],
  [
    "a type error",
    "\nexport const x: number = 'a';\n",
    "lib/index.ts:2:14: error TS2322: Type 'string' is not assignable",
  ],
])("%s is told as file, line and sentence, without a stack", (_, source, sentence) => {
  const { status, printed } = build(source);
  expect(status).toBe(1);
  expect(printed).toContain(`build: the library does not compile:\n  ${sentence}`);
  expect(printed).not.toMatch(/^\s+at /m);
});

test("a library that compiles is built", () => {
  expect(build("export const x = 1;\n")).toMatchObject({ status: 0, printed: expect.stringMatching(/^library built/) });
});
