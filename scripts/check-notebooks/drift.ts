/** @file What in a cell is no longer as a run gives it, and how to make it so. */

import type { CellRun, Evaluation } from "./client.js";
import { compareOutputs } from "./compare.js";
import { type Cell, joined } from "./nbformat.js";
import { compareText } from "./numbers.js";
import type { Rules } from "./options.js";
import { type Claim, restate } from "./prose.js";

export interface Drift {
  message: string;
  /** The line of the cell's source that it is about. */
  line?: number;
  difference?: { stored: string; fresh: string };
  /** Changes the cell to what the run gives, and nothing else in it. */
  mend: () => void;
}

/** What a code cell that was run stores otherwise: outputs, execution count. */
export function driftOfCode(cell: Cell, run: CellRun, { tolerance, ignoreOutput }: Rules): Drift[] {
  const stored = cell.outputs ?? [];
  const comparison = compareOutputs(stored, run.outputs, tolerance);
  const { drifted, messages } = comparison;
  const outputs: Drift = {
    message: `its output is no longer the stored one: ${messages.join("; ")}`,
    difference: { stored: comparison.stored, fresh: comparison.fresh },
    mend: () => {
      cell.outputs = drifted ? stored.map((output, i) => (drifted.includes(i) ? run.outputs[i] : output)) : run.outputs;
    },
  };
  const isStale = !ignoreOutput && drifted?.length !== 0;
  const count = driftOfCount(cell, run.executionCount);
  const both = [...(isStale ? [outputs] : []), ...count];
  const neverRun = stored.length === 0 && (cell.execution_count ?? null) === null;
  if (!neverRun || both.length === 0) return both;
  const mend = () => {
    for (const drift of both) drift.mend();
  };
  return [{ ...both[0], message: "it is stored as never having been run; store its output with --update", mend }];
}

/** Execution counts are 1 … n: the mark of a notebook that was run from top to bottom. */
function driftOfCount(cell: Cell, count: number | null): Drift[] {
  const holders = () => [cell, ...(cell.outputs ?? []).filter((output) => output.output_type === "execute_result")];
  const wrong = holders().find((holder) => holder.execution_count !== count);
  if (!wrong) return [];
  const stored = wrong.execution_count ?? "none";
  return [
    {
      message: `its stored execution count is ${stored}; a run from top to bottom gives ${count}`,
      mend: () => {
        for (const holder of holders()) holder.execution_count = count;
      },
    },
  ];
}

/** A cell that is not run cannot have given anything. */
export function driftOfUnrun(cell: Cell): Drift[] {
  if ((cell.outputs ?? []).length === 0 && (cell.execution_count ?? null) === null) return [];
  const mend = () => Object.assign(cell, { outputs: [], execution_count: null });
  return [{ message: "it is not run, and yet has a stored output or execution count", mend }];
}

/** What a text says that its expressions do not. */
export function driftOfProse(
  cell: Cell,
  claims: readonly Claim[],
  values: readonly Evaluation[],
  rules: Rules,
): Drift[] {
  const source = joined(cell.source);
  const wrong = new Map<Claim, string>();
  for (const [i, claim] of claims.entries()) {
    const value = values[i];
    if ("text" in value && !compareText(claim.stated, value.text, rules.tolerance).same) wrong.set(claim, value.text);
  }
  // All at once: where a later claim stands moves when an earlier one is restated.
  const mend = () => {
    cell.source = restate(source, wrong);
  };
  return [...wrong].map(([{ expression, stated, line }, value]) => ({
    message: `it says ${stated}; ${expression} is ${value}`,
    line,
    mend,
  }));
}
