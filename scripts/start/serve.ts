/** @file Runs Jupyter for this checkout until Ctrl-C: it sees this checkout's kernel and writes only inside its folders. */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { delimiter, dirname, join, relative, sep } from "node:path";
import { root } from "../build.js";
import { type Found, find, spawnable } from "./find.js";
import { isRoot } from "./setup.js";

/** This checkout's kernelspec, in the layout that JUPYTER_PATH expects: kernels/<name>/kernel.json. */
const ownKernels = join(root, "scripts/jupyter-kernel/share");

/**
 * An environment in which Jupyter finds the kernel and writes its files inside the checkout. Nothing is installed: only
 * a process started with this environment sees the kernel.
 */
export function environment(kernels = ownKernels, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const home = join(root, ".cache/jupyter");
  return {
    ...env,
    // The kernelspec starts `node` by name: make it the Node that runs this program.
    PATH: [dirname(process.execPath), env.PATH].filter(Boolean).join(delimiter),
    JUPYTER_PATH: [kernels, env.JUPYTER_PATH].filter(Boolean).join(delimiter),
    JUPYTER_CONFIG_DIR: join(home, "config"),
    JUPYTER_DATA_DIR: join(home, "data"),
    JUPYTER_RUNTIME_DIR: join(home, "runtime"),
    IPYTHONDIR: join(home, "ipython"),
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

/** The notebooks below a folder, sorted, without the copies that Jupyter keeps in hidden folders. */
export function notebooks(folder = join(root, "notebooks")): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ipynb") && !file.split(sep).some((part) => part.startsWith(".")))
    .sort()
    .map((file) => join(folder, file));
}

/**
 * Signs the checkout's notebooks, because Jupyter hides the stored figures of an unsigned notebook until its cells run.
 * Where Jupyter has no `trust` program, nothing is signed.
 */
export function trust(directories: readonly string[], env: NodeJS.ProcessEnv): void {
  const signer = find(["trust"], directories, env);
  if ("tried" in signer) return;
  const [program, ...given] = signer.command;
  const { file, args, options } = spawnable(program, [...given, ...notebooks()]);
  spawnSync(file, args, { ...options, env, stdio: "ignore", timeout: 60_000 });
}

/** The option that opens the first notebook; each Jupyter has its own. */
function firstPage({ program, version }: Found): string[] {
  const [first] = notebooks();
  if (!first) return [];
  const page = relative(root, first).split(sep).join("/");
  if (program === "lab") return [`--LabApp.default_url=/lab/tree/${page}`];
  const app = Number.parseInt(version, 10) < 7 ? "NotebookApp" : "JupyterNotebookApp";
  return [`--${app}.default_url=/notebooks/${page}`];
}

/** Jupyter's arguments. The reader's own options win: Jupyter refuses to be told one thing twice. */
export function serverArguments(jupyter: Found, options: readonly string[], asRoot = isRoot): string[] {
  const nameOf = (option: string) => option.split("=")[0];
  const given = new Set(options.map(nameOf));
  const own = [`--notebook-dir=${root}`, ...firstPage(jupyter), ...(asRoot ? ["--allow-root"] : [])];
  return [...own.filter((option) => !given.has(nameOf(option))), ...options];
}

/**
 * Runs the server until it ends and returns its exit code. SIGTERM makes Jupyter shut its kernels down and exit without
 * asking. It gets a process group of its own, so that a second Ctrl-C in the terminal cannot cut that short.
 */
export function serve(jupyter: Found, options: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program, ...given] = jupyter.command;
  const { file, args, options: verbatim } = spawnable(program, [...given, ...serverArguments(jupyter, options)]);
  if (env.JUPYTER_RUNTIME_DIR) mkdirSync(env.JUPYTER_RUNTIME_DIR, { recursive: true, mode: 0o700 });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    console.log("\nStopping Jupyter and its kernels …");
    server.kill("SIGTERM");
    setTimeout(() => server.kill("SIGKILL"), 30_000).unref();
  };
  // Set before the server starts: a signal in between would end this process and leave the server running.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  const server = spawn(file, args, {
    ...verbatim,
    cwd: root,
    env,
    stdio: ["ignore", "inherit", "inherit"],
    detached: process.platform !== "win32",
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.on("exit", (code, signal) => {
      if (!stopping && code !== 0)
        console.error(`start: Jupyter ended by itself with ${signal ?? `exit code ${code}`}`);
      resolve(stopping ? 0 : (code ?? 1));
    });
  });
}
