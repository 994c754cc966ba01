/**
 * @file Debian's Notebook 6 with the notebooks, as a reader clicks through them: the first runs as a whole, of the others
 * the first cells. What is run is a copy, so that nothing that Jupyter saves reaches the notebooks.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { cpSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { joined } from "../../packages/notebook-check/notebook/nbformat.js";
import { root } from "../../scripts/build.js";
import { type Found, find, searchPath } from "../../scripts/start/find.js";
import { environment, serverArguments } from "../../scripts/start/serve.js";
import { temporaryFolder } from "../notebook-check/fixture.js";
import { browserProgram } from "../site/program.js";

const found = find(["notebook"], searchPath());
const isHere = "version" in found && found.version.startsWith("6.") && browserProgram() !== null;

/** Parts of the classic notebook's own script. */
interface Cell {
  cell_type: string;
  input_prompt_number: number | string | null;
  set_text: (text: string) => void;
  output_area: { outputs: { output_type: string; ename?: string; evalue?: string; text?: string }[] };
}
declare global {
  var Jupyter: {
    notebook: {
      kernel: { is_connected: () => boolean } | null;
      get_cells: () => Cell[];
      execute_all_cells: () => void;
      execute_cell_range: (from: number, to: number) => void;
      insert_cell_at_bottom: (type: string) => Cell;
      select: (index: number) => void;
      edit_mode: () => void;
      set_autosave_interval: (milliseconds: number) => void;
    };
  };
}

const lessons = ["01-linear-algebra", "02-optimization", "03-neural-nets", "04-attention"];

