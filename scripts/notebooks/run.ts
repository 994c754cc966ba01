/** @file One notebook, run from top to bottom on a kernel of its own, each cell held against what is stored. */

import { dirname, relative } from "node:path";
import { type CellRun, KernelClient } from "./client.js";
import { defaultTolerance, render, settle, type Tolerance } from "./compare.js";
import { projectKernel, root } from "./kernel.js";
import { type Cell, joined, type Notebook, type Output, readNotebook, writeNotebook } from "./nbformat.js";
import { type Claim, claimsIn, withClaims } from "./prose.js";

/** What is wrong with a cell, from bad to worse. */
export type Kind = "drift" | "failed" | "infrastructure";

export class Problem extends Error {
  /** Stored and fresh outputs, where they differ: under these names a test runner shows the difference. */
  declare readonly expected?: string;
  declare readonly actual?: string;

  constructor(
    readonly kind: Kind,
    message: string,
    difference?: { actual: string; expected: string },
  ) {
    super(message);
    this.name = kind === "drift" ? "Drift" : kind === "failed" ? "CellFailed" : "KernelTrouble";
    if (difference) Object.assign(this, difference, { showDiff: true });
    // Without frames of this folder the first one is the cell's line in the notebook.
    const frames = this.stack?.split("\n").filter((line) => !line.includes(import.meta.filename));
    this.stack = frames?.join("\n");
  }
}

const honouredTags = ["raises-exception", "skip-execution", "nbval-ignore-output", "exercise"];

export interface RunOptions {
  update?: boolean;
  /** Milliseconds that a cell may take, unless its metadata says otherwise. */
  cellTimeout?: number;
}

export class NotebookRun {
  readonly name: string;
  readonly notebook: Notebook;
  startMilliseconds = 0;
  #kernel: KernelClient | null = null;
  #changed = false;
  /** Why no further cell can run. */
  #broken = "";
  #executed = 0;
  readonly #late = new Map<number, Output[]>();

  constructor(
    readonly file: string,
    readonly options: RunOptions = {},
  ) {
    this.name = relative(root, file);
    this.notebook = readNotebook(file);
  }

  /** Starts the kernel. */
  async open(): Promise<void> {
    try {
      // In the notebook's folder, as Jupyter starts it, so that "./exercises/…" is found.
      this.#kernel = await KernelClient.start({ ...projectKernel, cwd: dirname(this.file) });
      this.startMilliseconds = this.#kernel.startMilliseconds;
    } catch (error) {
      this.#broken = (error as Error).message;
      throw new Problem("infrastructure", `${this.name}: ${this.#broken}`);
    }
  }

  /** Runs and checks cell `index`; cells are to be given in order. Returns how long the cell itself took. */
  async check(index: number): Promise<number> {
    const cell = this.notebook.cells[index];
    return cell.cell_type === "code" ? this.#checkCode(cell, index) : this.#checkProse(cell, index);
  }

  /** Ends the kernel, and stores what was updated. */
  async close(): Promise<void> {
    await this.#kernel?.shutdown();
    if (this.#changed) writeNotebook(this.file, this.notebook);
  }

  async #checkCode(cell: Cell, index: number): Promise<number> {
    const where = this.#place(cell, index);
    const tags = cell.metadata.tags ?? [];
    const unknown = tags.find((tag) => !honouredTags.includes(tag));
    if (unknown) {
      throw new Problem("failed", `${where}: unknown tag "${unknown}"; known are ${honouredTags.join(", ")}`);
    }
    const source = joined(cell.source);
    if (tags.includes("skip-execution") || source.trim() === "") return 0;
    if (this.#broken || !this.#kernel) throw new Problem("infrastructure", `${where} was not run: ${this.#broken}`);
    const limit = (cell.metadata.timeout as number | undefined) ?? this.options.cellTimeout ?? 120_000;
    const run = await this.#kernel.execute(source, limit, (output) =>
      this.#late.set(index, [...(this.#late.get(index) ?? []), output]),
    );
    this.#executed++;
    this.#requireEnding(run, where, tags.includes("raises-exception"));
    this.#compare(cell, run, where, tags);
    return run.milliseconds;
  }

