/**
 * @file The notebooks in Debian's Notebook 6, started above the checkout with the kernel that `npm run kernel -- install`
 * installs, as a reader clicks through them: an excursion runs as a whole, of every lesson the first cells. EVERY_LESSON=1,
 * which .ci/run sets, runs all cells of the lessons and moves their sliders.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { basename, dirname, join, relative, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { compareOutputs } from "../../packages/notebook-check/compare/compare.js";
import { configurationAt } from "../../packages/notebook-check/configuration.js";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { joined, type Output } from "../../packages/notebook-check/notebook/nbformat.js";
import { rulesOf } from "../../packages/notebook-check/options.js";
import { root } from "../../scripts/build.js";
import { lessons } from "../../scripts/lessons.js";
import { type Found, find, searchPath } from "../../scripts/start/find.js";
import { run as kernelspec } from "../../scripts/start/kernelspec.js";
import { serverArguments } from "../../scripts/start/serve.js";
import { temporaryFolder } from "../notebook-check/fixture.js";
import { launch } from "../site/browser.js";
import { moveFilms } from "../site/films.js";
import { browserProgram } from "../site/program.js";

const found = find(["notebook"], searchPath());
const isHere = "version" in found && found.version.startsWith("6.") && browserProgram() !== null;

/** Parts of the classic notebook's own script. */
interface Cell {
  /** What stands in the brackets: a star while the cell waits or runs, then its number. */
  input_prompt_number?: number | string | null;
  get_text: () => string;
  set_text: (text: string) => void;
  output_area?: { toJSON: () => Output[] };
}
declare global {
  var Jupyter: {
    notebook: {
      session: { delete: (success: (_: unknown) => void, error: (_: unknown) => void) => void };
      kernel: { is_connected: () => boolean } | null;
      get_cells: () => Cell[];
      clear_all_output: () => void;
      execute_cell_range: (from: number, to: number) => void;
      insert_cell_at_bottom: (type: string) => Cell;
      select: (index: number) => void;
      edit_mode: () => void;
      set_autosave_interval: (milliseconds: number) => void;
    };
  };
}

const [first, ...others] = lessons().filter((file) => dirname(file) === join(root, "notebooks"));
const excursion = join(root, "notebooks/excursions/turning-the-keys.ipynb");
const { EVERY_LESSON } = process.env;
const whole = [excursion, ...(EVERY_LESSON ? others : [])];
const begun = others.filter((file) => !whole.includes(file));
const named = (files: string[]) => files.map((file) => [basename(file), file]);

/** As long as one cell may take on a busy machine, in seconds. */
const mostSeconds = 180;

