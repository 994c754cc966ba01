/** @file Notebooks made on the spot, and their runs, for tests of the headless run. */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import type { Cell, Notebook, Output } from "../../packages/notebook-check/notebook/nbformat.js";
import { type CellReport, type Finding, NotebookRun, type RunOptions } from "../../packages/notebook-check/run.js";
import { root } from "../../scripts/build.js";

type Metadata = Cell["metadata"];

export const code = (
  source: string,
  metadata: Metadata = {},
  outputs: Output[] = [],
  count: number | null = null,
): Cell => ({
  cell_type: "code",
  metadata,
  source,
  outputs,
  execution_count: count,
});
/** A cell that is stored as run, but whose outputs nobody compares. */
export const quiet = (source: string, tags: string[] = []): Cell =>
  code(source, { tags: ["nbval-ignore-output", ...tags] }, [], asJupyterCounts);
/** An execution count that `notebookOf` replaces by the right one. */
const asJupyterCounts = -1;
export const markdown = (source: string, metadata: Metadata = {}): Cell => ({
  cell_type: "markdown",
  metadata,
  source,
});

export function notebookOf(cells: readonly Cell[], metadata: Notebook["metadata"] = {}): Notebook {
  const kernelspec = { display_name: "TypeScript", language: "typescript", name: "tslab" };
  let count = 0;
  const counted = ({ cell_type, execution_count }: Cell) => {
    if (cell_type !== "code") return {};
    count++;
    return { execution_count: execution_count === asJupyterCounts ? count : execution_count };
  };
  return {
    cells: cells.map((cell, i) => ({ ...cell, ...counted(cell), id: `cell-${i}` })),
    metadata: { ...metadata, kernelspec: { ...kernelspec, ...metadata.kernelspec } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** A folder inside the checkout, where cells can import what the notebooks can. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const parent = join(root, ".cache/tests");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "notebook-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface WholeRun {
  run: NotebookRun;
  reports: CellReport[];
  /** Of the start, of every cell, and of the end. */
  findings: Finding[];
}

/** Runs a notebook from end to end. */
export async function runFile(file: string, options: RunOptions = {}): Promise<WholeRun> {
  const run = new NotebookRun(file, options);
  const findings = await run.open();
  const reports: CellReport[] = [];
  for (const index of run.notebook.cells.keys()) {
    const report = await run.check(index);
    reports.push(report);
    findings.push(...report.findings);
  }
  findings.push(...(await run.close()));
  return { run, reports, findings };
}

export async function runCells(cells: readonly Cell[], options: RunOptions = {}): Promise<WholeRun> {
  const { folder, remove } = temporaryFolder();
  try {
    const file = join(folder, "made.ipynb");
    writeNotebook(file, notebookOf(cells));
    return await runFile(file, options);
  } finally {
    remove();
  }
}

/** Code that does something after its cell has ended, however slow the machine: not before a later cell tells it to. */
export const whenTold = (statement: string): string =>
  `{ const timer = setInterval(() => { if (Reflect.get(globalThis, "told")) { clearInterval(timer); ${statement}; } }, 5); }`;
export const tell =
  'Reflect.set(globalThis, "told", true);\nawait new Promise((resolve) => setTimeout(resolve, 100));\nReflect.set(globalThis, "told", false);';
