/** @file nbformat's own JSON schemas: what they have against a notebook or one of its cells. */

import AjvDraft04 from "ajv-draft-04";
import v0 from "../schema/nbformat.v4.0.schema.json" with { type: "json" };
import v1 from "../schema/nbformat.v4.1.schema.json" with { type: "json" };
import v2 from "../schema/nbformat.v4.2.schema.json" with { type: "json" };
import v3 from "../schema/nbformat.v4.3.schema.json" with { type: "json" };
import v4 from "../schema/nbformat.v4.4.schema.json" with { type: "json" };
import v5 from "../schema/nbformat.v4.5.schema.json" with { type: "json" };
import type { Notebook } from "./nbformat.js";

const schemas = [v0, v1, v2, v3, v4, v5];
// CommonJS: where an ES module imports it, the class stands under `default`.
const Ajv = (AjvDraft04 as unknown as { default?: typeof AjvDraft04 }).default ?? AjvDraft04;
const ajv = new Ajv({ strict: false, logger: false });
for (const [minor, schema] of schemas.entries()) ajv.addSchema(schema, `v${minor}`);

/** A later minor version may say more than the latest schema; only what that knows is held against it. */
const versionOf = ({ nbformat_minor }: Notebook): string => `v${Math.min(nbformat_minor, schemas.length - 1)}`;

/** What the schema has against the notebook itself, whatever its cells are: `metadata/kernelspec must have …`. */
export const faultsOfNotebook = (notebook: Notebook): string[] =>
  faults(`${versionOf(notebook)}`, { ...notebook, cells: [] });

/** What it has against a cell, by the kind of cell and of output that each says it is. */
export function faultsOfCell(notebook: Notebook, index: number): string[] {
  const { outputs, ...cell } = notebook.cells[index];
  const definitions = `${versionOf(notebook)}#/definitions`;
  const own = faults(`${definitions}/${cell.cell_type}_cell`, outputs ? { ...cell, outputs: [] } : cell);
  const inside = (outputs ?? []).flatMap((output, i) =>
    faults(`${definitions}/${output.output_type}`, output).map((fault) => `outputs[${i}] ${fault}`),
  );
  return [...own, ...inside];
}

function faults(reference: string, value: unknown): string[] {
  const validate = ajv.getSchema(reference);
  if (!validate || validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath.slice(1)} ${message}`.trim());
}
