/** @file What an editor shows about a name: its type and its documentation, with the labels of its parts. */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type {
  Declaration,
  JSDocTagInfo,
  Node,
  QuickInfo,
  SourceFile,
  SymbolDisplayPart,
  Symbol as TsSymbol,
  TypeChecker,
} from "@tslab/typescript-for-tslab";

const require = createRequire(__filename);
const ts: typeof import("@tslab/typescript-for-tslab") = require("@tslab/typescript-for-tslab");

const joined = (parts: readonly SymbolDisplayPart[] | undefined): string =>
  (parts ?? []).map(({ text }) => text).join("");

/** Type, documentation, and tags such as `@param` and `@throws`, each in a line with its label. */
export function hoverText({ displayParts, documentation, tags }: QuickInfo): string {
  return [joined(displayParts), words(documentation, tags)].filter(Boolean).join("\n\n");
}

function words(documentation: SymbolDisplayPart[] | undefined, tags: readonly JSDocTagInfo[] = []): string {
  const lines = tags.map(({ name, text }) => `@${name} ${joined(text)}`.trim());
  return [joined(documentation), ...lines].filter(Boolean).join("\n");
}

/** The symbol of the name at a position. */
export function symbolAt(file: SourceFile, checker: TypeChecker, position: number): TsSymbol | undefined {
  const { getTouchingPropertyName } = ts as unknown as {
    getTouchingPropertyName(file: SourceFile, position: number): Node;
  };
  return checker.getSymbolAtLocation(getTouchingPropertyName(file, position));
}

/**
 * The documentation of a method that is declared as a property, such as `softmax: SoftmaxMethod<"softmax">`: it stands at
 * the constant of that name in the source from which the declarations were made.
 */
export function documentationInSource(symbol: TsSymbol | undefined): string | null {
  const [declaration] = symbol?.declarations ?? [];
  return symbol && declaration ? documentedIn(sourceOf(declaration), symbol.name) : null;
}

/** The file and the name in it by which a name is declared. */
export interface Place {
  readonly file: string;
  readonly name: string;
}

/** What is known of a name, and where it is declared. */
export interface Placed extends QuickInfo {
  readonly place: Place | null;
}

/** Where a name is declared; for one of the library, in its source. */
export function placeOf(symbol: TsSymbol | undefined, checker: TypeChecker): Place | null {
  const meant = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const [declaration] = meant?.declarations ?? [];
  return meant && declaration ? { file: sourceOf(declaration), name: meant.name } : null;
}

/** What is known of a name: its documentation and tags such as `@param`, each in a line with its label. */
export function documentationOf(symbol: TsSymbol, checker: TypeChecker): string {
  const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const own = words(meant.getDocumentationComment(checker), meant.getJsDocTags(checker));
  return own || (documentationInSource(meant) ?? "");
}

/** lib/dist/types/ops/reduce.d.ts comes from lib/ops/reduce.ts. */
function sourceOf(declaration: Declaration): string {
  return declaration
    .getSourceFile()
    .fileName.replace("/dist/types/", "/")
    .replace(/\.d\.ts$/, ".ts");
}

const parsed = new Map<string, SourceFile>();

function documentedIn(path: string, name: string): string | null {
  if (path.endsWith(".d.ts") || !existsSync(path)) return null;
  const text = readFileSync(path, "utf8");
  let source = parsed.get(path);
  if (source?.text !== text) source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  parsed.set(path, source);
  return documentedConstant(source, name) ?? documentedProperty(source, name);
}

function documentedConstant(source: SourceFile, name: string): string | null {
  const statement = source.statements.find(
    (one) =>
      (ts.isVariableStatement(one) && one.declarationList.declarations.some((each) => each.name.getText() === name)) ||
      (ts.isFunctionDeclaration(one) && one.name?.text === name),
  );
  return statement ? commentOf(statement) : null;
}

/** A method written out in a table of methods, such as `isNaN: whereNaN`, or one of a kind that shares a comment. */
function documentedProperty(source: SourceFile, name: string): string | null {
  const tables = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations.map(({ initializer }) => initializer));
  for (const table of tables) {
    if (!table || !ts.isObjectLiteralExpression(table)) continue;
    const at = table.properties.findIndex((property) => property.name?.getText() === name);
    const property = table.properties[at];
    if (!property || !ts.isPropertyAssignment(property)) continue;
    if (ts.isIdentifier(property.initializer)) return documentedConstant(source, property.initializer.text);
    return (
      table.properties
        .slice(0, at + 1)
        .map(commentOf)
        .findLast((text) => text !== null) ?? null
    );
  }
  return null;
}

function commentOf(node: Node): string | null {
  const text = (node as { jsDoc?: Node[] }).jsDoc?.at(-1)?.getText();
  return text ? text.replace(/^\/\*\*\s*|\s*\*\/$/g, "").replace(/^\s*\* ?/gm, "") : null;
}