describe.runIf(isHere)("in Notebook 6", { timeout: 600_000 }, () => {
  const { folder, remove } = temporaryFolder();
  let server: ChildProcess;
  let browser: Browser;
  let address: string;
  let page: Page;

  beforeAll(async () => {
    const own = (name: string) => join(folder, name);
    const { JUPYTER_PATH, ...rest } = process.env;
    const folders = { DATA_DIR: own("data"), RUNTIME_DIR: own("runtime"), CONFIG_DIR: own("config") };
    const env = {
      ...rest,
      HOME: folder,
      ...Object.fromEntries(Object.entries(folders).map(([k, v]) => [`JUPYTER_${k}`, v])),
    };
    kernelspec(["install"], env);
    const port = await freePort();
    const jupyter = found as Found;
    const [program, ...args] = jupyter.command;
    const options = [`--notebook-dir=${dirname(root)}`, "--no-browser", `--port=${port}`, "--NotebookApp.token=''"];
    server = spawn(program, [...args, ...serverArguments(jupyter, options)], { cwd: folder, env, stdio: "ignore" });
    address = `http://127.0.0.1:${port}`;
    await vi.waitFor(async () => expect((await fetch(`${address}/api`)).ok).toBe(true), {
      timeout: 120_000,
      interval: 500,
    });
    browser = await launch();
    page = await open(first);
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    if (server && server.exitCode === null) {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await within(50, "the end of Jupyter", ended);
    }
    remove();
  }, 60_000);

  async function open(file: string): Promise<Page> {
    const opened = await browser.newPage();
    // Nothing that is done here reaches the notebooks.
    await opened.route("**/api/contents/**", (route) =>
      route.request().method() === "GET" ? route.continue() : route.abort(),
    );
    await opened.goto(`${address}/notebooks/${relative(dirname(root), file).split(sep).join("/")}`, {
      timeout: 120_000,
    });
    const connected = opened.waitForFunction(() => globalThis.Jupyter?.notebook?.kernel?.is_connected(), null, {
      timeout: 0,
    });
    await within(120, `the kernel of ${basename(file)}`, connected);
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
    const source = await page.evaluate((at) => globalThis.Jupyter.notebook.get_cells()[at].get_text(), index);
    const ended = page.waitForFunction(
      (at) => typeof globalThis.Jupyter.notebook.get_cells()[at].input_prompt_number === "number",
      index,
      { timeout: 0 },
    );
    await within(120, `the end of the cell ${source}`, ended);
    return page.evaluate(
      (at) =>
        document.querySelectorAll<HTMLElement>(".cell")[at].querySelector<HTMLElement>(".output")?.innerText ?? "",
      index,
    );
  }

  /** Runs all cells, or those before an index, and waits until they have shown what is stored. */
  async function runs(opened: Page, file: string, until?: number): Promise<void> {
    const notebook = readNotebook(file);
    const cells = notebook.cells.slice(0, until);
    const nameOf = (index: number) =>
      `${basename(file)}, cell ${index} (${joined(cells[index].source).split("\n")[0].slice(0, 60)})`;
    // What is stored does not stand in for what a cell gives.
    await opened.evaluate(() => globalThis.Jupyter.notebook.clear_all_output());
    if (until === undefined) {
      await opened.click("#celllink");
      await opened.click("#run_all_cells");
    } else await opened.evaluate((last) => globalThis.Jupyter.notebook.execute_cell_range(0, last), until);

    const running = () =>
      opened.evaluate(() =>
        globalThis.Jupyter.notebook.get_cells().findIndex((cell) => cell.input_prompt_number === "*"),
      );
    let [current, since] = [0, Date.now()];
    for (;;) {
      const next = await within(60, `the page's answer at ${nameOf(current)}`, running());
      if (next === -1) break;
      if (next !== current) [current, since] = [next, Date.now()];
      if (Date.now() - since > 1000 * mostSeconds) {
        const state = await opened.locator("#kernel_indicator_icon").getAttribute("title");
        const dialogs = await opened.locator(".modal-dialog:visible").allInnerTexts();
        const said = [state, ...dialogs].join(". ");
        throw new Error(`${nameOf(current)} has not ended in ${mostSeconds} s. Jupyter says: ${said}`);
      }
      await sleep(500);
    }

    const { settings } = configurationAt(root);
    const differences = async () => {
      const shown = await opened.evaluate(() =>
        globalThis.Jupyter.notebook
          .get_cells()
          .map((cell) => ({ count: cell.input_prompt_number, outputs: cell.output_area?.toJSON() })),
      );
      const found = cells.flatMap((cell, i) => {
        if (cell.cell_type !== "code") return [];
        const { count, outputs = [] } = shown[i];
        if (count !== cell.execution_count)
          return [`${nameOf(i)}: has the number ${count}, not ${cell.execution_count}`];
        const { verdict, messages } = compareOutputs(
          cell.outputs ?? [],
          outputs,
          rulesOf(cell, notebook, settings).comparison,
        );
        return verdict === "differs" ? [`${nameOf(i)}: ${messages.join("; ")}`] : [];
      });
      return found.join("\n");
    };
    // A cell's number comes on another channel than what it shows, and may be earlier.
    await expect
      .poll(differences, { message: `what ${basename(file)} shows otherwise`, timeout: 15_000, interval: 500 })
      .toBe("");
  }

  async function runsFirstCells(opened: Page, file: string): Promise<void> {
    const code = readNotebook(file).cells.flatMap(({ cell_type }, i) => (cell_type === "code" ? [i] : []));
    await runs(opened, file, code[4] + 1);
  }

  async function runsAsAWhole(opened: Page, file: string): Promise<void> {
    await runs(opened, file);
    const outputs = readNotebook(file).cells.flatMap((cell) => cell.outputs ?? []);
    const films = outputs.filter((one) => JSON.stringify(one).includes("data-film"));
    expect(await moveFilms(opened)).toBe(films.length);
  }

  /** Ends the notebook's kernel, too: that of all pages that show the notebook. */
  async function close(opened: Page): Promise<void> {
    const end = opened.evaluate(
      () =>
        new Promise<void>((resolve) =>
          globalThis.Jupyter.notebook.session.delete(
            () => resolve(),
            () => resolve(),
          ),
        ),
    );
    await within(60, "the end of a kernel", end);
    await opened.close();
  }

  it.each(named(whole))("%s runs as a whole, and its sliders move", async (_, file) => {
    const opened = await open(file);
    await runsAsAWhole(opened, file);
    await close(opened);
  });

  it.each(named(begun))("%s opens, and its first cells run", async (_, file) => {
    const opened = await open(file);
    await runsFirstCells(opened, file);
    await close(opened);
  });

  // On the page that the tests below go on with. A page of its own would share its kernel, and end it.
  if (EVERY_LESSON) {
    it("the first lesson runs as a whole, and its sliders move", () => runsAsAWhole(page, first));
  } else it("the first lesson opens, and its first cells run", () => runsFirstCells(page, first));

  it("a name is completed, and a function explained", async () => {
    await page.bringToFront();
    await write("tensor([1, 2]).softm");
    await page.locator(".cell.selected .CodeMirror-line").click();
    await page.keyboard.press("End");
    await page.keyboard.press("Tab");
    // Two names hold what was typed; the first is chosen.
    await page.locator(".completions").getByText("softmax", { exact: true }).waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".cell.selected .CodeMirror-line").innerText()).toBe("tensor([1, 2]).softmax");
    await page.keyboard.press("Shift+Tab");
    await page.waitForFunction(() => document.getElementById("tooltip")?.innerText.includes("softmax"));
    await page.keyboard.press("Escape");
  });

  it("a mistake is said in a sentence, in color", async () => {
    const said = await run("tensor([[1, 2], [3, 4]]).matmul(tensor([1, 2, 3]))");
    expect(said).toMatch(/^TypeScriptError: matmul: \[2, 2\] @ \[3\]: inner dimensions 2 ≠ 3\n/);
    expect(await page.locator(".output_error .ansi-red-intense-fg").last().innerText()).toBe("~".repeat(17));
  });

  it("the stop button ends a loop, and what was defined is still there", async () => {
    await run("let kept = 41;");
    const index = await write("while (true) {}");
    await page.evaluate((at) => globalThis.Jupyter.notebook.execute_cell_range(at, at + 1), index);
    // Pressed again should the loop not have begun.
    const stop = async () => {
      await page.click("[data-jupyter-action='jupyter-notebook:interrupt-kernel']");
      return page.evaluate((at) => typeof globalThis.Jupyter.notebook.get_cells()[at].input_prompt_number, index);
    };
    await expect.poll(stop, { timeout: 60_000, interval: 3000 }).toBe("number");
    expect(await outcome(index)).toContain("Interrupted");
    expect(await run("kept + 1")).toContain("42");
  });

  it("an exercise names a mistake, and confirms a right answer", async () => {
    const asked = (answer: string) =>
      `exercises.mostSimilar.check((query: Tensor<[number]>, rows: Tensor<[number, number]>): number => ${answer});`;
    expect(await run(asked("rows.matmul(query).argmax().item()"))).toContain("a long row beats a similar one");
    expect(await run(asked("rows.matmul(query).div(rows.norm(1)).argmax().item()"))).toContain("✓");
  });

  it("a knob is turned, and the figure moves", async () => {
    await run(`knobs({ slope: { from: 0, to: 1, at: 0.5 } }, ({ slope }) =>
      plot.lines({ y: [0, slope] }, { title: \`slope \${slope}\`, x: "x", y: { label: "y", domain: [0, 1] } }));`);
    const slider = page.getByRole("slider", { name: "slope" }).last();
    const image = page.locator("[data-film] img").last();
    const title = async () => (await image.getAttribute("alt"))?.split(".  ")[0];
    expect(await title()).toMatch(/^slope 0\.5\b/);
    await slider.focus();
    for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowRight");
    await expect.poll(() => slider.getAttribute("aria-valuetext")).not.toBe("slope = 0.5");
    await expect.poll(title).not.toMatch(/^slope 0\.5\b/);
  });
});

/** @throws once a wait has taken too long, saying for what */
async function within<Value>(seconds: number, what: string, wait: Promise<Value>): Promise<Value> {
  const ended = new AbortController();
  const late = sleep(1000 * seconds, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`waited ${seconds} s in vain for ${what}`);
  });
  try {
    return await Promise.race([wait, late]);
  } finally {
    ended.abort();
    late.catch(() => {});
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listener = createServer().listen(0, "127.0.0.1", () => {
      const { port } = listener.address() as { port: number };
      listener.close(() => resolve(port));
    });
  });
}
