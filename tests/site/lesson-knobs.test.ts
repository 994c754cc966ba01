/**
 * @file Every knob of every lesson, found in what the lessons store: turned on the page, the figure is the one that the
 * kernel draws at the new values. EVERY_LESSON=1, which .ci/run sets, takes all lessons and excursions; else it is the first.
 */

import { basename } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import type { Cell } from "../../packages/notebook-check/notebook/nbformat.js";
import { lessons } from "../../scripts/lessons.js";
import { type KnobSpec, knobsType, readKnobs } from "../../site/pages/knobs.js";
import { launch, open } from "./browser.js";
import { everyKnob } from "./every-knob.js";
import { browserProgram } from "./program.js";

/** The knobs of a cell's figures, one list for each figure that has any. */
const knobsOf = (cell: Cell): (readonly KnobSpec[])[] =>
  (cell.outputs ?? []).flatMap((output) => {
    const found = "data" in output ? readKnobs(output.data[knobsType]) : null;
    return found ? [found.knobs] : [];
  });

/** A notebook that has a knob of each kind comes first: what finds and turns knobs is tried on it, whatever lessons have. */
const notebooks = [
  await everyKnob(),
  ...(process.env.EVERY_LESSON ? lessons() : lessons().slice(0, 1)).map((file) => ({
    name: basename(file, ".ipynb"),
    notebook: readNotebook(file),
  })),
];
const withKnobs = notebooks.flatMap(({ name, notebook }) => {
  const code = notebook.cells.filter(({ cell_type }) => cell_type === "code");
  const figures = code.flatMap((cell, index) =>
    knobsOf(cell).map((knobs, figure) => ({ index, figure, knobs, title: `cell ${index + 1}, figure ${figure + 1}` })),
  );
  return figures.length > 0 ? [{ name, figures }] : [];
});

/** Turns a knob to another position, as a reader would. @returns the value it then has, as the drawing is given it */
async function turn(page: Page, box: Locator, stage: Locator, knob: KnobSpec, which: number): Promise<unknown> {
  switch (knob.kind) {
    case "slider": {
      const isLate = knob.of.indexOf(knob.at) > knob.of.length / 2;
      await box
        .locator("input[type=range]")
        .nth(which)
        .press(isLate ? "Home" : "End");
      return knob.of.at(isLate ? 0 : -1);
    }
    case "choice": {
      const other = knob.of.find((one) => one !== knob.at) ?? knob.at;
      await box.locator("select").nth(which).selectOption(String(other));
      return other;
    }
    case "switch":
      await box.locator("input[type=checkbox]").nth(which).click();
      return !knob.at;
    case "text": {
      const words = knob.at.split(" ");
      const other = words.length > 1 ? words.slice(0, -1).join(" ") : `${knob.at}${knob.at.at(-1)}`;
      await box.locator("input[type=text]").nth(which).fill(other);
      return other;
    }
    case "point": {
      const grip = stage.locator(".grip").nth(which);
      await grip.scrollIntoViewIfNeeded();
      const around = await grip.boundingBox();
      if (!around) throw new Error(`${knob.name} has no grip`);
      const [x, y] = [around.x + around.width / 2, around.y + around.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 24, y - 18, { steps: 4 });
      await page.mouse.up();
      const [, px, py] = /x = (.*), y = (.*)/.exec((await grip.getAttribute("aria-valuetext")) ?? "") ?? [];
      return [Number(px), Number(py)];
    }
    case "sketch": {
      const canvas = box.locator("canvas").nth(which);
      await canvas.scrollIntoViewIfNeeded();
      const around = await canvas.boundingBox();
      if (!around) throw new Error(`${knob.name} has no grid`);
      await page.mouse.move(around.x + 0.2 * around.width, around.y + 0.3 * around.height);
      await page.mouse.down();
      await page.mouse.move(around.x + 0.8 * around.width, around.y + 0.3 * around.height, { steps: 6 });
      await page.mouse.up();
      // Its gray tones are fewer than its values, which are those that the page asks the kernel for.
      return page.evaluate((name) => globalThis.asked[name], knob.name);
    }
  }
}

declare global {
  /** The values at which a figure was last asked for. */
  var asked: Readonly<Record<string, unknown>>;
}

describe.runIf(browserProgram()).each(withKnobs)("$name", ({ name, figures }) => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launch();
    page = await open(browser, `${name}.html`, { viewport: { width: 1000, height: 1000 } });
    const last = Math.max(...figures.map(({ index }) => index));
    await page.evaluate((index) => {
      const { kernel } = globalThis.page;
      const ask = kernel.ask.bind(kernel);
      kernel.ask = ((question: Parameters<typeof ask>[0]) => {
        if (question.type === "redraw") globalThis.asked = question.values;
        return ask(question);
      }) as typeof kernel.ask;
      return globalThis.page.run(globalThis.page.cells[index]);
    }, last);
  }, 600_000);
  afterAll(() => browser?.close());

  test.each(figures)("$title", async ({ index, figure, knobs }) => {
    const outputs = page
      .locator(".cell.code")
      .nth(index)
      .locator(".output", { has: page.locator(".knobs") });
    const output = outputs.nth(figure);
    const [box, stage] = [output.locator(".knobs"), output.locator(".stage")];
    const shown = () => output.locator("figure img").getAttribute("src");
    const values: Record<string, unknown> = {};
    const met: Partial<Record<KnobSpec["kind"], number>> = {};
    let before = await shown();
    for (const knob of knobs) {
      const which = met[knob.kind] ?? 0;
      met[knob.kind] = which + 1;
      values[knob.name] = await turn(page, box, stage, knob, which);
      const expected = await page.evaluate(
        async ([cell, nth, type, changed]) => {
          const { kernel, cells } = globalThis.page;
          const list = (cells[cell].outputs ?? []).filter((one) => "data" in one && type in one.data);
          const [display] =
            [...kernel.displays].find(([, all]) => all.some(({ output }) => output === list[nth])) ?? [];
          if (display === undefined) throw new Error("the kernel does not know the figure");
          const answer = await kernel.ask({ type: "redraw", display, values: changed });
          return String(answer?.data?.["image/svg+xml"]);
        },
        [index, figure, knobsType, values] as const,
      );
      const decoded = async () =>
        decodeURIComponent((await shown())?.replace(/^[^,]*,/, "") ?? "").replaceAll("'", '"');
      await expect.poll(decoded, { timeout: 20_000 }).toBe(expected.replaceAll("'", '"'));
      expect(await shown(), `${knob.name} changes the figure`).not.toBe(before);
      before = await shown();
    }
  });
});
