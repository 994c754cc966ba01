/** @file The command: runs notebooks headlessly and holds each cell against what is stored. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Configuration, configurationAt, notebooksOf } from "./configuration.js";
import type { Kind } from "./failures.js";
import { findKernel, type KernelSpec } from "./kernel/kernelspec.js";
import { longestTimeout } from "./options.js";
import { Report } from "./report.js";
import { type Finding, NotebookRun, type RunOptions } from "./run.js";

const usage = ({ command, notebooks }: Configuration) => `usage: ${command} [notebook[:cell] …] [options]

Runs notebooks from top to bottom, each on a kernel of its own, and compares what every cell gives with what is stored.
A notebook is a file, or how its name begins; without one, all those in ${notebooks.join(", ")} are run. With a cell
(the number in its brackets, or its id) the run ends there.

  -u, --update         store what has drifted: outputs, execution counts, numbers in prose (nothing if any cell fails;
                       refused where CI is set)
  -r, --repeat <n>     run each notebook n times, and tell what is not deterministic from what has drifted
  -j, --jobs <n>       notebooks to run side by side (default: one for each core)
  --timeout <s>        seconds for one cell whose metadata does not say otherwise (default: 120)
  -k, --kernel <name>  run this kernel instead of the one that a notebook names
  -h, --help           this text

A cell's output is cut after 10 MB, and the cell fails. "Respelled" is what says the same in other bytes.

exit code: 0 all is as stored, 1 drift or respelled, 2 a cell failed, 3 a kernel or a file failed, 64 wrong usage
`;

const exitCodes: Record<Kind, number> = { respelled: 1, drift: 1, failed: 2, infrastructure: 3 };

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
  kernel: KernelSpec | undefined;
}

/** @returns null if only the usage is asked for */
function parse(args: string[], configuration: Configuration): Command | null {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      update: { type: "boolean", short: "u", default: false },
      repeat: { type: "string", short: "r", default: "1" },
      jobs: { type: "string", short: "j", default: String(availableParallelism()) },
      timeout: { type: "string" },
      kernel: { type: "string", short: "k" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const whole = (name: string, text: string): number => {
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${name} must be a whole number from 1, not "${text}"`);
    return Number(text);
  };
  const seconds = (text: string): number => {
    const value = Number(text);
    if (!(value > 0 && value <= longestTimeout))
      throw new UsageError(`--timeout must be a number of seconds up to ${longestTimeout}, not "${text}"`);
    return value;
  };
  if (values.help) return null;
  if (values.update && process.env.CI)
    throw new UsageError("--update is refused where CI is set: update at home, and read the difference");
  const repeat = whole("repeat", values.repeat);
  if (values.update && repeat > 1) throw new UsageError("--update stores one run: leave --repeat out");
  return {
    targets: targetsOf(positionals, notebooksOf(configuration)),
    update: values.update,
    repeat,
    jobs: whole("jobs", values.jobs),
    limits: values.timeout === undefined ? {} : { cell: 1000 * seconds(values.timeout) },
    kernel: values.kernel === undefined ? undefined : findKernel(values.kernel),
  };
}

function targetsOf(names: readonly string[], all: readonly string[]): Target[] {
  const targets = names.length > 0 ? names.map((name) => targetOf(name, all)) : all.map((file) => ({ file }));
  if (targets.length === 0) throw new UsageError("there is no notebook to run: name one");
  return targets;
}

function targetOf(argument: string, all: readonly string[]): Target {
  const [, name, cell] = /^(.+?)(?::([\w-]+))?$/.exec(argument) ?? [];
  if (name.endsWith(".ipynb")) {
    // npm runs scripts from the checkout's root, and says here where the user stands.
    const places = [process.env.INIT_CWD ?? ".", "."].map((folder) => resolve(folder, name));
    const file = places.find((place) => existsSync(place));
    if (!file) throw new UsageError(`there is no file ${name}`);
    return { file, cell };
  }
  const matches = all.filter((file) => basename(file).startsWith(name));
  if (matches.length !== 1) {
    const among = (matches.length === 0 ? all : matches).map((file) => relative(".", file));
    throw new UsageError(`"${name}" begins the name of ${matches.length} notebooks among ${among.join(", ")}`);
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
  const run = new NotebookRun(file, options);
  const last = cell === undefined ? run.notebook.cells.length - 1 : run.places.find(cell);
  if (last < 0) throw new UsageError(`${run.name} has no cell ${cell}`);
  open.add(run);
  try {
    return { run, findings: await checked(run, last, report) };
  } finally {
    open.delete(run);
  }
}

async function checked(run: NotebookRun, last: number, report: Report): Promise<Finding[]> {
  const began = performance.now();
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
  report.notebook(run, findings, performance.now() - began);
  return findings;
}

/** Runs a notebook as often as asked: the first time against what is stored, then against the first time. */
async function runAll(target: Target, { update, repeat, limits, kernel }: Command, report: Report): Promise<Finding[]> {
  const { run: first, findings } = await runOnce(target, { update, limits, kernel }, report);
  for (let again = 2; again <= repeat; again++) {
    report.note(`run ${again} of ${repeat}, against run 1: what differs now is not drift, but differs from run to run`);
    const edit: RunOptions["edit"] = (notebook) => {
      // As the first run found it, even if somebody has edited the file since.
      notebook.cells = structuredClone(first.notebook.cells);
      for (const [index, { outputs, executionCount }] of first.runs) {
        Object.assign(notebook.cells[index], { outputs, execution_count: executionCount });
      }
    };
    findings.push(...(await runOnce(target, { limits, kernel, edit }, report)).findings);
  }
  return findings;
}

/** Ends every kernel, then this program. A second signal waits for the same. */
function endOn(signal: NodeJS.Signals, exitCode: number): void {
  process.on(signal, () => {
    isEnding = true;
    void Promise.allSettled([...open].map((run) => run.abort())).then(() => process.exit(exitCode));
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
    process.stderr.write(`${(error as Error).message}\n\n${usage(configuration)}`);
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
  const report = new Report();
  if (!(await prepared(configuration))) {
    report.failure(`${configuration.prepare} failed, so no notebook was run`, 3);
    return report.exitCode;
  }
  return Math.max(0, ...(await runTargets(command, report)).map(({ kind }) => exitCodes[kind]), report.exitCode);
}

/** Runs the command that comes before notebooks; what it prints is shown only if it fails. */
async function prepared({ folder, prepare }: Configuration): Promise<boolean> {
  if (prepare === null) return true;
  const child = spawn(prepare, { cwd: folder, shell: true, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      printed += chunk;
    });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0 && !isEnding) process.stderr.write(printed);
  return code === 0;
}

/** Runs the targets, so many at a time. What ends one of them stops no other. */
async function runTargets(command: Command, report: Report): Promise<Finding[]> {
  const waiting = [...command.targets];
  // Later lessons take longer; side by side, all are done soonest if those begin.
  if (command.jobs > 1) waiting.reverse();
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
