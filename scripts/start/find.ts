/** @file Finds a Jupyter that runs: not one whose file is there, one that answers. */

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Jupyter's programs used here, and the Python module each of them is. */
const modules = { notebook: "notebook", lab: "jupyterlab", nbconvert: "nbconvert", trust: "nbformat.sign" };
export type Program = keyof typeof modules;

/** A program that answered, and how to call it. */
export interface Found {
  readonly command: readonly [string, ...string[]];
  readonly program: Program;
  readonly version: string;
}

/** What was asked and did not answer: one line each, for the reader of an error message. */
export interface NotFound {
  readonly tried: readonly string[];
}

/**
 * Directories where programs may be: PATH, and the places that a short PATH leaves out. A `python3` early on PATH need
 * not be the Python that has Jupyter, so all of them are asked.
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
  // Where /bin is a link to /usr/bin, one of them is enough.
  return [...new Set(directories.map((directory) => realpathSync(directory)))];
}

/** Every program of that name in `directories`, in their order. */
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

/** The last line that says something: of a Python traceback, the error itself. */
const lastLine = (text: string) => text.trim().split("\n").at(-1)?.trim() ?? "";

/** Asks a program for its version: it must load all of itself to answer, so a half-installed one does not. */
function ask(command: Found["command"], program: Program, env: NodeJS.ProcessEnv): Found | string {
  const [file, ...args] = command;
  const run = spawnSync(file, [...args, "--version"], { encoding: "utf8", timeout: 60_000, env });
  const version = run.stdout?.match(/^\d+\.\d\S*$/m)?.[0];
  if (run.status === 0 && version) return { command, program, version };
  const why = run.error
    ? run.error.message
    : `exit code ${run.status ?? run.signal}${run.status === 0 ? ", no version" : ""}`;
  return [`${command.join(" ")} --version: ${why}`, lastLine(run.stderr ?? "")].filter(Boolean).join(": ");
}

/**
 * The first of `programs` that answers: as a program in `directories`, or else as a module of a Python there. (The plain
 * `jupyter` is not asked: it runs the first `jupyter-notebook` on PATH, which may be another Python's.)
 */
export function find(
  programs: readonly Program[],
  directories: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Found | NotFound {
  const tried: string[] = [];
  for (const program of programs) {
    const commands = [
      ...executables(`jupyter-${program}`, directories).map((file) => [file] as const),
      ...["python3", "python"]
        .flatMap((name) => executables(name, directories))
        .map((python) => [python, "-m", modules[program]] as const),
    ];
    for (const command of commands) {
      const answer = ask(command, program, env);
      if (typeof answer !== "string") return answer;
      tried.push(answer);
    }
  }
  return { tried };
}
