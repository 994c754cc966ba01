/** @file What the four lessons have in common: cells to change, hardly any paperwork, no scaffolding, and a glossary. */

import { basename, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { readNotebook } from "../../packages/notebook-check/notebook/file.js";
import { joined } from "../../packages/notebook-check/notebook/nbformat.js";
import { lessons } from "../../scripts/lessons.js";

const main = lessons().filter((file) => basename(dirname(file)) === "notebooks");

describe.each(main.map((file) => [basename(file), file]))("%s", (_, file) => {
  const { cells } = readNotebook(file);
  const sources = cells.map(({ source }) => joined(source));
  const code = sources.filter((_, i) => cells[i].cell_type === "code");

  it("invites to change at least six cells", () => {
    const invitations = sources.filter((source) => /(\/\/ Your turn|\*\*Your turn\*\*): /.test(source));
    expect(invitations.length).toBeGreaterThanOrEqual(6);
  });

  it("gives a reason for a number fewer than fifteen times", () => {
    expect(sources.join("\n").split("<!-- given ").length - 1).toBeLessThan(15);
  });

  it("has no cell that only asserts", () => {
    expect(code.filter((source) => /^if \(.*\) throw new Error\(/m.test(source))).toEqual([]);
  });

  it("ends with its words", () => {
    expect(sources.slice(-4).join("\n")).toMatch(/\| term \| meaning \| where \|/);
  });
});
