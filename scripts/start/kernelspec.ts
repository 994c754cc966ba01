/**
 * @file `npm run kernel -- install [--name tslab]`, `npm run kernel -- uninstall [--name tslab]`: makes this checkout's
 * kernel known to the reader's own Jupyter and to editors that look where Jupyter does, or takes it away again.
 */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { root } from "../build.js";

/** The checkout's own kernelspec, which `npm start` shows to Jupyter. */
const own = join(root, "scripts/jupyter-kernel/share/kernels/tslab");
const usage = "npm run kernel -- install [--name tslab]  or  npm run kernel -- uninstall [--name tslab]";

/** Where Jupyter looks for a user's kernels, by jupyter_core's rules: below JUPYTER_DATA_DIR or a folder of the system. */
export function kernelsFolder(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  const home = env.HOME || homedir();
  const data: Record<string, string> = {
    darwin: join(home, "Library/Jupyter"),
    win32: join(env.APPDATA || join(home, "AppData/Roaming"), "jupyter"),
  };
  const elsewhere = join(env.XDG_DATA_HOME || join(home, ".local/share"), "jupyter");
  return join(env.JUPYTER_DATA_DIR || (data[platform] ?? elsewhere), "kernels");
}

/** The checkout's own kernelspec, with absolute paths in place of those that hold only inside the checkout. */
function kernelspec() {
  const spec = JSON.parse(readFileSync(join(own, "kernel.json"), "utf8"));
  const absolute = (argument: string) => {
    if (argument === "node") return process.execPath;
    return argument.startsWith("{resource_dir}") ? join(own, argument.slice("{resource_dir}".length)) : argument;
  };
  return { ...spec, argv: spec.argv.map(absolute), metadata: { ...spec.metadata, checkout: root } };
}

/** What stands at a kernel's place: nothing, a kernel that a checkout of this project installed, or another one. */
function occupant(folder: string): "none" | "ours" | "another" {
  const file = join(folder, "kernel.json");
  if (!existsSync(folder)) return "none";
  if (!existsSync(file)) return "another";
  return JSON.parse(readFileSync(file, "utf8")).metadata?.checkout === undefined ? "another" : "ours";
}

/**
 * Runs `install` or `uninstall` and returns what to tell the reader.
 * @throws Error for unknown arguments, and before it would touch a kernel that this command did not install
 */
export function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const { positionals, values } = parseArgs({
    args: [...args],
    options: { name: { type: "string", default: "tslab" } },
    allowPositionals: true,
  });
  const [action] = positionals;
  const { name } = values;
  if (positionals.length !== 1 || (action !== "install" && action !== "uninstall")) throw new Error(usage);
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name.startsWith("."))
    throw new Error(`kernel: a kernel's name has letters, digits, ".", "_" and "-" only; got ${JSON.stringify(name)}`);
  const folder = join(kernelsFolder(env), name);
  const found = occupant(folder);
  if (found === "another")
    throw new Error(
      `kernel: another kernel named ${name} is in ${folder}, and this command leaves it alone.\n` +
        `  Choose a name of your own: npm run kernel -- ${action} --name foundations`,
    );
  if (action === "uninstall") {
    rmSync(folder, { recursive: true, force: true });
    return found === "none" ? `There is no kernel named ${name} in ${folder}.` : `Removed ${folder}.`;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "kernel.json"), `${JSON.stringify(kernelspec(), null, 2)}\n`);
  return (
    `Installed the kernel in ${folder}.\n` +
    `  Jupyter and editors list it as "${kernelspec().display_name}". It runs this checkout: after moving the checkout or\n` +
    `  changing Node, install it again. Remove it with: npm run kernel -- uninstall${name === "tslab" ? "" : ` --name ${name}`}`
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(run(process.argv.slice(2)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
