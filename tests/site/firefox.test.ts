/** @file The pages in Firefox: what a reader does, and with EVERY_LESSON=1, as .ci/run has it, every cell of the first lesson. */

import { basename } from "node:path";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { joined } from "../../packages/notebook-check/notebook/nbformat.js";
import { suite } from "../../packages/notebook-check/suite.js";
import { lessons } from "../../scripts/lessons.js";
import { launchFirefox, openInFirefox } from "./firefox.js";
import { type OpenPage, PageKernel, withoutFilms } from "./page-kernel.js";
import { firefoxProgram } from "./program.js";

let browser: Browser;
beforeAll(async () => {
  if (firefoxProgram()) browser = await launchFirefox();
}, 60_000);
afterAll(() => browser?.close());

describe.runIf(firefoxProgram())("a reader in Firefox", () => {
  let page: OpenPage;
  beforeAll(async () => {
    page = await openInFirefox(browser, "01-linear-algebra.html");
    return () => page.close();
  });

  /** Runs a cell with a code, and says what came out. */
  const run = (index: number, code: string | null) =>
    page.evaluate(
      async ([at, own]) => {
        const cell = globalThis.page.cells[at];
        if (own !== null) cell.edit(own);
        await globalThis.page.run(cell);
        return { state: cell.state, count: cell.executionCount, text: cell.outputsElement.textContent ?? "" };
      },
      [index, code] as const,
    );

  test("presses Run in the middle, and what stands above runs first", async () => {
    expect(await run(3, null)).toMatchObject({ state: "done", count: 4 });
  });

  test("sees the sentence about shapes first when a cell does not compile", async () => {
    const { state, text } = await run(4, "tensor([[1, 2, 3]]).matmul(tensor([[1, 2]]))");
    expect(state).toBe("failed");
    expect(text).toMatch(/^Type error, line 1, column \d+ matmul: \[1, 3\] @ \[1, 2\]: inner dimensions 3 ≠ 1/);
  });

  test("is told at which line of a cell an error was thrown", async () => {
    const { text } = await run(4, 'const f = () => {\n  throw new RangeError("too big");\n};\nf();');
    expect(text).toMatch(/^RangeError too big/);
    expect(text).toMatch(/at f \(cell \[\d+\], line 2\)/);
  });

  test("is helped by the compiler while writing", async () => {
    const answers = await page.evaluate(async () => {
      const { kernel } = globalThis.page;
      const code = "zeros([2, 3]).matm";
      const { options = [] } = (await kernel.ask({ type: "complete", code, cursor: code.length })) ?? {};
      const call = "zeros([2, 3]).matmul(";
      const help = await kernel.ask({ type: "signature", code: call, cursor: call.length });
      return { options, label: help?.signature?.label };
    }, null);
    expect(answers).toEqual({ options: ["matmul"], label: expect.stringMatching(/^matmul\(/) });
  });

  test("stops a loop without an end, and runs on", async () => {
    const state = await page.evaluate(async () => {
      const cell = globalThis.page.cells[4];
      cell.edit("let i = 0; for (;;) i++;");
      void globalThis.page.run(cell);
      while (cell.state !== "running") await new Promise((resolve) => setTimeout(resolve, 20));
      await new Promise((resolve) => setTimeout(resolve, 300));
      await globalThis.page.stop();
      return globalThis.page.kernel.state;
    }, null);
    expect(state).toBe("off");
    expect(await run(4, "6 * 7")).toMatchObject({ state: "done", text: "42" });
  });

  test("finds an edit again after a reload", async () => {
    await page.evaluate(() => {
      const [cell] = globalThis.page.cells;
      globalThis.page.edits.write(cell.id, cell.original, "1 + 1");
    }, null);
    await page.reload();
    expect(await page.evaluate(() => globalThis.page.cells[0].code, null)).toBe("1 + 1");
  });
});

const whole = process.env.EVERY_LESSON ? lessons().slice(0, 1) : [];

describe.runIf(firefoxProgram()).each(whole.map((file) => [basename(file), file]))("%s in Firefox", (_, file) => {
  const test = suite(file, {
    host: () => new PageKernel((page) => openInFirefox(browser, page), file),
    edit: withoutFilms,
  });
  for (const [index, cell] of readNotebook(file).cells.entries()) {
    if (cell.cell_type !== "raw") test(index, joined(cell.source).split("\n")[0].slice(0, 60));
  }
});
