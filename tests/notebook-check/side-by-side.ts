/**
 * @file Our run beside Jupyter's own: the same notebook, on the same kernel, by this checkout's client and by
 * `jupyter nbconvert --execute`. `npx tsx tests/notebook-check/side-by-side.ts notebook.ipynb …` compares the outputs, and the
 * time that each takes to start a kernel and to run a cell.
 */

import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compareOutputs } from "../../packages/notebook-check/compare/compare.js";
import { configurationAt } from "../../packages/notebook-check/configuration.js";
import { KernelClient } from "../../packages/notebook-check/kernel/client.js";
import { findKernel } from "../../packages/notebook-check/kernel/kernelspec.js";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { joined, type Notebook, serialize } from "../../packages/notebook-check/notebook/nbformat.js";

/** The command that runs nbconvert, or null if there is none. (A machine may have more than one Python.) */
export function findNbconvert(): string[] | null {
  const candidates = [
    ["jupyter", "nbconvert"],
    ["/usr/bin/jupyter", "nbconvert"],
    ["/usr/bin/python3", "-m", "nbconvert"],
  ];
  return candidates.find(([command, ...args]) => spawnSync(command, [...args, "--version"]).status === 0) ?? null;
}

export interface Timing {
  /** Milliseconds for a notebook without any cell: starting the client and the kernel, and ending both. */
  start: number;
  /** Milliseconds for each cell beyond that. */
  perCell: number;
}

export interface SideBySide {
  cells: number;
  /** A sentence for each cell whose outputs are not the same. */
  differences: string[];
  ours: Timing;
  theirs: Timing;
}

/** Runs a notebook both ways, each as a program of its own, `rounds` times; the fastest counts. */
export function sideBySide(file: string, nbconvert: readonly string[], rounds = 3): SideBySide {
  // Beside the notebook, whose cells may import from there.
  const beside = (name: string) => join(dirname(file), `.nbconvert-${process.pid}-${name}.ipynb`);
  const [empty, full, theirOutput, ourOutput] = ["empty", "full", "theirs", "ours"].map(beside);
  try {
    const notebook = readNotebook(file);
    writeFileSync(empty, serialize({ ...notebook, cells: [] }));
    writeFileSync(full, serialize(notebook));
    const cells = notebook.cells.filter(
      (cell) => cell.cell_type === "code" && joined(cell.source).trim() !== "",
    ).length;
    const timed = (run: (input: string, output: string) => void, output: string): Timing => {
      const fastest = (input: string) => {
        const times = Array.from({ length: rounds }, () => {
          const began = performance.now();
          run(input, output);
          return performance.now() - began;
        });
        return Math.min(...times);
      };
      const start = fastest(empty);
      return { start, perCell: (fastest(full) - start) / cells };
    };
    const theirs = timed((input, output) => byNbconvert(nbconvert, input, output), theirOutput);
    const ours = timed(byOurs, ourOutput);
    const differences = difference(readNotebook(theirOutput), readNotebook(ourOutput));
    return { cells, differences, ours, theirs };
  } finally {
    for (const made of [empty, full, theirOutput, ourOutput]) rmSync(made, { force: true });
  }
}

/** Has nbconvert run a notebook. @throws with what it says, if a cell fails */
export function byNbconvert([command, ...args]: readonly string[], input: string, output: string): void {
  const options = ["--to=notebook", "--execute", `--output=${output}`, "--ExecutePreprocessor.timeout=600", input];
  const { folder, kernels } = configurationAt();
  const own = kernels.map((directory) => join(folder, directory));
  const run = spawnSync(command, [...args, ...options], {
    encoding: "utf8",
    env: { ...process.env, JUPYTER_PATH: [...own, process.env.JUPYTER_PATH].filter(Boolean).join(delimiter) },
  });
  if (run.status !== 0) throw new Error(`nbconvert failed on ${input}:\n${run.stderr}`);
}

/** Ours as a program of its own, too: this file, called with --execute. */
function byOurs(input: string, output: string): void {
  const self = fileURLToPath(import.meta.url);
  const run = spawnSync(process.execPath, ["--import", "tsx", self, "--execute", input, output], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`our run failed on ${input}:\n${run.stderr}`);
}

/** Only what nbconvert does, for a fair comparison: run the cells, keep the outputs. */
async function execute(input: string, output: string): Promise<void> {
  const notebook = readNotebook(input);
  const kernel = await KernelClient.start(findKernel(notebook.metadata.kernelspec?.name ?? "tslab"), dirname(input));
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code" || joined(cell.source).trim() === "") continue;
    const { outputs, executionCount } = await kernel.execute(joined(cell.source));
    Object.assign(cell, { outputs, execution_count: executionCount });
  }
  await kernel.shutdown();
  writeFileSync(output, serialize(notebook));
}

function difference(theirs: Notebook, ours: Notebook): string[] {
  return theirs.cells.flatMap((cell, i) => {
    const exact = { tolerance: { rtol: 0, atol: 0 } };
    const { verdict, messages } = compareOutputs(cell.outputs ?? [], ours.cells[i].outputs ?? [], exact);
    const count = [cell.execution_count, ours.cells[i].execution_count];
    if (count[0] !== count[1]) messages.push(`execution count ${count.join(" → ")}`);
    return verdict === "same" && messages.length === 0 ? [] : [`cell ${i}: ${messages.join("; ")}`];
  });
}

async function main(args: string[]): Promise<number> {
  if (args[0] === "--execute") {
    await execute(args[1], args[2]);
    return 0;
  }
  const nbconvert = findNbconvert();
  if (!nbconvert || args.length === 0) {
    console.error(
      nbconvert ? "usage: npx tsx tests/notebook-check/side-by-side.ts notebook.ipynb …" : "there is no nbconvert here",
    );
    return 64;
  }
  let differing = 0;
  for (const file of args) {
    const { cells, differences, ours, theirs } = sideBySide(resolve(file), nbconvert);
    const figures = ({ start, perCell }: Timing) =>
      `${start.toFixed(0)} ms to start and end, ${perCell.toFixed(1)} ms a cell`;
    console.log(`${file}: ${cells} cells, ${differences.length} differ`);
    for (const sentence of differences) console.log(`  ${sentence}`);
    console.log(`  ours       ${figures(ours)}\n  nbconvert  ${figures(theirs)}`);
    differing += differences.length;
  }
  return differing === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
