/**
 * @file `npm run nodes`: the versions of Node that the kernel's interrupts are tested on, each in a folder of its own
 * below .cache. (As dependencies, their commands would stand in front of the machine's `node`.)
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./build.js";

export const testedNodes = [20, 22, 24, 26];

const folderOf = (major: number) => join(root, ".cache/nodes", String(major));

/** The program of a version, if it is installed. */
export function nodeProgram(major: number): string | null {
  const program = join(folderOf(major), "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  return existsSync(program) ? program : null;
}

function install(major: number): void {
  if (nodeProgram(major)) return;
  mkdirSync(folderOf(major), { recursive: true });
  writeFileSync(join(folderOf(major), "package.json"), '{ "private": true, "allowScripts": { "node": true } }\n');
  const options = ["--no-save", "--no-audit", "--no-fund"];
  spawnSync("npm", ["install", ...options, `node@${major}`], {
    cwd: folderOf(major),
    stdio: "inherit",
    shell: process.platform === "win32",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const major of testedNodes) {
    install(major);
    console.log(`Node ${major}: ${nodeProgram(major) ?? "could not be installed"}`);
  }
  if (!testedNodes.every(nodeProgram)) process.exitCode = 1;
}
