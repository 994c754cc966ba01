/** @file What a cell's tags and metadata ask of the check. */

import { defaultTolerance, type Tolerance } from "./compare/numbers.js";
import type { Cell, Notebook } from "./notebook/nbformat.js";

/** Tags that change what is checked. */
const effective = {
  "raises-exception": "the cell must end in an error, which is compared as its output; the cells after it are run",
  "skip-execution": "the cell is not run and must hold no output",
  "nbval-ignore-output": "the cell is run, but its outputs are not compared",
  exercise: "what it shows may also begin with ✓, the verdict on a right solution",
};
/** Tags that only say something to readers and to other tools. */
const known = [
  "solution",
  "predict",
  "your-turn",
  "hide-input",
  "hide-output",
  "hide-cell",
  "remove-input",
  "remove-output",
  "remove-cell",
];

export interface Rules {
  tolerance: Tolerance;
  /** Whether the cell or its notebook states the tolerance: then what lies within it passes, whatever its spelling. */
  ownTolerance: boolean;
  /** Seconds, if the cell says so. */
  timeout: number | undefined;
  mustRaise: boolean;
  skip: boolean;
  ignoreOutput: boolean;
  /** Whether a reader is to solve it: then a right solution passes, too. */
  isExercise: boolean;
  /** Numbers in prose that are given, not computed, each with the reason. */
  given: Record<string, string>;
}

/** Seconds: beyond that, timers of Node end at once. */
export const longestTimeout = Math.floor((2 ** 31 - 1) / 1000);

/** What may stand under `check` in the metadata of a notebook, for all its cells, or of a cell. */
const optionKinds: Record<string, "number" | "object"> = {
  rtol: "number",
  atol: "number",
  timeout: "number",
  given: "object",
};

/** @throws on a tag or an option that nobody would heed: it is a slip of the pen, or a check that does not happen */
export function rulesOf(cell: Cell, notebook: Notebook): Rules {
  const tags = cell.metadata.tags ?? [];
  const all = [...Object.keys(effective), ...known];
  const unknown = tags.find((tag) => !all.includes(tag));
  if (unknown !== undefined) throw new Error(`unknown tag "${unknown}"; known are ${all.join(", ")}`);
  const options = { ...optionsOf(notebook.metadata), ...optionsOf(cell.metadata) };
  const { rtol = defaultTolerance.rtol, atol = defaultTolerance.atol, timeout } = options as Record<string, number>;
  return {
    tolerance: { rtol, atol },
    ownTolerance: options.rtol !== undefined || options.atol !== undefined,
    timeout,
    mustRaise: tags.includes("raises-exception"),
    skip: tags.includes("skip-execution"),
    ignoreOutput: tags.includes("nbval-ignore-output"),
    isExercise: tags.includes("exercise"),
    given: { ...givenOf(notebook.metadata), ...givenOf(cell.metadata) },
  };
}

type Metadata = Record<string, unknown>;

function optionsOf(metadata: Metadata): Metadata {
  const options = (metadata.check ?? {}) as Metadata;
  if (typeof options !== "object" || Array.isArray(options)) throw new Error("metadata.check must be an object");
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(optionKinds, name) && optionKinds[name];
    if (!kind)
      throw new Error(`unknown option "${name}" in metadata.check; known are ${Object.keys(optionKinds).join(", ")}`);
    if (typeof value !== kind || value === null || (kind === "number" && !((value as number) >= 0)))
      throw new Error(`metadata.check.${name} must be ${kind === "number" ? "a number, 0 or more" : "an object"}`);
    if (name === "timeout" && (value as number) > longestTimeout)
      throw new Error(`metadata.check.timeout must be at most ${longestTimeout} seconds, not ${value}`);
  }
  return options;
}

const givenOf = (metadata: Metadata): Record<string, string> =>
  (optionsOf(metadata).given ?? {}) as Record<string, string>;
