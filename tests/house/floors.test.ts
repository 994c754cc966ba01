/** @file How the house is built: imports go downward only, the core knows no machine, the same digits come out everywhere. */

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Rooms of the library: the floors, each of which imports from those before it, and what stands beside them. */
const floors = [
  ...["runtime", "shape", "backend", "tensor", "formats", "autograd", "ops", "inspect", "probability"],
  ...["nn", "optim", "train", "text", "index"],
];
const beside = ["plot", "data", "notebook"];

interface Source {
  readonly path: string;
  /** The floor or folder it belongs to. */
  readonly place: string;
  readonly code: string;
}

function filesBelow(directory: string, ending: RegExp): string[] {
  return readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
    .map((file) => `${directory}/${file}`)
    .filter((file) => ending.test(file) && !/\/(dist|node_modules|\.\w+)\//.test(file));
}

const withoutComments = (code: string) => code.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`])\/\/.*$/gm, "$1");

/** Programs of AssemblyScript, compiled into lib/backend/wasm, are TypeScript in spelling alone. */
const library: Source[] = filesBelow("lib", /(?<!\.d)\.ts$/)
  .filter((file) => !file.startsWith("lib/backend/wasm/assembly/"))
  .map((file) => {
    const path = file.slice("lib/".length);
    const code = withoutComments(readFileSync(join(root, file), "utf8"));
    return { path, place: path.split("/")[0].replace(/\.ts$/, ""), code };
  });

it("every file of the library stands in a room that the rules of lint know", () => {
  const known = [...floors, ...beside];
  expect(library.filter(({ place }) => !known.includes(place)).map(({ path }) => path)).toEqual([]);
  expect(library.length).toBeGreaterThan(40);
});

/** What lint says of each file of a project that has the house's own rules, by path. */
function lint(files: Record<string, string>): Map<string, string> {
  const project = mkdtempSync(join(tmpdir(), "house-"));
  try {
    for (const file of ["biome.json", "scripts/lint", ".gitignore"]) {
      cpSync(join(root, file), join(project, file), { recursive: true });
    }
    for (const [path, code] of Object.entries(files)) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), code);
    }
    const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
    const { stdout } = spawnSync(process.execPath, [biome, "lint", "--reporter=json", "--max-diagnostics=none"], {
      cwd: project,
      encoding: "utf8",
    });
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { category: string; message: string; location: { path: string } }[];
    };
    const ours = ["plugin", "lint/style/noRestrictedImports", "lint/suspicious/noImportCycles"];
    return new Map(
      diagnostics.flatMap((one) => (ours.includes(one.category) ? [[one.location.path, one.message]] : [])),
    );
  } finally {
    rmSync(project, { recursive: true });
  }
}

describe("lint refuses", () => {
  const refused: Record<string, [path: string, code: string]> = {
    "an import from a room above": ["lib/tensor/a1.ts", 'import { op } from "../autograd/engine.js";\nop();'],
    "one from a folder further down": ["lib/backend/wasm/a2.ts", 'import { op } from "../../ops/index.js";\nop();'],
    "a type from a room above": [
      "lib/shape/a3.ts",
      'import type { Tensor } from "../tensor/tensor.js";\nexport type T = Tensor;',
    ],
    "everything of a room above, handed on": ["lib/optim/a4.ts", 'export * from "../train/train.js";'],
    "some of a room above, handed on": ["lib/nn/a5.ts", 'export { train } from "../train/train.js";'],
    "an import from a room beside": ["lib/nn/a6.ts", 'import { lines } from "../plot/index.js";\nlines();'],
    "a room beside at the top": ["lib/index.ts", 'export * from "./data/index.js";'],
    "a package in the core": ["lib/ops/a7.ts", 'import { sum } from "mathjs";\nsum();'],
    "a package in the core, handed on": ["lib/train/a8.ts", 'export * from "mathjs";'],
    "a package in the core, when it runs": ["lib/text/a9.ts", 'export const load = () => import("mathjs");'],
    "a tensor in a figure": ["lib/plot/a11.ts", 'import { tensor } from "../tensor/create.js";\ntensor(1);'],
    "Node's own modules in a figure": ["lib/plot/a12.ts", 'import "node:fs";'],
    "a figure in data": ["lib/data/a13.ts", 'import { lines } from "../plot/index.js";\nlines();'],
    "a package in data": ["lib/data/a14.ts", 'import { sum } from "mathjs";\nsum();'],
    "Node's own modules in the core": ["lib/runtime/a10.ts", 'import "node:fs";'],
    "half a circle": ["lib/ops/b1.ts", 'import { b } from "./b2.js";\nexport const a = () => b;'],
    "the other half, though only handed on": ["lib/ops/b2.ts", 'export * from "./b1.js";\nexport const b = 1;'],
    "Math.exp": ["lib/ops/c1.ts", "export const x = Math.exp(1);"],
    "Math.exp by a string": ["lib/ops/c2.ts", 'export const x = Math["exp"](1);'],
    "Math.exp by a computed name": ["lib/ops/c3.ts", 'const name = "exp";\nexport const x = Math[name](1);'],
    "Math.exp taken out of Math": ["lib/ops/c4.ts", "const { exp } = Math;\nexport const x = exp(1);"],
    "one taken out beside what is allowed": [
      "lib/ops/c5.ts",
      "const { abs, pow: p } = Math;\nexport const x = p(abs(1), 3);",
    ],
    "the rest of Math": ["lib/ops/c6.ts", "const { abs, ...rest } = Math;\nexport const x = rest.exp(abs(1));"],
    "Math under another name": ["lib/ops/c7.ts", "const M = Math;\nexport const x = M.exp(1);"],
    "Math handed over": ["lib/ops/c8.ts", "export const x = [Math].map((m) => m.exp(1));"],
    "Math of globalThis": ["lib/ops/c9.ts", "export const x = globalThis.Math.exp(1);"],
    "Math of globalThis by a string": ["lib/ops/c10.ts", 'export const x = globalThis["Math"].sin(1);'],
    "a function of Math as a value": ["lib/ops/c11.ts", "export const x = [1].map(Math.sin);"],
    "a cube": ["lib/ops/c12.ts", "export const cube = (x: number) => x ** 3;"],
    "Math.random in the core": ["lib/tensor/d1.ts", "export const x = Math.random();"],
    "Math.random beside it": ["lib/data/d2.ts", "export const x = Math.random();"],
    "Math.random by a string": ["lib/plot/d3.ts", 'export const x = Math["random"]();'],
    "random taken out of Math": ["lib/plot/d4.ts", "const { random } = Math;\nexport const x = random();"],
    "a long list as arguments": ["lib/ops/e1.ts", "export const largest = (list: number[]) => Math.max(...list);"],
    "a long list beside another argument": [
      "lib/ops/e3.ts",
      "export const f = (list: number[]) => Math.max(0, ...list);",
    ],
    "a long list as arguments, in a figure": [
      "lib/plot/e4.ts",
      "export const f = (list: number[]) => Math.min(...list);",
    ],
    "a long list pushed at once": [
      "lib/ops/e2.ts",
      "export const add = (to: number[], list: number[]) => to.push(...list);",
    ],
  };
  const allowed: Record<string, [path: string, code: string]> = {
    "an import from a room below": ["lib/ops/f1.ts", 'import { op } from "../autograd/engine.js";\nop();'],
    "an import from the same room": ["lib/ops/f2.ts", 'import { checks } from "./checks.js";\nchecks();'],
    "what every engine computes alike": [
      "lib/ops/f3.ts",
      "const { abs, floor: down, PI } = Math;\nexport const x = abs(down(PI)) + Math.sqrt(2) ** 2 + 2 ** 31;",
    ],
    "a package where it belongs": [
      "lib/plot/f4.ts",
      'import { range } from "d3-array";\nexport const x = range(3).map(Math.cos);',
    ],
  };
  const found = lint(Object.fromEntries([...Object.values(refused), ...Object.values(allowed)]));

  it.each(Object.entries(refused))("%s", (_, [path]) => {
    expect(found.get(path)).toBeTruthy();
  });
  it.each(Object.entries(allowed))("not %s", (_, [path]) => {
    expect(found.get(path)).toBeUndefined();
  });
});

describe("the library", () => {
  it("uses nothing of Node's outside data, notebook, and the two files that do without where there is none", () => {
    const optional = ["backend/storage.ts", "backend/wasm/threads.ts"];
    const node = /\b(require\(|process\.|Buffer\b(?!\()|__dirname|__filename|import\.meta|setImmediate)/;
    const users = library.filter(({ place, code }) => place !== "data" && place !== "notebook" && node.test(code));
    expect(users.map(({ path }) => path).filter((path) => !optional.includes(path))).toEqual([]);
  });

  it("and the notebooks draw no random numbers but from a seed", () => {
    const notebooks = filesBelow("notebooks", /\.(ipynb|ts)$/);
    const drawing = notebooks.filter((file) => readFileSync(join(root, file), "utf8").includes("Math.random"));
    expect(drawing).toEqual([]);
  });
});

it("every file opens with a line that says what lives there", () => {
  const files = ["lib", "packages", "tests", "scripts"].flatMap((directory) => filesBelow(directory, /\.ts$/));
  const silent = files.filter(
    (file) => !/^(#!.*\n)?\/\*\*\s+(\* )?@file \S/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(silent).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
});
