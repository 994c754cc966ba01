/** @file What the check is told of the place where it works: `notebook-check.json`, in the folder where it is called or above. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Configuration {
  /** The folder that the file is in, and that its paths start from. */
  readonly folder: string;
  /** Folders whose notebooks are run when none is named. */
  readonly notebooks: readonly string[];
  /** Folders that hold `kernels/<name>/kernel.json`, searched before Jupyter's own. */
  readonly kernels: readonly string[];
  /** The kernel of notebooks that name none. */
  readonly kernel: string | null;
  /** A command that must succeed before any notebook is run, such as a build. */
  readonly prepare: string | null;
  /** How the check is called here, for its usage. */
  readonly command: string;
}

const fileName = "notebook-check.json";

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const kinds: Record<string, { holds: (value: unknown) => boolean; what: string }> = {
  notebooks: { holds: isList, what: "a list of folders" },
  kernels: { holds: isList, what: "a list of folders" },
  kernel: { holds: isText, what: "the name of a kernel" },
  prepare: { holds: isText, what: "a command" },
  command: { holds: isText, what: "a command" },
};

/** The configuration that holds in a folder. @throws on a file that is no JSON, or that holds what nobody would heed */
export function configurationAt(folder = process.cwd()): Configuration {
  const above = dirname(folder);
  if (!existsSync(join(folder, fileName)) && above !== folder) return configurationAt(above);
  const file = join(folder, fileName);
  const given = existsSync(file) ? read(file) : {};
  const { notebooks = ["."], kernels = [], kernel = null, prepare = null, command = "notebook-check" } = given;
  return { folder: existsSync(file) ? folder : process.cwd(), notebooks, kernels, kernel, prepare, command };
}

function read(file: string): Partial<Configuration> {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: not JSON (${(error as Error).message})`);
  }
  for (const [key, value] of Object.entries(given)) {
    const kind = Object.hasOwn(kinds, key) && kinds[key];
    if (!kind) throw new Error(`${file}: unknown key "${key}"; known are ${Object.keys(kinds).join(", ")}`);
    if (!kind.holds(value)) throw new Error(`${file}: "${key}" must be ${kind.what}, not ${JSON.stringify(value)}`);
  }
  return given;
}

/** The paths of all notebooks that are run when none is named, folder by folder. */
export function notebooksOf({ folder, notebooks }: Configuration): string[] {
  const folders = notebooks.map((one) => join(folder, one)).filter((one) => existsSync(one));
  return folders.flatMap((one) => {
    const names = readdirSync(one).filter((name) => name.endsWith(".ipynb"));
    return names.sort().map((name) => join(one, name));
  });
}
