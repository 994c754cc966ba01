/** @file The kernel that `npm run kernel -- install` installs, used by a plain Jupyter that was started above the checkout. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, expect, it } from "vitest";
import { compareOutputs } from "../../packages/notebook-check/compare/compare.js";
import { defaultTolerance } from "../../packages/notebook-check/compare/numbers.js";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { root } from "../../scripts/build.js";
import { run } from "../../scripts/start/kernelspec.js";
import { findNbconvert } from "../notebook-check/side-by-side.js";

const folder = mkdtempSync(join(tmpdir(), "plain-jupyter-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("runs the first notebook, and gives what is stored", async ({ skip }) => {
  const nbconvert = findNbconvert();
  if (!nbconvert) return skip("there is no nbconvert here");
  const { JUPYTER_PATH, ...rest } = process.env;
  const env = { ...rest, JUPYTER_DATA_DIR: join(folder, "data"), JUPYTER_RUNTIME_DIR: join(folder, "runtime") };
  run(["install"], env);
  const [command, ...args] = nbconvert;
  const above = dirname(root);
  const lesson = join(root, "notebooks/01-linear-algebra.ipynb");
  const { status, stderr } = spawnSync(
    command,
    [
      ...[...args, "--to=notebook", "--execute", "--ExecutePreprocessor.timeout=600"],
      ...["--output-dir", folder, "--output=ran", relative(above, lesson)],
    ],
    { cwd: above, env, encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  const [stored, ran] = [lesson, join(folder, "ran.ipynb")].map((file) => readNotebook(file).cells);
  const changed = stored.flatMap((cell, i) => {
    const { verdict, messages } = compareOutputs(cell.outputs ?? [], ran[i].outputs ?? [], {
      tolerance: defaultTolerance,
    });
    return verdict === "differs" ? [`cell ${i}: ${messages.join("; ")}`] : [];
  });
  expect(changed).toEqual([]);
}, 600_000);
