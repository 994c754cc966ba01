/** @file `npm run notebooks` as its user meets it: exit codes, the summary, updates, what it refuses. */

import { execFile, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isAlive } from "../../packages/notebook-check/kernel/processes.js";
import { readNotebook, writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import type { Cell } from "../../packages/notebook-check/notebook/nbformat.js";
import { root } from "../../scripts/build.js";
import { code, markdown, notebookOf, temporaryFolder } from "./fixture.js";

const { folder, remove } = temporaryFolder();
afterAll(remove);

function file(name: string, cells: Cell[], kernel = "tslab"): string {
  const path = join(folder, name);
  writeNotebook(path, notebookOf(cells, { kernelspec: { name: kernel } }));
  return path;
}

interface Ended {
  exitCode: number;
  output: string;
}

/** `npm run notebooks -- …` */
function notebooks(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const command = ["--import", "tsx", join(root, "packages/notebook-check/main.ts"), ...args];
  const { CI, ...rest } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: root, env: { ...rest, ...env } }, (error, stdout, stderr) => {
      resolve({ exitCode: (error?.code as number | undefined) ?? 0, output: stdout + stderr });
    });
  });
}

const sum = (stored: string): Cell[] => [
  code(
    "const a = 2;\na + 3",
    {},
    [{ output_type: "execute_result", data: { "text/plain": stored }, metadata: {}, execution_count: 1 }],
    1,
  ),
];

