/** @file The comparison: what counts as the same output, and how a difference is said. */

import { gzipSync } from "node:zlib";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { compareOutputs } from "../../packages/notebook-check/compare/compare.js";
import { defaultTolerance } from "../../packages/notebook-check/compare/numbers.js";
import { parseMessage } from "../../packages/notebook-check/notebook/json.js";
import type { Mimebundle, Output } from "../../packages/notebook-check/notebook/nbformat.js";

const compare = (stored: Output[], fresh: Output[], tolerance = defaultTolerance) =>
  compareOutputs(stored, fresh, { tolerance });
const stdout = (text: string | string[]): Output => ({ output_type: "stream", name: "stdout", text });
const shown = (data: Mimebundle): Output => ({ output_type: "display_data", data, metadata: {} });
const svg = (text: string) => [shown({ "image/svg+xml": text })];
const drift = (stored: Output[], fresh: Output[]) => compare(stored, fresh).messages;

describe("outputs", () => {
  it("are the same whether text is stored as one string or as lines, and respelled when stored in pieces", () => {
    expect(compare([stdout("a\nb\n")], [stdout(["a\n", "b\n"])]).verdict).toBe("same");
    expect(compare([stdout("a\n"), stdout("b\n")], [stdout("a\nb\n")])).toMatchObject({
      verdict: "respelled",
      stale: null,
    });
  });

  it("differ when one is missing, new, or of another kind, or when two change places", () => {
    const [a, b] = [stdout("a"), shown({ "text/plain": "b" })];
    expect(compare([a, b], [a]).messages).toEqual(["outputs: stdout; display data (text/plain) → stdout"]);
    expect(compare([a], [a, b]).stale).toBeNull();
    expect(compare([a, b], [b, a]).stale).toBeNull();
    expect(compare([shown({ "text/plain": "b" })], [shown({ "text/html": "b" })]).stale).toBeNull();
    expect(compare([], []).stale).toEqual([]);
  });

  it("are told apart by place, so that an update replaces what is stale and nothing else", () => {
    const before = [stdout("0.5"), shown({ "text/plain": "x" }), stdout("1")];
    const after = [stdout("0.50000000000001"), shown({ "text/plain": "y" }), stdout("1")];
    expect(compare(before, after)).toMatchObject({ verdict: "differs", stale: [0, 1] });
  });

  it("compare an error by its name, its message, and its traceback, whose places in files are a spelling", () => {
    const error = (evalue: string, frame: string): Output[] => [
      { output_type: "error", ename: "Error", evalue, traceback: [`Error: ${evalue}`, `    at f (${frame})`] },
    ];
    const verdict = (a: Output[], b: Output[]) => compare(a, b).verdict;
    expect(verdict(error("no", "lib/tensor.ts:3:4"), error("no", "lib/tensor.ts:3:4"))).toBe("same");
    expect(verdict(error("no", "lib/tensor.ts:3:4"), error("no", "lib/tensor.ts:5:6"))).toBe("respelled");
    expect(verdict(error("no", "lib/tensor.ts:3:4"), error("no", "lib/other.ts:3:4"))).toBe("differs");
    expect(verdict(error("no", "lib/tensor.ts:3:4"), error("yes", "lib/tensor.ts:3:4"))).toBe("differs");
  });

  it("do not differ by a terminal's colors, and are told without them", () => {
    const error = (value: string, red = ""): Output[] => [
      { output_type: "error", ename: "Error", evalue: value, traceback: [`${red}Error${red && "\x1b[0m"}: ${value}`] },
    ];
    expect(compare(error("no"), error("no", "\x1b[31m")).verdict).toBe("respelled");
    const { verdict, stored, fresh } = compare(error("no"), error("yes", "\x1b[31m"));
    expect({ verdict, stored, fresh }).toEqual({
      verdict: "differs",
      stored: "«error»\nError: no\nError: no",
      fresh: "«error»\nError: yes\nError: yes",
    });
  });

  it("in a stream are what front ends make of them: a line written over, a character taken back", () => {
    expect(compare([stdout("100%\n")], [stdout("  0%\r 50%\r100%\r\n")]).verdict).toBe("same");
    expect(compare([stdout("abx")], [stdout("abc\b\bbx")]).verdict).toBe("same");
    expect(compare([stdout("100%\n")], [stdout("  0%\r 50%\n")]).verdict).toBe("differs");
  });

  it("compare JSON without regard to the order of keys, which notebooks store sorted", () => {
    const json = (value: unknown) => [shown({ "application/json": value })];
    const { verdict } = compare(json({ a: { b: 1, c: [2] } }), json({ a: { c: [2], b: 1 } }));
    expect(verdict).toBe("same");
  });

  it("compare whole numbers in JSON by all their digits, of which JavaScript keeps sixteen", () => {
    const json = (text: string) => [shown({ "application/json": parseMessage(text) })];
    const [a, b] = ['{"b": 1, "a": [12345678901234567890]}', '{"b": 1, "a": [12345678901234567891]}'].map(json);
    expect(compare(a, json('{"a": [12345678901234567890], "b": 1}')).verdict).toBe("same");
    expect(compare(a, b).messages).toEqual(["$.a[0]: 12345678901234567890 → 12345678901234567891"]);
    expect(drift(json('{"n": -9007199254740993}'), json('{"n": -9007199254740992}'))).toHaveLength(1);
    // As a browser has saved it.
    expect(compare(json('{"n": 1.2345678901234567e+22}'), json('{"n": 12345678901234567000001}')).verdict).toBe(
      "respelled",
    );
  });

  it("compare a number that is a whole output by all its digits, too", () => {
    const alone = (n: string) => [shown(parseMessage(`{"application/json": ${n}, "text/plain": "n"}`) as Mimebundle)];
    expect(compare(alone("12345678901234567890"), alone("12345678901234567890")).verdict).toBe("same");
    const other = "$: 12345678901234567890 → 12345678901234567891";
    expect(drift(alone("12345678901234567890"), alone("12345678901234567891"))).toEqual([other]);
    const rules = { tolerance: defaultTolerance, ignore: ["text/plain"] };
    const compared = compareOutputs(alone("12345678901234567890"), alone("12345678901234567891"), rules);
    expect(compared.messages).toEqual([other]);
  });

  describe("of the frames of a figure that moves", () => {
    const svg = (y: number) => `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0,0L1,${y}"/></svg>`;
    const pack = (frames: unknown, level = 9) =>
      `<div data-film="data:application/gzip;base64,${gzipSync(JSON.stringify(frames), { level }).toString("base64")}"></div>`;
    const film = (frames: unknown, level?: number) => [shown({ "text/html": pack(frames, level) })];
    const frames = { "η = 0.1": svg(1), "η = 0.2": svg(2), "η = 0.3": svg(3) };

    it("name the frame that differs, and where in it", () => {
      expect(drift(film(frames), film({ ...frames, "η = 0.2": svg(2.5) }))).toEqual([
        "div 1, data-film, η = 0.2, path 1, point 2: 2 → 2.5",
      ]);
    });

    it("name frames that are gone and new", () => {
      const { "η = 0.1": _, ...rest } = frames;
      expect(drift(film(frames), film({ ...rest, "η = 0.4": svg(4) }))).toEqual([
        "div 1, data-film, η = 0.1 is gone",
        "div 1, data-film, η = 0.4 is new",
      ]);
    });

    it("notice another order", () => {
      const turned = Object.fromEntries(Object.entries(frames).reverse());
      expect(drift(film(frames), film(turned))).toEqual(["div 1, data-film: its figures are in another order"]);
    });

    it("pass over what another compression or the last digit makes of the bytes", () => {
      expect(compare(film(frames), film(frames, 1)).verdict).toBe("respelled");
      expect(drift(film(frames), film({ ...frames, "η = 0.2": svg(2 + 1e-13) }))).toEqual([]);
    });

    it("refuse what is damaged, and what holds no documents", () => {
      const damaged = [shown({ "text/html": pack(frames).replace("base64,H4", "base64,H5") })];
      expect(drift(damaged, film(frames))).toEqual(["div 1, data-film: what the stored address holds is damaged"]);
      expect(drift(film(frames), film([1, 2]))).toEqual(["div 1, data-film: what the fresh address holds is damaged"]);
    });
  });

  it("compare JSON by its values, and name the path", () => {
    const json = (value: unknown) => [shown({ "application/json": value })];
    expect(drift(json({ a: [1, 0.1] }), json({ a: [1, 0.1 + 1e-15] }))).toEqual([]);
    expect(drift(json({ a: [1, 0.1] }), json({ a: [2, 0.1] }))).toEqual(["$.a[0]: 1 → 2"]);
    expect(drift(json({ a: 1 }), json({ b: 1 }))).toEqual(["$.a: 1 → undefined", "$.b: undefined → 1"]);
  });

  it("compare metadata, too", () => {
    const sized = (width: number): Output[] => [{ output_type: "display_data", data: {}, metadata: { width } }];
    expect(drift(sized(100), sized(200))).toEqual(["$.width: 100 → 200"]);
  });

  it("compare metadata that only one side has", () => {
    const [none, some] = [{}, { isolated: true }].map((metadata): Output[] => [
      { output_type: "display_data", data: { "text/plain": "x" }, metadata },
    ]);
    expect(drift(some, none)).toEqual(["$.isolated: true → undefined"]);
    expect(drift(none, some)).toEqual(["$.isolated: undefined → true"]);
  });
});

