/** @file Faults of kernels and of cells: each ends the run in bounded time, named, and leaves nothing behind. */

import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { defaultLimits, type Limits } from "../../packages/notebook-check/kernel/client.js";
import { findKernel, type KernelSpec } from "../../packages/notebook-check/kernel/kernelspec.js";
import { isAlive } from "../../packages/notebook-check/kernel/processes.js";
import { writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import { sentence } from "../../packages/notebook-check/report.js";
import {
  code,
  notebookOf,
  quiet,
  runCells,
  runFile,
  tell,
  temporaryFolder,
  type WholeRun,
  whenTold,
} from "./fixture.js";

const limits: Limits = { ...defaultLimits, cell: 1000, grace: 3000 };

/** What is said of a notebook, without the folder it happens to be in; only the first line of each. */
const said = ({ findings }: WholeRun) =>
  findings.map((finding) =>
    sentence(finding)
      .split("\n")[0]
      .replace(/^.*\/(?=made)/, ""),
  );

describe.concurrent("a cell that ends the run", { timeout: 120_000 }, () => {
  it.each([
    ["calls process.exit", "process.exit(0)", "(kernel): the kernel ended with code 0"],
    [
      "exits while it is awaited",
      "setTimeout(() => process.exit(3), 20);\nawait new Promise(() => {})",
      "(kernel): the kernel ended with code 3",
    ],
    [
      "kills the kernel",
      'process.kill(process.pid, "SIGKILL");\nawait new Promise(() => {})',
      "(kernel): the kernel was ended by SIGKILL",
    ],
    ["loops for ever", "for (;;) {}", "(failed): it ran longer than 1 s and was interrupted"],
    [
      "loops for ever after an await",
      "await null;\nfor (;;) {}",
      "(failed): it ran longer than 1 s and was interrupted",
    ],
    ["waits for ever", "await new Promise(() => {})", "(failed): it ran longer than 1 s and was interrupted"],
    ["rejects a promise that nobody awaits", 'Promise.reject(new Error("alone"));\n1', "(failed): Error: alone"],
    [
      "throws in a timer",
      'setTimeout(() => { throw new Error("late"); }, 5);\nawait new Promise(() => {})',
      "(failed): Error: late",
    ],
    [
      "has a type error",
      "const a = 1;\nconst b: string = a;",
      "(failed): type error in line 2, column 7: Type 'number' is not assignable to type 'string'.",
    ],
  ])("because it %s is named, and no cell after it runs", async (_, source, message) => {
    const cell = message.includes("ran longer") ? limits.cell : defaultLimits.cell;
    const whole = await runCells([quiet("1"), quiet(source), quiet("2")], { limits: { ...limits, cell } });
    expect(said(whole)).toEqual([expect.stringMatching(/^made\.ipynb:\d+ cell \[2\] /)]);
    expect(said(whole)[0]).toContain(message);
    expect(whole.reports.map(({ status }) => status)).toEqual(["passed", "wrong", "not run"]);
    expect(whole.run.stopped).toBe("cell [2] failed");
  });

  it("because its memory is exhausted is named", async () => {
    const spec = findKernel("tslab");
    const small: KernelSpec = { ...spec, argv: [spec.argv[0], "--max-old-space-size=150", ...spec.argv.slice(1)] };
    const hog = quiet("const hog: number[][] = [];\nfor (;;) hog.push(new Array(1e5).fill(0.5));");
    const whole = await runCells([quiet("1"), hog, quiet("2")], { limits: defaultLimits, kernel: small });
    expect(said(whole)).toEqual([expect.stringContaining("cell [2] (kernel): the kernel ran out of memory")]);
  });

  it("because nothing stops it takes the kernel and its processes along", async ({ expect }) => {
    const { folder, remove } = temporaryFolder();
    const pidFile = join(folder, "pid");
    const stubborn = [
      'import { spawn } from "node:child_process";',
      'import { pbkdf2Sync } from "node:crypto";',
      `spawn("sh", ["-c", "echo $$ > ${pidFile}; exec sleep 100"]);`,
      'pbkdf2Sync("a", "b", 2 ** 31 - 1, 64, "sha512");',
    ].join("\n");
    // Time enough to start the process even where cores are shared.
    const whole = await runCells([quiet(stubborn)], { limits: { ...limits, cell: 12_000, grace: 300 } });
    expect(said(whole)).toEqual([
      expect.stringContaining(
        "cell [1] (failed): it ran longer than 12 s and did not heed the interrupt either, so the kernel was killed",
      ),
    ]);
    await expect.poll(() => isAlive(Number(readFileSync(pidFile, "utf8"))), { timeout: 10_000 }).toBe(false);
    remove();
  });

  it.each([
    ["type error", "// a comment\nconst b: string = 1;", "const b: string = 1;"],
    ["exception", "// a comment\nthrow new Error('no');", "throw new Error('no');"],
  ])("by an %s is named by the line of the file that it is on", async (_, source, line) => {
    const { folder, remove } = temporaryFolder();
    const file = join(folder, "made.ipynb");
    writeNotebook(file, notebookOf([quiet("1"), quiet(source)]));
    const { findings } = await runFile(file);
    const number = Number(/:(\d+)$/.exec(findings[0].place)?.[1]);
    expect(readFileSync(file, "utf8").split("\n")[number - 1]).toContain(line);
    remove();
  });
});

describe("a cell that was never run", { timeout: 60_000 }, () => {
  it("is drift, even if it would show nothing", async () => {
    const { findings } = await runCells([code("const a = 1;"), code("a")]);
    expect(findings.map(({ kind, message }) => `${kind}: ${message}`)).toEqual(
      Array(2).fill("drift: it is stored as never having been run; store its output with --update"),
    );
  });
});

describe.concurrent("a cell that goes on after its end", { timeout: 120_000 }, () => {
  it("is named for each thing that it leaves behind, and all cells run", async () => {
    const whole = await runCells(
      [
        quiet(whenTold('console.log("late")')),
        quiet(whenTold('throw new Error("later")')),
        quiet(
          'import { spawn } from "node:child_process";\nspawn("sleep", ["100"], { stdio: "ignore", detached: true }).unref();',
        ),
        quiet("for (let i = 0; i < 10000; i++) console.log(i);"),
        quiet(tell),
      ],
      { limits: defaultLimits },
    );
    expect(said(whole)).toEqual([
      expect.stringContaining(
        'cell [1] (failed): it went on after its end, and gave "late": await what the cell starts',
      ),
      expect.stringContaining(
        'cell [2] (failed): it went on after its end, and gave "Error: later": await what the cell starts',
      ),
      expect.stringContaining("cell [3] (failed): it left a process behind (sleep 100): end it in the notebook"),
    ]);
    expect(whole.reports.map(({ status }) => status)).toEqual(Array(5).fill("passed"));
  });

  it("is found even if the notebook ends before it does", async () => {
    const whole = await runCells([quiet('setTimeout(() => console.log("late"), 2000);')], {
      limits: { ...limits, grace: 10_000 },
    });
    expect(said(whole)).toEqual([expect.stringContaining("cell [1] (failed): it went on after its end")]);
    const endless = await runCells([quiet("setInterval(() => {}, 50);")], {
      limits: { ...limits, cell: 10_000, grace: 2000 },
    });
    expect(said(endless)).toEqual([
      expect.stringContaining("cell [1] (failed): it left 1 timer running: await or clear what the cell starts"),
    ]);
  });
});

describe.concurrent("a kernel that", { timeout: 60_000 }, () => {
  const fake = (how: string): KernelSpec => ({
    argv: [
      process.execPath,
      "--import",
      "tsx",
      fileURLToPath(new URL("fake-kernel.ts", import.meta.url)),
      how,
      "{connection_file}",
    ],
    env: {},
    interruptMode: "signal",
    transport: "ipc",
  });

  it.each([
    ["dies", "start (kernel): the kernel ended with code 5 before it answered; it printed:"],
    ["never answers", "start (kernel): the kernel did not answer within 4 s of its start"],
    [
      "never replies",
      "cell [1] (failed): it ran longer than 1 s and did not heed the interrupt either, so the kernel was killed",
    ],
    ["forgets the reply", "cell [1] (kernel): the kernel never sent the reply of the cell, and was ended"],
    ["forgets the idle status", "cell [1] (kernel): the kernel never sent the idle status of the cell, and was ended"],
    ["refuses", "cell [1] (kernel): the kernel refused to run it (status: aborted)"],
    ["loses output", "cell [1] (kernel): 2 of its output messages were lost"],
    ["miscounts", "cell [1] (kernel): the kernel counted 7 cells where 1 ran"],
  ])("%s is not mistaken for one that works", async (how, message) => {
    const start = how === "never answers" ? 4000 : 40_000;
    const whole = await runCells([quiet("1")], { kernel: fake(how), limits: { ...limits, start, grace: 700 } });
    expect(said(whole)).toEqual([expect.stringContaining(message)]);
  });

  it("cannot be started, or is not known, is named", async () => {
    const nowhere: KernelSpec = { argv: ["/nonexistent/kernel"], env: {}, interruptMode: "signal", transport: "ipc" };
    expect(said(await runCells([quiet("1")], { kernel: nowhere }))).toEqual([
      expect.stringContaining(
        "made.ipynb start (kernel): the kernel could not be started (spawn /nonexistent/kernel ENOENT)",
      ),
    ]);
    expect(() => findKernel("fortran77")).toThrow('there is no kernel named "fortran77"; looked in ');
    for (const name of ["../../evil", "/etc/evil", "a b", "..", ".", ""])
      expect(() => findKernel(name)).toThrow(`"${name}" is no name of a kernel`);
  });
});

describe("after all this", () => {
  it("no folder of a kernel is left", () => {
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`notebook-${process.pid}-`))).toEqual([]);
  });
});
