/** @file One notebook, run from top to bottom on a kernel of its own, each cell held against what is stored. */

import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../build.js";
import { type CellRun, defaultLimits, KernelClient, type Limits } from "./client.js";
import { compareOutputs, render } from "./compare.js";
import { findKernel, type KernelSpec } from "./kernelspec.js";
import {
  type Cell,
  joined,
  type Notebook,
  type Output,
  parseNotebook,
  sourceLines,
  writeNotebook,
} from "./nbformat.js";
import { compareText } from "./numbers.js";
import { type Descendant, descendantsOf, isAlive } from "./processes.js";
import { type Claim, claimsIn, restate, uncheckedNumbers } from "./prose.js";
import { type Rules, rulesOf } from "./rules.js";

/** What is wrong, from bad to worse: a stale page; a cell that fails; a kernel that does. */
export type Kind = "drift" | "failed" | "infrastructure";

export interface Finding {
  kind: Kind;
  /** `notebooks/x.ipynb:12` */
  place: string;
  /** Which cell, as a reader would call it. */
  cell: string;
  /** A sentence; what follows its first line is detail. */
  message: string;
  difference?: { stored: string; fresh: string };
}

export interface CellReport {
  status: "passed" | "wrong" | "skipped" | "not run";
  findings: Finding[];
  milliseconds: number;
}

export interface RunOptions {
  /** Take over what drifted into the notebook, and write it in the end if nothing failed. */
  update?: boolean;
  limits?: Partial<Limits>;
  /** Instead of the kernel that the notebook names. */
  kernel?: KernelSpec;
  /** Changes the notebook before it is run; the file keeps its own text. */
  edit?: (notebook: Notebook) => void;
}

export class NotebookRun {
  /** The file, as people name it: from the checkout's root. */
  readonly name: string;
  readonly notebook: Notebook;
  /** What each code cell gave, by its place in the notebook. */
  readonly runs = new Map<number, CellRun>();
  readonly reports = new Map<number, CellReport>();
  /** Why no further cell can run. */
  stopped: string | null = null;
  startMilliseconds = 0;
  /** Whether the file was written. */
  updated = false;

  readonly #limits: Limits;
  readonly #lines: number[];
  readonly #labels: string[];
  #kernel: KernelClient | null = null;
  #next = 0;
  #executed = 0;
  #changed = false;
  #reportedLate = new Map<number, number>();
  /** Processes that outlived the cell that started them, with that cell's place. */
  readonly #left = new Map<number, { cell: number; command: string }>();
  readonly #began = performance.now();

