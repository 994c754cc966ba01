/** @file What a run came to, for other programs: JUnit's XML, JSON, and annotations on GitHub. */

import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { ReportFile } from "./command.js";
import { joined } from "./notebook/nbformat.js";
import { difference, sentence, titleOf } from "./report.js";
import type { CellReport, Finding, NotebookRun } from "./run.js";

export interface NotebookResult {
  notebook: string;
  seconds: number;
  cells: CellResult[];
  /** What is wrong with the notebook as a whole, or shows only at its end. */
  findings: Finding[];
}

interface CellResult {
  cell: string;
  title: string;
  place: string;
  status: CellReport["status"];
  seconds: number;
  findings: Finding[];
}

/** @param findings all of the run's */
export function resultOf(run: NotebookRun, findings: readonly Finding[], milliseconds: number): NotebookResult {
  const cells = [...run.reports].flatMap(([index, report]): CellResult[] => {
    const { source, cell_type } = run.notebook.cells[index];
    if (cell_type !== "code" && report.status !== "wrong") return [];
    return [
      {
        cell: run.places.label(index),
        title: titleOf(joined(source)),
        place: run.places.at(index),
        status: report.status,
        seconds: report.milliseconds / 1000,
        findings: report.findings,
      },
    ];
  });
  const ofCells = new Set(cells.flatMap((cell) => cell.findings));
  return {
    notebook: run.name,
    seconds: milliseconds / 1000,
    cells,
    findings: findings.filter((finding) => !ofCells.has(finding)),
  };
}

/** @param failures why notebooks could not be run at all */
export function writeReports(
  files: readonly ReportFile[],
  results: readonly NotebookResult[],
  failures: readonly string[],
): void {
  for (const { format, file } of files) {
    const text =
      format === "json" ? `${JSON.stringify({ notebooks: results, failures }, null, 2)}\n` : junit(results, failures);
    writeFileSync(file, text);
  }
}

function junit(results: readonly NotebookResult[], failures: readonly string[]): string {
  const suites = [...results.map(suite), ...failures.map(failedSuite)];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("")}</testsuites>\n`;
}

function suite({ notebook, seconds, cells, findings }: NotebookResult): string {
  const whole = findings.length > 0 ? [{ cell: "notebook", title: "", status: "wrong", seconds: 0, findings }] : [];
  const cases = [...cells, ...whole];
  const count = (status: string) => cases.filter((one) => one.status === status).length;
  const skipped = count("skipped") + count("not run");
  const counts = `tests="${cases.length}" failures="${count("wrong")}" errors="0" skipped="${skipped}"`;
  const rows = cases.map((one) => {
    const heading = `    <testcase classname="${xml(notebook)}" name="${xml(`${one.cell} ${one.title}`.trim())}" time="${one.seconds.toFixed(3)}"`;
    if (one.status === "skipped" || one.status === "not run")
      return `${heading}><skipped message="${one.status}"/></testcase>\n`;
    const failed = one.findings.map(
      (finding) =>
        `<failure type="${finding.kind}" message="${xml(finding.message.split("\n")[0])}">${xml(detail(finding))}</failure>`,
    );
    return failed.length > 0 ? `${heading}>${failed.join("")}</testcase>\n` : `${heading}/>\n`;
  });
  return `  <testsuite name="${xml(notebook)}" ${counts} time="${seconds.toFixed(3)}">\n${rows.join("")}  </testsuite>\n`;
}

const failedSuite = (message: string): string =>
  `  <testsuite name="${xml(message)}" tests="1" failures="0" errors="1" skipped="0" time="0">
    <testcase classname="${xml(message)}" name="start"><error message="${xml(message)}"/></testcase>
  </testsuite>\n`;

const detail = (finding: Finding): string =>
  [sentence(finding), ...(finding.difference ? [difference(finding.difference)] : [])].join("\n");

/** Text that `printable` has already rid of control characters, or that is rid of them here: XML has no way to write those. */
const xml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these XML cannot hold
    .replace(/[\x00-\x08\x0b-\x1f\ufffe\uffff]/g, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/\n/g, "&#10;");

/** A workflow command that marks a finding in the file (https://docs.github.com/actions/reference/workflow-commands). */
export function annotation(finding: Finding, workspace = process.env.GITHUB_WORKSPACE ?? process.cwd()): string {
  const [, name, line] = /^(.*?)(?::(\d+))?$/.exec(finding.place) ?? [];
  const file = name.startsWith("/") ? relative(workspace, name) : relative(workspace, `${process.cwd()}/${name}`);
  const property = (text: string) => data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
  return `::error file=${property(file)},line=${line ?? 1},title=${property(`${finding.cell} (${finding.kind})`)}::${data(detail(finding))}`;
}

const data = (text: string): string => text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
