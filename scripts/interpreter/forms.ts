/** @file Forms of TypeScript that tslab's converter does not take at the top of a cell, brought to ones that it does. */

import { createRequire, isBuiltin } from "node:module";
import type {
  ExportDeclaration,
  ImportEqualsDeclaration,
  Node,
  SourceFile,
  Statement,
} from "@tslab/typescript-for-tslab";
import { childrenOf, nodesIn } from "./nodes.js";

const require = createRequire(__filename);
const ts: typeof import("@tslab/typescript-for-tslab") = require("@tslab/typescript-for-tslab");

export interface Cell {
  /** As long as what was written, wherever that can be, so that places in it stay the same. */
  source: string;
  /** Whether it awaits outside of every function. */
  isAsync: boolean;
}

/** A cell is a module to its author, and the body of a function to tslab, where nothing can be exported. */
export function asBody(written: string): Cell {
  // Only in a module is `await` a keyword at the top.
  const prefix = "export {};";
  // The first line of a script, by which a shell finds its interpreter.
  const cell = withSeparatorsEscaped(written.replace(/^#!/, "//"));
  const file = ts.createSourceFile("cell.ts", prefix + cell, ts.ScriptTarget.ES2022, true);
  const edits = [...file.statements.slice(1).flatMap((statement) => editsOf(statement, file)), ...metaIn(file)].sort(
    (a, b) => a.start - b.start,
  );
  let source = file.text;
  for (const { start, end, text } of edits.reverse()) source = source.slice(0, start) + text + source.slice(end);
  return { source: source.slice(prefix.length), isAsync: awaits(file) };
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

function editsOf(statement: Statement, file: SourceFile): Edit[] {
  const start = statement.getStart(file);
  if (ts.isExportDeclaration(statement)) return [withoutExport(statement, file)];
  if (ts.isExportAssignment(statement))
    return inParentheses(start, statement.expression.getStart(file), statement.expression.end);
  if (ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference)) {
    return [{ start, end: statement.end, text: importOf(statement, file) }];
  }
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  const [exported, isDefault] = modifiers.filter(
    ({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword,
  );
  if (!exported) return [];
  const isNameless = (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && !statement.name;
  if (isDefault && isNameless) return inParentheses(exported.getStart(file), isDefault.end, statement.end);
  return [blank(exported.getStart(file), (isDefault ?? exported).end, file)];
}

/**
 * The separators of lines and paragraphs (U+2028, U+2029) by their codes, in strings: JavaScript takes them there, and
 * TypeScript takes them for the end of the line.
 */
function withSeparatorsEscaped(source: string): string {
  if (!/[\u2028\u2029]/.test(source)) return source;
  const file = ts.createSourceFile("cell.ts", source.replace(/[\u2028\u2029]/g, " "), ts.ScriptTarget.ES2022, true);
  const edits = nodesIn(file)
    .filter(ts.isStringLiteral)
    .map((string) => ({ start: string.getStart(file), end: string.end }))
    .reverse();
  let escaped = source;
  for (const { start, end } of edits) {
    const text = source.slice(start, end).replace(/[\u2028\u2029]/g, (it) => `\\u${it.charCodeAt(0).toString(16)}`);
    escaped = escaped.slice(0, start) + text + escaped.slice(end);
  }
  return escaped;
}

/** `import.meta` under the name that it has for a cell, which is as long: see cells.d.ts. */
const metaIn = (file: SourceFile): Edit[] =>
  nodesIn(file)
    .filter((node) => ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
    .map((node) => ({ start: node.getStart(file), end: node.end, text: "import_meta".padEnd(node.getWidth(file)) }));

/** Of a list of exports, nothing is left but that the module they come from, if any, is run. */
function withoutExport(statement: ExportDeclaration, file: SourceFile): Edit {
  const { moduleSpecifier: from, isTypeOnly } = statement;
  const empty = blank(statement.getStart(file), statement.end, file);
  if (!from || isTypeOnly) return empty;
  return { ...empty, text: `import ${from.getText(file)};`.padStart(empty.text.length) };
}

/** White space in place of code, line by line. */
function blank(start: number, end: number, file: SourceFile): Edit {
  return { start, end, text: file.text.slice(start, end).replace(/[^\n]/g, " ") };
}

/** An expression of its own in place of one that is exported. */
function inParentheses(start: number, open: number, close: number): Edit[] {
  return [
    { start, end: open, text: "(".padStart(open - start) },
    { start: close, end: close, text: ")" },
  ];
}

/** `import x = require("m")`, as an ES module says it. What Node brings is its own default export; packages may not have one. */
function importOf({ name, moduleReference, isTypeOnly }: ImportEqualsDeclaration, file: SourceFile): string {
  const module = (moduleReference as unknown as { expression: Node }).expression.getText(file);
  const binding = isBuiltin(module.slice(1, -1)) ? name.text : `* as ${name.text}`;
  return `import ${isTypeOnly ? "type " : ""}${binding} from ${module};`;
}

const awaits = (file: SourceFile): boolean =>
  nodesIn(file, outsideFunctions).some(
    (node) => ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier),
  );

/** What of a node runs along with what is around it. */
function outsideFunctions(node: Node): readonly Node[] {
  if (ts.isClassLike(node)) {
    // What runs when the class is made: its decorators, its base, and the computed names of its members.
    const names = node.members.map(({ name }) => name).filter((name) => name && ts.isComputedPropertyName(name));
    const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
    return [...decorators, ...(node.heritageClauses ?? []), ...(names as Node[])];
  }
  return ts.isFunctionLike(node) && !ts.isSourceFile(node) ? [] : childrenOf(node);
}

/** What came into the language after the TypeScript that tslab brings; by it, a mere syntax error. */
const later = [
  {
    form: "using",
    needs: "5.2",
    pattern: /^\s*(?:for\s*(?:await\s*)?\(\s*)?(?:await\s+)?using\s+[\w$]+\s*(?:=|of\b|:)/,
  },
  { form: "import … with { … }", needs: "5.3", pattern: /^\s*(?:import|export)\b.*["']\s*with\s*\{/ },
  { form: "import defer", needs: "5.9", pattern: /^\s*import\s+defer\b/ },
];

/** The version of TypeScript that a line needs, as a sentence, if it is one that tslab's cannot read. */
export function needsLaterTypeScript(line: string): string | null {
  const found = later.find(({ pattern }) => pattern.test(line));
  return found ? `"${found.form}" needs TypeScript ${found.needs}; cells are compiled by ${ts.version}` : null;
}
