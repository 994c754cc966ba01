/** @file Sets Jupyter up where there is none, and says each step before it takes it. */

import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../build.js";
import { executables } from "./find.js";

/** The environment that a set-up makes inside the checkout. */
export const venv = join(root, ".venv");
export const venvPrograms = join(venv, process.platform === "win32" ? "Scripts" : "bin");

export const isRoot = process.getuid?.() === 0;

/** Runs a step in the reader's sight. */
function step(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  console.log(`  $ ${[file, ...args].join(" ")}`);
  return (
    spawnSync(file, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } })
      .status === 0
  );
}

/** Debian's own packages, where that is possible: as root, on Debian or a system made from it. */
export function debianPackages(packages: readonly string[], directories: readonly string[]): boolean {
  const [apt] = executables("apt-get", directories);
  if (!isRoot || !apt || !existsSync("/etc/debian_version")) return false;
  console.log(`Installing Debian's ${packages.join(", ")}:`);
  const env = { DEBIAN_FRONTEND: "noninteractive", PATH: directories.join(delimiter) };
  // One unreachable source among several fails the update, and need not stop the install.
  step(apt, ["update", "--quiet"], env);
  return step(apt, ["install", "--yes", "--quiet", "--no-install-recommends", ...packages], env);
}

/** A virtual environment inside the checkout, with the first Python that can make one. */
export function virtualEnvironment(directories: readonly string[]): boolean {
  const python = join(venvPrograms, "python");
  const install = ["-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check", "notebook>=7,<8"];
  for (const base of ["python3", "python"].flatMap((name) => executables(name, directories))) {
    console.log(`Installing Jupyter into ${venv}, with ${base} and pip:`);
    rmSync(venv, { recursive: true, force: true });
    if (step(base, ["-m", "venv", venv]) && step(python, install)) {
      // JupyterLab brings CommonJS programs, which must not take this checkout's "type": "module" for theirs.
      writeFileSync(join(venv, "package.json"), '{ "type": "commonjs" }\n');
      return true;
    }
  }
  rmSync(venv, { recursive: true, force: true });
  return false;
}
