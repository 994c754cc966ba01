/** @file What in a cell is no longer as a run gives it, and how to make it so. */

import { compareOutputs } from "./compare/compare.js";
import { compareText } from "./compare/numbers.js";
import type { CellRun, Evaluation } from "./kernel/client.js";
import { type Cell, joined, type Output } from "./notebook/nbformat.js";
import type { Rules } from "./options.js";
import { type Claim, rewriteClaims } from "./prose/prose.js";
import type { Settings } from "./settings.js";

export interface Drift {
  /** Whether the page says something else, or the same in another spelling. */
  kind: "drift" | "respelled";
  message: string;
  /** The line of the cell's source that it is about. */
  line?: number;
  difference?: { stored: string; fresh: string };
  /** Changes the cell to what the run gives, and nothing else in it. */
  fix: () => void;
}

/** What a code cell that was run stores otherwise: outputs, execution count. */
export function driftOfCode(cell: Cell, run: CellRun, rules: Rules, settings: Settings): Drift[] {
  const stored = cell.outputs ?? [];
  const neverRun = stored.length === 0 && (cell.execution_count ?? null) === null;
  if (neverRun && !settings.neverRun) return [];
  const fix = (stale: readonly number[] | null) => {
    cell.outputs = stale ? stored.map((output, i) => (stale.includes(i) ? run.outputs[i] : output)) : run.outputs;
  };
  const both = [
    ...(rules.ignoreOutput ? [] : driftOfOutputs(stored, run, rules, settings, fix)),
    ...(settings.executionCounts ? driftOfCount(cell, run.executionCount) : []),
  ];
  if (!neverRun || both.length === 0) return both;
  const fixAll = () => {
    for (const drift of both) drift.fix();
  };
  return [
    { ...both[0], message: "it is stored as never having been run; store its output with --update", fix: fixAll },
  ];
}

function driftOfOutputs(
  stored: readonly Output[],
  run: CellRun,
  { comparison, ownTolerance }: Rules,
  { spelling }: Settings,
  fix: (stale: readonly number[] | null) => void,
): Drift[] {
  const { verdict, stale, messages, ...difference } = compareOutputs(stored, run.outputs, comparison);
  if (verdict === "same") return [];
  if (verdict === "differs") {
    const message = `its output is no longer the stored one: ${messages.join("; ")}`;
    return [{ kind: "drift", message, difference, fix: () => fix(stale) }];
  }
  // A cell that states a tolerance may give other digits at every run.
  if (ownTolerance || !spelling) return [];
  const message = "its stored output says the same in another spelling; store the spelling of a run with --update";
  return [{ kind: "respelled", message, fix: () => fix(stale) }];
}

/** Execution counts are 1 … n: the mark of a notebook that was run from top to bottom. */
function driftOfCount(cell: Cell, count: number | null): Drift[] {
  const holders = () => [cell, ...(cell.outputs ?? []).filter((output) => output.output_type === "execute_result")];
  const wrong = holders().find((holder) => holder.execution_count !== count);
  if (!wrong) return [];
  const stored = wrong.execution_count ?? "none";
  return [
    {
      kind: "drift",
      message: `its stored execution count is ${stored}; a run from top to bottom gives ${count}`,
      fix: () => {
        for (const holder of holders()) holder.execution_count = count;
      },
    },
  ];
}

/** A cell that is not run cannot have given anything. */
export function driftOfUnrun(cell: Cell): Drift[] {
  if ((cell.outputs ?? []).length === 0 && (cell.execution_count ?? null) === null) return [];
  const fix = () => {
    if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });
  };
  return [{ kind: "drift", message: "it is not run, and yet has a stored output or execution count", fix }];
}

/** What a text says that its expressions do not. */
export function driftOfProse(
  cell: Cell,
  claims: readonly Claim[],
  values: readonly Evaluation[],
  { comparison, ownTolerance }: Rules,
  { spelling }: Settings,
): Drift[] {
  const source = joined(cell.source);
  const wrong = new Map<Claim, { kind: Drift["kind"]; text: string }>();
  for (const [i, claim] of claims.entries()) {
    const value = values[i];
    if (!("text" in value)) continue;
    const { verdict } = compareText(claim.stated, value.text, comparison.tolerance);
    if (verdict === "differs") wrong.set(claim, { kind: "drift", text: value.text });
    if (verdict === "respelled" && spelling && !ownTolerance) wrong.set(claim, { kind: "respelled", text: value.text });
  }
  // All at once: where a later claim stands moves when an earlier one is rewritten.
  const fix = () => {
    cell.source = rewriteClaims(source, new Map([...wrong].map(([claim, { text }]) => [claim, text])));
  };
  return [...wrong].map(([{ expression, stated, line }, { kind, text }]) => ({
    kind,
    message: `it says ${stated}; ${expression} is ${text}`,
    line,
    fix,
  }));
}
