/**
 * @file `npx tsx tests/notebook-check/edits.ts [how many] [seed]`: single bytes of the lessons' stored outputs, changed at
 * random, and what the check makes of each. An edit that passes must leave the notebook as it was, in JSON; exit code 1 if
 * one does not, or if one makes the check throw.
 */

import { isDeepStrictEqual } from "node:util";
import { configurationAt } from "../../packages/notebook-check/configuration.js";
import { driftOfCode } from "../../packages/notebook-check/drift.js";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { type Cell, type Notebook, parseNotebook, serialize } from "../../packages/notebook-check/notebook/nbformat.js";
import { mendDefects } from "../../packages/notebook-check/notebook/validate.js";
import { rulesOf } from "../../packages/notebook-check/options.js";
import { lessons } from "../../scripts/lessons.js";

const { settings } = configurationAt();
const [howMany = 10_000, seed = 1] = process.argv.slice(2).map(Number);

/** A number from 0 to n − 1 (Park and Miller's generator). */
let state = seed;
function below(n: number): number {
  state = (state * 48271) % 2147483647;
  return state % n;
}

/** Every code cell that shows something, as the bytes of a notebook of its own; and where in it the outputs are. */
const cells = lessons().flatMap((file) => {
  const notebook = readNotebook(file);
  return notebook.cells
    .filter((cell) => cell.cell_type === "code" && (cell.outputs ?? []).length > 0)
    .map((cell) => {
      const bytes = Buffer.from(serialize({ ...notebook, cells: [cell] }));
      const start = bytes.indexOf('\n   "outputs": [') + 15;
      return { bytes, start, size: bytes.indexOf("\n   ]", start) - start, cell, metadata: notebook.metadata };
    });
});
const total = cells.reduce((sum, { size }) => sum + size, 0);

function pick() {
  let at = below(total);
  for (const cell of cells) {
    if (at < cell.size) return { ...cell, at: cell.start + at };
    at -= cell.size;
  }
  throw new RangeError("beyond the last cell");
}

/** What the check says of the edited bytes: what it finds, or why it passes. */
function verdict(edited: Buffer, cell: Cell, metadata: Notebook["metadata"]): string {
  let notebook: Notebook;
  try {
    notebook = parseNotebook(new TextDecoder("utf-8", { fatal: true }).decode(edited), "edited.ipynb");
  } catch {
    return "refused: not a notebook";
  }
  if (mendDefects(notebook).length > 0) return "refused: breaks the format";
  const run = {
    status: "ok" as const,
    executionCount: cell.execution_count ?? null,
    outputs: structuredClone(cell.outputs ?? []),
    late: [],
    lost: 0,
    resources: [],
    milliseconds: 0,
  };
  const rules = rulesOf(cell, { ...notebook, metadata }, settings);
  const [drift] = driftOfCode(notebook.cells[0], run, rules, settings);
  if (drift) return drift.kind;
  if (
    isDeepStrictEqual(
      JSON.parse(edited.toString()).cells[0],
      JSON.parse(serialize({ ...notebook, cells: [cell] })).cells[0],
    )
  )
    return "passed: the same JSON, spaced otherwise";
  return rules.ignoreOutput || rules.ownTolerance ? "passed: the cell allows it" : "PASSED, AND IS ANOTHER";
}

const counts = new Map<string, number>();
for (let i = 0; i < howMany; i++) {
  const { bytes, at, cell, metadata } = pick();
  const edited = Buffer.from(bytes);
  // Mostly what can be typed: other bytes hardly ever make JSON.
  const byte = below(4) > 0 ? 32 + below(95) : below(256);
  edited[at] = byte === bytes[at] ? byte ^ 1 : byte;
  let said: string;
  try {
    said = verdict(edited, cell, metadata);
  } catch (error) {
    said = `CRASHED: ${(error as Error).message}`;
  }
  counts.set(said, (counts.get(said) ?? 0) + 1);
  if (/^[A-Z]{3}/.test(said))
    console.log(`${said}\n  ${bytes.subarray(at - 30, at + 30)}\n  ${edited.subarray(at - 30, at + 30)}`);
}
for (const [said, count] of [...counts].sort((a, b) => b[1] - a[1]))
  console.log(`${String(count).padStart(6)}  ${said}`);
process.exitCode = [...counts.keys()].some((said) => /^[A-Z]{3}/.test(said)) ? 1 : 0;
