/** @file Firefox without a screen, driven by puppeteer-core through WebDriver BiDi: playwright drives only a Firefox of its own. */

import { type Browser, launch } from "puppeteer-core";
import { inject } from "vitest";
import type { OpenPage } from "./page-kernel.js";
import { firefoxProgram } from "./program.js";

export function launchFirefox(): Promise<Browser> {
  return launch({
    browser: "firefox",
    executablePath: firefoxProgram() ?? undefined,
    headless: true,
    // A cell may train for minutes.
    protocolTimeout: 600_000,
  });
}

/** A page of the site that is alive. */
export async function openInFirefox(browser: Browser, page: string): Promise<OpenPage> {
  const context = await browser.createBrowserContext();
  const opened = await context.newPage();
  await opened.goto(inject("site") + page);
  await opened.waitForFunction(() => "page" in globalThis);
  return {
    evaluate: (f, argument) => opened.evaluate(f as never, argument as never) as never,
    reload: async () => {
      await opened.reload();
      await opened.waitForFunction(() => "page" in globalThis);
    },
    close: () => context.close(),
  };
}
