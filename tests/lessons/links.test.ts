/** @file Links between notebooks: what they point at is there. */

import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { joined } from "../../packages/notebook-check/notebook/nbformat.js";
import { root } from "../../scripts/build.js";
import { lessons } from "../../scripts/lessons.js";

const notebooks = lessons();

const prose = (file: string) =>
  readNotebook(file)
    .cells.filter((cell) => cell.cell_type === "markdown")
    .map((cell) => joined(cell.source));

/** Jupyter's ids of headings: their text, spaces as hyphens. */
const headings = new Map(
  notebooks.map((file) => {
    const lines = prose(file).flatMap((text) => text.split("\n"));
    const titles = lines.flatMap((line) => /^#+ (.*?)\s*$/.exec(line)?.[1] ?? []);
    return [file, new Set(titles.map((title) => title.replace(/`/g, "").replaceAll(" ", "-")))];
  }),
);

const links = notebooks.flatMap((file) =>
  prose(file).flatMap((text) =>
    Array.from(text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g), ([, to, id]) => ({
      file: relative(root, file),
      to: to ? resolve(dirname(file), to) : file,
      id,
    })),
  ),
);

describe("a link in a notebook", () => {
  it("goes to a file that is there", () => {
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter(({ to }) => !existsSync(to))).toEqual([]);
  });

  it("goes to a heading that is there", () => {
    const named = links.filter(({ id }) => id !== undefined);
    expect(named.filter(({ to, id }) => !headings.get(to)?.has(id))).toEqual([]);
  });
});
