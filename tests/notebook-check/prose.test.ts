/** @file Numbers in prose: checks, what is given, and what nobody would notice going stale. */

import { describe, expect, it } from "vitest";
import { claimsIn, rewriteClaims, uncheckedNumbers } from "../../packages/notebook-check/prose/prose.js";

const numbers = (source: string, allowed = {}) => uncheckedNumbers(source, allowed).map(({ number }) => number);

describe("a claim", () => {
  it("is an expression, and what the text says it is", () => {
    const source = "Of all,\n<!-- check: acc.toFixed(2) -->0.97<!-- /check --> are right.";
    expect(claimsIn(source)).toEqual([
      { expression: "acc.toFixed(2)", stated: "0.97", start: source.indexOf("0.97"), line: 2 },
    ]);
  });

  it("may hold an arrow, a comparison, and more than one line", () => {
    const [claim] = claimsIn("<!-- check: xs\n  .filter((x) => x > 0).length -->3<!-- /check -->");
    expect(claim.expression).toBe("xs\n  .filter((x) => x > 0).length");
  });

  it("is rewritten in place, however many there are and whatever their lengths", () => {
    const source = "a <!-- check: a -->1<!-- /check --> b <!-- check: b -->22<!-- /check --> c";
    const [a, b] = claimsIn(source);
    const text = rewriteClaims(
      source,
      new Map([
        [a, "333"],
        [b, ""],
      ]),
    );
    expect(text).toBe("a <!-- check: a -->333<!-- /check --> b <!-- check: b --><!-- /check --> c");
    expect(rewriteClaims(source, new Map())).toBe(source);
  });

  it("that is not closed is an error, and one in code is text", () => {
    expect(() => claimsIn("<!-- check: a -->1")).toThrow("one here is not closed");
    expect(() => claimsIn("1<!-- /check -->")).toThrow("one here is not closed");
    expect(() => claimsIn("<!-- check: a -->1 <!-- check: b -->2<!-- /check -->")).toThrow("one here is not closed");
    for (const [open, close] of [
      ["Check:", "/Check"],
      ["check :", "/ check"],
      ["checks:", "/checks"],
      ["check", "/check"],
    ])
      expect(() => claimsIn(`<!-- ${open} a -->1<!-- ${close} -->`)).toThrow("one here is not closed");
    expect(claimsIn("<!-- check this later -->")).toEqual([]);
    expect(claimsIn("```x``` is code\n\n<!-- check: a -->1<!-- /check -->")).toHaveLength(1);
    expect(claimsIn("write `<!-- check: a -->1<!-- /check -->` so")).toEqual([]);
    expect(claimsIn("```\n<!-- check: a -->1<!-- /check -->\n```")).toEqual([]);
  });
});

describe("a number in prose", () => {
  it("that nothing checks is found, with its line", () => {
    expect(uncheckedNumbers("We reach\n97.5 percent of 1000, or -0.3.")).toEqual([
      { number: "97.5", line: 2 },
      { number: "1000", line: 2 },
      { number: "-0.3", line: 2 },
    ]);
  });

  it("that is checked is not", () => {
    expect(numbers("It is <!-- check: x -->0.97<!-- /check -->, not 0.5.")).toEqual(["0.5"]);
  });

  it("that is given, with a reason, is not; in the cell or for the whole notebook", () => {
    expect(numbers("Of 28 by 28, 784. <!-- given 28, 784: the pixels of an image -->")).toEqual([]);
    expect(numbers("Of 28 by 28, 784.", { 784: "the pixels of an image", 28: "its side" })).toEqual([]);
    expect(numbers("Of 1,000 and 28,784. <!-- given 1,000, 28,784: two of many -->")).toEqual([]);
    expect(() => numbers("28 <!-- given 28: -->")).toThrow("say which numbers, and why");
  });

  it("is not one in code, in a formula, in an address, in a name or in the numbering", () => {
    const source = [
      "## 12. Vectors",
      "13. with `x = 0.1` and ``a ` 0.2``",
      "```ts\nconst n = 42;\n```",
      "$x_{12} = 0.5$ and $$\n\\frac{15}{16}\n$$ and \\(17\\)",
      "[paper](https://example.org/2017/1706.03762) https://example.org/99",
      '<img width="640" alt="x">',
      "GPT-2, word2vec, 2D, h11, 64-bit, mnist-784, cifar10-100",
      "[a](<b 97.html>) [c](d(98)e) <https://example.org/99>\n\n[f]: g/100.html",
    ].join("\n\n");
    expect(numbers(source)).toEqual([]);
  });

  it.each([
    ["97MiB", "97"],
    ["97th", "97"],
    ["97fold", "97"],
    ["97tokens", "97"],
    ["a 12-layer model", "12"],
    ["a 20-year-old", "20"],
    ["97-per-cent", "97"],
    ["28x28", "28"],
    ["1_000", "1_000"],
    ["lr=.05", ".05"],
    ["-.5", "-.5"],
    ["९७", "९७"],
    ["９７", "９７"],
    ["5-97 of them", "97"],
    ["97X97", "97"],
    ["97h30", "97"],
    ["97m2", "97"],
    ['<img alt="97 percent">', "97"],
    ["<abbr title='97 of them'>x</abbr>", "97"],
    ['[x](y "97 percent")', "97"],
    ["a <b and 97> c", "97"],
    ["x <y\n\n97 percent\n\nz> w", "97"],
    ["```js``` is code\n\n97 percent", "97"],
    ["\\`97 percent\\`", "97"],
    ["ninety‑seven percent", "ninety‑seven"],
    ["*ninety-seven* percent", "ninety-seven"],
    ["ninety-seven\npercent", "ninety-seven"],
    ["two thousand bytes", "two thousand"],
    ["½ of them", "½"],
    ["1½ times", "1½"],
    ["-12¾ degrees", "-12¾"],
    ["⅔ of all", "⅔"],
    ["3m25s", "3m25s"],
    ["in 1h30", "1h30"],
    ["2x64 tiles", "2x64"],
  ])("is found in the dress of %s", (source, number) => {
    expect(numbers(source)).toEqual([number]);
  });

  it("is found behind a price, a bracket, a range and a percent sign", () => {
    expect(numbers("costs $15 or (16), 17–18, 19%")).toEqual(["15", "16", "17", "18", "19"]);
  });

  it.each([
    ["97ms and 12x, a 128k window, 1.5GB, 40-fold", ["97", "12", "128", "1.5", "40"]],
    ["## 97 percent", ["97"]],
    ["### 1997: a year\n\n## 12 · Twelfth", []],
    ["| a | 97 |\n| --- | --- |\n| **98%** | _99_ |", ["97", "98", "99"]],
    ["$97\\%$, $\\approx 0.85$, $$128$$ and $12\\,\\text{ms}$", ["97", "0.85", "128", "12"]],
    ["$x = 97$ and $2^{10}$", []],
    ["ninety-seven percent in fifteen milliseconds, a hundred bytes", ["ninety-seven", "fifteen", "a hundred"]],
    ["ten times, twenty words, sixty of them", []],
    ["a 97-percent share, a 20-year-old, but h11 and a 64-bit number", ["97", "20"]],
    ["<b>97</b> [98 of them](https://example.org/99) ![98.5 percent](a.png)", ["97", "98", "98.5"]],
  ])("in any dress is found: %s", (source, found) => {
    expect(numbers(source)).toEqual(found);
  });

  it("of one digit is a word", () => {
    expect(numbers("two vectors of 3 numbers, 7 by -7")).toEqual([]);
  });
});
