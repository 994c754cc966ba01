/** @file Runs Jupyter on this checkout: with its kernel, inside its folders, until Ctrl-C. */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { delimiter, dirname, join, relative, sep } from "node:path";
import { root } from "../build.js";
import { type Found, find } from "./find.js";
import { isRoot } from "./setup.js";

/** Holds this checkout's kernelspec, in the form that JUPYTER_PATH wants: kernels/<name>/kernel.json. */
const ownKernels = join(root, "scripts/jupyter-kernel/share");

/**
 * Where Jupyter keeps what it writes, inside the checkout, and where it finds the kernel. Only the process that is given
 * this environment sees that kernel: nothing is installed.
 */
export function environment(kernels = ownKernels, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const home = join(root, ".cache/jupyter");
  return {
    ...env,
    // The kernel is started by name: let it be the Node that runs this.
    PATH: [dirname(process.execPath), env.PATH].filter(Boolean).join(delimiter),
    JUPYTER_PATH: [kernels, env.JUPYTER_PATH].filter(Boolean).join(delimiter),
    JUPYTER_CONFIG_DIR: join(home, "config"),
    JUPYTER_DATA_DIR: join(home, "data"),
    JUPYTER_RUNTIME_DIR: join(home, "runtime"),
    IPYTHONDIR: join(home, "ipython"),
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

/** The notebooks below a folder, in their order; not what Jupyter keeps of them in hidden folders. */
export function notebooks(folder = join(root, "notebooks")): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ipynb") && !file.split(sep).some((part) => part.startsWith(".")))
    .sort()
    .map((file) => join(folder, file));
}

/**
 * Signs the checkout's notebooks for this checkout's Jupyter: the stored figures of an unsigned notebook are not shown
 * until its cells are run. Only appearance is at stake, so a Jupyter without this program starts all the same.
 */
export function trust(directories: readonly string[], env: NodeJS.ProcessEnv): void {
  const signer = find(["trust"], directories, env);
  if ("tried" in signer) return;
  const [file, ...args] = signer.command;
  spawnSync(file, [...args, ...notebooks()], { env, stdio: "ignore", timeout: 60_000 });
}

/** Where the first notebook is among the server's pages, and the option of each Jupyter that opens a page. */
function firstPage({ program, version }: Found): string[] {
  const [first] = notebooks();
  if (!first) return [];
  const page = relative(root, first).split(sep).join("/");
  if (program === "lab") return [`--LabApp.default_url=/lab/tree/${page}`];
  const app = Number.parseInt(version, 10) < 7 ? "NotebookApp" : "JupyterNotebookApp";
  return [`--${app}.default_url=/notebooks/${page}`];
}

/** The checkout is the server's folder; the reader's own options come last, and win. */
export function serverArguments(jupyter: Found, options: readonly string[], asRoot = isRoot): string[] {
  return [`--notebook-dir=${root}`, ...firstPage(jupyter), ...(asRoot ? ["--allow-root"] : []), ...options];
}

/**
 * Runs the server to its end and returns its exit code. Jupyter is asked to stop by SIGTERM, which it obeys without a
 * question, shutting its kernels down first; it has a process group of its own, so that a terminal's Ctrl-C, or a second
 * one, does not reach it and cut that short.
 */
export function serve(jupyter: Found, options: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [file, ...args] = jupyter.command;
  if (env.JUPYTER_RUNTIME_DIR) mkdirSync(env.JUPYTER_RUNTIME_DIR, { recursive: true, mode: 0o700 });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    console.log("\nStopping Jupyter and its kernels …");
    server.kill("SIGTERM");
    setTimeout(() => server.kill("SIGKILL"), 30_000).unref();
  };
  // Before there is a server: a signal in between would end this process and leave the server behind.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  const server = spawn(file, [...args, ...serverArguments(jupyter, options)], {
    cwd: root,
    env,
    stdio: ["ignore", "inherit", "inherit"],
    detached: process.platform !== "win32",
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.on("exit", (code, signal) => {
      if (!stopping && code !== 0)
        console.error(`start: Jupyter ended by itself, with ${signal ?? `exit code ${code}`}`);
      resolve(stopping ? 0 : (code ?? 1));
    });
  });
}
