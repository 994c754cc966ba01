/** @file Sets Jupyter up where there is none, and says each step before it takes it. */

import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
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

export function debianPackages(packages: readonly string[], directories: readonly string[]): boolean {
  const [apt] = executables("apt-get", directories);
  if (!isRoot || !apt || !existsSync("/etc/debian_version")) return false;
  console.log(`Installing Debian's ${packages.join(", ")}:`);
  const env = { DEBIAN_FRONTEND: "noninteractive", PATH: directories.join(":") };
  // One unreachable source among several fails the update, and need not stop the install.
  step(apt, ["update", "--quiet"], env);
  return step(apt, ["install", "--yes", "--quiet", "--no-install-recommends", ...packages], env);
}

export function virtualEnvironment(directories: readonly string[]): boolean {
  const pythons = ["python3", "python"].flatMap((name) => executables(name, directories));
  for (const python of pythons) {
    console.log(`Installing Jupyter into ${venv}, with ${python} and pip:`);
    rmSync(venv, { recursive: true, force: true });
    const pip = [join(venvPrograms, "python"), "-m", "pip"] as const;
    if (!step(python, ["-m", "venv", venv])) continue;
    if (step(pip[0], [...pip.slice(1), "install", "--no-cache-dir", "--disable-pip-version-check", "notebook>=7,<8"]))
      return true;
  }
  rmSync(venv, { recursive: true, force: true });
  return false;
}
