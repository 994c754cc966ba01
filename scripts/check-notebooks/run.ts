/** @file One notebook, run from top to bottom on a kernel of its own, each cell held against what is stored. */

import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../build.js";
import { assertionsIn, exactlyTrue, operandsOf } from "./assertions.js";
import { type CellRun, defaultLimits, KernelClient, type Limits } from "./client.js";
import { type Drift, driftOfCode, driftOfProse, driftOfUnrun } from "./drift.js";
import { badEnding, type Kind } from "./failures.js";
import { findKernel, type KernelSpec } from "./kernelspec.js";
import { Places } from "./locations.js";
import { type Cell, joined, type Notebook, parseNotebook, writeNotebook } from "./nbformat.js";
import { type Rules, rulesOf } from "./options.js";
import { Processes } from "./processes.js";
import { claimsIn, uncheckedNumbers } from "./prose.js";

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
  readonly notebook: Notebook;
  readonly places: Places;
  /** What each code cell gave, by its place in the notebook. */
  readonly runs = new Map<number, CellRun>();
  readonly reports = new Map<number, CellReport>();
  /** Why no further cell can run. */
  stopped: string | null = null;
  startMilliseconds = 0;
  /** Whether the file was written. */
  updated = false;

  readonly #limits: Limits;
  readonly #processes = new Processes();
  readonly #began = performance.now();
  #kernel: KernelClient | null = null;
  #next = 0;
  #mended = false;
  /** How much of what each cell gave late has been told. */
  readonly #toldLate = new Map<number, number>();

  /** @throws if the file is not a notebook */
  constructor(
    readonly file: string,
    readonly options: RunOptions = {},
  ) {
    const name = relative(root, file);
    const text = readFileSync(file, "utf8");
    this.notebook = parseNotebook(text, name);
    options.edit?.(this.notebook);
    this.places = new Places(name, text, this.notebook);
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  /** The file, as people name it: from the checkout's root. */
  get name(): string {
    return this.places.name;
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

  /** Ends the kernel; returns what shows only now. Stores what was mended, unless anything failed. */
  async close(): Promise<Finding[]> {
    const findings: Finding[] = [];
    if (this.#kernel && !this.stopped) findings.push(...(await this.#settle(this.#kernel)));
    for (const index of this.runs.keys()) findings.push(...this.#late(index));
    await this.#kernel?.shutdown();
    for (const { cell, command } of this.#processes.end()) {
      findings.push(this.#finding("failed", cell, `it left a process behind (${command}): end it in the notebook`));
    }
    const all = [...findings, ...[...this.reports.values()].flatMap((report) => report.findings)];
    if (this.#mended && !this.stopped && all.every(({ kind }) => kind === "drift")) this.#write();
    return findings;
  }

  /** Ends the kernel at once, and writes nothing. */
  async abort(): Promise<void> {
    this.stopped = "the run was aborted";
    await this.#kernel?.abort();
    this.#processes.end();
  }

  async #check(index: number): Promise<CellReport> {
    const began = performance.now();
    const cell = this.notebook.cells[index];
    const findings: Finding[] = [];
    let rules: Rules;
    try {
      rules = rulesOf(cell, this.notebook);
    } catch (error) {
      // The cell is run all the same: those after it may need it.
      rules = rulesOf({ ...cell, metadata: {} }, { ...this.notebook, metadata: {} });
      findings.push(this.#finding("failed", index, (error as Error).message));
    }
    const isText = cell.cell_type === "markdown";
    const isRun = cell.cell_type === "code" && !rules.skip && joined(cell.source).trim() !== "";
    const wasStopped = this.stopped !== null;
    if (!isText && !isRun) findings.push(...this.#settleDrift(index, driftOfUnrun(cell)));
    else if (!wasStopped)
      findings.push(...(await (isText ? this.#text(cell, index, rules) : this.#code(cell, index, rules))));
    const unwrong = !isText && !isRun ? "skipped" : wasStopped ? "not run" : "passed";
    return { status: findings.length > 0 ? "wrong" : unwrong, findings, milliseconds: performance.now() - began };
  }

  async #code(cell: Cell, index: number, rules: Rules): Promise<Finding[]> {
    const kernel = this.#kernel as KernelClient;
    const left = Math.max(0, this.#limits.notebook - (performance.now() - this.#began));
    const limit = Math.min(rules.timeout === undefined ? this.#limits.cell : 1000 * rules.timeout, left);
    const run = await kernel.execute(joined(cell.source), limit);
    this.runs.set(index, run);
    if (kernel.pid !== null) this.#processes.look(kernel.pid, index);

    const label = this.places.label(index);
    const bad = badEnding(run, label, rules, limit);
    if (bad) {
      if (!bad.goesOn) this.stopped = `${label} failed`;
      return [this.#finding(bad.kind, index, bad.message, bad.line)];
    }
    const late = this.#late(index);
    if (late.length > 0) return late;
    if (run.executionCount !== this.runs.size) {
      const message = `the kernel counted ${run.executionCount} cells where ${this.runs.size} ran`;
      return [this.#finding("infrastructure", index, message)];
    }
    return this.#settleDrift(index, driftOfCode(cell, run, rules));
  }

  async #text(cell: Cell, index: number, rules: Rules): Promise<Finding[]> {
    const source = joined(cell.source);
    try {
      const claims = claimsIn(source);
      const unchecked = uncheckedNumbers(source, rules.given).map(({ number, line }) => {
        const message = `${number} is neither checked nor given (how to: scripts/check-notebooks/prose.ts)`;
        return this.#finding("drift", index, message, line);
      });
      const broken = await this.#brokenAssertions(source, index);
      if (claims.length === 0) return [...unchecked, ...broken];
      const values = await (this.#kernel as KernelClient).evaluate(claims.map(({ expression }) => expression));
      const failed = claims.flatMap(({ expression, line }, i) => {
        const value = values[i];
        return "error" in value ? [this.#finding("failed", index, `${expression}: ${value.error}`, line)] : [];
      });
      return [
        ...unchecked,
        ...broken,
        ...failed,
        ...this.#settleDrift(index, driftOfProse(cell, claims, values, rules)),
      ];
    } catch (error) {
      return [this.#finding("failed", index, (error as Error).message)];
    }
  }

  /** What a text asserts that is not so, with the values that show why. */
  async #brokenAssertions(source: string, index: number): Promise<Finding[]> {
    const kernel = this.#kernel as KernelClient;
    const assertions = assertionsIn(source);
    if (assertions.length === 0) return [];
    const language = kernel.info.language_info?.name;
    const values = await kernel.evaluate(assertions.map(({ expression }) => exactlyTrue(expression, language)));
    const findings: Finding[] = [];
    for (const [i, { expression, line }] of assertions.entries()) {
      const value = values[i];
      if ("text" in value && /^true$/i.test(value.text)) continue;
      const operands = operandsOf(expression);
      const parts = await kernel.evaluate([expression, ...operands]);
      const shown = operands.flatMap((operand, k) => {
        const part = parts[k + 1];
        return "text" in part ? [`${operand} is ${part.text}`] : [];
      });
      const [whole] = parts;
      const result = "text" in whole ? whole.text : "something else";
      const verdict =
        "error" in value ? `which fails: ${value.error}` : `which gives ${result} and not the boolean true`;
      const message = [`it asserts ${expression}, ${verdict}`, ...shown];
      findings.push(this.#finding("error" in value ? "failed" : "drift", index, message.join("; "), line));
    }
    return findings;
  }

  /** Drift is mended or reported, as asked. */
  #settleDrift(index: number, drifts: readonly Drift[]): Finding[] {
    if (!this.options.update) {
      return drifts.map(({ message, line, difference }) => ({
        ...this.#finding("drift", index, message, line),
        ...(difference ? { difference } : {}),
      }));
    }
    for (const { mend } of drifts) mend();
    this.#mended ||= drifts.length > 0;
    return [];
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

  /** Output that came after the end of its cell and has not been told. */
  #late(index: number): Finding[] {
    const { late } = this.runs.get(index) as CellRun;
    const told = this.#toldLate.get(index) ?? 0;
    if (late.length === told) return [];
    this.#toldLate.set(index, late.length);
    const message = `it went on after its end, and gave ${late.slice(told).join(", ")}: await what the cell starts`;
    return [this.#finding("failed", index, message)];
  }

  #write(): void {
    // As Jupyter does on saving: what the notebook was last run with.
    this.notebook.metadata.language_info = this.#kernel?.info.language_info;
    writeNotebook(this.file, this.notebook);
    this.updated = true;
  }

  #finding(kind: Kind, index: number, message: string, line?: number): Finding {
    return { kind, place: this.places.at(index, line), cell: this.places.label(index), message };
  }
}

/** An expression for kernels that run on Node; others answer it with an error. */
const pendingTimers = 'process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length';
