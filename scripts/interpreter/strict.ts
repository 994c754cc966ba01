/**
 * @file The TypeScript inside tslab, for which tslab offers no settings: makes it strict, unless a variable says no, has it
 * say where code comes from, and lets us say when it looks at files again.
 */

import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type CompletionsAt, describedCompletions } from "./completion.js";
import { withHint } from "./hints.js";
import { type Placed, placeOf, symbolAt } from "./hover.js";
import { withoutMaps } from "./positions.js";
import { leanPrograms } from "./program.js";
import { noteCall } from "./signature.js";

const require = createRequire(__filename);

type TypeScript = typeof import("@tslab/typescript-for-tslab");

type QuickInfoAtPosition = (
  file: import("@tslab/typescript-for-tslab").SourceFile,
  checker: import("@tslab/typescript-for-tslab").TypeChecker,
  token: unknown,
  position: number,
) => import("@tslab/typescript-for-tslab").QuickInfo | undefined;

interface SignatureHelp {
  getSignatureHelpItems(
    program: { getTypeChecker(): import("@tslab/typescript-for-tslab").TypeChecker },
    file: import("@tslab/typescript-for-tslab").SourceFile,
    position: number,
    trigger: undefined,
    token: unknown,
  ): import("@tslab/typescript-for-tslab").SignatureHelpItems | undefined;
}

type Diagnose = (...args: unknown[]) => readonly import("@tslab/typescript-for-tslab").Diagnostic[];

interface Watched {
  modified: number;
  changed: () => void;
}

/**
 * What tslab does not let us say. Its own way to allow an await at the top fails where one stands before a parenthesis;
 * TypeScript knows it by itself. Node 20 has everything of ES2023.
 */
const settings = {
  strict: process.env.NOTEBOOK_STRICT_TYPES !== "0",
  inlineSourceMap: true,
  disableTopLevelAwait: false,
  lib: ["lib.es2023.d.ts", ...["es2023", "cells"].map((name) => join(__dirname, `../interpreter/${name}.d.ts`))],
};

/** The files that the types of cells come from, by path. */
const watched = new Map<string, Watched>();

/**
 * Wraps the TypeScript that tslab bundles; to be called before tslab loads it. tslab asks it for lenient checking and
 * offers no way to ask for more, and has it watch every declaration file by a timer of its own.
 */
export function strictTypeScript(): void {
  const file = require.resolve("@tslab/typescript-for-tslab");
  const ts: TypeScript = require(file);
  ts.sys.watchFile = (path, callback) => {
    const changed = () => callback(path, ts.FileWatcherEventKind.Changed);
    watched.set(path, { modified: lastModified(path), changed });
    return { close: () => watched.delete(path) };
  };
  ts.sys.watchDirectory = () => ({ close: () => {} });
  const createWatchCompilerHost = (files: string[], options: object, sys: unknown, _: null, ...reports: unknown[]) => {
    const create = ts.createWatchCompilerHost as (...args: unknown[]) => unknown;
    return create(files, { ...options, ...settings }, sys, leanPrograms(ts), ...reports);
  };
  const transpileModule: TypeScript["transpileModule"] = (input, { compilerOptions, ...rest }) => {
    const transpile = (source: string) =>
      ts.transpileModule(source, { ...rest, compilerOptions: { ...compilerOptions, inlineSourceMap: true } })
        .outputText;
    return { outputText: withoutMaps(input, transpile) };
  };
  const cached = require.cache[file] as NodeModule;
  const { getQuickInfoAtPosition, SignatureHelp } = ts as unknown as {
    getQuickInfoAtPosition: QuickInfoAtPosition;
    SignatureHelp: SignatureHelp;
  };
  const documented: QuickInfoAtPosition = (file, checker, token, position) => {
    const program = { getTypeChecker: () => checker };
    const callAround = () => SignatureHelp.getSignatureHelpItems(program, file, position, undefined, token);
    if (noteCall(position, callAround)) return undefined;
    const info = getQuickInfoAtPosition(file, checker, token, position);
    if (!info) return info;
    return { ...info, place: placeOf(symbolAt(file, checker, position), checker) } satisfies Placed;
  };
  const { getPreEmitDiagnosticsOfFiles } = ts as unknown as { getPreEmitDiagnosticsOfFiles: Diagnose };
  const { Completions } = ts as unknown as { Completions: { getCompletionsAtPosition: CompletionsAt } };
  cached.exports = {
    ...ts,
    createWatchCompilerHost,
    transpileModule,
    getQuickInfoAtPosition: documented,
    getPreEmitDiagnosticsOfFiles: (...args: unknown[]) => getPreEmitDiagnosticsOfFiles(...args).map(withHint),
    Completions: { ...Completions, getCompletionsAtPositionForTslab: describedCompletions(Completions, ts.sys) },
  };
}

/** Tells the compiler of every file of ours that has changed; packages do not. */
export function refreshTypes(): void {
  for (const [path, file] of watched) {
    if (path.includes("/node_modules/")) continue;
    const modified = lastModified(path);
    if (modified === file.modified) continue;
    file.modified = modified;
    file.changed();
  }
}

const lastModified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
