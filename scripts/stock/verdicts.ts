/** @file What became of each code cell under the stock kernel, which reports an error as text on stderr, not as an error. */

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
  /** `execution`: when nbconvert saw what; stock tslab sends no execution count. */
  readonly metadata: { readonly tags?: readonly string[]; readonly execution?: Readonly<Record<string, string>> };
  readonly outputs?: readonly Output[];
}

export interface Notebook {
  readonly cells: readonly Cell[];
}

export interface Verdict {
  /** Counted from 1 among the code cells of the stored notebook. */
  readonly cell: number;
  readonly problem?: string;
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
 * One verdict for each code cell of `stored` that is expected to run. Behind a failed cell nothing is vouched for: stock
 * tslab may have aborted it, which leaves the same trace as a cell that ran and had nothing to say.
 */
export function verdicts(stored: Notebook, executed: Notebook): Verdict[] {
  const ran = executed.cells.filter((cell) => cell.cell_type === "code").values();
  let failed: number | undefined;
  return stored.cells
    .filter((cell) => cell.cell_type === "code")
    .map((cell, index) => ({ cell, number: index + 1 }))
    .filter(({ cell }) => !cell.metadata.tags?.includes("raises-exception"))
    .map(({ cell, number }) => {
      const own = problemOf(cell, ran.next().value);
      const problem = failed === undefined ? own : `cannot be judged, because cell ${failed} failed`;
      if (problem) failed ??= number;
      return { cell: number, problem };
    });
}
