/** @file Where the data files that come with the library lie. */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The path of a file in `data/files`, which lies beside the sources and beside `dist`. */
export function dataFile(name: string): string {
  for (let dir = dirname(fileURLToPath(import.meta.url)); dir !== dirname(dir); dir = dirname(dir)) {
    const path = join(dir, "data/files", name);
    if (existsSync(path)) return path;
  }
  throw new Error(`data: ${name} is missing from lib/data/files; get it back from version control`);
}

/** The path of a file that an npm package of data brings. */
export function packageFile(name: string, file: string): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);
  } catch (error) {
    throw new Error(`data: the npm package ${name} is missing; npm install brings it`, { cause: error });
  }
}
