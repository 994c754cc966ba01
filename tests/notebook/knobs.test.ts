/** @file A figure with knobs is the figure where they begin, says what can be turned, and moves without a kernel. */

import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { knobs, knobsType } from "../../lib/notebook/knobs.js";
import { bundleOf } from "../../lib/notebook/show.js";
import { heatmap, lines, vectors } from "../../lib/plot/index.js";
import { inCells, printed } from "./page.js";

const descent = (rate: number) =>
  lines(
    { loss: Array.from({ length: 20 }, (_, i) => (1 - 2 * rate) ** (2 * i)) },
    { title: `η = ${rate}`, x: "step", y: { label: "loss", domain: [0, 2] } },
  );

interface Stored extends Record<string, unknown> {
  "text/html": string;
}

describe("in a notebook", () => {
  const page = inCells();
  const stored = () => page.outputs()[0] as unknown as Stored;

  test("one slider shows the figure where it begins, and says what can be turned", () => {
    knobs({ rate: { from: 0, to: 1, at: 0.1 } }, ({ rate }) => descent(rate));
    expect(page.outputs()).toHaveLength(1);
    expect(stored()["image/svg+xml"]).toBe(descent(0.1).svg);
    expect(stored()[knobsType]).toEqual({
      knobs: [{ name: "rate", kind: "slider", of: Array.from({ length: 101 }, (_, i) => i / 100), at: 0.1 }],
    });
  });

  test("the same knobs store the same bytes, 40 kB at most", () => {
    for (let i = 0; i < 2; i++) knobs({ rate: { from: 0, to: 1, at: 0.1 } }, ({ rate }) => descent(rate));
    const [once, again] = page.outputs().map((output) => JSON.stringify(output));
    expect(again).toBe(once);
    expect(once.length).toBeLessThan(40_000);
  });

  /** What a film shows, by what it says of each frame. */
  const framesOf = (html: string): Record<string, string> => {
    const [, packed] = /data-film="data:application\/gzip;base64,([^"]*)"/.exec(html) ?? [];
    return JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString());
  };

  test("one slider stores a frame for each position, from end to end, with the one where it begins among them", () => {
    knobs({ rate: { from: 0, to: 1, at: 0.12, step: 0.05 } }, ({ rate }) => descent(rate));
    const frames = framesOf(stored()["text/html"]);
    expect(Object.keys(frames)).toHaveLength(22);
    expect(frames["rate = 0"]).toBe(descent(0).svg);
    expect(frames["rate = 0.35"]).toBe(descent(0.35).svg);
    expect(frames["rate = 1"]).toBe(descent(1).svg);
    expect(Object.keys(frames)[3]).toBe("rate = 0.12");
    expect(stored()["text/html"]).toContain('data-start="3"');
  });

  test("one choice stores a frame for each of its values, in their order", () => {
    knobs({ batch: { of: [64, 8, 1], at: 8 } }, ({ batch }) => descent(1 / batch));
    expect(Object.keys(framesOf(stored()["text/html"]))).toEqual(["batch = 64", "batch = 8", "batch = 1"]);
    expect(stored()[knobsType]).toEqual({ knobs: [{ name: "batch", kind: "slider", of: [64, 8, 1], at: 8 }] });
    knobs({ bend: { of: ["up", "down"], at: "up" } }, ({ bend }) => descent(bend === "up" ? 1 : 0));
    expect(Object.keys(framesOf(String(page.outputs()[1]["text/html"])))).toEqual(["bend = up", "bend = down"]);
  });

  test("a slider without a step has round positions, and the ends, and where it begins", () => {
    knobs({ rate: { from: 0.01, to: 1.05, at: 0.123 } }, ({ rate }) => descent(rate));
    const [{ of }] = (stored()[knobsType] as { knobs: { of: number[] }[] }).knobs;
    expect(of.slice(0, 8)).toEqual([0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.123]);
    expect(of.slice(-2)).toEqual([1.04, 1.05]);
  });

  test("what stands around the figure draws nothing: where scripts are stripped, the figure is left", () => {
    knobs({ rate: { from: 0, to: 1, at: 0.1 } }, ({ rate }) => descent(rate));
    const stripped = stored()["text/html"].replace(/ (?:onload|data-\w+)="[^"]*"/g, "");
    expect(stripped).toBe(`<div>${bundleOf(descent(0.1))["text/html"]}</div>`);
  });

  test("figures too large to be stored at every position keep as many as there is room for, or none", () => {
    const noise = (seed: number) =>
      heatmap(
        Array.from({ length: 40 }, (_, i) =>
          Array.from({ length: 60 }, (_, j) => (Math.sin(seed * 99 + i * 7919 + j * 104729) * 1e4) % 1),
        ),
        { title: "noise", x: "x", y: "y" },
      );
    knobs({ seed: { from: 0, to: 1, at: 0.5 } }, ({ seed }) => noise(seed));
    expect(stored()["text/html"]).toBe(bundleOf(noise(0.5))["text/html"]);
  });

  test("a point brings the axes that it is dragged along", () => {
    knobs({ a: { at: [3, 1] } }, ({ a }) => vectors({ a }, { title: "a", x: "x", y: "y" }));
    const { axes } = vectors({ a: [3, 1] }, { title: "a", x: "x", y: "y" });
    expect(stored()[knobsType]).toEqual({ knobs: [{ name: "a", kind: "point", at: [3, 1] }], axes });
    expect(axes).toBeDefined();
  });

  test("a sketch begins with its ink in 255ths, which is stored in two digits a pixel", () => {
    const ink = Float32Array.from([0, 0.4, 1, 128 / 255]);
    knobs({ digit: { draw: [2, 2], at: ink } }, ({ digit }) => lines({ ink: digit }, { title: "ink", x: "i", y: "v" }));
    expect(stored()[knobsType]).toEqual({
      knobs: [{ name: "digit", kind: "sketch", rows: 2, columns: 2, at: "0066ff80" }],
    });
    const drawn = lines({ ink: [0, 102 / 255, 1, 128 / 255] }, { title: "ink", x: "i", y: "v" });
    expect(stored()["image/svg+xml"]).toBe(drawn.svg);
  });

  test("a sketch is blank where nothing else is said", () => {
    knobs({ digit: { draw: [1, 3] } }, ({ digit }) => lines({ ink: digit }, { title: "ink", x: "i", y: "v" }));
    expect(stored()[knobsType]).toMatchObject({ knobs: [{ at: "000000" }] });
  });

  const key = Symbol.for("foundations.knobs");
  const scope = globalThis as { [key: symbol]: unknown };
  afterEach(() => {
    delete scope[key];
  });

  /** What a page puts where the library finds it. */
  const onPage = () => {
    const drawings = new Map<string, (values: object) => Record<string, unknown>>();
    scope[key] = drawings;
    return drawings;
  };

  test("on a page with a kernel one figure is drawn, and none for the other positions", () => {
    onPage();
    let count = 0;
    knobs({ rate: { from: 0, to: 1, at: 0.1 } }, ({ rate }) => {
      count++;
      return descent(rate);
    });
    expect(count).toBe(1);
    expect(stored()["text/html"] ?? "").not.toContain("data-film");
  });

  test("a page with a kernel draws anew what has been turned, and the rest as it stands", () => {
    const drawings = onPage();
    knobs(
      {
        bend: { of: ["up", "down"], at: "up" },
        word: { at: "gato" },
        rate: { from: 0, to: 1, at: 0.1 },
        mask: { at: false },
      },
      ({ bend, word, rate, mask }) =>
        lines(
          { [word]: bend === "up" ? [0, rate] : [rate, 0] },
          { title: `${word} goes ${bend}${mask ? " masked" : ""}`, x: "x", y: "y" },
        ),
    );
    const redraw = drawings.get(page.messages[0].id as string);
    const turned = redraw?.({ bend: "down", mask: true }) ?? {};
    expect(turned["text/plain"]).toContain("gato goes down masked");
    expect(turned[knobsType]).toMatchObject({
      knobs: [
        { kind: "choice", at: "down", of: ["up", "down"] },
        { kind: "text", at: "gato" },
        { kind: "slider", at: 0.1 },
        { kind: "switch", at: true },
      ],
    });
  });
});

