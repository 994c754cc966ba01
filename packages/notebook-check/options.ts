/** @file What a cell's tags and metadata ask of the check. */

import type { ComparisonRules } from "./compare/compare.js";
import { type Cell, joined, type Notebook } from "./notebook/nbformat.js";
import { longestTimeout, type Settings } from "./settings.js";

/** Tags that change what is checked. */
const effective = {
  "raises-exception": "the cell must end in an error, which is compared as its output; the cells after it are run",
  "nbval-raises-exception": "the same",
  "skip-execution": "the cell is not run and must hold no output",
  "nbval-skip": "the cell is not run, and nothing is said of its output",
  "nbval-ignore-output": "the cell is run, but its outputs are not compared",
  "nbval-check-output": "its outputs are compared even where the settings are lax",
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
  // papermill's
  "parameters",
  "injected-parameters",
];

/** nbval's comments, which say the same as its tags: `# NBVAL_SKIP`, also behind `//`, and by nbval's first name. */
const comment = /^\s*(?:#+|\/\/+)\s*(?:NBVAL|PYTEST_VALIDATE)_(SKIP|IGNORE_OUTPUT|CHECK_OUTPUT|RAISES_EXCEPTION)\s*$/gm;

/** The tags of a cell; in the source of a code cell, comments may stand for some. */
function tagsOf({ cell_type, source, metadata }: Cell): string[] {
  const comments = cell_type === "code" ? [...joined(source).matchAll(comment)] : [];
  return [...(metadata.tags ?? []), ...comments.map(([, name]) => `nbval-${name.toLowerCase().replace("_", "-")}`)];
}

const skipping = ["skip-execution", "nbval-skip"];

/** Whether a cell's tags or comments say that it is not to be run. */
export const isSkipped = (cell: Cell): boolean => tagsOf(cell).some((tag) => skipping.includes(tag));

export interface Rules {
  comparison: ComparisonRules;
  /** Whether the cell or its notebook states the tolerance: then what lies within it passes, whatever its spelling. */
  ownTolerance: boolean;
  /** Seconds, if the cell says so. */
  timeout: number | undefined;
  mustRaise: boolean;
  mayRaise: boolean;
  skip: boolean;
  /** Whether the stored output of a cell that is not run is nobody's business. */
  keepOutput: boolean;
  ignoreOutput: boolean;
  /** Whether a reader is to solve it: then a right solution passes, too. */
  isExercise: boolean;
  /** Numbers in prose that are given, not computed, each with the reason. */
  given: Record<string, string>;
}

/** What may stand under `check` in the metadata of a notebook, for all its cells, or of a cell. */
const optionKinds: Record<string, "number" | "object"> = {
  rtol: "number",
  atol: "number",
  timeout: "number",
  given: "object",
};

/** @throws on an option that nobody would heed, or, if tags must be known, such a tag: a slip of the pen */
export function rulesOf(cell: Cell, notebook: Notebook, settings: Settings): Rules {
  const tags = tagsOf(cell);
  const all = [...Object.keys(effective), ...known];
  const unknown = settings.knownTags ? tags.find((tag) => !all.includes(tag)) : undefined;
  if (unknown !== undefined) throw new Error(`unknown tag "${unknown}"; known are ${all.join(", ")}`);
  const options = { ...optionsOf(notebook.metadata), ...optionsOf(cell.metadata) };
  const { rtol = settings.rtol, atol = settings.atol, timeout } = options as Record<string, number>;
  const { ignore, mergeStreams, sanitize, lax, allowErrors } = settings;
  return {
    comparison: { tolerance: { rtol, atol }, ignore, mergeStreams, sanitize },
    ownTolerance: options.rtol !== undefined || options.atol !== undefined,
    timeout,
    mustRaise: tags.includes("raises-exception") || tags.includes("nbval-raises-exception"),
    mayRaise: allowErrors,
    skip: isSkipped(cell),
    keepOutput: tags.includes("nbval-skip"),
    ignoreOutput: tags.includes("nbval-ignore-output") || (lax && !tags.includes("nbval-check-output")),
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
