/** @file Judges the code cells of a notebook that stock tslab ran. It reports errors as text on stderr, not as errors. */

export interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string | readonly string[];
  readonly evalue?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
  /** `execution` holds nbconvert's time stamps, the only sign that a cell ran: stock tslab sends no execution count. */
  readonly metadata: { readonly tags?: readonly string[]; readonly execution?: Readonly<Record<string, string>> };
  readonly outputs?: readonly Output[];
}

export interface Notebook {
  readonly cells: readonly Cell[];
}

/** `failed` is the first cell that failed; later ones count as `unjudged`. Code cells are counted from 1. */
export interface Verdict {
  readonly passed: number;
  readonly failed?: { readonly cell: number; readonly problem: string };
  readonly unjudged: number;
}

const text = (lines: string | readonly string[] = "") => (typeof lines === "string" ? lines : lines.join(""));
const figures = (cell: Cell) =>
  cell.outputs?.filter((output) => output.data?.["image/svg+xml"] !== undefined).length ?? 0;

function problemOf(stored: Cell, executed: Cell | undefined): string | undefined {
  if (!executed || text(executed.source) !== text(stored.source)) return "is missing from the executed notebook";
  for (const output of executed.outputs ?? []) {
    if (output.output_type === "error") return `raised ${output.evalue}`;
    if (output.name === "stderr") return `wrote to stderr: ${text(output.text).trim()}`;
  }
  if (text(stored.source).trim() && !executed.metadata.execution?.["shell.execute_reply"]) return "did not run";
  if (figures(executed) !== figures(stored)) return `drew ${figures(executed)} figures, ${figures(stored)} are stored`;
  return undefined;
}

/**
 * Judges the code cells of `stored` that are expected to succeed, up to the first failure. Stock tslab may have aborted
 * the cells after it, and an aborted cell looks like one that ran without output.
 */
export function verdict(stored: Notebook, executed: Notebook): Verdict {
  const ran = executed.cells.filter((cell) => cell.cell_type === "code").values();
  const expected = stored.cells
    .filter((cell) => cell.cell_type === "code")
    .map((cell, index) => ({ cell, number: index + 1 }))
    .filter(({ cell }) => !cell.metadata.tags?.includes("raises-exception"));
  for (const [passed, { cell, number }] of expected.entries()) {
    const problem = problemOf(cell, ran.next().value);
    if (problem) return { passed, failed: { cell: number, problem }, unjudged: expected.length - passed - 1 };
  }
  return { passed: expected.length, unjudged: 0 };
}
