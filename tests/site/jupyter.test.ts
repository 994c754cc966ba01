/**
 * @file Figures with one knob move without our page, in HTML that nbconvert exports. Notebook 6 has its tests in tests/start.
 * EVERY_LESSON=1, which .ci/run sets, takes those of all lessons and excursions; else of the first.
 */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { serialize } from "../../packages/notebook-check/notebook/nbformat.js";
import { lessons } from "../../scripts/lessons.js";
import { find, searchPath } from "../../scripts/start/find.js";
import { sanitized } from "../../site/pages/sanitize.js";
import { temporaryFolder } from "../notebook-check/fixture.js";
import { launch } from "./browser.js";
import { everyKnob } from "./every-knob.js";
import { moveFilms } from "./films.js";
import { browserProgram } from "./program.js";

const nbconvert = find(["nbconvert"], searchPath());

const withFilms = (process.env.EVERY_LESSON ? lessons() : lessons().slice(0, 1)).filter((file) =>
  readNotebook(file).cells.some(({ outputs = [] }) => JSON.stringify(outputs).includes("data-film")),
);

describe.runIf(browserProgram())("a figure with one knob", () => {
  const { folder, remove } = temporaryFolder();
  const file = join(folder, "every-knob.ipynb");
  const env = { ...process.env, HOME: folder, JUPYTER_DATA_DIR: folder, JUPYTER_CONFIG_DIR: folder };
  const run = ({ command: [program, ...first] }: { command: readonly [string, ...string[]] }, ...args: string[]) => {
    const { status, stderr } = spawnSync(program, [...first, ...args], { cwd: folder, env, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  };
  let browser: Browser;
  beforeAll(async () => {
    const { notebook: every } = await everyKnob();
    const kernelspec = { name: "python3", display_name: "Python 3", language: "python" };
    writeFileSync(file, serialize({ ...every, metadata: { kernelspec } }));
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    remove();
  });

  /** Moves the slider of the first figure to its end, and the choice of the second. */
  async function moves(page: Page): Promise<void> {
    const [slider, choice] = [page.getByRole("slider", { name: "rate" }), page.getByRole("slider", { name: "bend" })];
    await slider.waitFor({ timeout: 60_000 });
    expect(await page.locator("[data-film] img").first().getAttribute("alt")).toMatch(/^η = 0\.1\. /);
    await slider.scrollIntoViewIfNeeded();
    const box = await slider.boundingBox();
    if (!box) throw new Error("the slider is not on the page");
    await page.mouse.move(box.x + 0.1 * box.width, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width + 20, box.y + box.height / 2, { steps: 8 });
    await page.mouse.up();
    const image = page.locator("[data-film] img");
    await expect.poll(() => image.first().getAttribute("alt")).toMatch(/^η = 1\. /);
    expect(await slider.getAttribute("aria-valuetext")).toBe("rate = 1");
    expect(decodeURIComponent((await image.first().getAttribute("src")) ?? "")).toContain("<title>η = 1</title>");
    await choice.focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => image.nth(1).getAttribute("alt")).toMatch(/^tanh\. /);
    // It is drawn: a damaged picture has no size.
    await expect.poll(() => image.nth(1).evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(100);
  }

  test.runIf("command" in nbconvert)(
    "moves in exported HTML",
    async () => {
      if ("command" in nbconvert) run(nbconvert, "--to", "html", file);
      const page = await browser.newPage();
      await page.goto(pathToFileURL(join(folder, "every-knob.html")).href);
      await moves(page);
      await page.close();
    },
    120_000,
  );

  test.runIf("command" in nbconvert).each(withFilms.map((file) => [basename(file), file]))(
    "moves in exported HTML, every one of %s",
    async (name, file) => {
      if ("command" in nbconvert) run(nbconvert, "--to", "html", `--output-dir=${folder}`, file);
      const page = await browser.newPage();
      await page.route(/^https?:/, (route) => route.abort());
      await page.goto(pathToFileURL(join(folder, name.replace(/ipynb$/, "html"))).href);
      expect(await moveFilms(page)).toBeGreaterThan(0);
      await page.close();
    },
    120_000,
  );

  test("stands still, and whole, where a site strips what could run", async () => {
    const { notebook: every } = await everyKnob();
    const outputs = every.cells.flatMap((cell) => cell.outputs ?? []);
    const forms = outputs.map((output) => ("data" in output ? String(output.data["text/html"]) : ""));
    expect(forms.filter((html) => html.includes("data-film"))).toHaveLength(2);
    const page = await browser.newPage();
    await page.setContent(forms.map((html) => sanitized(html)).join(""));
    expect(await page.locator("input, [data-film], [onload], script").count()).toBe(0);
    const widths = await page
      .locator("img")
      .evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth));
    expect(widths).toHaveLength(outputs.length);
    for (const width of widths) expect(width).toBeGreaterThan(100);
    await page.close();
  });
});
