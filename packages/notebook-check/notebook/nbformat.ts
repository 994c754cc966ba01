/** @file Notebook files (nbformat 4): what is in them, where in the file, and the very bytes that Jupyter writes. */

import { numberText, parseJson, sourcesIn, spellingOf } from "./json.js";

/** Text is stored as one string or as a list of lines. */
export type Text = string | string[];
export type Mimebundle = Record<string, unknown>;

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
  attachments?: Record<string, Mimebundle>;
  outputs?: Output[];
  execution_count?: number | null;
}

export interface Notebook {
  cells: Cell[];
  metadata: { kernelspec?: { name: string }; [key: string]: unknown };
  nbformat: number;
  nbformat_minor: number;
}

export const joined = (text: Text): string => (typeof text === "string" ? text : text.join(""));

/** The notebook in a file's text, which may still break the format in its parts. @throws if it is none, saying in what way */
export function parseNotebook(text: string, file: string): Notebook {
  if (text.startsWith("\ufeff"))
    throw new Error(`${file}: begins with a byte order mark, which Jupyter does not read either; save it without`);
  let notebook: Notebook;
  try {
    notebook = parseJson(text) as Notebook;
  } catch (error) {
    throw new Error(`${file}: not JSON (${(error as Error).message}); restore it from version control`);
  }
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new Error(`${file}: not a notebook of nbformat 4; open and save it in Jupyter`);
  }
  return notebook;
}

/** For each cell the line of the file, from 1, that the first line of its source is on. */
export function sourceLines(text: string): number[] {
  let [line, counted] = [1, 0];
  return sourcesIn(text).map((at) => {
    for (let end = text.indexOf("\n", counted); end >= 0 && end < at; end = text.indexOf("\n", counted)) {
      line++;
      counted = end + 1;
    }
    return line;
  });
}

/** The notebook as Jupyter writes it: keys sorted, indented by 1, texts as lists of lines, a newline at the end. */
export function serialize(notebook: Notebook): string {
  const { cells, metadata, ...rest } = notebook;
  const { orig_nbformat, orig_nbformat_minor, signature, ...kept } = metadata;
  return `${json({ ...rest, metadata: kept, cells: cells.map(storedCell) })}\n`;
}

function storedCell({ source, metadata, attachments, outputs, ...rest }: Cell): object {
  const { trusted, ...kept } = metadata;
  const cell: Record<string, unknown> = { ...rest, source: lines(source), metadata: kept };
  if (attachments) {
    cell.attachments = Object.fromEntries(Object.entries(attachments).map(([name, data]) => [name, bundle(data)]));
  }
  if (outputs) cell.outputs = outputs.map(storedOutput);
  return cell;
}

function storedOutput(output: Output): object {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  return "data" in output ? { ...output, data: bundle(output.data) } : output;
}

/** Of a bundle's texts, nbformat splits these into lines, and leaves the others, such as base64, whole. */
function bundle(data: Mimebundle): Mimebundle {
  const isText = (type: string) =>
    type.startsWith("text/") || type === "image/svg+xml" || type === "application/javascript";
  const stored = ([type, value]: [string, unknown]) => {
    const text = Array.isArray(value) && !isJson(type) ? joined(value) : value;
    return [type, typeof text === "string" && isText(type) ? lines(text) : text];
  };
  // The copy knows how numbers were spelled.
  return { ...data, ...Object.fromEntries(Object.entries(data).map(stored)) };
}

export const isJson = (type: string): boolean => /^application\/(json$|.*\+json$)/.test(type);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Python takes for ends of lines
const line = /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|.+$/gs;

/** Python's `splitlines(True)`, which ends lines at more characters than most. */
const lines = (text: Text): string[] => joined(text).match(line) ?? [];

/** Python's `json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)`. */
function json(value: unknown, indent = "\n"): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent} `;
  const item = (key: string | number, one: unknown) => spellingOf(value, key, one) ?? json(one, inner);
  if (Array.isArray(value)) {
    return value.length === 0 ? "[]" : `[${value.map((one, i) => inner + item(i, one)).join(",")}${indent}]`;
  }
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([key, one]) => `${inner}${JSON.stringify(key)}: ${item(key, one)}`);
  return entries.length === 0 ? "{}" : `{${entries.join(",")}${indent}}`;
}
