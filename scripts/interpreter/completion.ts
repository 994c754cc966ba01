/** @file What an editor offers to complete a name, a path or another string, and what is known of each. */

import { createRequire } from "node:module";
import type {
  CompletionEntry,
  CompletionInfo,
  Program,
  SourceFile,
  System,
  Symbol as TsSymbol,
} from "@tslab/typescript-for-tslab";
import type { Content } from "./display.js";
import { documentationOf } from "./hover.js";
import { isOlder } from "./redeclaration.js";

const require = createRequire(__filename);
const ts: typeof import("@tslab/typescript-for-tslab") = require("@tslab/typescript-for-tslab");

const { string, externalModuleName, scriptElement, directory } = ts.ScriptElementKind;
const stringKinds = new Set([string, externalModuleName, scriptElement, directory]);

interface Described extends CompletionEntry {
  symbol?: TsSymbol;
  documentation?: () => string;
}

interface DescribedInfo extends CompletionInfo {
  entries: Described[];
}

/** TypeScript's own function for completions, which tslab's converter calls through a shorter one. */
export type CompletionsAt = (
  host: object,
  program: Program,
  log: () => void,
  file: SourceFile,
  position: number,
  ...rest: unknown[]
) => CompletionInfo | undefined;

/** Completions as tslab asks for them, of which each knows its documentation, and which know files. */
export function describedCompletions(completions: { getCompletionsAtPosition: CompletionsAt }, system: System) {
  const files = { ...system, useCaseSensitiveFileNames: () => system.useCaseSensitiveFileNames };
  const describe: CompletionsAt = (_, program, log, file, position, preferences, trigger, kind, token) => {
    const { getCompletionsAtPosition } = completions;
    const host = { ...files, getCompilationSettings: () => program.getCompilerOptions() };
    const format = undefined;
    const withSymbols = true;
    const settings = [preferences, trigger, kind, token, format, withSymbols];
    const info = getCompletionsAtPosition(host, program, log, file, position, ...settings) as DescribedInfo | undefined;
    if (!info) return info;
    const [first] = info.entries;
    // TypeScript reads the names of packages in package.json; a package of the workspace does not stand there.
    if (first?.kind === externalModuleName) info.entries.push({ ...first, name: "foundations" });
    for (const entry of info.entries) {
      const { symbol } = entry;
      if (symbol) entry.documentation = () => documentationOf(symbol, program.getTypeChecker());
    }
    return info;
  };
  return describe;
}

/** More names than this are no list that anybody reads: they come without documentation. */
const readable = 200;

/** What tslab found. */
interface Found {
  start: number;
  end: number;
  candidates: string[];
  original?: CompletionInfo;
}

/**
 * The content of a `complete_reply`. What is known of each match is in its metadata, as JupyterLab expects it, and beside
 * that its documentation.
 */
export function completeReply(found: Found, code: string, cursor: number): Content {
  const info = found.original as DescribedInfo | undefined;
  const { start, end, candidates } = inString(info, code, cursor) ?? found;
  const matches = candidates.filter((name) => !isOlder(name));
  const entries = new Map(info?.entries.map((entry) => [entry.name, entry]));
  const types = matches.map((text) => {
    const entry = entries.get(text);
    const documentation = matches.length > readable ? "" : (entry?.documentation?.() ?? "");
    return { text, start, end, type: entry?.kind ?? "", signature: "", documentation };
  });
  return {
    status: "ok",
    cursor_start: start,
    cursor_end: end,
    matches,
    metadata: { _jupyter_types_experimental: types },
  };
}

/** In a string, TypeScript offers everything, and tslab replaces nothing: here, what is typed since a quote or a slash is. */
function inString(info: DescribedInfo | undefined, code: string, cursor: number): Found | null {
  const kind = info?.entries[0]?.kind;
  if (!info || !kind || !stringKinds.has(kind)) return null;
  const [typed] = (kind === string ? /[^"'`]*$/ : /[^"'`/]*$/).exec(code.slice(0, cursor)) ?? [""];
  const candidates = info.entries.map(({ name }) => name).filter((name) => name.startsWith(typed));
  return { start: cursor - typed.length, end: cursor, candidates };
}