describe("SVG", () => {
  const line = (d: string) => svg(`<svg xmlns="http://www.w3.org/2000/svg"><path d="M0,0"/><path d="${d}"/></svg>`);

  it("is compared point by point, within the tolerance", () => {
    expect(drift(line("M1,2L3.5,4.25"), line("M1,2L3.5,4.25000000001"))).toEqual([]);
    expect(drift(line("M1,2L3,4L5,42.1"), line("M1,2L3,4L5,43"))).toEqual(["path 2, point 3: 42.1 → 43"]);
    expect(drift(line("M1,2L3,4"), line("M1,2L3,4L5,6"))).toEqual(["path 2, has 3 points, stored are 2"]);
    expect(drift(line("M1,2L3,4"), line("M1,2H3"))).toEqual(["path 2, point 2: L3,4 → H3"]);
    expect(drift(line("M1,2 C1,2,3,4,5,6,7,8,9,1,2,3"), line("M1,2 C1,2,3,4,5,6,7,8,9,1,2,4"))).toEqual([
      "path 2, point 3: 3 → 4",
    ]);
    expect(drift(svg('<svg><polygon points="0,0 1,2"/></svg>'), svg('<svg><polygon points="0,0 1,3"/></svg>'))).toEqual(
      ["polygon 1, point 2: 2 → 3"],
    );
  });

  it("does not depend on the order of attributes or the space between elements", () => {
    expect(
      drift(svg('<svg><g a="1" b="2">\n <rect/>\n</g></svg>'), svg('<svg><g b="2" a="1"><rect/></g></svg>')),
    ).toEqual([]);
  });

  it("names attributes, texts and elements that changed", () => {
    expect(drift(svg('<svg><circle r="1"/></svg>'), svg('<svg><circle r="2"/></svg>'))).toEqual(["circle 1, r: 1 → 2"]);
    expect(drift(svg('<svg><rect fill="red"/></svg>'), svg("<svg><rect/></svg>"))).toEqual([
      'rect 1, fill="red" is gone',
    ]);
    expect(drift(svg("<svg><text>loss 5</text></svg>"), svg("<svg><text>loss 6</text></svg>"))).toEqual([
      'text 1, "loss 5" → "loss 6"',
    ]);
    expect(drift(svg("<svg><g><rect/><rect/></g></svg>"), svg("<svg><g><rect/></g></svg>"))).toEqual([
      "g 1, has 1 children, stored are 2; <rect> is gone",
    ]);
    expect(drift(svg("<svg><rect/></svg>"), svg("<svg><line/></svg>"))).toEqual(["svg 1, <rect> → <line>"]);
  });

  it("takes a color for a color, though like a reference it begins with #", () => {
    const rect = (fill: string) => svg(`<svg><rect fill="${fill}"/></svg>`);
    expect(drift(rect("#0072b2"), rect("#d55e00"))).toEqual(["rect 1, fill: #0072b2 → #d55e00"]);
  });

  it("looks into an SVG that an image in HTML carries", () => {
    const image = (d: string) => {
      const source = encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg"><path d="${d}"/></svg>`);
      return [shown({ "text/html": `<img src="data:image/svg+xml,${source}">` })];
    };
    expect(drift(image("M0,42.1"), image("M0,42.10000000001"))).toEqual([]);
    expect(drift(image("M0,42.1"), image("M0,43"))).toEqual(["img 1, path 1, point 1: 42.1 → 43"]);
  });

  it("lets generated ids be renamed, but only consistently, and never an id that a person chose", () => {
    const clip = (id: string, use: string) => svg(`<svg><clipPath id="${id}"/><g clip-path="url(#${use})"/></svg>`);
    expect(drift(clip("clip-1", "clip-1"), clip("clip-7", "clip-7"))).toEqual([]);
    expect(drift(clip("clip-1", "clip-1"), clip("clip-7", "clip-8"))).toEqual([
      "g 1, clip-path: url(#clip-1) → url(#clip-8)",
    ]);
    expect(drift(clip("arrow", "arrow"), clip("line", "line"))).toHaveLength(2);
    const two = (a: string, b: string) => svg(`<svg><a id="${a}"/><b id="${b}"/></svg>`);
    expect(drift(two("x1", "x2"), two("x5", "x5"))).toEqual(["b 1, id: x2 → x5"]);
  });

  it("inside HTML is compared the same way", () => {
    const html = (d: string) => [shown({ "text/html": `<figure><svg><path d="${d}"/></svg></figure>` })];
    expect(drift(html("M0,0L1,1"), html("M0,0L1,1.0000000001"))).toEqual([]);
    expect(drift(html("M0,0L1,1"), html("M0,0L1,2"))).toEqual(["path 1, point 2: 1 → 2"]);
  });
});

