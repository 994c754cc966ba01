/** @file Assertions in prose: read from the text, evaluated behind the cells above, explained when they do not hold. */

import { describe, expect, it } from "vitest";
import { assertionsIn, operandsOf } from "../../packages/notebook-check/prose/assertions.js";
import { markdown, quiet, runCells } from "./fixture.js";

describe("an assertion", () => {
  it("is found with its line, however many there are, and over several lines", () => {
    const source = "Adam wins. <!-- holds: adam < plain -->\nTwice.\n<!-- holds: xs\n  .every((x) => x > 0) -->";
    expect(assertionsIn(source)).toEqual([
      { expression: "adam < plain", line: 1 },
      { expression: "xs\n  .every((x) => x > 0)", line: 3 },
    ]);
  });

  it("in code is text, and one that is misspelled is an error", () => {
    expect(assertionsIn("`<!-- holds: a -->`\n\n```\n<!-- holds: b -->\n```")).toEqual([]);
    for (const wrong of ["<!-- holds a < b -->", "<!-- holds: -->", "<!-- hold: a -->", "<!-- holds: a < b"])
      expect(() => assertionsIn(wrong)).toThrow("an assertion must look like <!-- holds: a < b -->");
  });

  it.each([
    ["a < b", ["a", "b"]],
    ["a <= 0.5", ["a"]],
    ["0.1 < x && x < 0.2 && f(y, z) === 'a && b'", ["x", "f(y, z)", "'a && b'"]],
    ["xs.every((x) => x > 0)", []],
    ["xs.filter((x) => x > 0).length > n", ["xs.filter((x) => x > 0).length", "n"]],
    ["!(a || b) && (c >= d)", ["a", "b", "c", "d"]],
    ["a and b", ["a", "b"]],
    ["found", []],
    ["a[i < 3 ? 0 : 1] !== `$" + "{b < c}`", ["a[i < 3 ? 0 : 1]", "`$" + "{b < c}`"]],
  ])("%s is explained by the values of its operands", (expression, operands) => {
    expect(operandsOf(expression)).toEqual(operands);
  });
});

describe("a run", { timeout: 60_000 }, () => {
  it("passes over what holds, and names the cell, the expression and the values of what does not", async () => {
    const { findings, reports } = await runCells([
      quiet("let a = 2;\nconst wins = { adam: 19, plain: 7 };"),
      markdown("Fine. <!-- holds: a === 2 --> <!-- holds: await Promise.resolve(a > 1) && wins.adam > wins.plain -->"),
      markdown("Adam needs fewer steps.\n<!-- holds: wins.adam < wins.plain && a > 1 -->"),
      markdown("<!-- holds: a -->\n\n<!-- holds: 'true' -->\n\n<!-- holds: missing > a -->"),
      quiet("a = 3;"),
      markdown("<!-- holds: a === 3 -->"),
      markdown("<!-- holds a === 3 -->"),
    ]);
    expect(findings.map(({ kind, cell, message }) => `${cell} (${kind}): ${message}`)).toEqual([
      "text after cell [1] (drift): it asserts wins.adam < wins.plain && a > 1, which gives false and not the boolean true; wins.adam is 19; wins.plain is 7; a is 2",
      "text after cell [1] (drift): it asserts a, which gives 2 and not the boolean true",
      "text after cell [1] (drift): it asserts 'true', which gives true and not the boolean true",
      expect.stringMatching(
        /^text after cell \[1\] \(failed\): it asserts missing > a, which fails: TypeScriptError: Cannot find name 'missing'\..*; a is 2$/,
      ),
      expect.stringContaining("text after cell [2] (failed): an assertion must look like <!-- holds: a < b -->"),
    ]);
    expect(findings[0].place).toMatch(/made\.ipynb:\d+$/);
    expect(reports.map(({ status }) => status)).toEqual([
      "passed",
      "passed",
      "wrong",
      "wrong",
      "passed",
      "passed",
      "wrong",
    ]);
  });
});
