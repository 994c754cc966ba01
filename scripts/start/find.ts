/** @file Finds a Jupyter that works: a program counts once it has answered with its version. */

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** The Jupyter programs used here, each with the Python module that runs it. */
const modules = { notebook: "notebook", lab: "jupyterlab", nbconvert: "nbconvert", trust: "nbformat.sign" };
export type Program = keyof typeof modules;

/** A program that answered, and the command that runs it. */
export interface Found {
  readonly command: readonly [string, ...string[]];
  readonly program: Program;
  readonly version: string;
}

/** The commands that failed, one line each, ready for an error message. */
export interface NotFound {
  readonly tried: readonly string[];
}

/**
 * Directories to look for programs in: PATH, then the usual places that a short PATH leaves out. The first `python3` on
 * PATH need not be the one that has Jupyter, so every Python in these directories is asked.
 */
export function searchPath(env: NodeJS.ProcessEnv = process.env): string[] {
  const usual =
    process.platform === "win32"
      ? []
      : [
          join(homedir(), ".local/bin"),
          "/usr/local/bin",
          "/opt/homebrew/bin",
          "/usr/bin",
          "/bin",
          "/usr/sbin",
          "/sbin",
        ];
  const directories = [...(env.PATH ?? "").split(delimiter), ...usual].filter((directory) => existsSync(directory));
  // /bin is often a link to /usr/bin.
  return [...new Set(directories.map((directory) => realpathSync(directory)))];
}

/** Paths of the executables called `name` in `directories`, in order. */
export function executables(name: string, directories: readonly string[]): string[] {
  const names = process.platform === "win32" ? [`${name}.exe`, `${name}.cmd`] : [name];
  return directories
    .flatMap((directory) => names.map((file) => join(directory, file)))
    .filter((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** What `spawn` is to be given to run a program. */
export interface Spawnable {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: { readonly windowsVerbatimArguments?: boolean };
}

/**
 * A program with its arguments, as `spawn` can run it. On Windows, version managers put batch files in front of Pythons;
 * since Node 20.12.2 these run in a shell alone, whose rules of quoting are its own
 * (https://nodejs.org/api/child_process.html#spawning-bat-and-cmd-files-on-windows).
 */
export function spawnable(
  file: string,
  args: readonly string[],
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): Spawnable {
  if (platform !== "win32" || !/\.(cmd|bat)$/i.test(file)) return { file, args, options: {} };
  const line = [file, ...args].map((part) => `"${part.replaceAll('"', '\\"')}"`).join(" ");
  return {
    file: env.ComSpec ?? "cmd.exe",
    args: ["/d", "/s", "/c", `"${line}"`],
    options: { windowsVerbatimArguments: true },
  };
}

/** The last non-empty line: in a Python traceback, the error itself. */
const lastLine = (text: string) => text.trim().split("\n").at(-1)?.trim() ?? "";

function spawned(program: string, given: readonly string[], env: NodeJS.ProcessEnv) {
  const { file, args, options } = spawnable(program, given);
  return spawnSync(file, args, { ...options, encoding: "utf8", timeout: 60_000, env });
}

/** Asks a program for its version. It has to load completely to answer, so a half-installed one fails here. */
function ask(command: Found["command"], program: Program, env: NodeJS.ProcessEnv): Found | string {
  const [file, ...args] = command;
  const run = spawned(file, [...args, "--version"], env);
  const version = run.stdout?.match(/^\d+\.\d\S*$/m)?.[0];
  if (run.status === 0 && version) return { command, program, version };
  const why = run.error
    ? run.error.message
    : `exit code ${run.status ?? run.signal}${run.status === 0 ? ", no version" : ""}`;
  return [`${command.join(" ")} --version: ${why}`, lastLine(run.stderr ?? "")].filter(Boolean).join(": ");
}

/** On Windows `py` starts the newest Python that is installed; a name without a number may be a stub of the store. */
export const pythonNames = (platform: NodeJS.Platform): string[] => [
  ...(platform === "win32" ? ["py"] : []),
  "python3",
  "python",
];

/**
 * Paths of the Python interpreters in `directories`, each interpreter once. `python` and `python3` are usually one
 * interpreter under two names, and version managers put shims in front of it, so each path is asked where it ends up.
 */
export function pythons(directories: readonly string[], env: NodeJS.ProcessEnv = process.env): string[] {
  const seen = new Set<string>();
  return pythonNames(process.platform)
    .flatMap((name) => executables(name, directories))
    .filter((path) => {
      const script = "import os, sys; print(sys.prefix, os.path.realpath(sys.executable))";
      const { status, stdout } = spawned(path, ["-c", script], env);
      const interpreter = status === 0 && stdout.trim() ? stdout.trim() : realpathSync(path);
      return !seen.has(interpreter) && seen.add(interpreter);
    });
}

/**
 * The first of `programs` that answers, as a program in `directories` or as a module of a Python there. The plain
 * `jupyter` is not asked: it runs the first `jupyter-notebook` on PATH, which may belong to another Python.
 */
export function find(
  programs: readonly Program[],
  directories: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Found | NotFound {
  const tried: string[] = [];
  for (const command of commands(programs, directories, env)) {
    const answer = ask(command.line, command.program, env);
    if (typeof answer !== "string") return answer;
    tried.push(answer);
  }
  return { tried };
}

/** The command lines that may run one of `programs`. Pythons are asked for only once no program has answered. */
function* commands(programs: readonly Program[], directories: readonly string[], env: NodeJS.ProcessEnv) {
  let interpreters: string[] | undefined;
  for (const program of programs) {
    for (const file of executables(`jupyter-${program}`, directories)) yield { program, line: [file] as const };
    interpreters ??= pythons(directories, env);
    for (const python of interpreters) yield { program, line: [python, "-m", modules[program]] as const };
  }
}
