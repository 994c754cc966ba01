/** @file Figures that carry their frames, wherever a page shows them: a slider below each. */

import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Moves the slider of every one to an end, and waits until another picture is drawn. @returns how many there are */
export async function moveFilms(page: Page): Promise<number> {
  const films = await page.locator("[data-film]").all();
  for (const film of films) {
    const [slider, image] = [film.getByRole("slider"), film.locator("img")];
    const shown = () => image.getAttribute("src");
    const before = await shown();
    await slider.waitFor();
    const isLast = await slider.evaluate((one: HTMLInputElement) => one.value === one.max);
    await slider.press(isLast ? "Home" : "End");
    await expect.poll(shown).not.toBe(before);
    await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(100);
  }
  return films.length;
}