describe.concurrent("npm run notebooks", { timeout: 300_000 }, () => {
  it("exits with 0 when all is as stored, and says what was run and how long the start took", async ({ expect }) => {
    const { exitCode, output } = await notebooks([file("same.ipynb", sum("5"))]);
    expect(output).toMatch(/✓ \S*same\.ipynb cell \[1\] \d+\.\d\d s {2}const a = 2;/);
    expect(output).toMatch(/✓ \S*same\.ipynb: 1 passed in \d+\.\d s, \d+% of it to start the kernel/);
    expect(exitCode).toBe(0);
  });

  it("exits with 1 on drift, and shows the place and the lines that differ", async ({ expect }) => {
    const { exitCode, output } = await notebooks([file("drift.ipynb", sum("6"))]);
    expect(output).toMatch(/drift\.ipynb:\d+ cell \[1\] \(drift\): its output is no longer the stored one: 6 → 5\n/);
    expect(output).toContain("    -6\n    +5");
    expect(exitCode).toBe(1);
  });

  it("exits with 2 when a cell fails, and with 3 when a kernel does", async ({ expect }) => {
    expect((await notebooks([file("failing.ipynb", [code("throw new Error('no')")])])).exitCode).toBe(2);
    const { exitCode, output } = await notebooks([file("nowhere.ipynb", sum("5"), "fortran77")]);
    expect(output).toContain('there is no kernel named "fortran77"');
    expect(exitCode).toBe(3);
  });

  it("exits with 64 when it is called wrongly, and tells how to call it", async ({ expect }) => {
    const wrong = [
      ["--wrong"],
      ["nowhere"],
      ["-r", "many"],
      ["-r", "1.5"],
      ["-j", "0.5"],
      ["-j", "0"],
      ["--timeout", "1e7"],
      ["--timeout", "-1"],
      ["-u", "-r", "2"],
      [join(folder, "absent.ipynb")],
    ];
    for (const { exitCode, output } of await Promise.all(wrong.map((args) => notebooks(args)))) {
      expect(output).toContain("usage: npm run notebooks");
      expect(exitCode).toBe(64);
    }
    const ci = await notebooks(["-u", file("ci.ipynb", sum("6"))], { CI: "true" });
    expect(ci.output).toContain("--update is refused where CI is set");
    expect(ci.exitCode).toBe(64);
    expect(readNotebook(join(folder, "ci.ipynb")).cells).toEqual(readNotebook(file("ci2.ipynb", sum("6"))).cells);
  });

  it("stores what drifted when asked to, numbers in prose among it", async ({ expect }) => {
    const path = file("update.ipynb", [...sum("6"), markdown("It is <!-- check: a + 3 -->6<!-- /check -->.")]);
    const first = await notebooks([path, "--update"]);
    expect(first).toMatchObject({ exitCode: 0, output: expect.stringContaining("updated") });
    expect(readFileSync(path, "utf8")).toContain("It is <!-- check: a + 3 -->5<!-- /check -->.");
    expect(readFileSync(path, "utf8")).toContain('"5"');
    const second = await notebooks([path, "-u"]);
    expect(second.output).not.toContain("updated");
  });

  it("runs the kernel that is asked for, and refuses one that is not there", async ({ expect }) => {
    const path = file("kernel.ipynb", sum("5"), "fortran77");
    expect((await notebooks([path, "--kernel", "tslab"])).exitCode).toBe(0);
    const { exitCode, output } = await notebooks([path, "-k", "cobol"]);
    expect(output).toContain('there is no kernel named "cobol"');
    expect(exitCode).toBe(64);
  });

  it("knows this project by its configuration alone: elsewhere it does without one, or with another", async ({
    expect,
  }) => {
    const elsewhere = mkdtempSync(join(tmpdir(), "elsewhere-"));
    const main = join(root, "packages/notebook-check/main.ts");
    const tsx = import.meta.resolve("tsx");
    const check = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, main, ...args], {
        cwd: elsewhere,
        encoding: "utf8",
        env: { ...process.env, CI: "", INIT_CWD: "" },
      });
      return { status, output: stdout + stderr };
    };
    expect(check().output).toContain("there is no notebook to run: name one");
    writeNotebook(join(elsewhere, "own.ipynb"), notebookOf(sum("5")));
    expect(check().output).toContain('own.ipynb start (kernel): there is no kernel named "tslab"');
    const configure = (text: object) => writeFileSync(join(elsewhere, "notebook-check.json"), JSON.stringify(text));
    configure({ kernels: [join(relative(elsewhere, root), "scripts/jupyter-kernel/share")] });
    expect(check()).toMatchObject({ status: 0, output: expect.stringContaining("✓ own.ipynb: 1 passed") });
    writeNotebook(join(elsewhere, "own-too.ipynb"), notebookOf(sum("6")));
    // The whole name means that notebook, even where another name begins with it.
    expect(check("own").status).toBe(0);
    expect(check("own-").status).toBe(1);
    expect(check("ow").output).toContain('"ow" begins the name of 2 notebooks among');
    rmSync(join(elsewhere, "own-too.ipynb"));
    configure({ prepare: "echo broken >&2; exit 7" });
    expect(check()).toMatchObject({
      status: 3,
      output: expect.stringMatching(/^broken\n.*exit 7 failed, so no notebook was run/),
    });
    configure({ kernel: 7 });
    expect(check().output).toContain('"kernel" must be a name, not 7');
    configure({ colour: "red" });
    expect(check()).toMatchObject({ status: 64, output: expect.stringContaining('unknown key "colour"') });
    rmSync(elsewhere, { recursive: true });
  });

  it("runs up to a cell, by its number or its id", async ({ expect }) => {
    const path = file("long.ipynb", [...sum("5"), code("throw new Error('further down')")]);
    for (const cell of ["1", "cell-0"]) expect((await notebooks([`${path}:${cell}`])).exitCode).toBe(0);
    expect((await notebooks([`${path}:7`])).exitCode).toBe(64);
  });

  it("tells what differs from run to run from what has drifted", async ({ expect }) => {
    const path = file("repeat.ipynb", [...sum("6"), code("process.pid", {}, [], 2)]);
    const { exitCode, output } = await notebooks([path, "--repeat", "2"]);
    const [first, second] = output.split("run 2 of 2, against run 1");
    expect(first.match(/\(drift\)/g)).toHaveLength(2);
    expect(second.match(/\(drift\)/g)).toHaveLength(1);
    expect(second).toContain("cell [2] (drift)");
    expect(exitCode).toBe(1);
  });

  it("runs a notebook without cells, and says when a report cannot be written", async ({ expect }) => {
    const none = file("none.ipynb", []);
    expect(await notebooks([none])).toMatchObject({ exitCode: 0, output: expect.stringContaining("no cells") });
    expect(await notebooks([none, "--report", `json=${folder}`])).toMatchObject({
      exitCode: 3,
      output: expect.stringContaining("✗ the report was not written (EISDIR"),
    });
  });

  it("tells how it is called when asked", async ({ expect }) => {
    expect(await notebooks(["--help"])).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining("usage: npm run"),
    });
  });

  it("runs the other notebooks when one cannot be read", async ({ expect }) => {
    const broken = join(folder, "broken.ipynb");
    writeFileSync(broken, "{");
    const { exitCode, output } = await notebooks([broken, file("beside.ipynb", sum("5")), "-j", "1"]);
    expect(output).toMatch(/✗ \S*broken\.ipynb: not JSON/);
    expect(output).toMatch(/✓ \S*beside\.ipynb: 1 passed/);
    expect(exitCode).toBe(3);
  });

  it("finds a file from the folder where npm was called", async ({ expect }) => {
    file("here.ipynb", sum("5"));
    const { exitCode } = await notebooks(["here.ipynb"], { INIT_CWD: folder });
    expect(exitCode).toBe(0);
  });

  it("works where the name of the temporary folder is long", async ({ expect }) => {
    const long = join(folder, "x".repeat(100));
    mkdirSync(long);
    expect((await notebooks([file("long-name.ipynb", sum("5"))], { TMPDIR: long })).exitCode).toBe(0);
  });

  it("shows control characters, and sends none to the terminal", async ({ expect }) => {
    const cells = [code("throw new Error('\\x1b]0;owned\\x07 \\x9b2J')")];
    const { output } = await notebooks([file("escapes.ipynb", cells)]);
    expect(output).toContain("\\x1b]0;owned\\x07 \\x9b2J");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(output).not.toMatch(/[\x00-\x08\x0b-\x1f\x9b]/);
  });

  it("ends quietly when nobody reads what it prints", async ({ expect }) => {
    const many = Array.from({ length: 30 }, (_, i) => code(`${i};`, { tags: ["nbval-ignore-output"] }, [], i + 1));
    const path = file("many.ipynb", many);
    const command = `"${process.execPath}" --import tsx packages/notebook-check/main.ts "${path}" | head -1`;
    const { stderr, left } = await endedInFolder("head", command);
    expect(stderr).not.toContain("EPIPE");
    expect(left).toEqual([]);
  });

  it.each([
    ["SIGINT", 130, 300],
    ["SIGINT", 130, 1500],
    ["SIGTERM", 143, 2500],
    ["SIGHUP", 129, 6000],
  ] as const)("ends by %s with code %i after %i ms, and leaves nothing", async (signal, code, ms) => {
    const path = file(`signal-${ms}.ipynb`, [...sum("5"), codeOf("for (;;) {}")]);
    const { exitCode, left } = await endedInFolder(`signal-${ms}`, null, [path], (child) => {
      setTimeout(() => child.kill(signal), ms);
      // Under npm a signal comes twice.
      setTimeout(() => child.kill(signal), ms + 50);
    });
    // Before the program has loaded, the signal itself ends it.
    if (exitCode !== null) expect(exitCode).toBe(code);
    expect(left).toEqual([]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)(
    "ends by %s in the middle of a cell with code %i, and leaves no file and no process",
    async (signal, code) => {
      const sign = join(folder, `sign-${signal}`);
      const write = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(sign)}, \`\${process.pid}\`);`;
      const path = file(`in-${signal}.ipynb`, [...sum("5"), codeOf(`${write}\nfor (;;) {}`)]);
      const { exitCode, left } = await endedInFolder(`in-${signal}`, null, [path], (child) => {
        const timer = setInterval(() => {
          if (!existsSync(sign)) return;
          clearInterval(timer);
          child.kill(signal);
        }, 20);
      });
      expect(exitCode).toBe(code);
      expect(left).toEqual([]);
      expect(isAlive(Number(readFileSync(sign, "utf8")))).toBe(false);
    },
  );
});

const codeOf = (source: string) => code(source, { tags: ["nbval-ignore-output"] }, [], 2);

/** Runs a program with a temporary folder of its own, and tells what is left there, but for the caches of tsx. */
async function endedInFolder(
  name: string,
  shell: string | null,
  args: string[] = [],
  meanwhile: (child: ReturnType<typeof spawn>) => void = () => {},
): Promise<{ exitCode: number | null; stderr: string; left: string[] }> {
  const temporary = join(root, ".cache/tests", `t-${process.pid}-${name}`);
  mkdirSync(temporary, { recursive: true });
  const { CI, ...env } = process.env;
  const options = { cwd: root, env: { ...env, TMPDIR: temporary } };
  const main = ["--import", "tsx", join(root, "packages/notebook-check/main.ts"), ...args];
  const child = shell ? spawn("sh", ["-c", shell], options) : spawn(process.execPath, main, options);
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  child.stdout?.resume();
  meanwhile(child);
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const left = readdirSync(temporary).filter((entry) => !entry.startsWith("tsx-"));
  // What was killed may write for a moment longer.
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  return { exitCode, stderr, left };
}