  #requireEnding(run: CellRun, where: string, mayRaise: boolean): void {
    if (run.status === "dead") {
      this.#broken = `the kernel ${run.how} in ${where}`;
      throw new Problem("infrastructure", `${where}: the kernel ${run.how}`);
    }
    if (run.status === "timeout") {
      if (!run.stopped) this.#broken = `the kernel had to be killed in ${where}`;
      const end = run.stopped ? "was interrupted" : "did not heed the interrupt, so the kernel was killed";
      throw new Problem("failed", `${where}: ran longer than ${run.after / 1000} s and ${end}`);
    }
    if (run.status === "aborted") throw new Problem("infrastructure", `${where}: the kernel refused to run it`);
    const stray = run.outputs.find(
      (output) => output.output_type === "stream" && joined(output.text).includes("Uncaught: "),
    );
    if (stray) throw new Problem("failed", `${where}: ${joined((stray as { text: string }).text).trim()}`);
    if (run.status === "error" && !mayRaise) throw new Problem("failed", `${where} failed\n${traceback(run.outputs)}`);
    if (run.status === "ok" && mayRaise) {
      throw new Problem("failed", `${where}: is tagged raises-exception, but raised nothing`);
    }
  }

  #compare(cell: Cell, run: CellRun, where: string, tags: readonly string[]): void {
    const tolerance: Tolerance = { ...defaultTolerance, ...(cell.metadata.tolerance as Partial<Tolerance>) };
    const stored = render(cell.outputs ?? []);
    const fresh = settle(render(run.outputs), stored, tolerance);
    const sameOutputs = tags.includes("nbval-ignore-output") || fresh === stored;
    const sameCount = cell.execution_count === run.executionCount;
    if (sameOutputs && sameCount) return;
    if (this.options.update) {
      if (!sameOutputs) cell.outputs = run.outputs;
      cell.execution_count = run.executionCount;
      for (const output of cell.outputs ?? []) {
        if (output.output_type === "execute_result") output.execution_count = run.executionCount;
      }
      this.#changed = true;
      return;
    }
    if (!sameOutputs) {
      throw new Problem("drift", `${where}: outputs drifted`, { actual: fresh, expected: stored });
    }
    const [is, was] = [run.executionCount, cell.execution_count];
    throw new Problem("drift", `${where}: execution count is ${was}, a run from top to bottom gives ${is}`);
  }

  async #checkProse(cell: Cell, index: number): Promise<number> {
    const source = joined(cell.source);
    const wrong: { claim: Claim; found: string }[] = [];
    for (const claim of claimsIn(source)) {
      const where = `${this.name}, text [${index}]`;
      if (this.#broken || !this.#kernel)
        throw new Problem("infrastructure", `${where} was not checked: ${this.#broken}`);
      const value = await this.#kernel.evaluate(claim.expression);
      if ("error" in value) throw new Problem("failed", `${where}: check ${claim.expression}: ${value.error}`);
      if (value.text !== claim.stated) wrong.push({ claim, found: value.text });
    }
    if (wrong.length === 0) return 0;
    if (this.options.update) {
      cell.source = withClaims(source, new Map(wrong.map(({ claim, found }) => [claim, found])));
      this.#changed = true;
      return 0;
    }
    const lines = wrong.map(({ claim, found }) => `says ${claim.stated}, but ${claim.expression} is ${found}`);
    throw new Problem("drift", `${this.name}, text [${index}]: ${lines.join("; ")}`);
  }

  #place(cell: Cell, index: number): string {
    return `${this.name}, cell ${cell.id ?? ""} [${index}]`;
  }
}

function traceback(outputs: readonly Output[]): string {
  const error = outputs.find((output) => output.output_type === "error");
  return error?.output_type === "error" ? error.traceback.join("\n") : render(outputs);
}
