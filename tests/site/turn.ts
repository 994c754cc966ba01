/** @file Every knob of a notebook's figures, found in what is stored and turned on the page as a reader would. */

import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { Notebook } from "../../packages/notebook-check/notebook/nbformat.js";
import { type KnobSpec, knobsType, readKnobs } from "../../site/pages/knobs.js";

/** A figure with knobs: its code cell, and its place among that cell's figures with knobs, both from 0. */
export interface KnobFigure {
  readonly title: string;
  readonly index: number;
  readonly nth: number;
  readonly knobs: readonly KnobSpec[];
}

export function knobFigures({ cells }: Notebook): KnobFigure[] {
  const code = cells.filter(({ cell_type }) => cell_type === "code");
  return code.flatMap(({ outputs = [] }, index) => {
    const found = outputs.flatMap((output) => ("data" in output ? (readKnobs(output.data[knobsType]) ?? []) : []));
    return found.map(({ knobs }, nth) => ({ title: `cell ${index + 1}, figure ${nth + 1}`, index, nth, knobs }));
  });
}

/** Turns every knob of a figure in turn. @throws unless the page then shows what its kernel draws at the new values */
export async function turnKnobs(page: Page, { index, nth, knobs }: KnobFigure): Promise<void> {
  await listen(page);
  const outputs = page
    .locator(".cell.code")
    .nth(index)
    .locator(".output", { has: page.locator(".knobs") });
  const output = outputs.nth(nth);
  const [box, stage] = [output.locator(".knobs"), output.locator(".stage")];
  const shown = () => output.locator("figure img").getAttribute("src");
  const decoded = async () => decodeURIComponent((await shown())?.replace(/^[^,]*,/, "") ?? "").replaceAll("'", '"');
  const values: Record<string, unknown> = {};
  const met: Partial<Record<KnobSpec["kind"], number>> = {};
  let before = await shown();
  for (const knob of knobs) {
    const which = met[knob.kind] ?? 0;
    met[knob.kind] = which + 1;
    values[knob.name] = await turn(page, box, stage, knob, which);
    const expected = await page.evaluate(
      async ([cell, figure, type, changed]) => {
        const { kernel, cells } = globalThis.page;
        const list = (cells[cell].outputs ?? []).filter((one) => "data" in one && type in one.data);
        const [display] =
          [...kernel.displays].find(([, all]) => all.some(({ output }) => output === list[figure])) ?? [];
        if (display === undefined) throw new Error("the kernel does not know the figure");
        const answer = await kernel.ask({ type: "redraw", display, values: changed });
        return String(answer?.data?.["image/svg+xml"]);
      },
      [index, nth, knobsType, values] as const,
    );
    await expect.poll(decoded, { timeout: 20_000 }).toBe(expected.replaceAll("'", '"'));
    expect(await shown(), `${knob.name} changes the figure`).not.toBe(before);
    before = await shown();
  }
}

declare global {
  /** The values at which a figure was last asked for. */
  var asked: Readonly<Record<string, unknown>> | undefined;
}

/** Keeps the values for which the page asks its kernel. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    if (globalThis.asked) return;
    globalThis.asked = {};
    const { kernel } = globalThis.page;
    const ask = kernel.ask.bind(kernel);
    kernel.ask = ((question: Parameters<typeof ask>[0]) => {
      if (question.type === "redraw") globalThis.asked = question.values;
      return ask(question);
    }) as typeof kernel.ask;
  });
}

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
      return page.evaluate((name) => globalThis.asked?.[name], knob.name);
    }
  }
}
