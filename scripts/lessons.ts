/** @file Where the lessons are: `notebooks/*.ipynb`, and what branches off from them, `notebooks/excursions/*.ipynb`. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build.js";

export const lessonFolders = ["notebooks", "notebooks/excursions"];

/** The paths of all lesson notebooks, excursions last. Solutions to exercises lie in folders of their own. */
export function lessons(): string[] {
  const folders = lessonFolders.map((folder) => join(root, folder)).filter((folder) => existsSync(folder));
  return folders.flatMap((folder) => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
    return names.sort().map((name) => join(folder, name));
  });
}
