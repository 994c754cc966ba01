/** @file The check as a stranger gets it: packed, installed in a folder of their own, run on a notebook of another kernel. */

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNotebook, writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import { root } from "../../scripts/build.js";
import { code, markdown, notebookOf } from "./fixture.js";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "stranger-")));
const notebook = join(folder, "mine.ipynb");
const program = join(folder, "node_modules/.bin/notebook-check");
/** Without what this test's own npm and runner have set. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|CI$|GITHUB_|VITEST|NODE_)/.test(name)),
);

const run = (command: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: "utf8" });
  return { status, output: stdout + stderr };
};
const mine = (second: string) =>
  writeNotebook(
    notebook,
    notebookOf([code("var x = 6 * 7;\nx"), markdown("It is <!-- check: x -->41<!-- /check -->."), code(second)], {
      kernelspec: { name: "deno" },
    }),
  );

beforeAll(() => {
  const workspace = ["--workspace", "packages/notebook-check"];
  const packed = spawnSync("npm", ["pack", ...workspace, "--pack-destination", folder], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  expect(packed.status, packed.stderr).toBe(0);
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  const installed = run("npm", "install", "--prefer-offline", join(folder, "notebook-check-0.1.0.tgz"));
  expect(installed.status, installed.output).toBe(0);
  const kernel = join(folder, "share/kernels/deno");
  mkdirSync(kernel, { recursive: true });
  const tsx = createRequire(import.meta.url).resolve("tsx");
  const argv = ["node", "--import", tsx, join(root, "tests/notebook-check/deno-kernel.ts"), "{connection_file}"];
  writeFileSync(join(kernel, "kernel.json"), JSON.stringify({ argv, display_name: "Deno", language: "typescript" }));
  writeFileSync(join(folder, "notebook-check.json"), JSON.stringify({ kernels: ["share"] }));
  mine("x + 1");
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("from the package alone", { timeout: 120_000 }, () => {
  it("a notebook is checked, updated, and then as stored", () => {
    expect(run(program, "mine.ipynb")).toMatchObject({
      status: 1,
      output: expect.stringContaining("it says 41; x is 42"),
    });
    expect(run(program, "--update", "mine.ipynb")).toMatchObject({ status: 0 });
    expect(JSON.stringify(readNotebook(notebook).cells[2].outputs)).toContain("43");
    expect(run(program)).toMatchObject({ status: 0 });
  });

  it("reports are written for other programs, and findings annotated on GitHub", () => {
    mine("throw new Error('no <more>')");
    const args = ["mine.ipynb", "--report", "junit=report.xml", "--report", "json=report.json"];
    const { status, stdout } = spawnSync(program, args, {
      cwd: folder,
      env: { ...env, GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: folder },
      encoding: "utf8",
    });
    expect(status).toBe(2);
    const line =
      readFileSync(notebook, "utf8")
        .split("\n")
        .findIndex((text) => text.includes("throw new")) + 1;
    expect(stdout).toContain(`::error file=mine.ipynb,line=${line},title=cell [2] (failed)::mine.ipynb`);
    const xml = readFileSync(join(folder, "report.xml"), "utf8");
    expect(xml).toMatch(/<testsuite name="mine.ipynb" tests="\d" failures="3"/);
    expect(xml).toContain('<failure type="failed" message="Error: no &lt;more&gt;">');
    const { notebooks } = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
    expect(notebooks[0].cells.map(({ status: one }: { status: string }) => one)).toEqual(["wrong", "wrong", "wrong"]);
  });

  it("it is watched: run again from the first changed cell", async () => {
    mine("x + 1");
    run(program, "--update", "mine.ipynb");
    const watcher = spawn(program, ["--watch", "mine.ipynb"], { cwd: folder, env });
    let printed = "";
    watcher.stdout.on("data", (chunk) => {
      printed += chunk;
    });
    const until = (text: string) => expect.poll(() => printed, { timeout: 60_000 }).toContain(text);
    await until("all is as stored; watching");
    printed = "";
    writeFileSync(notebook, readFileSync(notebook, "utf8").replace('"x + 1"', '"x + 2"'));
    await until("1 wrong or not run; watching");
    expect(printed).toContain("cell [2] (drift)");
    expect(printed).not.toContain("cell [1]");
    const ended = new Promise((resolve) => watcher.once("exit", resolve));
    watcher.kill("SIGINT");
    expect(await ended).toBe(130);
  });
});
