/** @file `npm run notebooks`: runs notebooks headlessly and holds each cell against what is stored. */

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, root } from "../build.js";
import { lessons } from "../lessons.js";
import type { Kind } from "./failures.js";
import { Report } from "./report.js";
import { type Finding, NotebookRun, type RunOptions } from "./run.js";

const usage = `usage: npm run notebooks -- [notebook[:cell] …] [options]

Runs notebooks from top to bottom, each on a kernel of its own, and compares what every cell gives with what is stored.
A notebook is a file, or how its name begins; without one, all of notebooks/ and notebooks/excursions/ are run. With a cell (the number in its
brackets, or its id) the run ends there.

  -u, --update         store what has drifted: outputs, execution counts, numbers in prose (nothing if any cell fails;
                       refused where CI is set)
  -r, --repeat <n>     run each notebook n times, and tell what is not deterministic from what has drifted
  -j, --jobs <n>       notebooks to run side by side (default: one for each core)
  --timeout <s>        seconds for one cell whose metadata does not say otherwise (default: 120)

exit code: 0 all is as stored, 1 drift, 2 a cell failed, 3 a kernel failed, 64 wrong usage
`;

const exitCodes: Record<Kind, number> = { drift: 1, failed: 2, infrastructure: 3 };

/** A command line that cannot be followed. */
class UsageError extends Error {}

interface Target {
  file: string;
  /** The last cell to run. */
  cell?: string;
}

interface Command {
  targets: Target[];
  update: boolean;
  repeat: number;
  jobs: number;
  limits: RunOptions["limits"];
}

function parse(args: string[]): Command {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      update: { type: "boolean", short: "u", default: false },
      repeat: { type: "string", short: "r", default: "1" },
      jobs: { type: "string", short: "j", default: String(availableParallelism()) },
      timeout: { type: "string" },
    },
  });
  const positive = (name: string, text: string): number => {
    const value = Number(text);
    if (!(value > 0)) throw new UsageError(`--${name} must be a positive number, not "${text}"`);
    return value;
  };
  if (values.update && process.env.CI)
    throw new UsageError("--update is refused where CI is set: update at home, and read the difference");
  const repeat = positive("repeat", values.repeat);
  if (values.update && repeat > 1) throw new UsageError("--update stores one run: leave --repeat out");
  return {
    targets: positionals.length > 0 ? positionals.map(targetOf) : lessons().map((file) => ({ file })),
    update: values.update,
    repeat,
    jobs: positive("jobs", values.jobs),
    limits: values.timeout === undefined ? {} : { cell: 1000 * positive("timeout", values.timeout) },
  };
}

function targetOf(argument: string): Target {
  const [, name, cell] = /^(.+?)(?::([\w-]+))?$/.exec(argument) ?? [];
  if (name.endsWith(".ipynb")) {
    if (!existsSync(name)) throw new UsageError(`there is no file ${name}`);
    return { file: resolve(name), cell };
  }
  const matches = lessons().filter((file) => basename(file).startsWith(name));
  if (matches.length !== 1) {
    const among = matches.length === 0 ? lessons() : matches;
    throw new UsageError(
      `"${name}" begins the name of ${matches.length} notebooks among ${among.map((file) => relative(root, file)).join(", ")}`,
    );
  }
  return { file: matches[0], cell };
}

/** Runs that have a kernel, to be ended when this program is. */
const open = new Set<NotebookRun>();

async function runOnce(
  { file, cell }: Target,
  options: RunOptions,
  report: Report,
): Promise<{ run: NotebookRun; findings: Finding[] }> {
  const began = performance.now();
  const run = new NotebookRun(file, options);
  const last = cell === undefined ? run.notebook.cells.length - 1 : run.places.find(cell);
  if (last < 0) throw new UsageError(`${run.name} has no cell ${cell}`);
  open.add(run);
  const findings = await run.open();
  for (const finding of findings) report.finding(finding);
  for (let index = 0; index <= last; index++) {
    const result = await run.check(index);
    findings.push(...result.findings);
    report.cell(run, index, result);
  }
  const latest = await run.close();
  for (const finding of latest) report.finding(finding);
  findings.push(...latest);
  open.delete(run);
  report.notebook(run, findings, performance.now() - began);
  return { run, findings };
}

/** Runs a notebook as often as asked: the first time against what is stored, then against the first time. */
async function runAll(target: Target, { update, repeat, limits }: Command, report: Report): Promise<Finding[]> {
  const { run: first, findings } = await runOnce(target, { update, limits }, report);
  for (let again = 2; again <= repeat; again++) {
    report.note(`run ${again} of ${repeat}, against run 1: what differs now is not drift, but differs from run to run`);
    const edit: RunOptions["edit"] = (notebook) => {
      // As the first run found it, even if somebody has edited the file since.
      notebook.cells = structuredClone(first.notebook.cells);
      for (const [index, { outputs, executionCount }] of first.runs) {
        Object.assign(notebook.cells[index], { outputs, execution_count: executionCount });
      }
    };
    findings.push(...(await runOnce(target, { limits, edit }, report)).findings);
  }
  return findings;
}

async function main(): Promise<number> {
  let command: Command;
  try {
    command = parse(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 64;
  }
  const report = new Report();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void Promise.all([...open].map((run) => run.abort())).then(() => process.exit(signal === "SIGINT" ? 130 : 143));
    });
  }
  await build();
  const waiting = [...command.targets];
  // Later lessons take longer; side by side, all are done soonest if those begin.
  if (command.jobs > 1) waiting.reverse();
  const findings: Finding[] = [];
  const worker = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      findings.push(...(await runAll(target, command, report)));
    }
  };
  try {
    await Promise.all(Array.from({ length: command.jobs }, worker));
  } catch (error) {
    await Promise.all([...open].map((run) => run.abort()));
    const isUsage = error instanceof UsageError;
    process.stderr.write(`${(error as Error).message}\n${isUsage ? `\n${usage}` : ""}`);
    return isUsage ? 64 : 3;
  }
  return Math.max(0, ...findings.map(({ kind }) => exitCodes[kind]));
}

process.exitCode = await main();
