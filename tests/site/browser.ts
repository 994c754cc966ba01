/** @file Chromium without a screen, driven by playwright-core. */

import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { inject } from "vitest";
import type { Reader } from "../../site/reader/reader.js";
import type { OpenPage } from "./page-kernel.js";
import { browserProgram } from "./program.js";

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserProgram() ?? undefined,
    // Chromium's own sandbox does not work for root.
    args: ["--disable-gpu", "--disable-background-networking", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });
}

/** A page of the site in a browser profile of its own. */
export async function open(browser: Browser, page: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext(options);
  const opened = await context.newPage();
  await opened.goto(inject("site") + page);
  if (options.javaScriptEnabled !== false)
    await opened.waitForFunction(() => "page" in globalThis || !document.getElementById("settings"));
  return opened;
}

/** A page as a run of a notebook drives it. */
export function forRun(page: Page, onCrash: () => void): OpenPage {
  page.on("crash", onCrash);
  return {
    evaluate: (f, argument) => page.evaluate(f as never, argument) as never,
    reload: async () => void (await page.reload()),
    close: () => page.context().close(),
  };
}

declare global {
  /** What the page's script leaves for the console. */
  var page: Reader;
}
