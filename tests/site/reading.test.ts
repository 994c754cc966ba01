/** @file The pages as they are read: without a script, by keyboard and by ear, on narrow and wide screens. */

import { createRequire } from "node:module";
import { basename } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import type { Output } from "../../packages/notebook-check/notebook/nbformat.js";
import { lessons } from "../../scripts/lessons.js";
import { renderOutputs } from "../../site/pages/outputs.js";
import { launch, open } from "./browser.js";
import { browserProgram } from "./program.js";

let browser: Browser;
beforeAll(async () => {
  if (browserProgram()) browser = await launch();
});
afterAll(() => browser?.close());

const names = lessons().map((file) => basename(file, ".ipynb"));
const library = ["source/index", "source/ops/softmax", "reference/index", "reference/functions/index.train"];
const pages = ["index", "claims", ...names, ...library].map((name) => `${name}.html`);
/** Rules that TypeDoc breaks by its menu, whose entries unfold and are links, its headings, its search and its footer. */
const allowed = ["nested-interactive", "heading-order", "region", "link-in-text-block"];
const ofTypeDoc = (name: string) => (name.startsWith("reference/") ? allowed : []);
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

describe.runIf(browserProgram())("without JavaScript", () => {
  test.each(lessons().map((file) => [basename(file), file]))(
    "%s shows every cell and every stored output",
    async (_, file) => {
      const { cells } = readNotebook(file);
      const page = await open(browser, `${basename(file, ".ipynb")}.html`, { javaScriptEnabled: false });
      const code = cells.filter(({ cell_type }) => cell_type === "code");
      expect(await page.locator("pre.source >> visible=true").count()).toBeGreaterThanOrEqual(code.length);
      const outputs = code.reduce((sum, { outputs = [] }) => sum + outputs.length, 0);
      expect(await page.locator(".outputs > .output").count()).toBe(outputs);
      expect(await page.locator("button").count()).toBe(0);
      await page.context().close();
    },
  );

  test("the first page leads to every lesson", async () => {
    const page = await open(browser, "index.html", { javaScriptEnabled: false });
    const links = await page.locator("main h3 a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    expect(links).toEqual(names.map((name) => `${name}.html`));
    await page.context().close();
  });
});

describe.runIf(browserProgram())("a reader sees", () => {
  test("the icons of the reference, which a narrow screen has in place of its menu", async () => {
    const page = await open(browser, "reference/index.html", { viewport: { width: 390, height: 844 } });
    const widths = () =>
      page.evaluate(() =>
        ["#tsd-search-trigger use", "#tsd-toolbar-menu-trigger use"].map(
          (selector) => document.querySelector<SVGUseElement>(selector)?.getBBox().width ?? 0,
        ),
      );
    await expect.poll(async () => Math.min(...(await widths())), { timeout: 20_000 }).toBeGreaterThan(5);
    await page.context().close();
  });

  test("on the first page of the reference what each module is", async () => {
    const page = await open(browser, "reference/index.html", { javaScriptEnabled: false });
    const modules = await page.locator("dl.tsd-member-summaries").innerText();
    for (const name of ["", "/data", "/notebook", "/plot"]) expect(modules).toContain(`from "foundations${name}": `);
    await page.context().close();
  });

  test("lines of a hundred characters whole on a wide screen, and prose in short ones", async () => {
    const page = await open(browser, "counting-company.html", { viewport: { width: 1600, height: 900 } });
    const cut = await page.locator("pre.source").evaluateAll((all) =>
      all
        .filter(({ textContent }) => (textContent ?? "").split("\n").every((line) => line.length <= 100))
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ textContent }) => textContent),
    );
    expect(cut).toEqual([]);
    expect((await page.locator(".prose p").first().boundingBox())?.width).toBeLessThan(760);
    await page.context().close();
  });

  test.each([641, 705, 768])("the bar as one row on a screen of %i pixels, whatever it says", async (width) => {
    const page = await open(browser, "pictures-and-words.html", { viewport: { width, height: 800 } });
    const height = async () => (await page.locator(".bar").boundingBox())?.height;
    expect(await height()).toBeLessThan(48);
    await page.evaluate(() => globalThis.page.say("loading the compiler and the library: 45 %"));
    expect(await height()).toBeLessThan(52);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.context().close();
  });
});

