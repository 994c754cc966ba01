/** @file What a run of notebooks looks like in a terminal or in a log. */

import { structuredPatch } from "diff";
import type { Kind } from "./failures.js";
import { joined } from "./nbformat.js";
import type { CellReport, Finding, NotebookRun } from "./run.js";

const marks: Record<CellReport["status"], string> = { passed: "✓", wrong: "✗", skipped: "–", "not run": "·" };

/** Prints as the run goes on: in a terminal one line that keeps changing, in a log a line for each cell. */
export class Report {
  readonly #live = process.stdout.isTTY;
  #status = "";

  cell(run: NotebookRun, index: number, report: CellReport): void {
    const { source, cell_type } = run.notebook.cells[index];
    if (cell_type !== "code" && report.status !== "wrong") return;
    const seconds = (report.milliseconds / 1000).toFixed(2);
    const line = `${marks[report.status]} ${run.name} ${run.places.label(index)} ${seconds} s  ${titleOf(joined(source))}`;
    if (this.#live) this.#show(line);
    else console.log(line);
    for (const finding of report.findings) this.finding(finding);
  }

  finding(finding: Finding): void {
    this.#show("");
    console.log(`\n${sentence(finding)}`);
    if (finding.difference) console.log(indented(difference(finding.difference)));
    console.log("");
  }

  /** What a whole run came to. */
  notebook(run: NotebookRun, findings: readonly Finding[], milliseconds: number): void {
    this.#show("");
    const counts = { passed: 0, wrong: 0, skipped: 0, "not run": 0 };
    for (const [index, { status }] of run.reports) {
      if (run.notebook.cells[index].cell_type === "code" || status === "wrong") counts[status]++;
    }
    const cells = Object.entries(counts).filter(([, count]) => count > 0);
    const total = `${(milliseconds / 1000).toFixed(1)} s`;
    const start = `${((100 * run.startMilliseconds) / milliseconds).toFixed(0)}% of it to start the kernel`;
    const mark = findings.length === 0 ? "✓" : "✗";
    const listed = cells.map(([status, count]) => `${count} ${status}`).join(", ") || "no cells";
    console.log(`${mark} ${run.name}: ${listed} in ${total}, ${start}`);
    if (run.stopped) console.log(`  the cells that were not run were left out because ${run.stopped}`);
    if (run.updated) console.log("  updated: read the difference before you commit it");
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

const what: Record<Kind, string> = { drift: "drift", failed: "failed", infrastructure: "kernel" };

/** A finding in one sentence, with the place first, where editors make a link of it. */
export const sentence = ({ kind, place, cell, message }: Finding): string =>
  `${place} ${cell} (${what[kind]}): ${message}`;

/** The lines that differ, and two around them. */
export function difference({ stored, fresh }: { stored: string; fresh: string }): string {
  const { hunks } = structuredPatch("", "", stored, fresh, "", "", { context: 2 });
  const lines = hunks.flatMap((hunk, i) => [...(i > 0 ? ["…"] : []), ...hunk.lines]);
  const shown = lines.filter((line) => !line.startsWith("\\"));
  const most = 40;
  return [...shown.slice(0, most), ...(shown.length > most ? [`… ${shown.length - most} more lines`] : [])].join("\n");
}

const indented = (text: string): string => text.replace(/^/gm, "    ");

/** The first line of a cell that says what it does. */
export function titleOf(source: string): string {
  const lines = source.split("\n").map((line) => line.trim());
  const telling = lines.find((line) => line && !line.startsWith("//") && !line.startsWith("import"));
  return (telling ?? lines.find(Boolean) ?? "").slice(0, 70);
}
