/** @file Finds kernels: where the configuration says first, then wherever Jupyter would look. */

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { configurationAt } from "../configuration.js";

/** How to start a kernel, as its kernel.json says. */
export interface KernelSpec {
  /** With `{connection_file}` still in it. */
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Whether an interrupt is a message to the kernel or a signal to its process. */
  interruptMode: "message" | "signal";
}

/** Jupyter's data directories on Linux and macOS (https://docs.jupyter.org/en/stable/use/jupyter-directories.html). */
function dataDirectories(): string[] {
  const listed = process.env.JUPYTER_PATH?.split(delimiter).filter(Boolean) ?? [];
  const user =
    process.platform === "darwin" ? join(homedir(), "Library/Jupyter") : join(homedir(), ".local/share/jupyter");
  const { folder, kernels } = configurationAt();
  const own = kernels.map((directory) => join(folder, directory));
  return [...own, ...listed, user, "/usr/local/share/jupyter", "/usr/share/jupyter"];
}

/** @throws if Jupyter, too, would find no kernel of this name */
export function findKernel(name: string): KernelSpec {
  // As Jupyter has it; a name with slashes would be a path to anywhere.
  if (!/^[A-Za-z0-9._-]+$/.test(name) || /^\.+$/.test(name))
    throw new Error(`"${name}" is no name of a kernel: letters, digits, ".", "_" and "-" make one`);
  const directories = dataDirectories().map((directory) => join(directory, "kernels", name));
  const found = directories.find((directory) => existsSync(join(directory, "kernel.json")));
  if (!found) throw new Error(`there is no kernel named "${name}"; looked in ${directories.join(", ")}`);
  return readKernelSpec(found);
}

/** The kernelspec in a directory. */
export function readKernelSpec(directory: string): KernelSpec {
  const {
    argv,
    env = {},
    interrupt_mode = "signal",
  } = JSON.parse(readFileSync(join(directory, "kernel.json"), "utf8"));
  return {
    // "node" is the Node that runs this, whatever the PATH says.
    argv: argv.map((part: string, i: number) =>
      i === 0 && part === "node" ? process.execPath : part.replace("{resource_dir}", directory),
    ),
    env,
    interruptMode: interrupt_mode,
  };
}
