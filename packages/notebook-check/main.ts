#!/usr/bin/env node
/** @file The command: runs notebooks headlessly and holds each cell against what is stored. */

import { type Command, parse, type Target, UsageError, usage, usageLine } from "./command.js";
import { type Configuration, configurationAt } from "./configuration.js";
import type { Kind } from "./failures.js";
import { Preparation } from "./preparation.js";
import { Report } from "./report.js";
import { annotation, type NotebookResult, resultOf, writeReports } from "./reports.js";
import { type Finding, NotebookRun, type RunOptions } from "./run.js";
import { changes } from "./watch.js";

const exitCodes: Record<Kind, number> = { respelled: 1, drift: 1, failed: 2, infrastructure: 3 };

/** What has processes to be ended when this program is: runs, which have a kernel, and the command that comes before them. */
const open = new Set<NotebookRun | Preparation>();

const results: NotebookResult[] = [];

async function runOnce(
  { file, cell }: Target,
  options: RunOptions,
  report: Report,
): Promise<{ run: NotebookRun; findings: Finding[] }> {
  const run = new NotebookRun(file, options);
  const last = lastOf(run, cell);
  open.add(run);
  try {
    const began = performance.now();
    const findings = [...told(await run.open(), report), ...(await checked(run, last, report))];
    findings.push(...told(await run.close(), report));
    report.notebook(run, findings, performance.now() - began);
    results.push(resultOf(run, findings, performance.now() - began));
    return { run, findings };
  } finally {
    open.delete(run);
  }
}

function lastOf(run: NotebookRun, cell: string | undefined): number {
  const last = cell === undefined ? run.notebook.cells.length - 1 : run.places.find(cell);
  if (cell !== undefined && last < 0) throw new UsageError(`${run.name} has no cell ${cell}`);
  return last;
}

function told(findings: Finding[], report: Report): Finding[] {
  for (const finding of findings) report.finding(finding);
  return findings;
}

async function checked(run: NotebookRun, last: number, report: Report): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let index = run.begun; index <= last; index++) {
    const result = await run.check(index);
    findings.push(...result.findings);
    report.cell(run, index, result);
  }
  return findings;
}

/** Runs a notebook, and again from its first changed cell whenever its file is saved, until this program is ended. */
async function watch({ file, cell }: Target, options: RunOptions, report: Report): Promise<void> {
  let run = new NotebookRun(file, options);
  open.add(run);
  told(await run.open(), report);
  await checked(run, lastOf(run, cell), report);
  report.watching(run, told(run.driftOfDisplays(), report));
  for await (const _ of changes(file, run.text)) {
    if (isEnding) return;
    try {
      const next = new NotebookRun(file, options);
      const last = lastOf(next, cell);
      open.delete(run);
      if (!next.follow(run)) {
        await run.abort();
        told(await next.open(), report);
      }
      run = next;
      open.add(run);
      await checked(run, last, report);
      report.watching(run, told(run.driftOfDisplays(), report));
    } catch (error) {
      // Half-written or no notebook: the next save may mend it.
      report.failure((error as Error).message, 3);
    }
  }
}

/** Runs a notebook as often as asked: the first time against what is stored, then against the first time. */
async function runAll(target: Target, command: Command, report: Report): Promise<Finding[]> {
  const { update, repeat, settings, kernel } = command;
  const { run: first, findings } = await runOnce(target, { update, settings, kernel }, report);
  for (let again = 2; again <= repeat; again++) {
    report.note(`run ${again} of ${repeat}, against run 1: what differs now is not drift, but differs from run to run`);
    const edit: RunOptions["edit"] = (notebook) => {
      // As the first run found it, even if somebody has edited the file since.
      notebook.cells = structuredClone(first.notebook.cells);
      for (const [index, { outputs, executionCount }] of first.runs) {
        Object.assign(notebook.cells[index], { outputs, execution_count: executionCount });
      }
    };
    findings.push(...(await runOnce(target, { settings, kernel, edit }, report)).findings);
  }
  return findings;
}

/** Ends every kernel, and the command that comes before if it still runs, then this program. A second signal waits for the same. */
function endOn(signal: NodeJS.Signals, exitCode: number): void {
  process.on(signal, () => {
    isEnding = true;
    void Promise.allSettled([...open].map((one) => one.abort())).then(() => process.exit(exitCode));
  });
}
let isEnding = false;

async function main(): Promise<number> {
  let configuration: Configuration;
  try {
    configuration = configurationAt();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 64;
  }
  let command: Command | null;
  try {
    command = parse(process.argv.slice(2), configuration);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usageLine(configuration)}\n--help tells more\n`);
    return 64;
  }
  if (!command) {
    process.stdout.write(usage(configuration));
    return 0;
  }
  endOn("SIGHUP", 129);
  endOn("SIGINT", 130);
  endOn("SIGTERM", 143);
  // Whoever reads has gone, as `head` does: there is nobody to run for.
  process.stdout.on("error", () => process.kill(process.pid, "SIGTERM"));
  const report = new Report(process.env.GITHUB_ACTIONS ? annotation : null);
  const succeeded = await prepared(configuration);
  // Whoever ends the program says with which code.
  if (isEnding) return 0;
  if (!succeeded) {
    report.failure(`${configuration.prepare} failed, so no notebook was run`, 3);
    return report.exitCode;
  }
  if (command.watch) {
    await watch(command.targets[0], command, report);
    return report.exitCode;
  }
  const findings = await runTargets(command, report);
  try {
    writeReports(command.reports, results, report.failures);
  } catch (error) {
    report.failure(`the report was not written (${(error as Error).message})`, 3);
  }
  return Math.max(0, ...findings.map(({ kind }) => exitCodes[kind]), report.exitCode);
}

/** Runs the command that comes before notebooks; what it prints is shown only if it fails. */
async function prepared({ folder, prepare }: Configuration): Promise<boolean> {
  if (prepare === null) return true;
  const preparation = new Preparation(prepare, folder);
  open.add(preparation);
  const { succeeded, printed } = await preparation.result();
  open.delete(preparation);
  if (!succeeded && !isEnding) process.stderr.write(printed);
  return succeeded;
}

/** Runs the targets, so many at a time. What ends one of them stops no other. */
async function runTargets(command: Command, report: Report): Promise<Finding[]> {
  const waiting = [...command.targets];
  // Later lessons take longer; side by side, all are done soonest if those begin.
  if (command.jobs > 1) waiting.reverse();
  // Side by side, notebooks fill the cores by themselves, and a thread that waits for more work would count as left behind:
  // numeric libraries heed this variable.
  process.env.OMP_NUM_THREADS ??= "1";
  const findings: Finding[] = [];
  const worker = async () => {
    for (let target = waiting.shift(); target && !isEnding; target = waiting.shift()) {
      try {
        findings.push(...(await runAll(target, command, report)));
      } catch (error) {
        if (!isEnding) report.failure((error as Error).message, error instanceof UsageError ? 64 : 3);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(command.jobs, waiting.length) }, worker));
  return findings;
}

process.exitCode = await main();
