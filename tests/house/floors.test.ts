/** @file How the house is built: imports go downward only, the core knows no machine, the same digits come out everywhere. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Files of the library, lowest floor first: each imports from the floors below it and from its own folder. */
const floors = [
  ...["runtime", "shape", "backend", "tensor", "autograd", "ops", "probability"],
  ...["nn", "optim", "train", "text", "index"],
];
/** Folders that stand beside the floors, and what they may use. `packages`: what is imported from elsewhere. */
const beside: Record<string, { uses: readonly string[]; packages: readonly string[] }> = {
  plot: { uses: [], packages: ["@observablehq/plot", "@dagrejs/dagre", "d3-"] },
  data: { uses: floors, packages: ["node:"] },
  notebook: { uses: ["plot", ...floors], packages: ["node:", "fflate"] },
};

interface Source {
  readonly path: string;
  /** The floor or folder it belongs to. */
  readonly place: string;
  readonly code: string;
  /** Imports of other files, as paths below lib; and of packages. */
  readonly files: readonly string[];
  readonly packages: readonly string[];
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
    const imports = [...code.matchAll(/(?:\} from|\w from|^import) "([^"\n]+)";$/gm)].map(([, from]) => from);
    return {
      path,
      place: path.split("/")[0].replace(/\.ts$/, ""),
      code,
      files: imports.filter((from) => from.startsWith(".")).map((from) => normalize(join(dirname(path), from))),
      packages: imports.filter((from) => !from.startsWith(".")),
    };
  });

const placeOf = (path: string) => path.split("/")[0].replace(/\.js$/, "");

describe("the floors", () => {
  it("hold every file of the library", () => {
    const known = [...floors, ...Object.keys(beside)];
    expect(library.filter(({ place }) => !known.includes(place)).map(({ path }) => path)).toEqual([]);
    expect(library.length).toBeGreaterThan(40);
    expect(library.flatMap(({ files }) => files).length).toBeGreaterThan(100);
  });

  it.each(library.map((source) => [source.path, source] as const))("%s imports downward only", (_, source) => {
    const { place } = source;
    const allowed = beside[place]?.uses ?? floors.slice(0, floors.indexOf(place));
    const upward = source.files.filter((file) => placeOf(file) !== place && !allowed.includes(placeOf(file)));
    expect(upward).toEqual([]);
    const packages = beside[place]?.packages ?? [];
    expect(source.packages.filter((name) => !packages.some((known) => name.startsWith(known)))).toEqual([]);
  });
});

describe("the library", () => {
  it("uses nothing of Node's outside data and notebook", () => {
    const node = /\b(require\(|process\.|Buffer\b(?!\()|__dirname|__filename|import\.meta|setImmediate)/;
    const users = library.filter(({ place, code }) => place !== "data" && place !== "notebook" && node.test(code));
    expect(users.map(({ path }) => path)).toEqual([]);
  });

  it("draws no random numbers but from a seed, nor do the notebooks", () => {
    expect(library.filter(({ code }) => code.includes("Math.random")).map(({ path }) => path)).toEqual([]);
    const notebooks = filesBelow("notebooks", /\.(ipynb|ts)$/);
    const drawing = notebooks.filter((file) => readFileSync(join(root, file), "utf8").includes("Math.random"));
    expect(drawing).toEqual([]);
  });

  /** JavaScript leaves the last digit of these to each engine and version; + − × ÷ and Math.sqrt it does not. */
  it("computes what it computes by functions of its own: the same digits everywhere", () => {
    const engines = /\bMath\.(a?(sin|cos|tan)h?|atan2|exp|expm1|log|log1p|log2|log10|pow|cbrt|hypot)\b/;
    const power = /(?<!\b2 )\*\* (?!2\b)/; // squares and powers of 2 are exact
    const computing = library.filter(({ place, path }) => floors.includes(place) && !path.endsWith("tensor/print.ts"));
    const found = computing.flatMap(({ path, code }) =>
      code.split("\n").flatMap((line) => (engines.test(line) || power.test(line) ? [`${path}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });
});

it("every file opens with a line that says what lives there", () => {
  const files = ["lib", "tests", "scripts"].flatMap((directory) => filesBelow(directory, /\.ts$/));
  const silent = files.filter(
    (file) => !/^(#!.*\n)?\/\*\*\s+(\* )?@file \S/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(silent).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
});