describe("raster images", () => {
  /** A PNG of 4 × 3 gray pixels, one of them otherwise. */
  function png(odd: number, deflateLevel = 9, width = 4): Output[] {
    const image = new PNG({ width, height: 3 });
    image.data.fill(128);
    image.data[4 * 6] = odd;
    return [shown({ "image/png": PNG.sync.write(image, { deflateLevel }).toString("base64") })];
  }

  it("are the same when their pixels are, in whatever bytes", () => {
    const [a, b] = [png(128, 9), png(128, 0)];
    expect(a).not.toEqual(b);
    expect(drift(a, b)).toEqual([]);
  });

  it("differ by pixel, of which the first is named", () => {
    expect(drift(png(128), png(129))).toEqual([
      "1 of 12 pixels differ, the first at (2, 1): rgba(128, 128, 128, 128) → rgba(129, 128, 128, 128)",
    ]);
    expect(drift(png(128), png(128, 9, 5))).toEqual(["the image was 4 × 3 pixels, now it is 5 × 3"]);
  });

  it("inside SVG are compared by pixel, too", () => {
    const inside = ([output]: Output[]) => {
      const data = "data" in output ? output.data["image/png"] : "";
      return svg(`<svg><image href="data:image/png;base64,${data}"/></svg>`);
    };
    expect(drift(inside(png(128, 9)), inside(png(128, 0)))).toEqual([]);
    expect(drift(inside(png(128)), inside(png(129)))[0]).toContain("1 of 12 pixels differ");
  });
});
