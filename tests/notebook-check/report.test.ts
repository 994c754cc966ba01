/** @file What a report shows of a difference, however large it is. */

import { describe, expect, it } from "vitest";
import { asShown, printable } from "../../packages/notebook-check/compare/terminal.js";
import { difference } from "../../packages/notebook-check/report.js";

const lines = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join("\n");

describe("a difference", () => {
  it("shows the lines that differ, and two around them", () => {
    const stored = lines(9, String);
    expect(difference({ stored, fresh: stored.replace("4", "x") })).toBe(" 2\n 3\n-4\n+x\n 5\n 6");
  });

  it("of 20,000 lines, none of which is the same, is shown in a second", () => {
    const began = performance.now();
    const shown = difference({ stored: lines(20_000, (i) => `a${i}`), fresh: lines(20_000, (i) => `b${i}`) });
    expect(performance.now() - began).toBeLessThan(5000);
    expect(shown.split("\n").slice(0, 2)).toEqual(["-a0", "-a1"]);
    expect(shown).toContain("+b0");
    expect(shown).toContain("… 39960 more lines");
  });

  it("begins at the first difference, where texts have little in common", () => {
    const fresh = lines(5000, (i) => (i < 3 ? `a${i}` : `b${i}`));
    expect(difference({ stored: lines(5000, (i) => `a${i}`), fresh })).toMatch(/^-a3\n/);
  });

  it("cuts lines that nobody would read", () => {
    const shown = difference({ stored: "a", fresh: "b".repeat(5e6) });
    expect(shown.length).toBeLessThan(1000);
    expect(shown).toContain("… (5000001 characters)");
  });
});

describe("text for a terminal", () => {
  it("shows control characters by their codes", () => {
    expect(printable("a\x1b[31mb\x07\tc\n\x9b\u202ed")).toBe("a\\x1b[31mb\\x07\tc\n\\x9b\\u202ed");
  });

  it.each([
    ["0%\r50%\r100%\n", "100%\n"],
    ["abc\rx", "xbc"],
    ["abc\r\ndef\r\r\n", "abc\ndef\n"],
    ["ab\b\bc", "c"],
    ["\b\ba\n\bb", "a\nb"],
    ["50%\r", "50%\r"],
  ])("in a stream is what front ends make of it: %j is %j", (text, shown) => {
    expect(asShown(text)).toBe(shown);
  });

  it("with a hundred thousand returns is read in a second", () => {
    const began = performance.now();
    expect(asShown("progress\r".repeat(1e5))).toBe("progress\r");
    expect(performance.now() - began).toBeLessThan(3000);
  });
});
