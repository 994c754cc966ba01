/** @file The build: what it says about a library that does not compile, and what its CommonJS relies on. */

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { describe, expect, onTestFinished, test } from "vitest";
import { librarySources, root } from "../../scripts/build.js";

/** Builds a small library of its own, with `source` as its only file, and returns what the build prints. */
function build(source: string) {
  const folder = mkdtempSync(join(tmpdir(), "build-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of ["scripts/build.ts", "tsconfig.json", "lib/tsconfig.json", "package.json"])
    cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "lib/index.ts"), source);
  const run = spawnSync(process.execPath, ["--import", "tsx", join(folder, "scripts/build.ts")], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status: run.status, printed: run.stdout + run.stderr };
}

test.each([
  ["a syntax error", "export const x = ;\n", 'lib/index.ts:1:18: Unexpected ";"'],
  [
    "a type error",
    "\nexport const x: number = 'a';\n",
    "lib/index.ts:2:14: error TS2322: Type 'string' is not assignable",
  ],
])("%s is told as file, line and sentence, without a stack", (_, source, sentence) => {
  const { status, printed } = build(source);
  expect(status).toBe(1);
  expect(printed).toContain(`build: the library does not compile:\n  ${sentence}`);
  expect(printed).not.toMatch(/^\s+at /m);
});

test("a library that compiles is built", () => {
  expect(build("export const x = 1;\n")).toMatchObject({ status: 0, printed: expect.stringMatching(/^library built/) });
});

/** Exports that code may still reassign: `export let x`, or `let x` exported further down. */
function reassignable(code: string): string[] {
  const direct = [...code.matchAll(/^export (?:let|var) (\w+)/gm)].map(([, name]) => name);
  const variables = new Set([...code.matchAll(/^(?:let|var) (\w+)/gm)].map(([, name]) => name));
  const lists = [...code.matchAll(/^export \{([^}]*)\}(?! from)/gm)].flatMap(([, names]) => names.split(","));
  return [...direct, ...lists.map((name) => name.trim().split(" ")[0]).filter((name) => variables.has(name))];
}

/** A chain of imports that leads back to its first file, if there is one. */
function cycle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, way: string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const found = visit(next, [...way, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const found = visit(file, []);
    if (found) return found;
  }
  return undefined;
}

describe("the CommonJS build copies each module's exports once it has run", () => {
  test("so no export of the library is ever reassigned", () => {
    expect(reassignable("let a = 1;\nexport let b = 2;\nexport { a, c as d };\n")).toEqual(["b", "a"]);
    const found = librarySources().map((file) => [file, reassignable(readFileSync(join(root, "lib", file), "utf8"))]);
    expect(found.filter(([, names]) => names.length > 0)).toEqual([]);
  });

  test("so no file of the library imports itself, by however long a way", async () => {
    const { metafile } = await esbuild({
      entryPoints: librarySources().map((file) => join(root, "lib", file)),
      outdir: "unused",
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      metafile: true,
      write: false,
    });
    const imports = new Map(
      Object.entries(metafile.inputs).map(([file, input]) => [file, input.imports.map(({ path }) => path)]),
    );
    expect(imports.size).toBe(librarySources().length);
    expect(
      cycle(
        new Map([
          ["a", ["b"]],
          ["b", ["c"]],
          ["c", ["a"]],
        ]),
      ),
    ).toEqual(["a", "b", "c", "a"]);
    expect(cycle(imports)).toBeUndefined();
  });
});
