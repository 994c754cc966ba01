/** @file The command that runs before notebooks, and how it ends. */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { isAlive } from "../../packages/notebook-check/kernel/processes.js";
import { writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import { root } from "../../scripts/build.js";
import { notebookOf, quiet } from "./fixture.js";

const check = ["--import", import.meta.resolve("tsx"), join(root, "packages/notebook-check/main.ts")];

/** How to run the check in a folder with one sound notebook, before which a command runs. */
function preparedBy(prepare: string, cell = "1 + 1") {
  const cwd = mkdtempSync(join(tmpdir(), "prepared-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeNotebook(join(cwd, "own.ipynb"), notebookOf([quiet(cell)]));
  const kernels = [join(relative(cwd, root), "scripts/jupyter-kernel/share")];
  writeFileSync(join(cwd, "notebook-check.json"), JSON.stringify({ kernels, prepare }));
  const pids = () => readFileSync(join(cwd, "pids"), "utf8").trim().split(" ").map(Number);
  return { options: { cwd, env: { ...process.env, CI: "", INIT_CWD: "" } }, pids };
}

describe("what runs before notebooks", { timeout: 120_000 }, () => {
  it.each([
    ["SIGINT", 130, "echo $$ > pids; sleep 60"],
    ["SIGTERM", 143, "trap '' TERM; sleep 60 & echo $$ $! > pids; wait"],
    ["SIGHUP", 129, "(sleep 60; sleep 60) & echo $$ $! > pids; wait"],
  ] as const)("ends by %s with code %i, and all of it: %s", async (signal, code, slow) => {
    const { options, pids } = preparedBy(slow);
    const child = spawn(process.execPath, check, options);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    await vi.waitFor(() => expect(pids().every(isAlive)).toBe(true), 30_000);
    const started = pids();
    child.kill(signal);
    const exitCode = await new Promise((resolve) => child.once("close", resolve));
    expect({ exitCode, output }).toEqual({ exitCode: code, output: "" });
    await expect.poll(() => started.filter(isAlive)).toEqual([]);
  });

  it("has time to tidy up behind itself, and so has what it started", async () => {
    const tidy =
      "process.on('SIGTERM', () => setTimeout(() => { fs.writeFileSync('tidy', ''); process.exit(); }, 300))";
    const slow = `${JSON.stringify(process.execPath)} -e "${tidy}; fs.writeFileSync('pids', String(process.pid)); setInterval(() => {}, 1000)"; true`;
    const { options, pids } = preparedBy(slow);
    const child = spawn(process.execPath, check, options);
    await vi.waitFor(() => expect(pids().every(isAlive)).toBe(true), 30_000);
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("close", resolve));
    expect(existsSync(join(options.cwd, "tidy"))).toBe(true);
  });

  it("is not waited for once it has ended, and a server that it started runs and prints on", () => {
    const asks = `await new Promise((resolve) => setTimeout(resolve, 500));
process.kill(Number(require("node:fs").readFileSync("pids", "utf8")), 0);`;
    const { options, pids } = preparedBy("(while echo on; do sleep 0.1; done) & echo $! > pids", asks);
    const { status, stdout } = spawnSync(process.execPath, check, { ...options, encoding: "utf8", timeout: 90_000 });
    if (isAlive(pids()[0])) process.kill(pids()[0], "SIGKILL");
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("✓ own.ipynb: 1 passed") });
  });
});
