/** @file What earlier cells declared, as declarations that tslab's converter passes on from cell to cell. */

import { createRequire } from "node:module";
import type { Identifier, SourceFile, Statement } from "@tslab/typescript-for-tslab";

const require = createRequire(__filename);
const ts: typeof import("@tslab/typescript-for-tslab") = require("@tslab/typescript-for-tslab");

const parse = (text: string): SourceFile => ts.createSourceFile("cells.d.ts", text, ts.ScriptTarget.ES2022, true);

/** The names that a statement declares. */
function namesOf(statement: Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => (name as Identifier).text);
  }
  if (ts.isImportDeclaration(statement)) {
    const { name, namedBindings } = statement.importClause ?? {};
    const others = namedBindings && ("elements" in namedBindings ? namedBindings.elements : [namedBindings]);
    return [...(name ? [name] : []), ...(others ?? []).map((binding) => binding.name)].map(({ text }) => text);
  }
  const { name } = statement as unknown as { name?: Identifier };
  return name ? [name.text] : [];
}

/**
 * Namespaces and aliases of `before` that tslab forgets: it keeps variables, functions, classes, types and imports.
 *
 * @param after what the newest cell and the kept ones declare; a name in it stands for what it declares
 */
export function stillDeclared(before: string, after: string): string {
  const taken = new Set(parse(after).statements.flatMap(namesOf));
  const forgotten = parse(before).statements.filter(
    (statement) =>
      (ts.isModuleDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) &&
      !namesOf(statement).some((name) => taken.has(name)),
  );
  return forgotten.map((statement) => `${statement.getFullText().trim()}\n`).join("");
}
