/** @file The end of a run is the end: what still works, or dies, after the last cell is named with its cell. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultLimits, type Limits } from "../../packages/notebook-check/kernel/client.js";
import { isAlive, markName, Processes } from "../../packages/notebook-check/kernel/processes.js";
import { sentence } from "../../packages/notebook-check/report.js";
import { code, quiet, runCells, temporaryFolder, type WholeRun } from "./fixture.js";

/** What ends by itself ends within the grace, on a machine under load, too. */
const limits: Limits = { ...defaultLimits, grace: 5000 };
const said = ({ findings }: WholeRun) =>
  findings.map((finding) => sentence(finding).replace(/^\S*made\.ipynb(:\d+)? /, ""));

describe.concurrent("after the last cell", { timeout: 120_000 }, () => {
  it.each([
    ["a timer ends the kernel", "setTimeout(() => process.exit(3), 300);", "the kernel ended with code 3"],
    [
      "a timer that keeps nothing alive ends the kernel",
      "setTimeout(() => process.exit(4), 250).unref();",
      "the kernel ended with code 4",
    ],
    ["the kernel aborts", "setTimeout(() => process.abort(), 450);", "the kernel was ended by SIGABRT"],
    [
      "a callback of the crypto library throws",
      'import { pbkdf2 } from "node:crypto";\npbkdf2("a", "b", 1e6, 64, "sha512", () => { throw new Error("late"); });',
      "Error: late",
    ],
    [
      "a server is left listening",
      'import { createServer } from "node:net";\nconst server = createServer().listen(0);',
      "it left a server listening (TCPServerWrap): close what the cell opens",
    ],
    [
      "a file is watched",
      'import { watch } from "node:fs";\nconst watcher = watch(".");',
      "it left something open (FSEventWrap): close what the cell opens",
    ],
    [
      "a worker idles",
      'import { Worker } from "node:worker_threads";\nconst worker = new Worker("setInterval(() => {}, 1000)", { eval: true });',
      "it left a worker running: terminate what the cell starts",
    ],
    [
      "workers that keep nothing alive compute",
      'import { Worker } from "node:worker_threads";\nfor (let i = 0; i < 2; i++) new Worker("for (;;);", { eval: true }).unref();',
      "it left 2 workers running: terminate what the cell starts",
    ],
    [
      "the thread pool computes without end",
      'import { pbkdf2 } from "node:crypto";\npbkdf2("a", "b", 1e9, 64, "sha512", () => {});',
      "it left a computation running: await what the cell starts",
    ],
    [
      "a file is compressed for seconds, and then throws",
      'import { gzip } from "node:zlib";\ngzip(Buffer.alloc(1e8, "abc"), { level: 6 }, () => { throw new Error("compressed"); });',
      "Error: compressed",
    ],
    [
      "timers run on",
      "setInterval(() => {}, 50);\nsetInterval(() => {}, 60);",
      "it left 2 timers running: await or clear what the cell starts",
    ],
  ])("%s, and the cell is named", async (_, source, message) => {
    const whole = await runCells([quiet("1"), quiet(source)], { limits });
    expect(said(whole)).toEqual([expect.stringContaining(message)]);
    expect(said(whole)[0]).toMatch(/^cell \[2\] /);
  });

  it.each([
    [
      'import { createServer } from "node:net";\nconst server = createServer().listen(0);',
      "it left a server listening (TCPServerWrap): close what the cell opens",
    ],
    [
      'import { Worker } from "node:worker_threads";\nconst worker = new Worker("setInterval(() => {}, 1000)", { eval: true });',
      "it left a worker running: terminate what the cell starts",
    ],
  ])("what an earlier cell left is named by that cell: %s", async (source, message) => {
    const pool = 'import { readFile } from "node:fs/promises";\nawait readFile("/dev/null");';
    expect(said(await runCells([quiet("1"), quiet(source), quiet(pool)], { limits }))).toEqual([
      `cell [2] (failed): ${message}`,
    ]);
  });

  it("a timer that keeps nothing alive is waited for, if it fires within the grace", async () => {
    const source = 'setTimeout(() => { throw new Error("very late"); }, 4000).unref();';
    const whole = await runCells([quiet("1"), quiet(source)], { limits: { ...limits, grace: 20_000 } });
    expect(said(whole)).toEqual([expect.stringMatching(/^cell \[2\] .*Error: very late/)]);
  });

  it("what has ended by itself is no fault: a worker, a request to the thread pool, a timer", async () => {
    const source = `import { Worker } from "node:worker_threads";
import { pbkdf2 } from "node:crypto";
const worker = new Worker("1", { eval: true });
pbkdf2("a", "b", 2e6, 64, "sha512", () => {});
setTimeout(() => {}, 700).unref();
setTimeout(() => {}, 4000);`;
    expect(said(await runCells([quiet(source), quiet("2")], { limits: { ...limits, grace: 20_000 } }))).toEqual([]);
  });

  it.each([
    ["holds the kernel's pipes", 'spawnSync("sh", ["-c", "setsid sleep 300 & echo $! > PID"], { stdio: "inherit" });'],
    [
      "has left its parents",
      'spawnSync("sh", ["-c", "(setsid sleep 300 & echo $! > PID) > /dev/null 2>&1 &"]);\nspawnSync("sleep", ["0.3"]);',
    ],
    [
      "is a plain child",
      'spawnSync("sh", ["-c", ":"]);\nconst child = spawn("sleep", ["300"]);\nwriteFileSync("PID", String(child.pid));',
    ],
    [
      "is left by a cell that ends the kernel",
      'const child = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });\nwriteFileSync("PID", String(child.pid));\nprocess.exit(0);',
    ],
  ])("a process that %s is named, and ended", async (_, source) => {
    const { folder, remove } = temporaryFolder();
    const pidFile = join(folder, "pid");
    const imports =
      'import { spawn, spawnSync } from "node:child_process";\nimport { writeFileSync } from "node:fs";\n';
    const began = performance.now();
    const whole = await runCells([quiet(imports + source.replace("PID", pidFile)), quiet("2")], { limits });
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(said(whole)).toContain("cell [1] (failed): it left a process behind (sleep 300): end it in the notebook");
    expect(isAlive(Number(readFileSync(pidFile, "utf8")))).toBe(false);
    remove();
  });

  it("a process that nobody can find, and that holds the pipes of a kernel that has ended, keeps nobody waiting", async () => {
    const { folder, remove } = temporaryFolder();
    const pidFile = join(folder, "pid");
    const source = `import { spawnSync } from "node:child_process";
spawnSync("sh", ["-c", "env -i setsid sleep 300 & echo $! > ${pidFile}"], { stdio: "inherit" });
process.exit(3);`;
    try {
      const whole = await runCells([quiet(source)], { limits: { ...limits, cell: 60_000 } });
      expect(said(whole)).toEqual(["cell [1] (kernel): the kernel ended with code 3"]);
    } finally {
      process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL");
      remove();
    }
  });
});

