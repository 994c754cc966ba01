/** @file The settings of the check: what each is called, what it may be, and what it is when nobody says. */

/** Seconds: beyond that, timers of Node end at once. */
export const longestTimeout = Math.floor((2 ** 31 - 1) / 1000);

/** The variable by which a kernel is told, as 1 or 0, whether to check types strictly. */
export const strictTypesName = "NOTEBOOK_STRICT_TYPES";

/** What is checked, and how strictly. */
export interface Settings {
  /** The kernel of notebooks that name none. */
  readonly kernel: string;
  /** How the kernel is spoken to; `tcp` works with every kernel, `ipc` needs no free ports. */
  readonly transport: "tcp" | "ipc";
  /** Variables for the kernel's process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether kernels that heed `strictTypesName` check types strictly. */
  readonly strictTypes: boolean;
  /** Which numbers of the prose are checked. */
  readonly prose: "all" | "marked" | "none";
  /** Whether the stored execution counts must be 1, 2, 3, … */
  readonly executionCounts: boolean;
  /** Whether a tag that nobody would heed fails its cell. */
  readonly knownTags: boolean;
  /** Whether a cell that is stored without output and execution count, as never run, is compared, too. */
  readonly neverRun: boolean;
  /** Whether other bytes that say the same are reported. */
  readonly spelling: boolean;
  /** Whether cells may end in an error, as if all were tagged `raises-exception` and may as well succeed. */
  readonly allowErrors: boolean;
  /** Whether outputs are compared only where a cell is marked `nbval-check-output`. */
  readonly lax: boolean;
  /** Whether everything that a cell prints to one stream is compared as one text. */
  readonly mergeStreams: boolean;
  /** What of an output is not compared: MIME types, `stdout`, `stderr`, `error`, `traceback`, `metadata`. */
  readonly ignore: readonly string[];
  /** Regular expressions, each with what stands for its matches when outputs are compared. */
  readonly sanitize: Readonly<Record<string, string>>;
  readonly rtol: number;
  readonly atol: number;
  /** Seconds for one cell. */
  readonly timeout: number;
  /** Seconds for the start of a kernel. */
  readonly startTimeout: number;
  /** Megabytes of output for one cell. */
  readonly outputLimit: number;
}

type Kind =
  | { kind: "boolean" }
  | { kind: "choice"; choices: readonly string[] }
  | { kind: "number"; most: number; isPositive: boolean }
  | { kind: "name" }
  | { kind: "list" }
  | { kind: "pairs"; areExpressions: boolean };

type Setting<T> = Kind & { value: T; help: string };

/** Every setting: a key of the configuration file, and a switch of the command line. */
export const settings: { readonly [name in keyof Settings]: Setting<Settings[name]> } = {
  kernel: { kind: "name", value: "python3", help: "the kernel of notebooks that name none" },
  transport: {
    kind: "choice",
    choices: ["tcp", "ipc"],
    value: "tcp",
    help: "how to speak to kernels: tcp works with all, ipc with some, and not on Windows",
  },
  environment: { kind: "pairs", areExpressions: false, value: {}, help: "a variable for kernels" },
  strictTypes: {
    kind: "boolean",
    value: true,
    help: `types are checked strictly, by kernels that heed ${strictTypesName}`,
  },
  prose: {
    kind: "choice",
    choices: ["all", "marked", "none"],
    value: "marked",
    help: "which numbers in the prose are checked: all must be marked or given, those that are marked, none",
  },
  executionCounts: { kind: "boolean", value: false, help: "stored execution counts must be 1, 2, 3, …" },
  knownTags: { kind: "boolean", value: false, help: "a tag that nobody would heed fails its cell" },
  neverRun: { kind: "boolean", value: true, help: "cells that are stored as never run are compared, too" },
  spelling: { kind: "boolean", value: false, help: 'what says the same in other bytes is reported as "respelled"' },
  allowErrors: { kind: "boolean", value: false, help: "cells may end in an error, which is compared as their output" },
  lax: { kind: "boolean", value: false, help: "compare only cells marked nbval-check-output" },
  mergeStreams: { kind: "boolean", value: false, help: "what a cell prints to one stream is compared as one text" },
  ignore: {
    kind: "list",
    value: [],
    help: "a part of outputs not to compare: a MIME type, stdout, stderr, error, traceback, metadata",
  },
  sanitize: {
    kind: "pairs",
    areExpressions: true,
    value: {},
    help: "a regular expression, and what stands for its matches in both outputs",
  },
  rtol: { kind: "number", most: 1, isPositive: false, value: 1e-9, help: "relative tolerance of decimal numbers" },
  atol: { kind: "number", most: Number.MAX_VALUE, isPositive: false, value: 0, help: "absolute tolerance" },
  timeout: { kind: "number", most: longestTimeout, isPositive: true, value: 120, help: "seconds for one cell" },
  startTimeout: {
    kind: "number",
    most: longestTimeout,
    isPositive: true,
    value: 60,
    help: "seconds for a kernel's start",
  },
  outputLimit: {
    kind: "number",
    most: 1000,
    isPositive: true,
    value: 10,
    help: "megabytes of output for one cell: the rest is cut, and the cell fails",
  },
};

