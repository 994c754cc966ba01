/**
 * @file What in a stored notebook breaks the format (nbformat 4, https://nbformat.readthedocs.io/en/latest/format_description.html),
 * each defect by its cell and key; and the notebook with these mended, so that everything else in it can be checked.
 */

import { repeatedKeys } from "./json.js";
import type { Cell, Notebook, Output } from "./nbformat.js";
import { isJson } from "./nbformat.js";
import { faultsOfCell, faultsOfNotebook } from "./schema.js";

export interface Defect {
  /** The cell's place in the notebook; null if it is about the notebook itself. */
  cell: number | null;
  /** `outputs[0].metadata must be an object, not missing` */
  message: string;
}

type Json = unknown;
type Fields = Record<string, Json>;
type Check = (value: Json) => string | null;

const isObject = (value: Json): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const isString = (value: Json): value is string => typeof value === "string";
const isText = (value: Json): boolean => isString(value) || (Array.isArray(value) && value.every(isString));
const isCount = (value: Json): boolean => value === null || (Number.isInteger(value) && (value as number) >= 0);

const kindOf = (value: Json): string => {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
};
const must =
  (what: string, holds: (value: Json) => boolean): Check =>
  (value) =>
    holds(value) ? null : `must be ${what}, not ${kindOf(value)}`;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? null : check(value);

const anObject = must("an object", isObject);
const aText = must("a string or a list of strings", isText);
const aString = must("a string", isString);
const aCount = must("null or a whole number", isCount);
const aMetadata: Check = (value) => {
  if (!isObject(value)) return anObject(value);
  const { tags } = value;
  const fine = Array.isArray(tags) && tags.every((tag) => isString(tag) && tag !== "" && !tag.includes(","));
  if (tags !== undefined && !fine) return `.tags must be a list of strings without commas, not ${kindOf(tags)}`;
  if (fine && new Set(tags).size < tags.length) return ".tags names a tag twice";
  return null;
};
/** Data by MIME type. */
const aBundle: Check = (value) => {
  if (!isObject(value)) return anObject(value);
  const wrong = Object.keys(value).find((type) => !isJson(type) && !isText(value[type]));
  return wrong === undefined ? null : `["${wrong}"] ${aText(value[wrong])}`;
};
const anId = must("a string of 1 to 64 letters, digits, - and _", (value) => /^[\w-]{1,64}$/.test(String(value ?? "")));
const attachments: Check = (value) => {
  if (!isObject(value)) return anObject(value);
  const wrong = Object.entries(value).find(([, bundle]) => aBundle(bundle));
  return wrong ? `["${wrong[0]}"] ${aBundle(wrong[1])}` : null;
};

const outputShapes: Record<string, Record<string, Check>> = {
  stream: { name: aString, text: aText },
  display_data: { data: aBundle, metadata: anObject },
  execute_result: { data: aBundle, metadata: anObject, execution_count: aCount },
  error: {
    ename: aString,
    evalue: aString,
    traceback: must("a list of strings", (v) => Array.isArray(v) && v.every(isString)),
  },
};
const anOutput: Check = (value) => {
  if (!isObject(value)) return ` ${anObject(value)}`;
  const shape = outputShapes[String(value.output_type)];
  if (!shape || !Object.hasOwn(outputShapes, String(value.output_type)))
    return `.output_type must be one of ${Object.keys(outputShapes).join(", ")}, not ${kindOf(value.output_type)}`;
  return firstOf(defectsOf(value, { output_type: aString, ...shape }, "."));
};
/** What in an output breaks the format, as a path and what must be there; null if nothing does. */
export const defectOfOutput = (output: Output): string | null => anOutput(output);
const outputs: Check = (value) => {
  if (!Array.isArray(value)) return must("a list", Array.isArray)(value);
  const wrong = value.findIndex((output) => anOutput(output));
  return wrong < 0 ? null : `[${wrong}]${anOutput(value[wrong])}`;
};

const cellShapes: Record<Cell["cell_type"], Record<string, Check>> = {
  code: { source: aText, metadata: aMetadata, outputs, execution_count: aCount },
  markdown: { source: aText, metadata: aMetadata, attachments: optional(attachments) },
  raw: { source: aText, metadata: aMetadata, attachments: optional(attachments) },
};

const firstOf = (list: readonly string[]): string | null => list[0] ?? null;

