/** @file A figure with knobs is the figure where they begin, says what can be turned, and moves without a kernel. */

import { parseHTML } from "linkedom";
import { describe, expect, test, vi } from "vitest";
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
      knobs: [{ name: "rate", kind: "slider", from: 0, to: 1, step: 0.01, at: 0.1 }],
    });
  });

  test("the same knobs store the same bytes, 40 kB at most", () => {
    for (let i = 0; i < 2; i++) knobs({ rate: { from: 0, to: 1, at: 0.1 } }, ({ rate }) => descent(rate));
    const [once, again] = page.outputs().map((output) => JSON.stringify(output));
    expect(again).toBe(once);
    expect(once.length).toBeLessThan(40_000);
  });

  test("what can be turned is said in the order in which notebooks store it, so that a fresh run is spelled alike", () => {
    knobs({ a: { at: [3, 1] }, rate: { from: 0, to: 1, at: 0.1 }, bend: { of: ["up"], at: "up" } }, ({ a }) =>
      vectors({ a }, { title: "a", x: "x", y: "y" }),
    );
    const sorted = (value: unknown): unknown =>
      value !== null && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([p], [q]) => (p < q ? -1 : 1))
              .map(([key, held]) => [key, sorted(held)]),
          )
        : Array.isArray(value)
          ? value.map(sorted)
          : value;
    expect(JSON.stringify(stored()[knobsType])).toBe(JSON.stringify(sorted(stored()[knobsType])));
  });

  /** The film in a page of its own, its script run as a browser would. */
  async function play(html: string) {
    const { document } = parseHTML(`<html><body>${html}</body></html>`);
    const script = document.querySelector("script")?.textContent ?? "";
    new Function("document", script)(document);
    await vi.waitFor(() => expect(document.querySelector("input")).not.toBeNull());
    const input = document.querySelector("input") as unknown as HTMLInputElement;
    const image = document.querySelector("img") as unknown as HTMLImageElement;
    const shown = () => decodeURIComponent((image.getAttribute("src") ?? "").replace(/^[^,]*,/, ""));
    const moveTo = (position: number) => {
      input.value = String(position);
      input.dispatchEvent(new (document.defaultView as unknown as typeof globalThis).Event("input"));
    };
    return { document, input, shown, moveTo };
  }

  test("one slider moves without a kernel, from end to end", async () => {
    knobs({ rate: { from: 0, to: 1, at: 0.1, step: 0.05 } }, ({ rate }) => descent(rate));
    const { document, input, shown, moveTo } = await play(stored()["text/html"]);
    expect(shown()).toBe(descent(0.1).svg);
    expect(input.getAttribute("max")).toBe("20");
    moveTo(20);
    expect(shown()).toBe(descent(1).svg);
    expect(input.getAttribute("aria-valuetext")).toBe("1");
    moveTo(7);
    expect(shown()).toBe(descent(0.35).svg);
    expect(document.querySelector("label")?.textContent).toContain("rate");
  });

  test("where scripts are stripped, the figure is left, and nothing beside it", () => {
    knobs({ rate: { from: 0, to: 1, at: 0.1 } }, ({ rate }) => descent(rate));
    const { document } = parseHTML(`<body>${stored()["text/html"].replace(/<script>[\s\S]*<\/script>/, "")}</body>`);
    expect(document.querySelectorAll("input, label, script")).toHaveLength(0);
    expect(document.body.textContent).toBe("");
    expect(stored()["text/html"]).toContain((bundleOf(descent(0.1))["text/html"] as string).slice(0, 200));
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

  test("a page with a kernel draws anew what has been turned, and the rest as it stands", () => {
    knobs(
      { bend: { of: ["up", "down"], at: "up" }, word: { at: "gato" }, rate: { from: 0, to: 1, at: 0.1 } },
      ({ bend, word, rate }) =>
        lines({ [word]: bend === "up" ? [0, rate] : [rate, 0] }, { title: `${word} goes ${bend}`, x: "x", y: "y" }),
    );
    const drawings = (globalThis as never as Record<symbol, Map<string, (values: object) => Record<string, unknown>>>)[
      Symbol.for("foundations.knobs")
    ];
    const redraw = drawings.get(page.messages[0].id as string);
    const turned = redraw?.({ bend: "down" }) ?? {};
    expect(turned["text/plain"]).toContain("gato goes down");
    expect(turned[knobsType]).toMatchObject({
      knobs: [{ at: "down", of: ["up", "down"] }, { at: "gato" }, { at: 0.1 }],
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
        { rate: { from: 0, to: 1, at: 0 }, a: { at: [1, 2] }, bend: { of: ["up"], at: "up" } },
        ({ rate, a, bend }) => {
          const [x]: readonly [number, number] = a;
          const name: "up" = bend;
          // @ts-expect-error a number has no length
          return descent(rate.length + x + name.length);
        },
      );
    expect(typed).toBeTypeOf("function");
  });
});
