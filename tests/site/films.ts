/** @file Figures that carry their frames, wherever a page shows them: a slider below each. */

import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Moves the slider of every one to an end, and waits until another picture is drawn. @returns how many there are */
export async function moveFilms(page: Page): Promise<number> {
  const films = await page.locator("[data-film]").all();
  for (const [i, film] of films.entries()) {
    const [slider, image] = [film.getByRole("slider"), film.locator("img")];
    const name = `slider ${i + 1} of ${films.length} (${await film.getAttribute("data-knob")})`;
    const soon = (what: string) => ({ message: `${name}: ${what}`, timeout: 20_000 });
    const shown = () => image.getAttribute("src");
    const before = await shown();
    await expect.poll(() => slider.count(), soon("it stands below its figure")).toBe(1);
    const isLast = await slider.evaluate((one: HTMLInputElement) => one.value === one.max);
    await slider.press(isLast ? "Home" : "End");
    await expect.poll(shown, soon("it moves the figure")).not.toBe(before);
    const width = () => image.evaluate((one: HTMLImageElement) => one.naturalWidth);
    await expect.poll(width, soon("the figure is drawn")).toBeGreaterThan(100);
  }
  return films.length;
}