describe.skipIf(!isHere)("in Notebook 6", { timeout: 300_000 }, () => {
  const { folder, remove } = temporaryFolder();
  let server: ChildProcess;
  let browser: Browser;
  let address: string;
  let page: Page;

  beforeAll(async () => {
    cpSync(join(root, "notebooks"), join(folder, "notebooks"), { recursive: true });
    const port = await freePort();
    const jupyter = found as Found;
    const [program, ...args] = jupyter.command;
    const options = [`--notebook-dir=${folder}`, "--no-browser", `--port=${port}`, "--NotebookApp.token=''"];
    server = spawn(program, [...args, ...serverArguments(jupyter, options)], { env: environment(), stdio: "ignore" });
    address = `http://127.0.0.1:${port}`;
    await vi.waitFor(async () => expect((await fetch(`${address}/api`)).ok).toBe(true), {
      timeout: 120_000,
      interval: 500,
    });
    browser = await chromium.launch({
      executablePath: browserProgram() ?? undefined,
      args: ["--disable-gpu", "--disable-background-networking", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
    });
    page = await open(lessons[0]);
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    const ended = new Promise((resolve) => server?.once("exit", resolve));
    server?.kill("SIGTERM");
    await ended;
    remove();
  }, 60_000);

  async function open(lesson: string): Promise<Page> {
    const opened = await browser.newPage();
    await opened.goto(`${address}/notebooks/notebooks/${lesson}.ipynb`);
    await opened.waitForFunction(() => globalThis.Jupyter?.notebook?.kernel?.is_connected(), null, {
      timeout: 120_000,
    });
    await opened.evaluate(() => globalThis.Jupyter.notebook.set_autosave_interval(0));
    return opened;
  }

  /** Writes a cell at the end, and waits until it has run. @returns what it shows, as text */
  async function run(source: string): Promise<string> {
    const index = await write(source);
    await page.evaluate((at) => globalThis.Jupyter.notebook.execute_cell_range(at, at + 1), index);
    return outcome(index);
  }

  async function write(source: string): Promise<number> {
    return page.evaluate((text) => {
      const { notebook } = globalThis.Jupyter;
      notebook.insert_cell_at_bottom("code").set_text(text);
      const index = notebook.get_cells().length - 1;
      notebook.select(index);
      notebook.edit_mode();
      return index;
    }, source);
  }

  async function outcome(index: number): Promise<string> {
    await page.waitForFunction(
      (at) => typeof globalThis.Jupyter.notebook.get_cells()[at].input_prompt_number === "number",
      index,
      { timeout: 120_000 },
    );
    return page.evaluate(
      (at) =>
        document.querySelectorAll<HTMLElement>(".cell")[at].querySelector<HTMLElement>(".output")?.innerText ?? "",
      index,
    );
  }

  /** Waits until all code cells up to an index have run. @returns the names of the errors that they show */
  async function errorsOf(opened: Page, until: number): Promise<string[]> {
    await opened.waitForFunction(
      (last) =>
        globalThis.Jupyter.notebook
          .get_cells()
          .slice(0, last)
          .every(({ cell_type, input_prompt_number: n }) => cell_type !== "code" || typeof n === "number"),
      until,
      { timeout: 280_000 },
    );
    return opened.evaluate(
      (last) =>
        globalThis.Jupyter.notebook
          .get_cells()
          .slice(0, last)
          .flatMap((cell) => (cell.cell_type === "code" ? cell.output_area.outputs : []))
          .flatMap(({ output_type, ename }) => (output_type === "error" ? [ename ?? ""] : [])),
      until,
    );
  }

  it("the first notebook runs as a whole, and fails only where it means to", async () => {
    const stored = readNotebook(join(root, `notebooks/${lessons[0]}.ipynb`)).cells;
    const meant = stored.flatMap(({ outputs = [] }) => outputs.flatMap((one) => ("ename" in one ? [one.ename] : [])));
    await page.evaluate(() => globalThis.Jupyter.notebook.execute_all_cells());
    expect(await errorsOf(page, stored.length)).toEqual(meant);
  });

  it("a name is completed, and a function explained", async () => {
    await write("tensor([1, 2]).softm");
    await page.keyboard.press("End");
    await page.keyboard.press("Tab");
    await page.waitForFunction(() =>
      [...document.querySelectorAll(".cell.selected .CodeMirror-line")].some((line) =>
        line.textContent?.includes("softmax"),
      ),
    );
    await page.keyboard.press("Shift+Tab");
    await page.waitForFunction(() => document.getElementById("tooltip")?.innerText.includes("softmax"));
    await page.keyboard.press("Escape");
  });

  it("a mistake is said in a sentence", async () => {
    const said = await run("tensor([[1, 2], [3, 4]]).matmul(tensor([1, 2, 3]))");
    expect(said).toContain("inner dimensions 2 ≠ 3");
  });

  it("the stop button ends a loop, and what was defined is still there", async () => {
    await run("let kept = 41;");
    const index = await write("while (true) {}");
    await page.evaluate((at) => globalThis.Jupyter.notebook.execute_cell_range(at, at + 1), index);
    await page.click("[data-jupyter-action='jupyter-notebook:interrupt-kernel']");
    await outcome(index);
    expect(await run("kept + 1")).toContain("42");
  });

  it("an exercise names a mistake, and confirms a right answer", async () => {
    const asked = (answer: string) =>
      `exercises.mostSimilar.check((query: Tensor<[number]>, rows: Tensor<[number, number]>): number => ${answer});`;
    expect(await run(asked("rows.matmul(query).argmax().item()"))).toContain("a long row beats a similar one");
    expect(await run(asked("rows.matmul(query).div(rows.norm(1)).argmax().item()"))).toContain("✓");
  });

  it.each(lessons.slice(1))("%s opens, and its first cells run", async (lesson) => {
    const opened = await open(lesson);
    const cells = readNotebook(join(root, `notebooks/${lesson}.ipynb`)).cells;
    const code = cells.flatMap(({ cell_type, source }, i) =>
      cell_type === "code" && joined(source).trim() ? [i] : [],
    );
    const until = code[4] + 1;
    await opened.evaluate((last) => globalThis.Jupyter.notebook.execute_cell_range(0, last), until);
    expect(await errorsOf(opened, until)).toEqual([]);
    await opened.close();
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listener = createServer().listen(0, "127.0.0.1", () => {
      const { port } = listener.address() as { port: number };
      listener.close(() => resolve(port));
    });
  });
}
