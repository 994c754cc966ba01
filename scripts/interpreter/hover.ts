/** @file What an editor shows about a name: its type and its documentation, with the labels of its parts. */

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
  return words(meant.getDocumentationComment(checker), meant.getJsDocTags(checker));
}

/** lib/dist/types/ops/reduce.d.ts comes from lib/ops/reduce.ts. */
function sourceOf(declaration: Declaration): string {
  return declaration
    .getSourceFile()
    .fileName.replace("/dist/types/", "/")
    .replace(/\.d\.ts$/, ".ts");
}
