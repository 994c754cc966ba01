/** @file What readers call the cells of a notebook, and where in the file they are. */

import { isSkipped } from "../options.js";
import { joined, type Notebook, sourceLines } from "./nbformat.js";

export class Places {
  readonly #labels: string[];
  readonly #lines: number[];
  readonly #ids: (string | undefined)[];

  /**
   * @param name how people name the file
   * @param text what is in it
   */
  constructor(
    readonly name: string,
    text: string,
    { cells }: Notebook,
  ) {
    this.#lines = sourceLines(text);
    this.#ids = cells.map(({ id }) => id);
    let count = 0;
    this.#labels = cells.map((cell) => {
      const isRun = joined(cell.source).trim() !== "" && !isSkipped(cell);
      if (cell.cell_type === "code" && isRun) return `cell [${++count}]`;
      const kind = cell.cell_type === "code" ? "unrun cell" : "text";
      return count === 0 ? `${kind} before cell [1]` : `${kind} after cell [${count}]`;
    });
  }

  /** What a reader calls a cell: code by the number that Jupyter puts beside it, text by the code before it. */
  label(index: number): string {
    return this.#labels[index];
  }

  /** The cell with a number in its brackets, or with an id; -1 if there is none. */
  find(cell: string): number {
    return this.#labels.findIndex((label, index) => label === `cell [${cell}]` || this.#ids[index] === cell);
  }

  /**
   * `notebooks/x.ipynb:12`, of which editors and terminals make a link.
   *
   * @param line of the cell's source, from 1
   */
  at(index: number, line = 1): string {
    return `${this.name}:${(this.#lines[index] ?? 1) + line - 1}`;
  }
}
