/** @file The command line: its usage, and what it asks for. */

import { existsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, relative, resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { type Configuration, notebooksOf } from "./configuration.js";
import { findKernel, type KernelSpec } from "./kernel/kernelspec.js";
import { hint } from "./nearest.js";
import { type Settings, settingFrom, settings, settingsUsage, switchOf } from "./settings.js";

export const usageLine = ({ command }: Configuration) => `usage: ${command} [notebook[:cell] …] [options]`;

export const usage = (configuration: Configuration) => `${usageLine(configuration)}

Runs notebooks from top to bottom, each on a kernel of its own, and compares what every cell gives with what is stored.
A notebook is a file, or how its name begins; without one, all those in ${placesOf(configuration.notebooks)} are run. With a cell
(the number in its brackets, or its id) the run ends there.

  -u, --update         store what has drifted: outputs, execution counts, numbers in prose (nothing if any cell fails;
                       refused where CI is set)
  -w, --watch          run a notebook, and again from the first changed cell whenever its file is saved
  -r, --repeat <n>     run each notebook n times, and tell what is not deterministic from what has drifted
  -j, --jobs <n>       notebooks to run side by side (default: one for each core)
  -k, --kernel <name>  run this kernel instead of the one that a notebook names ("kernel" in notebook-check.json is
                       that of notebooks that name none)
  --report <to>        write a report, too: junit=<file> or json=<file> (may be repeated)
  -h, --help           this text

Settings, which stand in notebook-check.json, too, each under its name (--output-limit is "outputLimit"); a switch that is
on by itself is turned off by --no-<name>:
${settingsUsage()}

"Respelled" is what says the same in other bytes. On GitHub Actions, every finding is also an annotation.

exit code: 0 all is as stored, 1 drift or respelled, 2 a cell failed, 3 a kernel or a file failed, 64 wrong usage,
129, 130 and 143 ended by a hangup, by Ctrl-C and by a request to end
`;

/** The folders that notebooks are looked for in, in words. */
const placesOf = (folders: readonly string[]): string =>
  folders.map((folder) => (folder === "." ? "this folder" : folder)).join(", ");

/** A command line that cannot be followed. */
export class UsageError extends Error {}

export interface Target {
  file: string;
  /** The last cell to run. */
  cell?: string;
}

export interface ReportFile {
  format: "junit" | "json";
  file: string;
}

export interface Command {
  targets: Target[];
  update: boolean;
  watch: boolean;
  repeat: number;
  jobs: number;
  reports: ReportFile[];
  settings: Settings;
  kernel: KernelSpec | undefined;
}

/** @returns null if only the usage is asked for */
export function parse(args: string[], configuration: Configuration): Command | null {
  const { kernel: _, ...switches } = settings;
  const options: ParseArgsConfig["options"] = {
    update: { type: "boolean", short: "u", default: false },
    watch: { type: "boolean", short: "w", default: false },
    repeat: { type: "string", short: "r", default: "1" },
    jobs: { type: "string", short: "j", default: String(availableParallelism()) },
    kernel: { type: "string", short: "k" },
    report: { type: "string", multiple: true },
    help: { type: "boolean", short: "h", default: false },
    ...Object.fromEntries(
      Object.entries(switches).map(([name, { kind }]) => [
        switchOf(name),
        { type: kind === "boolean" ? ("boolean" as const) : ("string" as const), multiple: true },
      ]),
    ),
  };
  const { values, positionals } = read(args, options);
  if (values.help) return null;
  const repeat = whole("repeat", String(values.repeat));
  const { update, watch } = values as { update: boolean; watch: boolean };
  if (update && process.env.CI)
    throw new UsageError("--update is refused where CI is set: update at home, and read the difference");
  if (update && repeat > 1) throw new UsageError("--update stores one run: leave --repeat out");
  if (watch && (update || repeat > 1)) throw new UsageError("--watch only compares: leave --update and --repeat out");
  const given: Record<string, unknown> = values;
  const switched = Object.keys(switches).flatMap((name) => {
    const value = given[switchOf(name)] as (string | boolean)[] | undefined;
    return value === undefined ? [] : [[name, settingFrom(name as keyof Settings, value)]];
  });
  const chosen: Settings = { ...configuration.settings, ...Object.fromEntries(switched) };
  const targets = targetsOf(positionals, notebooksOf(configuration));
  if (watch && targets.length > 1) throw new UsageError("--watch follows one notebook: name it");
  return {
    targets: targets.filter(
      (one, i) => targets.findIndex(({ file, cell }) => file === one.file && cell === one.cell) === i,
    ),
    update,
    watch,
    repeat,
    jobs: whole("jobs", String(values.jobs)),
    reports: ((values.report ?? []) as string[]).map(reportFile),
    settings: chosen,
    kernel: values.kernel === undefined ? undefined : findKernel(String(values.kernel), chosen),
  };
}

/** The switches and names of a command line. @throws on an option that there is not, with the nearest that there is */
function read(args: string[], options: ParseArgsConfig["options"] = {}) {
  try {
    return parseArgs({ args, allowPositionals: true, allowNegative: true, options });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // What follows the first sentence is about something else.
    if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") throw new UsageError(message.split(". ")[0]);
    const [, option = ""] = /'(-[^']*)'/.exec(message) ?? [];
    const file = args.find((arg) => /^-[^-].*\.ipynb$/.test(arg));
    if (file) throw new UsageError(`${file} begins as options do: write ./${file}`);
    const names = Object.entries(options).flatMap(([name, { type }]) =>
      type === "boolean" ? [`--${name}`, `--no-${name}`] : [`--${name}`],
    );
    throw new UsageError(`there is no option ${option}${hint(option, option.startsWith("--") ? names : [])}`);
  }
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${name} must be a whole number from 1, not "${text}"`);
  return Number(text);
}

function reportFile(text: string): ReportFile {
  const [, format, file] = /^(junit|json)=(.+)$/.exec(text) ?? [];
  if (!file) throw new UsageError(`--report must be junit=<file> or json=<file>, not "${text}"`);
  const path = resolve(process.env.INIT_CWD ?? ".", file);
  if (!existsSync(dirname(path))) throw new UsageError(`there is no folder ${dirname(path)} to write a report into`);
  return { format: format as ReportFile["format"], file: path };
}

function targetsOf(names: readonly string[], all: readonly string[]): Target[] {
  const targets = names.length > 0 ? names.map((name) => targetOf(name, all)) : all.map((file) => ({ file }));
  if (targets.length === 0) throw new UsageError("there is no notebook to run: name one");
  return targets;
}

function targetOf(argument: string, all: readonly string[]): Target {
  const [, name = "", cell] = /^(.+?)(?::([\w-]+))?$/s.exec(argument) ?? [];
  if (name === "") throw new UsageError("a notebook's name is empty");
  // npm runs scripts from the package's root, and says here where the user stands.
  const places = [process.env.INIT_CWD ?? ".", "."].map((folder) => resolve(folder, name));
  const file = places.find((place) => existsSync(place));
  if (name.endsWith(".ipynb")) {
    const names = all.map((one) => relative(".", one));
    if (!file) throw new UsageError(`there is no file ${name}${hint(name, names)}`);
    return { file, cell };
  }
  const named = all.filter((file) => basename(file, ".ipynb") === name);
  const matches = named.length === 1 ? named : all.filter((file) => basename(file).startsWith(name));
  if (matches.length === 0) throw new UsageError(unmatched(name, file, all));
  if (matches.length > 1) {
    const among = matches.map((one) => relative(".", one));
    throw new UsageError(`"${name}" begins the name of ${matches.length} notebooks among ${listed(among)}`);
  }
  return { file: matches[0], cell };
}

/** Why a name means no notebook. @param file what else bears it */
function unmatched(name: string, file: string | undefined, all: readonly string[]): string {
  if (file && statSync(file).isDirectory()) return `${name} is a folder: name a notebook in it`;
  if (file) return `${name} is no notebook, whose name would end in .ipynb`;
  const names = all.map((one) => basename(one, ".ipynb"));
  const among = names.length > 0 ? listed(names) : "there is none";
  return `no notebook's name begins with "${name}"${hint(name, names) || `: ${among}`}`;
}

/** The first few names. */
const listed = (names: readonly string[], most = 10): string =>
  [...names.slice(0, most), ...(names.length > most ? [`${names.length - most} more`] : [])].join(", ");
