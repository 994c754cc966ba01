/** @file What the check is told of the place where it works: `notebook-check.json`, in the folder where it is called or above. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { defaultSettings, faultOf, type Settings } from "./settings.js";

export interface Configuration {
  /** The folder that the file is in, and that its paths start from. */
  readonly folder: string;
  /** Folders whose notebooks are run when none is named. */
  readonly notebooks: readonly string[];
  /** Folders that hold `kernels/<name>/kernel.json`, searched before Jupyter's own. */
  readonly kernels: readonly string[];
  /** A command that must succeed before any notebook is run, such as a build. */
  readonly prepare: string | null;
  /** How the check is called here, for its usage. */
  readonly command: string;
  readonly settings: Settings;
}

const fileName = "notebook-check.json";

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
/** The keys beside those of the settings. */
const places: Record<string, { holds: (value: unknown) => boolean; what: string }> = {
  notebooks: { holds: isList, what: "a list of folders" },
  kernels: { holds: isList, what: "a list of folders" },
  prepare: { holds: isText, what: "a command" },
  command: { holds: isText, what: "a command" },
};

/** The configuration that holds in a folder. @throws on a file that is no JSON, or that holds what nobody would heed */
export function configurationAt(folder = process.cwd()): Configuration {
  const above = dirname(folder);
  if (!existsSync(join(folder, fileName)) && above !== folder) return configurationAt(above);
  const file = join(folder, fileName);
  const given = existsSync(file) ? read(file) : {};
  const { notebooks = ["."], kernels = [], prepare = null, command = "notebook-check", ...rest } = given;
  const settings = { ...defaultSettings, ...(rest as Partial<Settings>) };
  return { folder: existsSync(file) ? folder : process.cwd(), notebooks, kernels, prepare, command, settings };
}

function read(file: string): Partial<Configuration> {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: not JSON (${(error as Error).message})`);
  }
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new Error(`${file}: not an object of settings`);
  for (const [key, value] of Object.entries(given)) {
    const fault = faultAt(key, value);
    if (fault) throw new Error(`${file}: ${fault}`);
  }
  return given;
}

function faultAt(key: string, value: unknown): string | null {
  const known = [...Object.keys(places), ...Object.keys(defaultSettings)];
  if (!known.includes(key)) return `unknown key "${key}"; known are ${known.join(", ")}`;
  const place = Object.hasOwn(places, key) && places[key];
  const what = place ? (place.holds(value) ? null : place.what) : faultOf(key as keyof Settings, value);
  return what && `"${key}" must be ${what}, not ${JSON.stringify(value)}`;
}

/** The paths of all notebooks that are run when none is named, folder by folder. */
export function notebooksOf({ folder, notebooks }: Configuration): string[] {
  const folders = notebooks.map((one) => join(folder, one)).filter((one) => existsSync(one));
  return folders.flatMap((one) => {
    if (!statSync(one).isDirectory()) throw new Error(`"notebooks" holds ${one}, which is no folder`);
    const names = readdirSync(one).filter((name) => name.endsWith(".ipynb"));
    return names.sort().map((name) => join(one, name));
  });
}
