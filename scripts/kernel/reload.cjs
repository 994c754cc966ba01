/** @file Live reload: edits of `lib` are there at the next cell that imports it. */
"use strict";

const { spawnSync } = require("node:child_process");
const { existsSync, readdirSync, statSync } = require("node:fs");
const path = require("node:path");

/** The newest change below `dir`, in milliseconds; build products left out. */
function newest(dir) {
  let latest = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === "dist" || entry.name === "node_modules" || entry.name.startsWith(".")) continue;
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) latest = Math.max(latest, newest(file));
    else if (entry.name.endsWith(".ts")) latest = Math.max(latest, statSync(file).mtimeMs);
  }
  return latest;
}

/** A function to call before each cell: rebuilds what changed since the last call and forgets the old modules. */
exports.liveReload = (root) => {
  const lib = path.join(root, "lib");
  const dist = path.join(lib, "dist") + path.sep;
  let seen = existsSync(lib) ? newest(lib) : 0;
  return () => {
    const now = newest(lib);
    if (now === seen) return;
    seen = now;
    const tsx = require.resolve("tsx/cli", { paths: [root] });
    const build = spawnSync(process.execPath, [tsx, path.join(root, "scripts/build.ts")], { cwd: root, encoding: "utf8" });
    if (build.status !== 0) throw new Error(`lib was edited and no longer builds:\n${build.stdout}${build.stderr}`);
    for (const file of Object.keys(require.cache)) if (file.startsWith(dist)) delete require.cache[file];
  };
};