  /** @throws if the file is not a notebook */
  constructor(
    readonly file: string,
    readonly options: RunOptions = {},
  ) {
    this.name = relative(root, file);
    const text = readFileSync(file, "utf8");
    this.notebook = parseNotebook(text, this.name);
    options.edit?.(this.notebook);
    this.#lines = sourceLines(text);
    this.#labels = labels(this.notebook);
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  /** What a reader calls a cell. */
  label(index: number): string {
    return this.#labels[index];
  }

  /** The place of a cell by the number in its brackets or by its id; -1 if there is none. */
  find(cell: string): number {
    return this.notebook.cells.findIndex(({ id }, index) => id === cell || this.#labels[index] === `cell [${cell}]`);
  }

  /** Ends the kernel at once, and writes nothing. */
  async abort(): Promise<void> {
    this.stopped = "the run was aborted";
    await this.#kernel?.abort();
  }

  /** Starts the kernel. If that fails, no cell can run, and this is what is wrong. */
  async open(): Promise<Finding[]> {
    try {
      const spec = this.options.kernel ?? findKernel(this.notebook.metadata.kernelspec?.name ?? "tslab");
      this.#kernel = await KernelClient.start(spec, dirname(this.file), this.#limits);
      this.startMilliseconds = this.#kernel.startMilliseconds;
      return [];
    } catch (error) {
      this.stopped = "the kernel did not start";
      return [{ kind: "infrastructure", place: this.name, cell: "start", message: (error as Error).message }];
    }
  }

  /** Checks a cell, after all cells before it. */
  async check(index: number): Promise<CellReport> {
    for (; this.#next <= index; this.#next++) this.reports.set(this.#next, await this.#check(this.#next));
    return this.reports.get(index) as CellReport;
  }

  /** Ends the kernel; what shows only now is wrong, too. Stores what was updated, unless anything failed. */
  async close(): Promise<Finding[]> {
    const findings: Finding[] = [];
    if (this.#kernel && !this.stopped) findings.push(...(await this.#settle(this.#kernel)));
    for (const index of this.runs.keys()) findings.push(...this.#late(index));
    await this.#kernel?.shutdown();
    findings.push(...this.#leftProcesses());
    for (const report of this.reports.values()) for (const finding of report.findings) findings.push(finding);
    const failed = findings.some(({ kind }) => kind !== "drift");
    if (this.#changed && !failed && !this.stopped) this.#write();
    return findings.filter(
      (finding) => ![...this.reports.values()].some(({ findings: known }) => known.includes(finding)),
    );
  }

  /** Waits for what the cells left to the event loop: it comes now, late, or the run would never know of it. */
  async #settle(kernel: KernelClient): Promise<Finding[]> {
    const until = performance.now() + this.#limits.grace;
    for (;;) {
      const [timers] = await kernel.evaluate([pendingTimers]);
      if ("error" in timers || timers.text === "0") return [];
      if (performance.now() > until) {
        const message = `${timers.text} timers are still running: the cells that start them must await or clear them`;
        return [{ kind: "failed", place: this.name, cell: "end", message }];
      }
      await sleep(20);
    }
  }

  async #check(index: number): Promise<CellReport> {
    const began = performance.now();
    const cell = this.notebook.cells[index];
    const finish = (status: CellReport["status"], findings: Finding[] = []): CellReport => {
      return { status, findings, milliseconds: performance.now() - began };
    };
    const wrong: Finding[] = [];
    let rules: Rules;
    try {
      rules = rulesOf(cell, this.notebook);
    } catch (error) {
      // The cell is run all the same: those after it may need it.
      rules = rulesOf({ ...cell, metadata: {} }, { ...this.notebook, metadata: {} });
      wrong.push(this.#finding("failed", index, (error as Error).message));
    }
    const isEmpty = rules.skip || joined(cell.source).trim() === "";
    if (cell.cell_type === "raw") return finish("skipped");
    if (cell.cell_type === "code" && isEmpty) {
      wrong.push(...this.#unrun(cell, index));
      return finish(wrong.length > 0 ? "wrong" : "skipped", wrong);
    }
    if (this.stopped) return finish("not run");
    const check = cell.cell_type === "code" ? this.#code(cell, index, rules) : this.#prose(cell, index, rules);
    const findings = [...wrong, ...(await check)];
    return finish(findings.length > 0 ? "wrong" : "passed", findings);
  }

  async #code(cell: Cell, index: number, rules: Rules): Promise<Finding[]> {
    const kernel = this.#kernel as KernelClient;
    const left = this.#limits.notebook - (performance.now() - this.#began);
    const limit = Math.min(rules.timeout === undefined ? this.#limits.cell : 1000 * rules.timeout, Math.max(left, 0));
    const run = await kernel.execute(joined(cell.source), limit);
    this.runs.set(index, run);
    this.#executed++;
    for (const process of kernel.pid ? descendantsOf(kernel.pid) : []) this.#notice(process, index);

    const failure = this.#ending(run, index, rules, limit) ?? this.#late(index)[0];
    if (failure) return [failure];
    if (run.executionCount !== this.#executed) {
      const message = `the kernel counted ${run.executionCount} cells where ${this.#executed} ran`;
      return [this.#finding("infrastructure", index, message)];
    }
    return [...(rules.ignoreOutput ? [] : this.#compare(cell, run, index, rules)), ...this.#count(cell, run, index)];
  }

  /** What is wrong with how a cell ended, if anything is. Most of it ends the run. */
  #ending(run: CellRun, index: number, rules: Rules, limit: number): Finding | null {
    const stop = (kind: Kind, message: string): Finding => {
      this.stopped = `${this.#labels[index]} failed`;
      return this.#finding(kind, index, message);
    };
    if (run.status === "dead") return stop("infrastructure", `the kernel ${run.how}`);
    if (run.status === "aborted") return stop("infrastructure", "the kernel refused to run it (status: aborted)");
    if (run.status === "timeout") {
      const end = run.killed ? "did not heed the interrupt either, so the kernel was killed" : "was interrupted";
      return stop("failed", `it ran longer than ${Math.round(limit) / 1000} s and ${end}`);
    }
    if (run.lost !== 0) return stop("infrastructure", `${run.lost} of its output messages were lost`);
    const errors = run.outputs.filter((output) => output.output_type === "error");
    if (run.status === "error" && !rules.mustRaise) {
      this.stopped = `${this.#labels[index]} failed`;
      return this.#raised(errors[0], run, index);
    }
    if (run.status === "ok" && rules.mustRaise) {
      return this.#finding("failed", index, "it is tagged raises-exception, and raised nothing");
    }
    return null;
  }

  #raised(error: Output | undefined, run: CellRun, index: number): Finding {
    if (error?.output_type !== "error") return this.#finding("failed", index, `it failed:\n${render(run.outputs)}`);
    const [, line, column, text] = /^(\d+):(\d+) - (.*)$/s.exec(error.evalue) ?? [];
    if (error.ename === "TypeScriptError" && line) {
      const message = `type error in line ${line}, column ${column}: ${text}\n${error.traceback.join("\n")}`;
      return { ...this.#finding("failed", index, message), place: this.#place(index, Number(line)) };
    }
    const [first] = error.evalue.split("\n");
    const heading = `${error.ename}: ${first}`;
    const rest = error.traceback.join("\n");
    const thrownAt = rest.indexOf(`${this.#labels[index]}, line `);
    const place = thrownAt < 0 ? 1 : Number.parseInt(rest.slice(thrownAt).replace(/^.*?, line /, ""), 10);
    const message = rest.startsWith(heading) ? rest : `${heading}\n${rest}`;
    return { ...this.#finding("failed", index, message), place: this.#place(index, place) };
  }

  /** Output that came after the end of its cell and has not been reported. */
  #late(index: number): Finding[] {
    const { late } = this.runs.get(index) as CellRun;
    const known = this.#reportedLate.get(index) ?? 0;
    if (late.length === known) return [];
    this.#reportedLate.set(index, late.length);
    const message = `it went on after its end, and gave ${late.slice(known).join(", ")}: await what the cell starts`;
    return [this.#finding("failed", index, message)];
  }

  #notice({ pid, command }: Descendant, cell: number): void {
    if (!this.#left.has(pid)) this.#left.set(pid, { cell, command });
  }

  #leftProcesses(): Finding[] {
    const alive = [...this.#left].filter(([pid]) => isAlive(pid));
    return alive.map(([pid, { cell, command }]) => {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself just now.
      }
      return this.#finding("failed", cell, `it left a process behind (${command}): end it in the notebook`);
    });
  }

  #compare(cell: Cell, run: CellRun, index: number, { tolerance }: Rules): Finding[] {
    const stored = cell.outputs ?? [];
    const comparison = compareOutputs(stored, run.outputs, tolerance);
    if (comparison.drifted?.length === 0) return [];
    if (this.options.update) {
      cell.outputs = comparison.drifted
        ? stored.map((output, i) => (comparison.drifted?.includes(i) ? run.outputs[i] : output))
        : run.outputs;
      this.#changed = true;
      return [];
    }
    const neverRun = stored.length === 0 && cell.execution_count === null;
    const message = neverRun
      ? "it is stored as never having been run; store its output with --update"
      : `its output is no longer the stored one: ${comparison.messages.join("; ")}`;
    const { stored: before, fresh } = comparison;
    return [{ ...this.#finding("drift", index, message), difference: { stored: before, fresh } }];
  }

  /** Execution counts are 1 … n: the mark of a notebook that was run from top to bottom. */
  #count(cell: Cell, run: CellRun, index: number): Finding[] {
    const results = (cell.outputs ?? []).filter((output) => output.output_type === "execute_result");
    const wrong = [cell, ...results].filter((holder) => holder.execution_count !== run.executionCount);
    const neverRun = !this.options.update && cell.execution_count === null && (cell.outputs ?? []).length === 0;
    if (wrong.length === 0 || neverRun) return [];
    if (this.options.update) {
      for (const holder of wrong) holder.execution_count = run.executionCount;
      this.#changed = true;
      return [];
    }
    const stored = wrong[0].execution_count ?? "none";
    return [
      this.#finding(
        "drift",
        index,
        `its stored execution count is ${stored}; a run from top to bottom gives ${run.executionCount}`,
      ),
    ];
  }

  /** A cell that is not run cannot have given anything. */
  #unrun(cell: Cell, index: number): Finding[] {
    if ((cell.outputs ?? []).length === 0 && (cell.execution_count ?? null) === null) return [];
    if (this.options.update) {
      cell.outputs = [];
      cell.execution_count = null;
      this.#changed = true;
      return [];
    }
    return [this.#finding("drift", index, "it is not run, and yet has a stored output or execution count")];
  }

  async #prose(cell: Cell, index: number, rules: Rules): Promise<Finding[]> {
    const source = joined(cell.source);
    let claims: Claim[];
    let unchecked: ReturnType<typeof uncheckedNumbers>;
    try {
      claims = claimsIn(source);
      unchecked = uncheckedNumbers(source, rules.given);
    } catch (error) {
      return [this.#finding("failed", index, (error as Error).message)];
    }
    const findings: Finding[] = unchecked.map(({ number, line }) => ({
      ...this.#finding("drift", index, `${number} is neither checked nor given (see scripts/notebooks/prose.ts)`),
      place: this.#place(index, line),
    }));
    const values =
      claims.length > 0 ? await (this.#kernel as KernelClient).evaluate(claims.map((one) => one.expression)) : [];
    const restated = new Map<Claim, string>();
    for (const [i, one] of claims.entries()) {
      const value = values[i];
      const at = { place: this.#place(index, one.line) };
      if ("error" in value) {
        findings.push({ ...this.#finding("failed", index, `${one.expression}: ${value.error}`), ...at });
      } else if (!compareText(one.stated, value.text, rules.tolerance).same) {
        if (this.options.update) restated.set(one, value.text);
        else
          findings.push({
            ...this.#finding("drift", index, `it says ${one.stated}; ${one.expression} is ${value.text}`),
            ...at,
          });
      }
    }
    if (restated.size > 0) {
      cell.source = restate(source, restated);
      this.#changed = true;
    }
    return findings;
  }

  #write(): void {
    // As Jupyter does on saving: what the notebook was last run with.
    this.notebook.metadata.language_info = this.#kernel?.info.language_info;
    writeNotebook(this.file, this.notebook);
    this.updated = true;
  }

  #finding(kind: Kind, index: number, message: string): Finding {
    return { kind, place: this.#place(index), cell: this.#labels[index], message };
  }

  /** @param line of the cell's source, from 1 */
  #place(index: number, line = 1): string {
    return `${this.name}:${(this.#lines[index] ?? 1) + line - 1}`;
  }
}

/** An expression for kernels that run on Node; others answer it with an error. */
const pendingTimers = 'process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length';

/** What a reader calls each cell: code by the number that Jupyter puts beside it, text by the code before it. */
function labels({ cells }: Notebook): string[] {
  let count = 0;
  return cells.map((cell) => {
    const runs =
      cell.cell_type === "code" && joined(cell.source).trim() !== "" && !cell.metadata.tags?.includes("skip-execution");
    if (runs) return `cell [${++count}]`;
    const kind = cell.cell_type === "code" ? "unrun cell" : "text";
    return count === 0 ? `${kind} before cell [1]` : `${kind} after cell [${count}]`;
  });
}
