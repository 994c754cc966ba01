/** @file What a run of notebooks looks like in a terminal or in a log. */

import { structuredPatch } from "diff";
import { printable } from "./compare/terminal.js";
import type { Kind } from "./failures.js";
import { joined } from "./notebook/nbformat.js";
import type { CellReport, Finding, NotebookRun } from "./run.js";

const marks: Record<CellReport["status"], string> = { passed: "✓", wrong: "✗", skipped: "–", "not run": "·" };

/** Prints as the run goes on: in a terminal one line that keeps changing, in a log a line for each cell. */
export class Report {
  readonly #live = process.stdout.isTTY;
  #status = "";
  /** That of what could not be run at all; 0 if there was none. */
  exitCode = 0;
  /** Why notebooks could not be run at all. */
  readonly failures: string[] = [];

  /** @param annotate what is printed of each finding beside its sentence */
  constructor(readonly annotate: ((finding: Finding) => string) | null = null) {}

  cell(run: NotebookRun, index: number, report: CellReport): void {
    const { source, cell_type } = run.notebook.cells[index];
    if (cell_type !== "code" && report.status !== "wrong") return;
    const seconds = (report.milliseconds / 1000).toFixed(2);
    const title = `${titleOf(joined(source))}${report.solved ? "  (exercise solved)" : ""}`;
    const line = printable(`${marks[report.status]} ${run.name} ${run.places.label(index)} ${seconds} s  ${title}`);
    if (this.#live) this.#show(line);
    else console.log(line);
    for (const finding of report.findings) this.finding(finding);
  }

  finding(finding: Finding): void {
    this.#show("");
    console.log(`\n${sentence(finding)}`);
    if (finding.difference) console.log(indented(difference(finding.difference)));
    if (this.annotate) console.log(this.annotate(finding));
    console.log("");
  }

  /** That a notebook is at rest until its file changes. */
  watching(run: NotebookRun, findings: readonly Finding[]): void {
    const statuses = [...run.reports.values()].map(({ status }) => status);
    const wrong = findings.length + statuses.filter((status) => status === "wrong" || status === "not run").length;
    this.note(
      `${wrong === 0 ? "✓" : "✗"} ${run.name}: ${wrong === 0 ? "all is as stored" : `${wrong} wrong or not run`}; watching, Ctrl-C ends`,
    );
  }

  /** What a whole run came to. */
  notebook(run: NotebookRun, findings: readonly Finding[], milliseconds: number): void {
    this.#show("");
    const counts = { passed: 0, wrong: 0, skipped: 0, "not run": 0 };
    for (const [index, { status }] of run.reports) {
      if (run.notebook.cells[index].cell_type === "code" || status === "wrong") counts[status]++;
    }
    const solved = [...run.reports.values()].filter((report) => report.solved).length;
    const cells = Object.entries(counts).filter(([, count]) => count > 0);
    const total = `${(milliseconds / 1000).toFixed(1)} s`;
    const start = `${((100 * run.startMilliseconds) / milliseconds).toFixed(0)}% of it to start the kernel`;
    const mark = findings.length === 0 ? "✓" : "✗";
    const listed = cells.map(([status, count]) => `${count} ${status}`).join(", ") || "no cells";
    const exercises = solved > 0 ? `, ${solved} ${solved === 1 ? "exercise" : "exercises"} solved,` : "";
    console.log(`${mark} ${run.name}: ${listed}${exercises} in ${total}, ${start}`);
    if (run.stopped) console.log(`  the cells that were not run were left out because ${run.stopped}`);
    if (run.updated) console.log("  updated: read the difference before you commit it");
  }

  /** A notebook that could not be run at all. */
  failure(message: string, exitCode: number): void {
    this.#show("");
    this.exitCode = Math.max(this.exitCode, exitCode);
    this.failures.push(printable(message));
    console.error(`✗ ${printable(message)}`);
  }

  note(text: string): void {
    this.#show("");
    console.log(text);
  }

  #show(line: string): void {
    if (!this.#live) return;
    const width = process.stdout.columns ?? 80;
    const text = line.length < width ? line : `${line.slice(0, width - 2)}…`;
    if (this.#status || text) process.stdout.write(`\r\x1b[K${text}`);
    this.#status = text;
  }
}

const what: Record<Kind, string> = {
  respelled: "respelled",
  drift: "drift",
  failed: "failed",
  infrastructure: "kernel",
};

/** A finding in one sentence, with the place first, where editors make a link of it. */
export const sentence = ({ kind, place, cell, message }: Finding): string =>
  printable(`${place} ${cell} (${what[kind]}): ${brief(message, 100)}`);

/** The lines that differ, and two around them. Takes no longer however much differs. */
export function difference({ stored, fresh }: { stored: string; fresh: string }): string {
  const patch = structuredPatch("", "", stored, fresh, "", "", { context: 2, maxEditLength: 400 });
  const lines = patch
    ? patch.hunks.flatMap((hunk, i) => [...(i > 0 ? ["…"] : []), ...hunk.lines])
    : sideBySide(stored.split("\n"), fresh.split("\n"));
  return printable(brief(lines.filter((line) => !line.startsWith("\\")).join("\n"), 40));
}

/** What stands in each other's place from the first difference on, for texts that have little in common. */
function sideBySide(stored: readonly string[], fresh: readonly string[]): string[] {
  const first = stored.findIndex((line, i) => line !== fresh[i]);
  const start = first < 0 ? stored.length : first;
  const before = stored.slice(start).map((line) => `-${line}`);
  const after = fresh.slice(start).map((line) => `+${line}`);
  const shown = 20;
  return [...before.slice(0, shown), ...after.slice(0, shown), ...before.slice(shown), ...after.slice(shown)];
}

/** At most so many lines. */
function brief(text: string, most: number): string {
  const lines = text.split("\n");
  if (lines.length <= most) return text;
  return [...lines.slice(0, most), `… ${lines.length - most} more lines`].join("\n");
}

const indented = (text: string): string => text.replace(/^/gm, "    ");

/** The first line of a cell that says what it does. */
export function titleOf(source: string): string {
  const lines = source.split("\n").map((line) => line.trim());
  const telling = lines.find((line) => line && !/^(\/\/|#|import\b)/.test(line));
  return (telling ?? lines.find(Boolean) ?? "").slice(0, 70);
}
