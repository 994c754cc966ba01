/** @file Live reload: an edit of `lib` is there at the next cell that imports it, types included. */

import { spawnSync } from "node:child_process";
import { readdirSync, statSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { join, sep } from "node:path";

const require = createRequire(__filename);
const root = join(__dirname, "../..");
const lib = join(root, "lib");
const dist = join(lib, "dist");
const stamp = join(dist, "stamp");

/** Watches the library's sources from cell to cell. */
export class Library {
  #built = lastModified(stamp);

  /**
   * Rebuilds the library if a source has changed, and forgets its loaded modules.
   *
   * @returns what became of it: nothing that is loaded has changed, it is new, or it does not build, with the compiler's sentences
   */
  refresh(): "unchanged" | "replaced" | { broken: string } {
    const newest = newestSource(lib);
    if (newest <= this.#built) return "unchanged";
    const build = spawnSync(process.execPath, ["--import", "tsx", join(root, "scripts/build.ts")], {
      cwd: root,
      encoding: "utf8",
    });
    if (build.status !== 0) {
      return { broken: `lib was edited and does not build:\n${build.stdout.trim() || build.stderr.trim()}` };
    }
    // A build that finds nothing to do leaves its stamp as it was; touched, it keeps the next kernel from asking again.
    utimesSync(stamp, new Date(), new Date());
    this.#built = newest;
    const loaded = Object.keys(require.cache).filter((file) => file.startsWith(dist + sep));
    for (const file of loaded) delete require.cache[file];
    return loaded.length > 0 ? "replaced" : "unchanged";
  }
}

/** Whether code imports the library. */
export const importsLibrary = (code: string): boolean => /(?:from|import|require)\s*\(?\s*["']foundations\b/.test(code);

/** When the newest source below `directory` was changed. */
function newestSource(directory: string): number {
  let newest = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "dist" && entry.name !== "node_modules") newest = Math.max(newest, newestSource(path));
    } else if (entry.name.endsWith(".ts")) newest = Math.max(newest, lastModified(path));
  }
  return newest;
}

function lastModified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
