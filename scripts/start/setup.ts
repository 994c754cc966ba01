/** @file Installs Jupyter where there is none: Debian's packages, or a virtual environment inside the checkout. */

import { spawn } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../build.js";
import { executables, pythons, spawnable } from "./find.js";

/** The virtual environment that `virtualEnvironment` creates. */
export const venv = join(root, ".venv");
export const venvPrograms = join(venv, process.platform === "win32" ? "Scripts" : "bin");

export const isRoot = process.getuid?.() === 0;

/** What became of an installation. `busy`: another program held the package manager's lock until the end. */
export type SetUp = "installed" | "failed" | "busy" | "not possible here";

interface Step {
  readonly succeeded: boolean;
  readonly errors: string;
}

/** Prints a command and runs it with its output shown. `onError` gets what the command has written to stderr so far. */
function step(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  onError: (errors: string) => void = () => {},
): Promise<Step> {
  console.log(`  $ ${[file, ...args].join(" ")}`);
  const { file: program, args: given, options } = spawnable(file, args);
  const child = spawn(program, given, {
    ...options,
    cwd: root,
    stdio: ["ignore", "inherit", "pipe"],
    env: { ...process.env, ...env },
  });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    process.stderr.write(chunk);
    errors += chunk;
    onError(errors);
  });
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ succeeded: false, errors: error.message }));
    child.on("close", (code) => resolve({ succeeded: code === 0, errors }));
  });
}

export interface AptOptions {
  /** How long to wait for another program that holds apt's locks, in seconds. */
  readonly patience?: number;
  /** How long to wait before apt is asked again, in seconds. */
  readonly pause?: number;
  /** Whether this is root on Debian. */
  readonly possible?: boolean;
}

/**
 * Installs Debian's own packages: possible as root, on Debian or a system derived from it. While another program holds
 * apt's locks (Ubuntu's unattended upgrades do, for minutes after boot), it says so and waits.
 */
export async function debianPackages(
  packages: readonly string[],
  directories: readonly string[],
  { patience = 600, pause = 5, possible = isRoot && existsSync("/etc/debian_version") }: AptOptions = {},
): Promise<SetUp> {
  const [apt] = executables("apt-get", directories);
  if (!possible || !apt) return "not possible here";
  console.log(`Installing Debian's ${packages.join(", ")}:`);
  // In English, so that a held lock is recognized.
  const env = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C", PATH: directories.join(delimiter) };
  const deadline = Date.now() + patience * 1000;
  let told = false;
  const isLocked = (errors: string) => /Could not get lock|Unable to (?:acquire|lock)/.test(errors);
  const tell = (errors: string) => {
    if (told || !isLocked(errors)) return;
    told = true;
    console.log(`apt is busy: another program is installing packages. Waiting for it, ${patience} s at most …`);
  };
  /** apt waits for its own lock where it can (`DPkg::Lock::Timeout`). The lock of its lists it does not wait for. */
  const whenFree = async (args: readonly string[]): Promise<SetUp> => {
    for (;;) {
      const left = Math.max(0, Math.ceil((deadline - Date.now()) / 1000));
      const { succeeded, errors } = await step(apt, ["-o", `DPkg::Lock::Timeout=${left}`, ...args], env, tell);
      if (succeeded) return "installed";
      if (!isLocked(errors)) return "failed";
      if (Date.now() + pause * 1000 > deadline) return "busy";
      await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    }
  };
  // An update fails when one source among several is unreachable; the install may succeed all the same.
  if ((await whenFree(["update", "--quiet"])) === "busy") return "busy";
  return whenFree(["install", "--yes", "--quiet", "--no-install-recommends", ...packages]);
}

/** Creates a virtual environment inside the checkout, with the first Python that can, and installs Jupyter into it. */
export async function virtualEnvironment(directories: readonly string[]): Promise<SetUp> {
  const python = join(venvPrograms, "python");
  const install = ["-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check", "notebook>=7,<8"];
  const bases = pythons(directories);
  for (const base of bases) {
    console.log(`Installing Jupyter into ${venv}, with ${base} and pip:`);
    rmSync(venv, { recursive: true, force: true });
    if ((await step(base, ["-m", "venv", venv])).succeeded && (await step(python, install)).succeeded) {
      // JupyterLab ships CommonJS programs; without this file Node would read this checkout's "type": "module" for them.
      writeFileSync(join(venv, "package.json"), '{ "type": "commonjs" }\n');
      return "installed";
    }
  }
  rmSync(venv, { recursive: true, force: true });
  return bases.length > 0 ? "failed" : "not possible here";
}
