/** @file Finds kernels: where the configuration says first, then wherever Jupyter would look. */

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { configurationAt } from "../configuration.js";
import { type Settings, strictTypesName } from "../settings.js";

/** How to start a kernel, as its kernel.json says. */
export interface KernelSpec {
  /** With `{connection_file}` still in it. */
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Whether an interrupt is a message to the kernel or a signal to its process. */
  interruptMode: "message" | "signal";
  transport: "tcp" | "ipc";
}

/** Jupyter's data directories (https://docs.jupyter.org/en/stable/use/jupyter-directories.html), the configuration's first. */
export function dataDirectories(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string[] {
  const { folder, kernels } = configurationAt();
  const own = kernels.map((directory) => join(folder, directory));
  const listed = env.JUPYTER_PATH?.split(delimiter) ?? [];
  const user: Partial<Record<NodeJS.Platform, string>> = {
    darwin: join(home, "Library/Jupyter"),
    win32: join(env.APPDATA ?? join(home, "AppData/Roaming"), "jupyter"),
  };
  const environments = [env.VIRTUAL_ENV, env.CONDA_PREFIX].map((prefix) => prefix && join(prefix, "share/jupyter"));
  const system =
    platform === "win32"
      ? [env.PROGRAMDATA && join(env.PROGRAMDATA, "jupyter")]
      : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  const all = [
    ...own,
    ...listed,
    env.JUPYTER_DATA_DIR,
    user[platform] ?? join(env.XDG_DATA_HOME ?? join(home, ".local/share"), "jupyter"),
    ...environments,
    ...system,
  ];
  return all.flatMap((directory) => directory || []);
}

/** @throws if Jupyter, too, would find no kernel of this name */
export function findKernel(name: string, settings?: Settings): KernelSpec {
  // As Jupyter has it; a name with slashes would be a path to anywhere.
  if (!/^[A-Za-z0-9._-]+$/.test(name) || /^\.+$/.test(name))
    throw new Error(`"${name}" is no name of a kernel: letters, digits, ".", "_" and "-" make one`);
  const directories = dataDirectories().map((directory) => join(directory, "kernels", name));
  const found = directories.find((directory) => existsSync(join(directory, "kernel.json")));
  if (!found) throw new Error(`there is no kernel named "${name}"; looked in ${directories.join(", ")}`);
  return readKernelSpec(found, settings);
}

/** The kernelspec in a directory. */
export function readKernelSpec(directory: string, settings = configurationAt().settings): KernelSpec {
  const { transport, environment, strictTypes } = settings;
  const {
    argv,
    env = {},
    interrupt_mode = "signal",
  } = JSON.parse(readFileSync(join(directory, "kernel.json"), "utf8"));
  // As nbclient does: what a check runs is no part of the history of whoever checks.
  const extra = argv.includes("ipykernel_launcher") ? ["--HistoryManager.hist_file=:memory:"] : [];
  return {
    // "node" is the Node that runs this, whatever the PATH says.
    argv: [
      ...argv.map((part: string, i: number) =>
        i === 0 && part === "node" ? process.execPath : part.replace("{resource_dir}", directory),
      ),
      ...extra,
    ],
    env: { ...env, [strictTypesName]: strictTypes ? "1" : "0", ...environment },
    interruptMode: interrupt_mode,
    transport,
  };
}