export const defaultSettings = Object.fromEntries(
  Object.entries(settings).map(([name, { value }]) => [name, value]),
) as unknown as Settings;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** What a setting must be, if a value is not that; null if it is. */
export function faultOf(name: keyof Settings, value: unknown): string | null {
  const setting: Kind = settings[name];
  switch (setting.kind) {
    case "boolean":
      return typeof value === "boolean" ? null : "true or false";
    case "choice":
      return setting.choices.includes(value as string) ? null : `one of ${setting.choices.join(", ")}`;
    case "number": {
      const { most, isPositive } = setting;
      const isFine = typeof value === "number" && value <= most && (isPositive ? value > 0 : value >= 0);
      const upTo = most < Number.MAX_VALUE ? ` up to ${most}` : "";
      return isFine ? null : `a number${isPositive ? " above 0" : ", 0 or more"}${upTo}`;
    }
    case "name":
      return isText(value) ? null : "a name";
    case "list":
      return Array.isArray(value) && value.every(isText) ? null : "a list of names";
    case "pairs": {
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      if (!isObject || !Object.values(value).every((one) => typeof one === "string")) return "an object of texts";
      const wrong = setting.areExpressions && Object.keys(value).find((one) => !isExpression(one));
      return wrong ? `made of regular expressions, which ${wrong} is not` : null;
    }
  }
}

function isExpression(text: string): boolean {
  try {
    return new RegExp(text, "g") instanceof RegExp;
  } catch {
    return false;
  }
}

/** The switch of a setting: `executionCounts` is `execution-counts`. */
export const switchOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What a setting becomes by the values of its switch. @throws on a value that it cannot be */
export function settingFrom(name: keyof Settings, given: readonly (string | boolean)[]): unknown {
  const setting: Kind = settings[name];
  const last = given.at(-1);
  const texts = given.map(String);
  // A variable's name holds no "=", and what stands for a match needs none.
  const border = setting.kind === "pairs" && setting.areExpressions ? /^(.*)=(.*)$/s : /^(.*?)=(.*)$/s;
  const pairs = () => Object.fromEntries(texts.map((text) => (border.exec(text) ?? [text, text, ""]).slice(1)));
  const value = {
    boolean: () => last,
    choice: () => last,
    name: () => last,
    number: () => (String(last).trim() === "" ? Number.NaN : Number(last)),
    list: () => texts,
    pairs,
  }[setting.kind]();
  const fault = faultOf(name, value);
  if (fault) throw new Error(`--${switchOf(name)} must be ${fault}, not "${texts.join(" ")}"`);
  return value;
}

/** A line of the usage for each setting that has a switch of its own. */
export const settingsUsage = (): string =>
  Object.entries(settings as Record<string, Setting<unknown>>)
    .filter(([name]) => name !== "kernel")
    .map(([name, { help, ...setting }]) => {
      const value = {
        boolean: "",
        choice: " <name>",
        name: " <name>",
        number: " <n>",
        list: " <name>",
        pairs: " <a>=<b>",
      }[setting.kind];
      const isOn = setting.kind === "boolean" && setting.value === true;
      const shown = setting.kind === "number" || setting.kind === "choice" || setting.kind === "name";
      const note = setting.kind === "list" || setting.kind === "pairs" ? " (may be repeated)" : "";
      const heading = `  --${isOn ? "no-" : ""}${switchOf(name)}${value}`;
      return `${heading.padEnd(30)} ${isOn ? "not so: " : ""}${help}${shown ? ` (default: ${setting.value})` : note}`;
    })
    .join("\n");
