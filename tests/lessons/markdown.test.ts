/** @file The prose of the lessons, as any CommonMark renderer shows it: no Markdown is left raw. */

import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import MarkdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { joined } from "../../packages/notebook-check/notebook/nbformat.js";
import { root } from "../../scripts/build.js";
import { lessons } from "../../scripts/lessons.js";

const renderer = new MarkdownIt("commonmark", { html: true }).enable(["table", "strikethrough"]);

/** What a text shows that should have been rendered: links, bold. Formulas are another renderer's. */
function rawMarks(source: string): string[] {
  const html = renderer
    .render(source)
    .replace(/<!--.*?-->/gs, "")
    .replace(/<pre>.*?<\/pre>|<code>.*?<\/code>/gs, "")
    .replace(/\$\$.*?\$\$|\$[^$\n]+\$/gs, "");
  const marks = Array.from(html.matchAll(/.{0,30}(?:\]\(|\*\*).{0,30}/g), ([found]) => found);
  // A block that begins with a comment is no Markdown: not its emphasis and not its code either.
  const blocks = renderer
    .parse(source, {})
    .filter(({ type, content }) => type === "html_block" && /^\s*<!--/.test(content));
  const texts = blocks.map(({ content }) => content.replace(/<!--.*?-->/gs, "").trim());
  return [...marks, ...texts.filter((text) => /[*`[\]]/.test(text)).map((text) => text.slice(0, 60))];
}

describe("the prose of", () => {
  it.each(lessons().map((file) => [relative(root, file), file]))("%s shows no raw Markdown", (_, file) => {
    const cells = readNotebook(file).cells.filter((cell) => cell.cell_type === "markdown");
    expect(cells.flatMap((cell) => rawMarks(joined(cell.source)))).toEqual([]);
  });

  it.each(["README.md", "notebooks/claims.md"])("%s shows no raw Markdown", (file) => {
    expect(rawMarks(readFileSync(join(root, file), "utf8"))).toEqual([]);
  });

  it("a paragraph that begins with a comment would: it is a block of HTML, whose text is left as it is", () => {
    expect(rawMarks("<!-- check: a -->1<!-- /check --> of [b](c) and **d**")).not.toEqual([]);
    expect(rawMarks("Of [b](c) <!-- check: a -->1<!-- /check --> and **d**")).toEqual([]);
  });
});