describe("a process", () => {
  it("whose number now belongs to another is neither named nor ended", async () => {
    let started = "at noon";
    const processes = new Processes("a mark of its own", () => started);
    const env = { ...process.env, [markName]: "a mark of its own" };
    const { stdout } = spawnSync("sh", ["-c", "sleep 20 > /dev/null 2>&1 & echo $!"], { encoding: "utf8", env });
    const pid = Number(stdout);
    processes.look(null, 0);
    expect(processes.left()).toHaveLength(1);
    started = "at one";
    expect(processes.left()).toEqual([]);
    await processes.end();
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
  });
});

describe.concurrent("output", { timeout: 120_000 }, () => {
  it("without end is cut and fails its cell, in bounded time", async () => {
    const whole = await runCells([quiet("for (;;) console.log('x'.repeat(1000));"), quiet("2")], {
      limits: { ...limits, output: 1e6 },
    });
    expect(said(whole)).toEqual([
      expect.stringMatching(/^cell \[1\] \(failed\): it gave more than 1 MB of output: the rest was cut, and /),
    ]);
    expect(JSON.stringify(whole.run.runs.get(0)?.outputs).length).toBeLessThan(1e6);
  });

  it.each([
    ["a few writes", 'const text = "x".repeat(1e8);\nfor (let i = 0; i < 6; i++) process.stdout.write(text);'],
    ["many lines", 'for (let i = 0; i < 600; i++) console.log("x".repeat(1e6));'],
  ])("of 600 MB, in %s, is cut and fails its cell", async (_, source) => {
    expect(said(await runCells([quiet(source), quiet("2")], { limits }))).toEqual([
      expect.stringMatching(/^cell \[1\] \(failed\): it gave more than 10 MB of output: the rest was cut, and /),
    ]);
  });

  it("that comes soon after the end of its cell belongs to it, whichever millisecond that is", async () => {
    const timers = Array.from({ length: 12 }, (_, ms) =>
      code(
        `setTimeout(() => console.log(${ms}), ${ms});\nundefined`,
        {},
        [{ output_type: "stream", name: "stdout", text: `${ms}\n` }],
        ms + 1,
      ),
    );
    expect(said(await runCells(timers, { limits }))).toEqual([]);
  });

  it("is the same whatever Node is told to say about itself", async () => {
    process.env.NODE_DEBUG = "timers,module,net";
    try {
      const source = 'import { existsSync } from "node:fs";\nconsole.log(existsSync("."));';
      const logged = code(source, {}, [{ output_type: "stream", name: "stdout", text: "true\n" }], 1);
      expect(said(await runCells([logged], { limits }))).toEqual([]);
    } finally {
      delete process.env.NODE_DEBUG;
    }
  });

  it.each([
    ["a circle", "const circle: { self?: object } = {};\ncircle.self = circle;", "circle"],
    ["a BigInt", "const big = 1n;", "big"],
  ])("that JSON cannot hold (%s) fails its cell with the reason", async (_, make, name) => {
    const source = `import * as tslab from "tslab";\n${make}\ntslab.display.raw("application/json", ${name} as never);`;
    const [finding] = said(await runCells([quiet(source)], { limits }));
    expect(finding).toMatch(/^cell \[1\] \(failed\): TypeError: /);
  });
});