/** A sentence for each field that is not as `shape` says, and for each that it does not know. */
function defectsOf(fields: Fields, shape: Record<string, Check>, prefix = ""): string[] {
  const wrong = Object.entries(shape).flatMap(([key, check]) => {
    const problem = check(fields[key]);
    // What is said of something inside of the value goes on with its path.
    return problem ? [`${prefix}${key}${/^[.[]/.test(problem) ? "" : " "}${problem}`] : [];
  });
  const foreign = Object.keys(fields).filter((key) => !Object.hasOwn(shape, key));
  return [
    ...wrong,
    ...foreign.map((key) => `${prefix}${key} is no part of ${prefix ? "an output of its type" : "it"}`),
  ];
}

/** The keys that stand twice in one object of a notebook's text. */
export const repeatedIn = (text: string): Defect[] =>
  repeatedKeys(text).map((path) => {
    const isInCell = path[0] === "cells" && path.length > 2;
    const rest = isInCell ? path.slice(2) : path;
    const shown = rest.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${key}`)).join("");
    return { cell: isInCell ? Number(path[1]) : null, message: `${shown} stands twice, and only the last is read` };
  });

/** What is wrong with a notebook that is one at least: nbformat 4, with a list of cells. Mends it in place. */
export function mendDefects(notebook: Notebook): Defect[] {
  const defects: Defect[] = [];
  const top = defectsOf(notebook as unknown as Fields, {
    cells: must("a list", Array.isArray),
    metadata: anObject,
    nbformat: must("4", (value) => value === 4),
    nbformat_minor: must("a whole number", (value) => Number.isInteger(value) && (value as number) >= 0),
  });
  for (const message of top) defects.push({ cell: null, message });
  if (!isObject(notebook.metadata)) notebook.metadata = {};
  const { kernelspec } = notebook.metadata;
  if (kernelspec !== undefined && !isString((kernelspec as Fields | null)?.name)) {
    defects.push({ cell: null, message: `metadata.kernelspec.name ${aString((kernelspec as Fields | null)?.name)}` });
    delete notebook.metadata.kernelspec;
  }
  const ids = new Map<string, number>();
  for (const [index, cell] of notebook.cells.entries()) {
    for (const message of defectsOfCell(cell, notebook.nbformat_minor, ids, index))
      defects.push({ cell: index, message });
    notebook.cells[index] = mended(cell);
  }
  return defects.length > 0 ? defects : defectsBySchema(notebook);
}

/** What the format's own schema has against a notebook in which all above is well. */
function defectsBySchema(notebook: Notebook): Defect[] {
  const bySchema = (cell: number | null) => (fault: string) => ({ cell, message: `${fault} (the schema of nbformat)` });
  return [
    ...faultsOfNotebook(notebook).map(bySchema(null)),
    ...notebook.cells.flatMap((_, index) => faultsOfCell(notebook, index).map(bySchema(index))),
  ];
}

function defectsOfCell(cell: Json, minor: number, ids: Map<string, number>, index: number): string[] {
  if (!isObject(cell)) return [`it ${anObject(cell)}`];
  if (!Object.hasOwn(cellShapes, String(cell.cell_type)))
    return [`cell_type must be one of ${Object.keys(cellShapes).join(", ")}, not ${kindOf(cell.cell_type)}`];
  const shape = cellShapes[cell.cell_type as Cell["cell_type"]];
  // Cells have ids since nbformat 4.5.
  const defects = defectsOf(cell, { cell_type: aString, ...(minor >= 5 ? { id: anId } : {}), ...shape });
  const first = ids.get(cell.id as string);
  if (isString(cell.id) && first !== undefined)
    defects.push(`id "${cell.id}" is that of cell ${first}, too, counted from 0`);
  else if (isString(cell.id)) ids.set(cell.id, index);
  return defects;
}

/** The cell with what is malformed replaced by what is empty, and what does not belong there kept. */
function mended(cell: Json): Cell {
  const fields: Fields = isObject(cell) ? cell : {};
  if (!Object.hasOwn(cellShapes, String(fields.cell_type))) fields.cell_type = "raw";
  if (!isText(fields.source)) fields.source = "";
  if (aMetadata(fields.metadata)) fields.metadata = {};
  if (fields.cell_type === "code") {
    if (!Array.isArray(fields.outputs)) fields.outputs = [];
    fields.outputs = (fields.outputs as Output[]).filter((output) => !anOutput(output));
    if (!isCount(fields.execution_count)) fields.execution_count = null;
  }
  return fields as unknown as Cell;
}
