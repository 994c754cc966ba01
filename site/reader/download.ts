/** @file The notebook as the reader has made it, to be opened in Jupyter. */

import type { Cell, Notebook } from "../../packages/notebook-check/notebook/nbformat.js";
import type { CodeCell } from "./cells.js";

/** The notebook with the reader's sources, and with the outputs of the cells that ran. */
export function edited(notebook: Notebook, cells: readonly CodeCell[]): Notebook {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  const mine = (cell: Cell, index: number): Cell => {
    const own = cell.cell_type === "code" ? byId.get(cell.id ?? String(index)) : undefined;
    if (!own) return cell;
    const changed = { ...cell, source: own.code };
    if (own.outputs) return { ...changed, outputs: [...own.outputs], execution_count: own.executionCount };
    // What is stored belongs to another source.
    return own.isEdited ? { ...changed, outputs: [], execution_count: null } : changed;
  };
  return { ...notebook, cells: notebook.cells.map(mine) };
}

/** Hands a text to the browser as a file. */
export function save(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
