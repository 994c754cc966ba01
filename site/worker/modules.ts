/** @file `require`, as Node has it, over a map of files: for the library, for what cells import, and for the kernel itself. */

import { checkout, compiledLibrary } from "./layout.js";

interface Loaded {
  exports: unknown;
}

/** What has been loaded, by path or by the name of a package. */
export const cache: Record<string, Loaded | undefined> = {};
const makers = new Map<string, () => unknown>();
let files: ReadonlyMap<string, string> = new Map();

/** Says what a module is; it is made when it is first required. */
export function provide(name: string, make: () => unknown): void {
  makers.set(name, make);
}

/** Says where the code of modules is found that nobody has provided. */
export function provideFiles(code: ReadonlyMap<string, string>): void {
  files = code;
}

/** An ES module's namespace, marked so that compiled imports take its names as they are. */
export const asModule = (namespace: object): object =>
  Object.defineProperty({ ...namespace }, "__esModule", { value: true });

interface Require {
  (id: string): unknown;
  cache: typeof cache;
  resolve: (id: string) => string;
}

/** `require` for the code in a file. */
export function createRequire(file: string): Require {
  const folder = file.slice(0, file.lastIndexOf("/"));
  const require = (id: string) => load(resolve(id, folder), id);
  return Object.assign(require, { cache, resolve: (id: string) => resolve(id, folder) });
}

function resolve(id: string, folder: string): string {
  const name = id.replace(/^node:/, "");
  if (name === "foundations") return `${compiledLibrary}/index.js`;
  if (name.startsWith("foundations/")) return `${compiledLibrary}/${name.slice("foundations/".length)}/index.js`;
  if (name.startsWith("tslab/")) return `${checkout}/node_modules/${name}`;
  if (!/^\.{0,2}\//.test(name)) return name;
  return name.startsWith("/") ? name : new URL(`${folder}/${name}`, "file:///").pathname;
}

function load(path: string, id: string): unknown {
  const loaded = cache[path];
  if (loaded) return loaded.exports;
  const make = makers.get(path);
  if (make) {
    const made: Loaded = { exports: {} };
    cache[path] = made;
    made.exports = make();
    return made.exports;
  }
  const code = files.get(path);
  if (code === undefined) throw Object.assign(new Error(`Cannot find module '${id}'`), { code: "MODULE_NOT_FOUND" });
  const module = new Module(path);
  cache[path] = module;
  module._compile(code, path);
  return module.exports;
}

/** A CommonJS module. */
export class Module {
  static readonly createRequire = createRequire;
  static readonly _nodeModulePaths = (): string[] => [];
  exports: unknown = {};
  paths: string[] = [];
  require: (id: string) => unknown;

  constructor(public filename: string) {
    this.require = createRequire(filename);
  }

  /** Runs code under the name by which errors know it. */
  _compile(code: string, filename: string): void {
    const run = runInThisContext(
      `(function (exports, require, module, __filename, __dirname) { ${code}\n})\n//# sourceURL=${filename}`,
    ) as (...args: unknown[]) => void;
    const folder = filename.slice(0, filename.lastIndexOf("/"));
    run.call(this.exports, this.exports, this.require, this, filename, folder);
  }
}

/** Runs code among the globals. */
// biome-ignore lint/security/noGlobalEval: running the reader's code is what the worker is for
export const runInThisContext = (code: string): unknown => globalThis.eval(code);
