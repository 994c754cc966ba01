/**
 * @file `npm run notebooks [-- file …] [--update]`: runs notebooks headlessly and holds each cell against what is stored.
 * Exit code: 0 all as stored · 1 drift · 2 a cell failed · 3 a kernel failed · 64 bad usage.
 */

import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../build.js";
import { root } from "./kernel.js";
import { joined } from "./nbformat.js";
import { type Kind, NotebookRun, Problem } from "./run.js";

const usage = `usage: npm run notebooks -- [notebook.ipynb …] [--update]

  --update, -u   store fresh outputs and numbers where they differ (never an unexpected error; not under CI)
`;
const exitCodes: Record<Kind, number> = { drift: 1, failed: 2, infrastructure: 3 };

function allNotebooks(): string[] {
  const folder = join(root, "notebooks");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => join(folder, name));
}

async function main(): Promise<number> {
  let options: ReturnType<typeof parse>;
  try {
    options = parse();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 64;
  }
  const { update = false } = options.values;
  const files = options.positionals.length > 0 ? options.positionals.map((file) => resolve(file)) : allNotebooks();
  const missing = files.find((file) => !existsSync(file));
  if (missing) {
    process.stderr.write(`there is no notebook ${missing}\n\n${usage}`);
    return 64;
  }
  if (update && process.env.CI) {
    process.stderr.write("--update is refused under CI: run it at home, read the difference, commit it\n");
    return 64;
  }
  await build();
  let worst = 0;
  for (const file of files) worst = Math.max(worst, await runOne(file, update));
  return worst;
}

const parse = () =>
  parseArgs({ allowPositionals: true, options: { update: { type: "boolean", short: "u" } }, strict: true });

async function runOne(file: string, update: boolean): Promise<number> {
  const began = performance.now();
  let worst = 0;
  let cells = 0;
  const report = (error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    worst = Math.max(worst, exitCodes[error.kind]);
    console.log(`  ✗ ${error.message}`);
    if (error.expected !== undefined) console.log(indent(difference(error.expected, error.actual ?? "")));
  };
  const run = new NotebookRun(file, { update });
  console.log(run.name);
  try {
    await run.open();
    for (const [index, cell] of run.notebook.cells.entries()) {
      try {
        const milliseconds = await run.check(index);
        if (cell.cell_type !== "code") continue;
        cells++;
        console.log(`  ✓ [${index}] ${firstLine(joined(cell.source))} ${milliseconds.toFixed(0)} ms`);
      } catch (error) {
        report(error);
      }
    }
  } catch (error) {
    report(error);
  } finally {
    await run.close();
  }
  const seconds = (performance.now() - began) / 1000;
  const share = (run.startMilliseconds / 10 / seconds).toFixed(0);
  console.log(`  ${cells} cells in ${seconds.toFixed(1)} s, ${share}% of it starting the kernel\n`);
  return worst;
}

const firstLine = (source: string): string => (source.split("\n").find((line) => line.trim()) ?? "").slice(0, 70);
const indent = (text: string): string => text.replaceAll(/^/gm, "    ");

/** The lines that differ, with the first of them in context. */
function difference(expected: string, actual: string): string {
  const [before, after] = [expected.split("\n"), actual.split("\n")];
  const lines: string[] = [];
  for (let i = 0; i < Math.max(before.length, after.length) && lines.length < 12; i++) {
    if (before[i] === after[i]) continue;
    if (before[i] !== undefined) lines.push(`- ${before[i]}`);
    if (after[i] !== undefined) lines.push(`+ ${after[i]}`);
  }
  return lines.join("\n");
}

process.exitCode = await main();
