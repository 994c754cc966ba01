/**
 * @file Every code cell and every checked number of the lessons, in a browser: judged by the comparator that judges them in
 * Jupyter. Then every knob is turned. EVERY_LESSON=1, which .ci/run sets, takes all lessons and excursions; else it is the first.
 */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { joined } from "../../packages/notebook-check/notebook/nbformat.js";
import { suite } from "../../packages/notebook-check/suite.js";
import { lessons } from "../../scripts/lessons.js";
import { forRun, launch, open } from "./browser.js";
import { PageKernel, withoutFilms } from "./page-kernel.js";
import { browserProgram } from "./program.js";
import { knobFigures, turnKnobs } from "./turn.js";

let browser: Browser;
beforeAll(async () => {
  if (browserProgram()) browser = await launch();
});
afterAll(() => browser?.close());

const all = process.env.EVERY_LESSON ? lessons() : lessons().slice(0, 1);

describe.runIf(browserProgram()).each(all.map((file) => [basename(file), file]))("%s in the browser", (_, file) => {
  let page: Page;
  const testOf = suite(file, {
    host: () =>
      new PageKernel(async (name, onCrash) => {
        page = await open(browser, name, { viewport: { width: 1000, height: 1000 } });
        return forRun(page, onCrash);
      }, file),
    edit: withoutFilms,
  });
  const notebook = readNotebook(file);
  for (const [index, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== "raw") testOf(index, joined(cell.source).split("\n")[0].slice(0, 60));
  }

  for (const figure of knobFigures(notebook)) {
    test(`the knobs of ${figure.title}`, () => turnKnobs(page, figure));
  }

  // The page is still open. Some ten seconds after the last cell the browser collects what the compiler has left.
  if (file === lessons()[0] && process.platform === "linux") {
    test("settles below 400 MB of memory", async () => {
      await expect.poll(largestPage, { timeout: 60_000, interval: 1000 }).toBeLessThan(400);
    });
  }
});

/** What the largest of the browser's pages has in memory, in MB, the browser's own code included. */
async function largestPage(): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const sizes = processInfo.flatMap(({ type, id }) => {
    if (type !== "renderer") return [];
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/status`, "utf8")) ?? [];
    return [Number(kilobytes) / 1000];
  });
  return Math.max(...sizes);
}
