/**
 * @file Names that a cell declares anew. What earlier cells made of the older one keeps its type: its declaration stays,
 * as `Config_before_cell_12`, as long as anything refers to it.
 */

import { createRequire } from "node:module";
import type { Identifier, Node, SourceFile, Statement } from "@tslab/typescript-for-tslab";
import { type Binding, bindingsOf, Meaning, parse } from "./declarations.js";
import { childrenOf, nodesIn } from "./nodes.js";

const require = createRequire(__filename);
const ts: typeof import("@tslab/typescript-for-tslab") = require("@tslab/typescript-for-tslab");

const olderName = /\b([\w$]+?)_before_cell_(\d+)_*(?![\w$])/g;

/** Whether a name is one that was made up here. */
export const isOlder = (name: string): boolean => name.match(olderName)?.[0] === name;

/** What errors that name an older declaration mean, and what to do. */
export function remedies(text: string): string[] {
  const named = new Map([...text.matchAll(olderName)].map(([older, name, cell]) => [older, { name, cell }]));
  return [...named].map(
    ([older, { name, cell }]) =>
      `${older} is ${name} as it was until cell [${cell}] declared it anew: run the cells that use it again.`,
  );
}

/** The declarations before a cell, in which the names that it declares anew have a second name. */
export interface Renamed {
  text: string;
  /** Puts the names right in what is declared after the cell. */
  settle(after: string): string;
}

/**
 * Adds to `declared` a copy, under another name, of each declaration that `source` replaces, and has everything refer to
 * the copies.
 *
 * @param cell the number of the cell
 */
export function keepOlder(declared: string, source: string, cell: number): Renamed {
  const anew = parse(source).statements.flatMap(bindingsOf);
  const old = parse(declared).statements.flatMap(bindingsOf);
  const replaced = old.filter((binding) => anew.some((other) => replaces(other, binding)));
  if (replaced.length === 0) return { text: declared, settle: (after) => withoutUnused(after) };
  let suffix = `_before_cell_${cell}`;
  while (declared.includes(suffix)) suffix += "_";
  return { text: renamed(declared, anew, suffix), settle: (after) => withoutUnused(settled(after, suffix)) };
}

