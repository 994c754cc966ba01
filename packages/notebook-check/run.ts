/** @file One notebook, run from top to bottom on a kernel of its own, each cell held against what is stored. */

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { configurationAt } from "./configuration.js";
import { type Drift, driftOfCode, driftOfProse, driftOfUnrun } from "./drift.js";
import { failureOf, type Kind } from "./failures.js";
import { type CellRun, defaultLimits, type Evaluation, type Host, KernelClient, type Limits } from "./kernel/client.js";
import { findKernel, type KernelSpec } from "./kernel/kernelspec.js";
import { Leftovers } from "./kernel/leftovers.js";
import { markName, Processes } from "./kernel/processes.js";
import { replaceNotebook } from "./notebook/file.js";
import { Places } from "./notebook/locations.js";
import { type Cell, joined, type Notebook, type Output, parseNotebook } from "./notebook/nbformat.js";
import { type Defect, defectOfOutput, mendDefects, repeatedIn } from "./notebook/validate.js";
import { type Rules, rulesOf } from "./options.js";
import { type Assertion, assertionsIn, exactlyTrue, operandsOf } from "./prose/assertions.js";
import { claimsIn, uncheckedNumbers } from "./prose/prose.js";
import type { Settings } from "./settings.js";

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
  /** Whether it is an exercise, and its verdict is "right". */
  solved: boolean;
}

export interface RunOptions {
  /** Take over what drifted into the notebook, and write it in the end if nothing failed. */
  update?: boolean;
  limits?: Partial<Limits>;
  /** Instead of the kernel that the notebook names. */
  kernel?: KernelSpec;
  /** Instead of those of the configuration. */
  settings?: Partial<Settings>;
  /** Instead of a Jupyter kernel: another host of cells, such as a page in a browser. */
  host?: () => Host;
  /** Changes the notebook before it is run; the file keeps its own text. */
  edit?: (notebook: Notebook) => void;
}

export class NotebookRun {
  /** What stood in the file when the run was made. */
  readonly text: string;
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

  readonly #defects: Defect[];
  readonly #settings: Settings;
  readonly #limits: Limits;
  readonly #mark = randomUUID();
  #processes = new Processes(this.#mark);
  #kernel: Host | null = null;
  #next = 0;
  #isFixed = false;
  #leftovers: Leftovers | null = null;
  /** What cells gave in an earlier run that this one follows, and what was found in those that are the same. */
  readonly #kept = new Map<number, CellRun>();
  readonly #reused = new Map<number, CellReport>();
  /** The cells whose displays later cells can change, with their rules. */
  readonly #updatable = new Map<number, Rules>();
  /** How much of what each cell gave late has been told. */
  readonly #toldLate = new Map<number, number>();

  /** @throws if the file is not a notebook */
  constructor(
    readonly file: string,
    readonly options: RunOptions = {},
  ) {
    const name = nameOf(file);
    this.text = readText(file, name);
    this.notebook = parseNotebook(this.text, name);
    this.#defects = [...repeatedIn(this.text), ...mendDefects(this.notebook)];
    options.edit?.(this.notebook);
    this.places = new Places(name, this.text, this.notebook);
    this.#settings = { ...configurationAt().settings, ...options.settings };
    const { timeout, startTimeout, outputLimit } = this.#settings;
    const limits = { cell: 1000 * timeout, start: 1000 * startTimeout, output: 1e6 * outputLimit };
    this.#limits = { ...defaultLimits, ...limits, ...options.limits };
  }

  /** The file, as people name it: from the folder where the check is called. */
  get name(): string {
    return this.places.name;
  }

