/** @file What cells declare: the names of a statement, what each stands for, and what tslab passes on from cell to cell. */

import { createRequire } from "node:module";
import type { BindingName, Declaration, Identifier, Node, SourceFile, Statement } from "@tslab/typescript-for-tslab";

const require = createRequire(__filename);
const ts: typeof import("@tslab/typescript-for-tslab") = require("@tslab/typescript-for-tslab");

/** What a name can stand for; one name can stand for a value and, apart from it, for a type. */
export const Meaning = { value: 1, type: 2, namespace: 4, any: 7 } as const;

/** A name at the top of a file, and the node that gives it a meaning. */
export interface Binding {
  name: Identifier;
  meaning: number;
  node: Declaration;
}

export const parse = (text: string): SourceFile =>
  ts.createSourceFile("cells.d.ts", text, ts.ScriptTarget.ES2022, true);

export function bindingsOf(statement: Statement): Binding[] {
  if (isAugmentation(statement)) return [];
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(ofPattern);
  if (ts.isImportDeclaration(statement)) {
    const { importClause } = statement;
    const bindings = importClause?.namedBindings;
    const named = bindings && ("elements" in bindings ? [...bindings.elements] : [bindings]);
    return [...(importClause?.name ? [importClause] : []), ...(named ?? [])].map((node) => ({
      name: node.name as Identifier,
      meaning: Meaning.any,
      node,
    }));
  }
  const { name } = statement as unknown as { name?: Node };
  if (!name || !ts.isIdentifier(name)) return [];
  return [{ name, meaning: meaningOf(statement), node: statement as unknown as Declaration }];
}

function ofPattern(node: Declaration & { name: BindingName }): Binding[] {
  const { name } = node;
  if (ts.isIdentifier(name)) return [{ name, meaning: Meaning.value, node }];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? ofPattern(element) : []));
}

function meaningOf(statement: Statement): number {
  if (ts.isFunctionDeclaration(statement)) return Meaning.value;
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return Meaning.type;
  if (ts.isClassDeclaration(statement)) return Meaning.value | Meaning.type;
  return Meaning.any;
}

/**
 * Namespaces, aliases and augmentations of `before` that tslab forgets: it keeps variables, functions, classes, types and
 * imports.
 *
 * @param after what the newest cell and the kept ones declare; a name in it stands for what it declares
 */
export function stillDeclared(before: string, after: string): string {
  const names = (statement: Statement) => bindingsOf(statement).map(({ name }) => name.text);
  const newer = parse(after).statements;
  const taken = new Set(newer.flatMap(names));
  const repeated = new Set(newer.filter(isAugmentation).map(textOf));
  const forgotten = parse(before).statements.filter(
    (statement) =>
      (ts.isModuleDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) &&
      !names(statement).some((name) => taken.has(name)) &&
      !repeated.has(textOf(statement)),
  );
  return forgotten.map((statement) => `${textOf(statement)}\n`).join("");
}

/** Whether it declares no name of its own: `declare global` and `declare module "…"`, which add to what is declared elsewhere. */
function isAugmentation(statement: Statement): boolean {
  return (
    ts.isModuleDeclaration(statement) &&
    (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0)
  );
}

const textOf = (statement: Statement): string => statement.getFullText().trim();