/** What axe-core finds on a page, in light and dark. */
async function barriers(page: Page, ignored: readonly string[] = []): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.addScriptTag({ path: axe });
    const here = await page.evaluate(async (ignored) => {
      const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
      const rules = Object.fromEntries(ignored.map((rule) => [rule, { enabled: false }]));
      const { violations } = await axe.run({ rules });
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.length} × ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`,
      );
    }, ignored);
    found.push(...here);
  }
  return found;
}

describe.runIf(browserProgram())("a terminal's colors", () => {
  const error = (traceback: string[]) => ({
    output_type: "error" as const,
    ename: "RangeError",
    evalue: "too big",
    traceback: ["\x1b[1;31mRangeError\x1b[0m: too big", ...traceback],
  });

  test("are named, whatever way they are chosen, and the error's sentence stands first", () => {
    const rendered = renderOutputs([
      error([
        "\x1b[38;5;243m    at f\x1b[0m",
        "a\x1b[32mb\x1b[1mc\x1b[39md\x1b[0m<",
        "\x1b[38;5;33me\x1b[38;2;1;2;3;31mf\x1b[mg",
      ]),
    ]);
    expect(rendered).toBe(
      '<div class="output"><div class="error"><p><b>RangeError</b> too big</p><pre tabindex="0">' +
        '<span class="ansi-gray">    at f</span>\n' +
        'a<span class="ansi-green">b</span><span class="ansi-green ansi-bold">c</span><span class="ansi-bold">d</span>&lt;\n' +
        '<span class="ansi-blue">e</span><span class="ansi-red">f</span>g</pre></div></div>',
    );
  });

  test("can be read, in light and dark", async () => {
    const every = [30, 31, 32, 33, 34, 35, 36, 37, 97].map((code) => `\x1b[${code}mcolor ${code}\x1b[0m`).join(" ");
    const streams = ["stdout", "stderr"].map((name) => ({ output_type: "stream" as const, name, text: every }));
    const page = await open(browser, "index.html", { bypassCSP: true });
    await page.evaluate(
      (html) => {
        const main = document.querySelector("main");
        if (main) main.innerHTML = html;
      },
      `<h1>colors</h1>${renderOutputs([error([every]), ...(streams as Output[])])}`,
    );
    expect(await page.locator("[class^=ansi-]").count()).toBe(27);
    expect(await barriers(page)).toEqual([]);
    await page.context().close();
  });
});

describe.runIf(browserProgram()).each(pages)("%s", (name) => {
  test("has no barrier that axe-core knows, in light and dark", async () => {
    const page = await open(browser, name, { viewport: { width: 1280, height: 900 }, bypassCSP: true });
    expect(await barriers(page, ofTypeDoc(name))).toEqual([]);
    await page.context().close();
  });

  test.each([360, 768, 1600])("fits a screen of %i pixels", async (width) => {
    const page = await open(browser, name, { viewport: { width, height: 800 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.context().close();
  });

  test("links within the site lead somewhere", async () => {
    const page = await open(browser, name);
    const broken = await page.evaluate(async () => {
      const links = [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].filter(
        ({ origin }) => origin === location.origin,
      );
      const parser = new DOMParser();
      const documents = new Map<string, Promise<Document | null>>();
      const at = (address: string) => {
        const known =
          documents.get(address) ??
          fetch(address).then(async (response) =>
            response.ok ? parser.parseFromString(await response.text(), "text/html") : null,
          );
        documents.set(address, known);
        return known;
      };
      const lost: string[] = [];
      for (const link of links) {
        const target = await at(link.href.split("#")[0]);
        if (!target || (link.hash.length > 1 && !target.getElementById(decodeURIComponent(link.hash.slice(1)))))
          lost.push(link.href);
      }
      return lost;
    });
    expect(broken).toEqual([]);
    await page.context().close();
  });
});
