/** @file Settings, in the configuration file and as switches: each takes what it can be, and refuses all else. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { parse, usage } from "../../packages/notebook-check/command.js";
import type { Configuration } from "../../packages/notebook-check/configuration.js";
import { defaultSettings, faultOf, type Settings, switchOf } from "../../packages/notebook-check/settings.js";
import { root } from "../../scripts/build.js";

const configuration: Configuration = {
  folder: root,
  notebooks: ["notebooks"],
  kernels: [],
  prepare: null,
  command: "notebook-check",
  settings: defaultSettings,
};
const settingsBy = (...switches: string[]) => parse(switches, configuration)?.settings;

/** Of each setting: a value that it takes, the switch for that, and values that it refuses. */
const cases: { [name in keyof Omit<Settings, "kernel">]: [Settings[name], string[], unknown[]] } = {
  transport: ["ipc", ["--transport", "ipc"], ["udp", 1, null]],
  environment: [{ A: "b=c" }, ["--environment", "A=b=c"], [{ A: 1 }, ["A"], "A=b"]],
  strictTypes: [false, ["--no-strict-types"], ["strict"]],
  prose: ["all", ["--prose", "all"], [true, "some"]],
  executionCounts: [true, ["--execution-counts"], ["true", 1]],
  knownTags: [true, ["--known-tags"], [null]],
  neverRun: [false, ["--no-never-run"], ["no"]],
  spelling: [true, ["--spelling"], [0]],
  allowErrors: [true, ["--allow-errors"], [[]]],
  lax: [true, ["--lax"], ["lax"]],
  mergeStreams: [true, ["--merge-streams"], [{}]],
  ignore: [
    ["image/png", "stderr"],
    ["--ignore", "image/png", "--ignore", "stderr"],
    ["image/png", [1], [""]],
  ],
  sanitize: [{ "\\d=\\d": "N" }, ["--sanitize", "\\d=\\d=N"], [{ "(": "" }, ["a"]]],
  rtol: [0.001, ["--rtol", "1e-3"], [-1, 2, "0.1", Number.NaN]],
  atol: [0, ["--atol", "0"], [-1e-9, "0"]],
  timeout: [0.5, ["--timeout", "0.5"], [0, 1e7, "5"]],
  startTimeout: [5, ["--start-timeout", "5"], [0, Infinity]],
  outputLimit: [1, ["--output-limit", "1"], [0, 1e6]],
};

describe.each(Object.entries(cases))("%s", (name, [value, switches, refused]) => {
  const key = name as keyof Settings;
  it("takes what it can be, by a switch, too", () => {
    expect(faultOf(key, value)).toBeNull();
    expect(settingsBy(...switches)).toEqual({ ...defaultSettings, [name]: value });
  });

  it.each(refused.map((one) => [JSON.stringify(one) ?? String(one), one]))("refuses %s", (_, one) => {
    expect(faultOf(key, one)).toEqual(expect.any(String));
  });

  it("stands in the usage and in the documentation", () => {
    expect(usage(configuration)).toMatch(new RegExp(`^  --(no-)?${switchOf(name)} `, "m"));
    expect(readFileSync(join(root, "packages/notebook-check/README.md"), "utf8")).toMatch(
      new RegExp(`^\\|.*\`${name}\``, "m"),
    );
  });
});

it("switches refuse what is no value of theirs, and say what is", () => {
  expect(() => settingsBy("--prose", "some")).toThrow('--prose must be one of all, marked, none, not "some"');
  expect(() => settingsBy("--timeout", "soon")).toThrow("--timeout must be a number above 0 up to 2147483");
  expect(() => settingsBy("--rtol", "")).toThrow("--rtol must be a number, 0 or more up to 1");
  expect(() => settingsBy("--sanitize", "(=x")).toThrow("made of regular expressions, which ( is not");
  expect(() => settingsBy("--colour", "red")).toThrow("--colour");
  expect(() => parse(["--report", "html=x"], configuration)).toThrow("--report must be junit=<file> or json=<file>");
  vi.stubEnv("CI", "");
  expect(() => parse(["-w", "-u", "01"], configuration)).toThrow("--watch only compares");
  vi.unstubAllEnvs();
});
