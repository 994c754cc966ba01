/** @file Foreign kernels: the run asks only what the protocol has, over TCP as over IPC. */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dataDirectories, findKernel, type KernelSpec } from "../../packages/notebook-check/kernel/kernelspec.js";
import { writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import type { Cell, Output } from "../../packages/notebook-check/notebook/nbformat.js";
import type { RunOptions } from "../../packages/notebook-check/run.js";
import { defaultSettings } from "../../packages/notebook-check/settings.js";
import { root } from "../../scripts/build.js";
import { code, markdown, notebookOf, runFile, temporaryFolder } from "./fixture.js";

const { folder, remove } = temporaryFolder();
afterAll(remove);

function python(): KernelSpec | null {
  try {
    const spec = findKernel("python3");
    return spawnSync(spec.argv[0], ["-c", "import ipykernel"]).status === 0 ? spec : null;
  } catch {
    return null;
  }
}

let made = 0;
/** What is said of a notebook of another kernel, under the settings of somebody who has said nothing. */
async function said(cells: Cell[], options: RunOptions): Promise<string[]> {
  const file = join(folder, `made-${made++}.ipynb`);
  writeNotebook(file, notebookOf(cells, { kernelspec: { name: "python3" } }));
  const { findings } = await runFile(file, { settings: defaultSettings, ...options });
  return findings.map(({ message }) => message);
}

const shows = (text: string): Output[] => [
  { output_type: "execute_result", data: { "text/plain": text }, metadata: {}, execution_count: 1 },
];
const display = (text: string): Output[] => [
  { output_type: "display_data", data: { "text/plain": text }, metadata: {} },
];

describe.skipIf(!python())("a Python notebook", { timeout: 120_000 }, () => {
  const third = (stated: string) => markdown(`A third is <!-- check: f"{1 / 3:.2f}" -->${stated}<!-- /check -->.`);

  it.each(["tcp", "ipc"] as const)("passes over %s, with the numbers in its prose", async (transport) => {
    const cells = [code("x = 0.1 + 0.2\nx", {}, shows("0.3"), 1), third("0.33")];
    expect(await said(cells, { settings: { ...defaultSettings, transport } })).toEqual([]);
  });

  it("is caught when an output or a number in the prose is altered", async () => {
    const cells = [code("x = 0.1 + 0.2\nx", {}, shows("0.4"), 1), third("0.34"), code("x == 0.3", {}, [], 2)];
    expect(await said(cells, {})).toEqual([
      "its output is no longer the stored one: 0.4 → 0.30000000000000004",
      'it says 0.34; f"{1 / 3:.2f}" is 0.33',
      "its output is no longer the stored one: outputs: none → execute result (text/plain)",
    ]);
  });

  it("is compared by all digits of whole numbers in JSON", async () => {
    const source =
      'from IPython.display import display\ndisplay({"application/json": {"n": 12345678901234567891}}, raw=True)';
    const output: Output = { output_type: "display_data", data: { "application/json": { n: 0 } }, metadata: {} };
    const file = join(folder, "large.ipynb");
    writeNotebook(file, notebookOf([code(source, {}, [output], 1)], { kernelspec: { name: "python3" } }));
    const stored = (n: string) => writeFileSync(file, readFileSync(file, "utf8").replace(/"n": \d+/, `"n": ${n}`));
    const found = async () =>
      (await runFile(file, { settings: defaultSettings })).findings.map(({ message }) => message);
    stored("12345678901234567891");
    expect(await found()).toEqual([]);
    stored("12345678901234567890");
    expect(await found()).toEqual([
      "its output is no longer the stored one: $.n: 12345678901234567890 → 12345678901234567891",
    ]);
  });

  it("heeds nbval's comments and tags, and knows papermill's", async () => {
    const cells = [
      code("# NBVAL_IGNORE_OUTPUT\n1", {}, shows("2"), 1),
      code("# NBVAL_RAISES_EXCEPTION\nraise ValueError('no')", { tags: ["nbval-ignore-output"] }, [], 2),
      code("# NBVAL_SKIP\nwhile True: pass", {}, shows("kept"), 7),
      code("rate = 0.5", { tags: ["parameters"] }, [], 3),
      code("rate", {}, shows("0.6"), 4),
    ];
    const strict = { ...defaultSettings, knownTags: true };
    const drift = "its output is no longer the stored one: 0.6 → 0.5";
    expect(await said(cells, { settings: strict })).toEqual([drift]);
    expect(await said(cells, { settings: { ...strict, lax: true } })).toEqual([]);
    const marked = cells.with(4, code("# NBVAL_CHECK_OUTPUT\nrate", {}, shows("0.6"), 4));
    expect(await said(marked, { settings: { ...strict, lax: true } })).toEqual([drift]);
  });

  it("is stored as front ends show it in the end: updated by later cells, and cleared", async () => {
    const cells = [
      code("handle = display('now', display_id='one')", {}, display("'later'"), 1),
      code("handle.update('later')", {}, [], 2),
      code(
        "from IPython.display import clear_output\nprint('a')\nclear_output()\nprint('b')",
        {},
        [{ output_type: "stream", name: "stdout", text: "b\n" }],
        3,
      ),
    ];
    expect(await said(cells, {})).toEqual([]);
    expect(
      await said(cells.with(0, code("handle = display('now', display_id='one')", {}, display("'now'"), 1)), {}),
    ).toEqual(["its output is no longer the stored one: the display data (text/plain) differs"]);
  });

  it("is compared as the settings say", async () => {
    const both = "import sys\nprint('a')\nprint('x', file=sys.stderr)\nprint('b')\nraise ValueError('at 12:30')";
    const stored: Output[] = [
      { output_type: "stream", name: "stderr", text: "x\n" },
      { output_type: "stream", name: "stdout", text: "a\nb\n" },
      { output_type: "error", ename: "ValueError", evalue: "at 09:15", traceback: ["from another version"] },
    ];
    const settings = {
      ...defaultSettings,
      mergeStreams: true,
      allowErrors: true,
      ignore: ["traceback"],
      sanitize: { "\\d\\d:\\d\\d": "TIME" },
    };
    expect(await said([code(both, {}, stored, 1)], { settings })).toEqual([]);
    for (const without of ["allowErrors", "ignore", "sanitize"] as const) {
      const one = { ...settings, [without]: defaultSettings[without] };
      expect(await said([code(both, {}, stored, 1)], { settings: one })).toHaveLength(1);
    }
  });

  it("leaves no trace in the reader's history of cells", () => {
    expect(python()?.argv).toContain("--HistoryManager.hist_file=:memory:");
  });
});

describe("a Deno notebook", { timeout: 120_000 }, () => {
  const kernel: KernelSpec = {
    argv: [process.execPath, "--import", "tsx", join(root, "tests/notebook-check/deno-kernel.ts"), "{connection_file}"],
    env: {},
    interruptMode: "message",
    transport: "tcp",
  };
  const cells = (result: string, stated: string) => [
    code("var x = 6 * 7;\nx", {}, shows(result), 1),
    markdown(
      `It is <!-- check: x -->${stated}<!-- /check -->, in words <!-- check: String(x) -->42<!-- /check -->. <!-- holds: x > 1 -->`,
    ),
    code("x + 1", {}, shows("43"), 2),
  ];
  const settings = { ...defaultSettings, executionCounts: true };

  it("passes, with colors or without, and the questions between the cells take no count", async () => {
    expect(await said(cells("42", "42"), { kernel, settings })).toEqual([
      expect.stringContaining("its stored execution count is 1; a run from top to bottom gives 2"),
    ]);
    expect(await said(cells("\x1b[33m42\x1b[39m", "42"), { kernel })).toEqual([]);
  });

  it("is caught when an output or a number in the prose is altered", async () => {
    expect(await said(cells("41", "42"), { kernel })).toEqual(["its output is no longer the stored one: 41 → 42"]);
    expect(await said(cells("42", "43"), { kernel })).toEqual(["it says 43; x is 42"]);
  });

  it("is told of each claim that fails, by a kernel that prints its errors and then refuses a request", async () => {
    const argv = [...kernel.argv, "stock tslab"];
    const text = markdown("<!-- holds: nope(1) -->It is <!-- check: 2 + 2 -->4<!-- /check -->. <!-- holds: 1 > 2 -->");
    expect(await said([text], { kernel: { ...kernel, argv } })).toEqual([
      "it asserts nope(1), which fails: 1:1 - nope is not defined",
      "it asserts 1 > 2, which gives false and not the boolean true",
    ]);
  });

  it("does not start over IPC, and says what the kernel printed", async () => {
    const overIpc: KernelSpec = { ...kernel, transport: "ipc" };
    expect(await said(cells("42", "42"), { kernel: overIpc })).toEqual([expect.stringContaining("invalid host")]);
  });
});

it("kernels are looked for where Jupyter does on each system", () => {
  const on = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv) => dataDirectories(env, platform, "/home/me").slice(1);
  expect(on("linux", { VIRTUAL_ENV: "/venv" })).toEqual([
    "/home/me/.local/share/jupyter",
    "/venv/share/jupyter",
    "/usr/local/share/jupyter",
    "/usr/share/jupyter",
  ]);
  expect(on("darwin", { JUPYTER_PATH: "/a" })[1]).toBe("/home/me/Library/Jupyter");
  expect(on("win32", { APPDATA: "/roaming", PROGRAMDATA: "/programs" })).toEqual([
    "/roaming/jupyter",
    "/programs/jupyter",
  ]);
});
