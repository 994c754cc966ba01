/** @file TypeScript's window on the world: a map of files that never change. */

import type { System } from "@tslab/typescript-for-tslab";
import { checkout, compilerFolder } from "./layout.js";

const linked = `${checkout}/node_modules/foundations/`;

/** The files, by their paths, as the compiler asks for them. */
export function systemOf(files: ReadonlyMap<string, string>, directory: string): System {
  const folders = new Set<string>(["/"]);
  /** The library lies in `lib`, and `node_modules` links to it. */
  const real = (path: string) =>
    path.startsWith(linked)
      ? `${checkout}/lib/${path.slice(linked.length)}`
      : path === linked.slice(0, -1)
        ? `${checkout}/lib`
        : path;
  for (const path of [...files.keys(), `${linked}package.json`]) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
      folders.add(path.slice(0, end));
  }
  const folder = (path: string) => real(path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);
  const refuse = () => {
    throw new Error("the page's files cannot be written");
  };
  return {
    args: [],
    newLine: "\n",
    useCaseSensitiveFileNames: true,
    write: () => {},
    writeFile: refuse,
    createDirectory: refuse,
    exit: refuse,
    readFile: (path) => files.get(real(path)),
    fileExists: (path) => files.has(real(path)),
    directoryExists: (path) => folders.has(folder(path)),
    getDirectories: (path) => {
      const start = folder(path) === "/" ? "/" : `${folder(path)}/`;
      const inside = [...folders].filter((name) => name.startsWith(start) && name !== start);
      return [...new Set(inside.map((name) => name.slice(start.length).split("/")[0]))];
    },
    readDirectory: () => [],
    resolvePath: (path) => path,
    realpath: real,
    getCurrentDirectory: () => directory,
    getExecutingFilePath: () => `${compilerFolder}/typescript.js`,
    setTimeout: (callback, ms, ...args) => setTimeout(callback, ms, ...args),
    clearTimeout: (timer) => clearTimeout(timer),
  };
}