function replaces(newer: Binding, older: Binding): boolean {
  if (newer.name.text !== older.name.text || (newer.meaning & older.meaning) === 0) return false;
  // The same import again, as most cells have it.
  return !(isImport(newer.node) && isImport(older.node) && textOf(newer) === textOf(older));
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

function edited(text: string, start: number, end: number, edits: readonly Edit[]): string {
  const inside = edits.filter((edit) => edit.start >= start && edit.end <= end).sort((a, b) => a.start - b.start);
  let at = start;
  const parts = inside.map((edit) => {
    const before = text.slice(at, edit.start);
    at = edit.end;
    return before + edit.text;
  });
  return `${parts.join("")}${text.slice(at, end)}`;
}

function renamed(declared: string, anew: readonly Binding[], suffix: string): string {
  const { file, declarationsOf } = resolved(declared);
  const bindings = file.statements.flatMap(bindingsOf);
  const copied = bindings.filter((binding) => anew.some((other) => replaces(other, binding)));
  const rename = (name: Identifier): Edit => ({ start: name.getStart(), end: name.end, text: name.text + suffix });
  const references = identifiersIn(file).filter((name) => {
    const nodes = copied.filter((binding) => binding.name.text === name.text && binding.meaning & roleOf(name));
    const declarations = nodes.length > 0 ? declarationsOf(name) : [];
    return nodes.some(({ name: own, node }) => own !== name && declarations.includes(node));
  });
  const edits = references.map(rename);
  const copies = copied.map((binding) => {
    const { node, name } = binding;
    if (isImport(node)) return importAs(binding, name.text + suffix);
    const text = edited(declared, node.getStart(), node.end, [...edits, rename(name)]);
    return ts.isVariableDeclaration(node) ? `declare const ${text};` : text;
  });
  return `${edited(declared, 0, declared.length, edits)}\n${copies.join("\n")}\n`;
}

/** A file and what its names refer to. */
function resolved(text: string): { file: SourceFile; declarationsOf(name: Identifier): Node[] } {
  const file = parse(text);
  const host: import("@tslab/typescript-for-tslab").CompilerHost = {
    ...ts.createCompilerHost({}),
    getSourceFile: (name) => (name === file.fileName ? file : undefined),
    fileExists: (name) => name === file.fileName,
  };
  const options = { noLib: true, noResolve: true, types: [], target: ts.ScriptTarget.ES2022 };
  const checker = ts.createProgram([file.fileName], options, host).getTypeChecker();
  return { file, declarationsOf: (name) => checker.getSymbolAtLocation(name)?.declarations ?? [] };
}

const identifiersIn = (node: Node): Identifier[] =>
  nodesIn(node, (one) => (ts.isImportDeclaration(one) ? [] : childrenOf(one))).filter(ts.isIdentifier);

/** What a name is meant to stand for where it is used. */
function roleOf(name: Identifier): number {
  const { parent } = name;
  if (ts.isTypeReferenceNode(parent)) return Meaning.type;
  if (ts.isTypeQueryNode(parent) || ts.isComputedPropertyName(parent)) return Meaning.value;
  if (ts.isQualifiedName(parent)) return Meaning.any & ~Meaning.type;
  return Meaning.any;
}

function isImport(node: Node): boolean {
  return ts.isImportClause(node) || ts.isImportSpecifier(node) || ts.isNamespaceImport(node);
}

function importAs({ node }: Binding, name: string): string {
  let declaration: Node = node;
  while (!ts.isImportDeclaration(declaration)) declaration = declaration.parent;
  const from = declaration.moduleSpecifier.getText();
  const type = declaration.importClause?.isTypeOnly ? "type " : "";
  if (ts.isImportClause(node)) return `import ${type}${name} from ${from};`;
  if (ts.isNamespaceImport(node)) return `import ${type}* as ${name} from ${from};`;
  const { propertyName, name: own, isTypeOnly } = node as import("@tslab/typescript-for-tslab").ImportSpecifier;
  return `import ${type}{ ${isTypeOnly ? "type " : ""}${(propertyName ?? own).text} as ${name} } from ${from};`;
}

/** A declaration in one spelling, whoever wrote or printed it. */
function textOf(binding: Binding): string {
  const { node, name } = binding;
  if (isImport(node)) return importAs(binding, name.text).replace(/["']/g, '"').replace("import type", "import");
  const printer = ts.createPrinter({ removeComments: true });
  return printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
}

/** Undoes the names of what the cell declared as it was before, and says what a class that became a type still is. */
function settled(after: string, suffix: string): string {
  const bindings = parse(after).statements.flatMap(bindingsOf);
  const older = bindings.filter(({ name }) => name.text.endsWith(suffix));
  const changed = changedOf(older, bindings, suffix);
  let text = after;
  for (const { name, node } of older) {
    const own = name.text.slice(0, -suffix.length);
    if (changed.has(own) && (ts.isClassDeclaration(node) || ts.isEnumDeclaration(node)))
      text = text.replace(`let ${own}: any;`, () => `declare const ${own}: typeof ${name.text};`);
  }
  const unchanged = (name: string) => name.endsWith(suffix) && !changed.has(name.slice(0, -suffix.length));
  const kept = statementsOf(text).filter(({ names }) => !names.some(unchanged));
  return kept
    .map((statement) => statement.text)
    .join("")
    .replace(/[\w$]+/g, (word) => (unchanged(word) ? word.slice(0, -suffix.length) : word));
}

/** The names that do not stand for what they stood for: declared otherwise, or by a name that is. */
function changedOf(older: readonly Binding[], all: readonly Binding[], suffix: string): Set<string> {
  const plain = (binding: Binding) => textOf(binding).replaceAll(suffix, "");
  const names = new Set(older.map(({ name }) => name.text.slice(0, -suffix.length)));
  const texts = new Map(
    [...names].map((name) => {
      const before = older.filter((binding) => binding.name.text === name + suffix);
      const now = all.filter(
        (binding) => binding.name.text === name && before.some(({ meaning }) => meaning & binding.meaning),
      );
      return [name, { before: before.map(plain).sort().join("\n"), now: now.map(plain).sort().join("\n") }];
    }),
  );
  const changed = new Set([...texts].filter(([, { before, now }]) => before !== now).map(([name]) => name));
  const mentions = (text: string) => (text.match(/[\w$]+/g) ?? []).some((word) => changed.has(word));
  for (let size = -1; size < changed.size; ) {
    size = changed.size;
    for (const [name, { now }] of texts) if (mentions(now)) changed.add(name);
  }
  return changed;
}

/** Without the older declarations that nothing refers to. */
function withoutUnused(declared: string): string {
  if (!declared.includes("_before_cell_")) return declared;
  const statements = statementsOf(declared);
  const used = new Set<string>();
  for (let size = -1; size < used.size; ) {
    size = used.size;
    for (const { text, names } of statements) {
      if (names.some((name) => !isOlder(name) || used.has(name)))
        for (const [older] of text.matchAll(olderName)) used.add(older);
    }
  }
  return statements
    .filter(({ names }) => names.length === 0 || names.some((name) => !isOlder(name) || used.has(name)))
    .map(({ text }) => text)
    .join("");
}

const statementsOf = (text: string): { text: string; names: string[] }[] =>
  parse(text).statements.map((statement: Statement) => ({
    text: `${statement.getFullText().trim()}\n`,
    names: bindingsOf(statement).map(({ name }) => name.text),
  }));
