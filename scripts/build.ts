/**
 * @file Builds `lib` file by file: JavaScript with source maps by esbuild (CommonJS for the kernel, ES modules for
 * everyone else), declarations by tsc. Does nothing when no source has changed.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildFailure, build as esbuild } from "esbuild";

export const root = fileURLToPath(new URL("..", import.meta.url));
const lib = join(root, "lib");
const dist = join(lib, "dist");
const stamp = join(dist, "stamp");

/** Every file below `dir`, as paths relative to it. */
function filesBelow(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)));
}

export function librarySources(): string[] {
  return filesBelow(lib)
    .filter((file) => /(?<!\.d)\.ts$/.test(file) && !/^(dist|node_modules|backend\/wasm\/assembly)\//.test(file))
    .sort();
}

function fingerprint(sources: string[]): string {
  const hash = createHash("sha256");
  const inputs = [
    ...sources.map((file) => join(lib, file)),
    join(lib, "tsconfig.json"),
    join(root, "tsconfig.json"),
    fileURLToPath(import.meta.url),
  ];
  for (const file of inputs) hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

/**
 * Makes `dir` hold exactly `files`. Unchanged files are not touched, so that a running kernel never sees a half-built
 * library.
 */
function sync(dir: string, files: Map<string, string | Uint8Array>) {
  for (const [file, text] of files) {
    const path = join(dir, file);
    if (existsSync(path) && readFileSync(path).equals(Buffer.from(text))) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  for (const file of filesBelow(dir)) if (!files.has(file)) rmSync(join(dir, file));
}

/** The library does not compile. The message has one line per problem: `lib/nn/layers.ts:12:3: …`. */
export class LibraryError extends Error {
  constructor(problems: readonly string[]) {
    super(["build: the library does not compile:", ...problems].join("\n  "));
  }
}

/** esbuild's problems; any other error is rethrown. */
function syntaxErrors(error: unknown): never {
  if (!(error instanceof Error) || !("errors" in error)) throw error;
  const { errors } = error as BuildFailure;
  throw new LibraryError(
    errors.map(({ text, location: at }) => (at ? `${at.file}:${at.line}:${at.column + 1}: ${text}` : text)),
  );
}

async function javascript(sources: string[], format: "cjs" | "esm") {
  const out = join(dist, format);
  const { outputFiles } = await esbuild({
    entryPoints: sources.map((file) => join(lib, file)),
    outdir: out,
    outbase: lib,
    format,
    platform: "neutral",
    target: "node20",
    ...(format === "cjs" && {
      // CommonJS has no import.meta: a module's address is made from its file name.
      define: { "import.meta.url": "moduleUrl" },
      banner: { js: '"use strict";\nconst moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
      // esbuild exports getters. Plain values are faster (a training step of a tiny network takes 0.56 of the time), and
      // the same as long as no export is reassigned and no import is circular: tests/house/build.test.ts checks both.
      footer: { js: 'module.exports = Object.defineProperty({ ...module.exports }, "__esModule", { value: true });' },
    }),
    sourcemap: true,
    write: false,
    absWorkingDir: root,
    logLevel: "silent",
  }).catch(syntaxErrors);
  const files = new Map<string, string | Uint8Array>(
    outputFiles.map((file) => [relative(out, file.path), file.contents]),
  );
  files.set("package.json", `{ "type": "${format === "cjs" ? "commonjs" : "module"}" }\n`);
  sync(out, files);
}

function declarations() {
  mkdirSync(dist, { recursive: true });
  const temporary = mkdtempSync(join(dist, ".types-"));
  try {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const run = spawnSync(process.execPath, [tsc, "-p", lib, "--outDir", temporary, "--pretty", "false"], {
      cwd: root,
      encoding: "utf8",
    });
    // tsc writes lib/nn/layers.ts(12,3).
    if (run.status !== 0)
      throw new LibraryError(
        (run.stdout || run.stderr)
          .trim()
          .replace(/\((\d+),(\d+)\):/g, ":$1:$2:")
          .split("\n"),
      );
    sync(
      join(dist, "types"),
      new Map(filesBelow(temporary).map((file) => [file, readFileSync(join(temporary, file))])),
    );
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Builds what has changed; returns whether anything had. */
export async function build(): Promise<boolean> {
  const sources = librarySources();
  const print = fingerprint(sources);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === print) return false;
  await Promise.all([javascript(sources, "cjs"), javascript(sources, "esm")]);
  declarations();
  writeFileSync(stamp, print);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const start = performance.now();
    const built = await build();
    console.log(built ? `library built in ${((performance.now() - start) / 1000).toFixed(1)} s` : "library up to date");
  } catch (error) {
    console.error(error instanceof LibraryError ? error.message : error);
    process.exitCode = 1;
  }
}