  /** Starts the kernel. What is wrong with the notebook as a whole, or with the start: then no cell can run. */
  async open(): Promise<Finding[]> {
    const findings = this.#defects
      .filter(({ cell }) => cell === null)
      .map(({ message }) => this.#findingOnAll("failed", "notebook", message));
    try {
      const kernel = this.options.host?.() ?? this.#jupyterKernel();
      this.#kernel = kernel;
      await kernel.start();
      this.startMilliseconds = kernel.startMilliseconds;
      this.#processes.look(kernel.pid, null);
      this.#leftovers = new Leftovers(kernel, this.#limits.grace);
      await this.#leftovers.begin();
    } catch (error) {
      this.stopped = "the kernel did not start";
      findings.push(this.#findingOnAll("infrastructure", "start", (error as Error).message));
    }
    return findings;
  }

  #jupyterKernel(): KernelClient {
    const name = this.notebook.metadata.kernelspec?.name ?? this.#settings.kernel;
    const spec = this.options.kernel ?? findKernel(name, this.#settings);
    return new KernelClient(spec, dirname(this.file), this.#limits, { [markName]: this.#mark });
  }

  /** The first cell that has not been checked. */
  get begun(): number {
    return this.#next;
  }

  /**
   * Goes on from an earlier run of the same notebook, whose kernel it takes over. Cells before the first changed one are
   * not run again; where only what they store has changed, that is compared with what they gave.
   *
   * @returns whether it can: the earlier run's kernel lives
   */
  follow(earlier: NotebookRun): boolean {
    const kernel = earlier.#kernel;
    if (!kernel || kernel.death !== null || earlier.startMilliseconds === 0) return false;
    const cells = this.notebook.cells;
    const asks = ({ cell_type, source, metadata }: Cell) => JSON.stringify([cell_type, joined(source), metadata]);
    const isKept = (cell: Cell, index: number) =>
      (earlier.reports.get(index)?.status ?? "not run") !== "not run" &&
      asks(cell) === asks(earlier.notebook.cells[index]);
    const changed = cells.findIndex((cell, index) => !isKept(cell, index));
    // A cell that failed stops those after it, changed or not.
    const failed = earlier.stopped === null ? cells.length : ([...earlier.runs.keys()].at(-1) ?? 0);
    const first = Math.min(changed < 0 ? cells.length : changed, failed);
    this.#kernel = kernel;
    this.#leftovers = earlier.#leftovers;
    this.#processes = earlier.#processes;
    this.startMilliseconds = earlier.startMilliseconds;
    for (let index = 0; index < first; index++) {
      const run = earlier.runs.get(index);
      if (run) this.#kept.set(index, run);
      const isUntouched = JSON.stringify(cells[index]) === JSON.stringify(earlier.notebook.cells[index]);
      if (isUntouched) this.#reused.set(index, earlier.reports.get(index) as CellReport);
      this.#toldLate.set(index, earlier.#toldLate.get(index) ?? 0);
    }
    kernel.countFrom?.(this.#kept.size);
    while (this.#reused.has(this.#next)) void this.#reuse(this.#next++);
    return true;
  }

  /** Takes over what an earlier run found in a cell that is the same. */
  #reuse(index: number): CellReport | null {
    const report = this.#reused.get(index);
    if (!report) return null;
    const run = this.#kept.get(index);
    if (run) this.runs.set(index, run);
    this.reports.set(index, report);
    return report;
  }

  /** Checks a cell, after all cells before it. */
  async check(index: number): Promise<CellReport> {
    for (; this.#next <= index; this.#next++)
      this.reports.set(this.#next, this.#reuse(this.#next) ?? (await this.#check(this.#next)));
    return this.reports.get(index) as CellReport;
  }

  /** Ends the kernel; returns what shows only now. Stores what was fixed, unless anything failed. */
  async close(): Promise<Finding[]> {
    const findings: Finding[] = [];
    const last = [...this.runs.keys()].at(-1) ?? null;
    if (this.#kernel && !this.stopped && last !== null) findings.push(...(await this.#settle(this.#kernel, last)));
    for (const index of this.runs.keys()) findings.push(...this.#late(index));
    if (!this.stopped) findings.push(...this.driftOfDisplays());
    if (this.#kernel) this.#processes.look(this.#kernel.pid, last);
    for (const { cell, command } of this.#processes.left()) {
      findings.push(this.#finding("failed", cell, `it left a process behind (${command}): end it in the notebook`));
    }
    await this.#kernel?.shutdown();
    await this.#processes.end();
    const all = [...findings, ...[...this.reports.values()].flatMap((report) => report.findings)];
    const isSound = all.every(({ kind }) => kind === "drift" || kind === "respelled");
    if (this.#isFixed && !this.stopped && isSound) findings.push(...this.#write());
    return findings;
  }

  /** Ends the kernel at once, and writes nothing. */
  async abort(): Promise<void> {
    this.stopped = "the run was aborted";
    this.#processes.look(this.#kernel?.pid ?? null, 0);
    await this.#kernel?.abort();
    await this.#processes.end();
  }

  async #check(index: number): Promise<CellReport> {
    const began = performance.now();
    const cell = this.notebook.cells[index];
    const findings = this.#defects
      .filter((defect) => defect.cell === index)
      .map(({ message }) => this.#finding("failed", index, message));
    let rules: Rules;
    try {
      rules = rulesOf(cell, this.notebook, this.#settings);
    } catch (error) {
      // The cell is run all the same: those after it may need it.
      rules = rulesOf({ ...cell, metadata: {} }, { ...this.notebook, metadata: {} }, this.#settings);
      findings.push(this.#finding("failed", index, (error as Error).message));
    }
    const isText = cell.cell_type === "markdown";
    const isRun = cell.cell_type === "code" && !rules.skip && joined(cell.source).trim() !== "";
    const wasStopped = this.stopped !== null;
    try {
      if (isText && !wasStopped) findings.push(...(await this.#checkText(cell, index, rules)));
      else if (isRun && !wasStopped) findings.push(...(await this.#checkCode(cell, index, rules)));
      else if (!isText && !isRun && !rules.keepOutput) findings.push(...this.#fixOrReport(index, driftOfUnrun(cell)));
    } catch (error) {
      findings.push(this.#finding("failed", index, (error as Error).message));
    }
    const unwrong = !isText && !isRun ? "skipped" : wasStopped ? "not run" : "passed";
    const status = findings.length > 0 ? "wrong" : unwrong;
    const solved = status === "passed" && rules.isExercise && isSolved(this.runs.get(index)?.outputs ?? []);
    return { status, findings, milliseconds: performance.now() - began, solved };
  }

  async #checkCode(cell: Cell, index: number, rules: Rules): Promise<Finding[]> {
    const kernel = this.#kernel as Host;
    const limit = rules.timeout === undefined ? this.#limits.cell : 1000 * rules.timeout;
    const kept = this.#kept.get(index);
    const run = kept ?? (await kernel.execute(joined(cell.source), limit));
    this.runs.set(index, run);
    if (!kept) {
      this.#processes.look(kernel.pid, index);
      await this.#leftovers?.look(index, run.resources);
    }

    const malformed = this.#malformed(index);
    if (malformed.length > 0) return malformed;
    const label = this.places.label(index);
    const failure = failureOf(run, label, rules, limit);
    if (failure) {
      if (!failure.goesOn) this.stopped = `${label} failed`;
      return [this.#finding(failure.kind, index, failure.message, failure.line)];
    }
    const late = this.#late(index);
    if (late.length > 0) return late;
    if (this.#settings.executionCounts && run.executionCount !== this.runs.size) {
      const message = `the kernel counted ${run.executionCount} cells where ${this.runs.size} ran`;
      return [this.#finding("infrastructure", index, message)];
    }
    if (rules.isExercise && isSolved(run.outputs)) return [];
    const drifts = driftOfCode(cell, run, rules, this.#settings);
    if (!run.updatable) return this.#fixOrReport(index, drifts);
    this.#updatable.set(index, rules);
    return [];
  }

  /** What cells store otherwise whose displays later cells could change: front ends store what they show in the end. */
  driftOfDisplays(): Finding[] {
    return [...this.#updatable].flatMap(([index, rules]) => {
      const malformed = this.#malformed(index);
      if (malformed.length > 0) return malformed;
      const drifts = driftOfCode(this.notebook.cells[index], this.runs.get(index) as CellRun, rules, this.#settings);
      return this.#fixOrReport(index, drifts);
    });
  }

  /** What a cell gave that no notebook may store, which is taken away: a kernel can send anything. */
  #malformed(index: number): Finding[] {
    const { outputs } = this.runs.get(index) as CellRun;
    const defects = outputs.map((output, i) => [i, defectOfOutput(output)] as const).filter(([, defect]) => defect);
    const places = defects.map(([i]) => i);
    outputs.splice(0, outputs.length, ...outputs.filter((_, i) => !places.includes(i)));
    return defects.map(([i, defect]) =>
      this.#finding("failed", index, `it gave an output that no notebook can hold: outputs[${i}]${defect}`),
    );
  }

  async #checkText(cell: Cell, index: number, rules: Rules): Promise<Finding[]> {
    const { prose } = this.#settings;
    if (prose === "none") return [];
    const source = joined(cell.source);
    const claims = claimsIn(source);
    const numbers = prose === "all" ? uncheckedNumbers(source, rules.given) : [];
    const unchecked = numbers.map(({ number, line }) => {
      const message = `${number} is neither checked nor given: write <!-- check: expression -->${number}<!-- /check --> around it, or <!-- given ${number}: reason -->`;
      return this.#finding("drift", index, message, line);
    });
    const assertions = assertionsIn(source);
    if (claims.length + assertions.length === 0) return unchecked;
    const kernel = this.#kernel as Host;
    const language = kernel.info.language_info?.name;
    const verdicts = assertions.map(({ expression }) => exactlyTrue(expression, language));
    // All at once, since a kernel may compile them together.
    const all = await kernel.evaluate([...verdicts, ...claims.map(({ expression }) => expression)]);
    const broken = await this.#brokenAssertions(assertions, all.slice(0, assertions.length), index);
    const values = all.slice(assertions.length);
    const failed = claims.flatMap(({ expression, line }, i) => {
      const value = values[i];
      return "error" in value ? [this.#finding("failed", index, `${expression}: ${value.error}`, line)] : [];
    });
    return [
      ...unchecked,
      ...broken,
      ...failed,
      ...this.#fixOrReport(index, driftOfProse(cell, claims, values, rules, this.#settings)),
    ];
  }

  /** What a text asserts that is not so, with the values that show why. */
  async #brokenAssertions(
    assertions: readonly Assertion[],
    values: readonly Evaluation[],
    index: number,
  ): Promise<Finding[]> {
    const kernel = this.#kernel as Host;
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

  /** Drift is fixed or reported, as asked. */
  #fixOrReport(index: number, drifts: readonly Drift[]): Finding[] {
    if (!this.options.update) {
      return drifts.map(({ kind, message, line, difference }) => ({
        ...this.#finding(kind, index, message, line),
        ...(difference ? { difference } : {}),
      }));
    }
    for (const { fix } of drifts) fix();
    this.#isFixed ||= drifts.length > 0;
    return [];
  }

  /** Waits for what the cells left at work: it comes now, late, or the run would never know of it. */
  async #settle(kernel: Host, last: number): Promise<Finding[]> {
    const left = (await this.#leftovers?.left(last)) ?? [];
    if (kernel.death !== null)
      return [this.#finding("infrastructure", last, `the kernel ${kernel.death} after this cell, the last`)];
    return left.map(({ cell, message }) => this.#finding("failed", cell, message));
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

  #write(): Finding[] {
    // As Jupyter does on saving: what the notebook was last run with.
    this.notebook.metadata.language_info = this.#kernel?.info.language_info;
    try {
      replaceNotebook(this.file, this.text, this.notebook);
      this.updated = true;
      return [];
    } catch (error) {
      return [this.#findingOnAll("failed", "update", (error as Error).message)];
    }
  }

  #finding(kind: Kind, index: number, message: string, line?: number): Finding {
    return { kind, place: this.places.at(index, line), cell: this.places.label(index), message };
  }

  #findingOnAll(kind: Kind, what: string, message: string): Finding {
    return { kind, place: this.name, cell: what, message };
  }
}

function nameOf(file: string): string {
  const name = relative(process.cwd(), file);
  return name.startsWith("..") ? file : name;
}

/** Whether an exercise shows the verdict "right": a text that begins with a check mark. */
const isSolved = (outputs: readonly Output[]): boolean =>
  outputs.some((output) => "data" in output && /^✓ /.test(joined((output.data["text/plain"] as string) ?? "")));

function readText(file: string, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) throw new Error(`${name}: not UTF-8; restore it from version control`);
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`${name}: ${code === "EISDIR" ? "a folder and no file" : `cannot be read (${code})`}`);
  }
}