describe("in a terminal", () => {
  const output = printed();

  test("a figure with knobs is its words, where they begin", () => {
    knobs({ rate: { from: 0, to: 1, at: 0.25 } }, ({ rate }) => descent(rate));
    expect(output[0]).toContain("Figure: η = 0.25");
  });
});

describe("what cannot be turned is refused", () => {
  test.each([
    [() => knobs({}, () => descent(0)), "knobs: there are none"],
    [
      () => knobs({ rate: { from: 0, to: 1, at: 2 } }, () => descent(0)),
      "knobs: rate begins at 2, outside 0 to 1; begin between them",
    ],
    [
      () => knobs({ rate: { from: 1, to: 0, at: 0 } }, () => descent(0)),
      "knobs: rate goes from 1 to 0; expected from below to",
    ],
    [
      () => knobs({ rate: { from: 0, to: 1, at: 0, step: 0 } }, () => descent(0)),
      "knobs: rate has a step of 0; expected one above 0",
    ],
    [
      () => knobs({ a: { at: [0, Number.NaN] } }, () => descent(0)),
      "knobs: a begins at [0,NaN]; expected two finite numbers",
    ],
    [
      () => knobs({ rate: { from: 0, to: 1, at: 0, step: 0.001 } }, () => descent(0)),
      "knobs: rate has more than 401 positions; give a step of 0.0025 or more",
    ],
    [
      () => knobs({ a: { at: [1, 2] } }, () => heatmap([[1]], { title: "one", x: "x", y: "y" })),
      "knobs: a is a point to drag, and the figure has no axes of numbers",
    ],
    [
      () => knobs({ digit: { draw: [28, 28], at: [0, 1] } }, () => descent(0)),
      "begins with 2 values; expected 28 × 28",
    ],
    [() => knobs({ digit: { draw: [1, 1], at: [255] } }, () => descent(0)), "digit begins with values outside 0 to 1"],
    [
      () => knobs({ digit: { draw: [28, 0.5] } }, () => descent(0)),
      "digit is drawn on [28,0.5]; expected [rows, columns]",
    ],
    // @ts-expect-error a choice begins with one of its numbers
    [() => knobs({ batch: { of: [1, 8], at: 2 } }, () => descent(0)), "batch begins at 2, which is not among 1, 8"],
    // @ts-expect-error a choice begins with one of its names
    [() => knobs({ bend: { of: ["up", "down"], at: "left" } }, () => descent(0)), 'bend begins at "left"'],
    // @ts-expect-error a slider begins at a number
    [() => knobs({ rate: { from: 0, to: 1, at: "0.1" } }, () => descent(0)), "knobs: rate begins at 0.1"],
  ])("%#", (turn, message) => {
    expect(turn).toThrow(message);
  });

  test("each knob gives the drawing a value of its own type", () => {
    const typed = () =>
      knobs(
        {
          rate: { from: 0, to: 1, at: 0 },
          a: { at: [1, 2] },
          bend: { of: ["up"], at: "up" },
          batch: { of: [1, 8], at: 8 },
          mask: { at: true },
          word: { at: "gato" },
          digit: { draw: [28, 28] },
        },
        ({ rate, a, bend, batch, mask, word, digit }) => {
          const [x]: readonly [number, number] = a;
          const name: "up" = bend;
          const size: number = batch;
          const isMasked: boolean = mask;
          const text: string = word;
          const ink: readonly number[] = digit;
          // @ts-expect-error a number has no length
          return descent(rate.length + x + name.length + size + Number(isMasked) + text.length + ink.length);
        },
      );
    expect(typed).toBeTypeOf("function");
  });
});
