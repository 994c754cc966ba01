/** @file Notebook files: what is in them (nbformat 4.5), and the very bytes that Jupyter writes. */

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

type Text = string | string[];
type Mimebundle = Record<string, unknown>;

export type Output =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: Text }
  | { output_type: "display_data"; data: Mimebundle; metadata: Record<string, unknown> }
  | {
      output_type: "execute_result";
      data: Mimebundle;
      metadata: Record<string, unknown>;
      execution_count: number | null;
    }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

export interface Cell {
  cell_type: "code" | "markdown" | "raw";
  id?: string;
  metadata: { tags?: string[]; [key: string]: unknown };
  source: Text;
  outputs?: Output[];
  execution_count?: number | null;
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** Multi-line text is stored as a list of lines; this is the text. */
export const joined = (text: Text): string => (typeof text === "string" ? text : text.join(""));

/** The notebook in a file. @throws if it is not a notebook, saying in what way */
export function readNotebook(file: string): Notebook {
  const text = readFileSync(file, "utf8");
  let notebook: Notebook;
  try {
    notebook = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: not JSON (${(error as Error).message}); restore it from version control`);
  }
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new Error(`${file}: not a notebook of nbformat 4; open and save it in Jupyter`);
  }
  return notebook;
}

/** The notebook as Jupyter writes it: keys sorted, indented by 1, texts as lists of lines, a newline at the end. */
export function serialize(notebook: Notebook): string {
  const copy = structuredClone(notebook);
  for (const cell of copy.cells) {
    cell.source = lines(cell.source);
    for (const output of cell.outputs ?? []) {
      if (output.output_type === "stream") output.text = lines(output.text);
      if ("data" in output) {
        for (const [type, value] of Object.entries(output.data)) {
          if (!isJson(type)) output.data[type] = lines(value as Text);
        }
      }
    }
  }
  return `${JSON.stringify(sorted(copy), null, 1)}\n`;
}

const isJson = (type: string) => type === "application/json" || /^application\/.*\+json$/.test(type);
const lines = (text: Text): string[] => (typeof text === "string" ? (text.match(/[^\n]*\n|[^\n]+/g) ?? []) : text);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Writes a file whole or not at all. */
export function writeNotebook(file: string, notebook: Notebook): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, serialize(notebook));
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}
