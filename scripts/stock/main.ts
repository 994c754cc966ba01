/**
 * @file `npm run stock [-- notebook …]`: runs the notebooks in Jupyter's nbconvert on tslab's unmodified kernel, which
 * shows that they depend on nothing in this checkout's kernel. Cells tagged `raises-exception` are removed first: after
 * an error, tslab aborts every cell that arrives within 200 ms.
 */

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { build, root } from "../build.js";
import { lessons } from "../lessons.js";
import { type Found, find, searchPath } from "../start/find.js";
import { environment } from "../start/serve.js";
import { debianPackages, venvPrograms } from "../start/setup.js";
import { type Notebook, verdict } from "./verdicts.js";

const out = join(root, ".cache/stock");

async function nbconvert(): Promise<Found> {
  const directories = [...searchPath(), venvPrograms];
  for (const setUp of [async () => "installed", () => debianPackages(["jupyter-nbconvert"], directories)]) {
    if ((await setUp()) !== "installed") continue;
    const found = find(["nbconvert"], directories);
    if (!("tried" in found)) return found;
  }
  throw new Error("stock: no nbconvert works here; install it (https://nbconvert.readthedocs.io) and run this again");
}

/** Writes the kernelspec that `tslab install` would, with tslab's absolute path; returns its folder for JUPYTER_PATH. */
function kernelspec(): string {
  const folder = join(out, "share/kernels/tslab");
  const argv = [
    process.execPath,
    join(root, "node_modules/tslab/bin/tslab"),
    "kernel",
    "--config-path",
    "{connection_file}",
  ];
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "kernel.json"),
    JSON.stringify({ argv, display_name: "TypeScript", language: "typescript" }),
  );
  return join(out, "share");
}

const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Notebook;

/** Executes a copy of one notebook and judges the result. */
async function execute(jupyter: Found, notebook: string, env: NodeJS.ProcessEnv) {
  const [file, ...args] = jupyter.command;
  const executed = join(out, basename(notebook));
  const options = [
    "--to=notebook",
    "--execute",
    "--allow-errors",
    "--ExecutePreprocessor.kernel_name=tslab",
    "--ExecutePreprocessor.timeout=600",
    "--ExecutePreprocessor.iopub_timeout=60",
    "--TagRemovePreprocessor.enabled=True",
    "--TagRemovePreprocessor.remove_cell_tags=raises-exception",
    `--output-dir=${out}`,
    `--output=${basename(notebook)}`,
  ];
  const run = spawn(file, [...args, ...options, notebook], { env, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => run.once("error", reject).once("close", resolve));
  const [status, stderr] = await Promise.all([ended, text(run.stderr)]);
  if (status !== 0) throw new Error(`stock: nbconvert failed on ${notebook}:\n${stderr}`);
  return verdict(read(notebook), read(executed));
}

try {
  await build();
  const jupyter = await nbconvert();
  rmSync(out, { recursive: true, force: true });
  // As many side by side as there are cores, each with one thread.
  const env = { ...environment(kernelspec()), OMP_NUM_THREADS: "1" };
  const given = process.argv.slice(2);
  const notebooks = given.length > 0 ? given.map((path) => resolve(path)) : lessons();
  let passed = 0;
  let failed = 0;
  const waiting = notebooks.values();
  const runWaiting = async () => {
    for (const notebook of waiting) {
      const start = performance.now();
      const result = await execute(jupyter, notebook, env);
      passed += result.passed;
      failed += result.unjudged + (result.failed ? 1 : 0);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`${basename(notebook)}: ${result.passed} cells ran (${seconds} s)`);
      if (result.failed) {
        console.log(`  code cell ${result.failed.cell}: ${result.failed.problem}`);
        console.log(`  ${result.unjudged} later cells cannot be judged, and count as failed`);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, runWaiting));
  writeFileSync(join(out, "counts.json"), JSON.stringify({ passed, failed }));
  console.log(`stock: ${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
