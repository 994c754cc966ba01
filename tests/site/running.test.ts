/** @file What a reader does with a page: runs, stops, edits, solves, reloads, downloads, and goes on without a network. */

import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { root } from "../../scripts/build.js";
import { temporaryFolder } from "../notebook-check/fixture.js";
import { byNbconvert, findNbconvert } from "../notebook-check/side-by-side.js";
import { launch, open } from "./browser.js";
import { browserProgram } from "./program.js";

describe.runIf(browserProgram())("a reader", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    page = await open(browser, "01-linear-algebra.html");
    return () => page.context().close();
  });

  const cell = (index: number) => page.locator(".cell.code").nth(index);
  const press = (index: number, name: string) => cell(index).getByRole("button", { name }).click();
  const become = (index: number, state: string) =>
    expect.poll(() => cell(index).getAttribute("data-state"), { timeout: 100_000 }).toBe(state);
  const status = () => page.locator(".status").textContent();

  test("presses Run in the middle, and what stands above runs first", async () => {
    await press(6, "Run cell 7");
    await become(6, "done");
    for (let index = 0; index < 6; index++) await become(index, "done");
    expect(await cell(7).getAttribute("data-state")).toBeNull();
    expect(await cell(6).locator(".count").textContent()).toBe("In [7]");
  });

  test("writes a loop without an end, stops it, and runs on", async () => {
    await page.evaluate(() => globalThis.page.cells[1].edit("let i = 0; for (;;) i++;"));
    await press(1, "Run cell 2");
    await become(1, "running");
    await page.waitForTimeout(500);
    await page.getByRole("button", { name: "Stop" }).click();
    await become(1, "failed");
    expect(await status()).toMatch(/will be run again/);
    await page.evaluate(() => globalThis.page.cells[1].edit("1 + 1"));
    await press(1, "Run cell 2");
    await become(1, "done");
    expect(await cell(1).locator(".outputs").textContent()).toBe("2");
  });

  test("stops what a cell awaits, and the kernel keeps what it has", async () => {
    await press(0, "Run cell 1");
    await become(0, "done");
    // The fastest of three counts: the machine may be busy with something else.
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const code = `console.log("waits, ${round}"); await new Promise(() => {});`;
      await page.evaluate((source) => globalThis.page.cells[1].edit(source), code);
      await press(1, "Run cell 2");
      await cell(1).getByText(`waits, ${round}`).and(cell(1).locator(".stdout")).waitFor();
      const took = await page.evaluate(async () => {
        const began = performance.now();
        await globalThis.page.stop();
        return performance.now() - began;
      });
      times.push(took);
      await become(1, "failed");
      expect(await status()).toBe("stopped");
    }
    expect(Math.min(...times)).toBeLessThan(100);
    expect(await page.evaluate(() => globalThis.page.kernel.generation)).toBe(1);
    expect(await cell(1).locator(".outputs").textContent()).toMatch(/Interrupted/);
  });

  test("sees the sentence about shapes first when a cell does not compile", async () => {
    await page.evaluate(() => globalThis.page.cells[1].edit("tensor([[1, 2, 3]]).matmul(tensor([[1, 2]]))"));
    await press(1, "Run cell 2");
    await become(1, "failed");
    expect(await cell(1).locator(".error p").textContent()).toMatch(
      /^Type error, line 1, column \d+ matmul: \[1, 3\] @ \[1, 2\]: inner dimensions 3 ≠ 1$/,
    );
  });

  test("edits a cell, sees a red line, mends it, runs it, and finds the edit again after a reload", async () => {
    await press(0, "Run cell 1");
    await become(0, "done");
    await press(1, "Edit cell 2");
    const editor = cell(1).locator(".cm-content");
    await editor.click();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("const wrong: string = 3");
    await cell(1).locator(".cm-lintRange-error").first().waitFor({ timeout: 30_000 });
    await page.keyboard.press("Control+A");
    await page.keyboard.type("6 * 7");
    await page.keyboard.press("Control+Enter");
    await become(1, "done");
    expect(await cell(1).locator(".outputs").textContent()).toBe("42");
    await page.reload();
    await expect.poll(() => cell(1).locator("pre.source").textContent()).toBe("6 * 7");
    await expect.poll(() => cell(1).locator("pre.source span.n").allTextContents()).toEqual(["6", "7"]);
    await press(1, "Go back");
    expect(await page.evaluate(() => globalThis.page.cells[1].isEdited)).toBe(false);
  });

  test("sees inside parentheses what a function takes, and beside a name where its source is", async () => {
    await press(0, "Run cell 1");
    await become(0, "done");
    await press(1, "Edit cell 2");
    await cell(1).locator(".cm-content").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("zeros([2, 3]).matmul(");
    const signature = page.locator(".signature");
    await signature.locator("b").filter({ hasText: "other" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => signature.count()).toBe(0);
    await page.keyboard.type("Math.pow(1, ");
    await signature.locator("b").filter({ hasText: "y: number" }).waitFor();
    await page.keyboard.type("2)");
    await signature.locator("b").filter({ hasText: "other" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("zeros([2, 3]).softmax;");
    await cell(1).getByText("softmax").hover();
    const hover = page.locator(".cm-tooltip-hover");
    await hover.getByText("exponential").waitFor();
    const [source] = await Promise.all([page.waitForEvent("popup"), hover.getByText("Open its source").click()]);
    await source.waitForLoadState();
    expect(await source.locator(".line:has(:target)").textContent()).toMatch(/^export const softmax/);
  });

  test("rests on a name of the library, and is told what it does before there is a kernel", async () => {
    const code = "const mine = zeros([2, 3]).softmax();";
    await page.evaluate((text) => {
      globalThis.page.cells[1].source.textContent = text;
    }, code);
    const source = cell(1).locator("pre.source");
    await source.scrollIntoViewIfNeeded();
    const card = page.locator(".card");
    const rest = async (name: string) => {
      const [x, y] = await source.evaluate((element, at) => {
        const range = document.createRange();
        range.setStart(element.firstChild as Text, at);
        range.setEnd(element.firstChild as Text, at + 3);
        const { left, top, width, height } = range.getBoundingClientRect();
        return [left + width / 2, top + height / 2];
      }, code.indexOf(name));
      await page.mouse.move(x, y);
    };
    await rest("softmax");
    await card.getByText("Tensor.softmax").waitFor();
    await rest("zeros");
    await card.getByText("A tensor filled with zeros.").waitFor();
    expect(await card.getByRole("link").getAttribute("href")).toMatch(/^source\/tensor\/create\.html#zeros$/);
    // The reader's own names are the reader's.
    await rest("mine");
    await card.waitFor({ state: "hidden" });
    await rest("zeros");
    await card.waitFor();
    await page.keyboard.press("Escape");
    expect(await card.isVisible()).toBe(false);
    expect(await page.evaluate(() => globalThis.page.kernel.state)).toBe("off");
  });

  test("solves an exercise: wrong, then right, and it stays solved", async () => {
    const attempt = (sign: string) => `const rotation = (angle: number): Tensor<[2, 2]> => {
      const [c, s] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
      return tensor([[c, ${sign}s], [s, c]]);
    };
    exercises.rotation.check(rotation);`;
    const index = await page.evaluate(() => globalThis.page.cells.findIndex(({ tags }) => tags.includes("exercise")));
    const solve = async (sign: string) => {
      await page.evaluate(([at, code]) => globalThis.page.cells[at].edit(code), [index, attempt(sign)] as const);
      await press(index, `Run cell ${index + 1}`);
      await become(index, "done");
      return cell(index).locator(".outputs").textContent();
    };
    const counted = () => page.locator(".solved-count").textContent();
    expect(await solve("+")).toMatch(/^✗ .*minus/);
    // No check mark beside a wrong answer.
    expect(await cell(index).locator(".state").textContent()).toBe("has run");
    expect(await counted()).toMatch(/^0 of \d+ exercises solved$/);
    expect(await solve("-")).toMatch(/^✓ /);
    await page.reload();
    expect(await counted()).toMatch(/^1 of \d+ exercises solved$/);
    expect(await cell(index).locator(".verdict").textContent()).toBe("✓ solved");
  });

  test("hears that a notebook cannot be downloaded without a connection", async () => {
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Download" }).click();
    await expect.poll(status).toBe("the notebook could not be loaded; check the connection and try again");
    await page.context().setOffline(false);
  });

  test("hears of a lesson that has changed since an edit, and chooses", async () => {
    await page.evaluate(() =>
      localStorage.setItem(
        `foundations/01-linear-algebra/edit/${globalThis.page.cells[1].id}`,
        '{"code":"6 * 7","original":"00000000"}',
      ),
    );
    await page.reload();
    expect(await cell(1).locator(".notice").textContent()).toMatch(/has changed since you edited it/);
    await press(1, "Show my edit");
    expect(await page.evaluate(() => globalThis.page.cells[1].code)).toBe("6 * 7");
  });

  test("finds in a cell what Jupyter has there", async () => {
    const source = '[import.meta.url.slice(0, 5), typeof Out, await prompt("?").catch(({ message }) => message)]';
    await page.evaluate((text) => globalThis.page.cells[1].edit(text), source);
    await press(1, "Run cell 2");
    await become(1, "done");
    const shown = await cell(1).locator(".output").last().innerText();
    expect(shown).toMatch(/'file:',\s+'object',\s+'prompt: nobody can be asked on a page/);
  });

  test("downloads the notebook with the edits and the outputs", async () => {
    await page.evaluate(() => globalThis.page.cells[1].edit("6 * 7"));
    await press(1, "Run cell 2");
    await become(1, "done");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("01-linear-algebra.ipynb");
    const notebook = JSON.parse(readFileSync(await download.path(), "utf8"));
    const code = notebook.cells.filter((one: { cell_type: string }) => one.cell_type === "code");
    expect(code[1]).toMatchObject({ source: "6 * 7", execution_count: 2, outputs: [{ data: { "text/plain": "42" } }] });
    expect(notebook.nbformat).toBe(4);
  });

  test("opens the downloaded notebook in Jupyter, where it runs", { timeout: 240_000 }, async ({ skip }) => {
    const nbconvert = findNbconvert();
    if (!nbconvert) skip("there is no nbconvert here");
    await page.goto(`${inject("site")}counting-company.html`);
    await page.waitForFunction(() => "page" in globalThis);
    await page.evaluate(() => globalThis.page.cells[3].edit("const mine: number = 6 * 7;\nmine"));
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    const { folder, remove } = temporaryFolder();
    // As in a checkout: the lesson's exercises lie beside it.
    cpSync(join(root, "notebooks/excursions/exercises"), join(folder, "exercises"), { recursive: true });
    const [from, to] = [join(folder, "downloaded.ipynb"), join(folder, "executed.ipynb")];
    await download.saveAs(from);
    byNbconvert(nbconvert as string[], from, to);
    const ran = readNotebook(to).cells.filter(({ cell_type }) => cell_type === "code");
    remove();
    expect(ran[3]).toMatchObject({ execution_count: 4, outputs: [{ data: { "text/plain": ["42"] } }] });
  });

  test("guesses before what came out is uncovered", async () => {
    const index = await page.evaluate(() =>
      globalThis.page.cells.findIndex(
        ({ tags, element }) => tags.includes("predict") && element.querySelector(".covered"),
      ),
    );
    const output = cell(index).locator(".output").first();
    expect(await output.isVisible()).toBe(false);
    await press(index, "Make your guess");
    expect(await output.isVisible()).toBe(true);
  });

  test("goes on without a network after the first visit", async () => {
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await press(1, "Run cell 2");
    await become(1, "done");
    await page.context().setOffline(true);
    await page.goto(`${inject("site")}01-linear-algebra.html`);
    await press(1, "Run cell 2");
    await become(1, "done");
  });
});
