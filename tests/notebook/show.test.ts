/** @file What is shown lands below the cell, in tslab as in a terminal. */

import { describe, expect, test, vi } from "vitest";
import { animate, show } from "../../lib/notebook/index.js";
import { throttle } from "../../lib/notebook/throttle.js";
import { lines } from "../../lib/plot/index.js";
import { inCells, printed } from "./page.js";

const figure = (title: string) => lines({ loss: [3, 2, 1] }, { title, x: "step", y: "loss" });

describe("in a notebook", () => {
  const page = inCells();

  test("a figure is one output: its SVG, and its words for who cannot see it", () => {
    const falls = figure("It falls");
    show(falls);
    expect(page.outputs()).toMatchObject([
      { "image/svg+xml": falls.svg, "text/plain": `Figure: It falls\n${falls.desc}` },
    ]);
  });

  test("two figures are two outputs", () => {
    show(figure("one"));
    show(figure("two"));
    expect(page.outputs()).toHaveLength(2);
  });

  test("whatever has no rich form is shown as text", () => {
    show(42);
    expect(page.outputs()).toEqual([{ "text/plain": "42" }]);
  });

  test("frames follow each other in one place, and the last one stays", () => {
    vi.useFakeTimers();
    animate(
      (function* () {
        for (let i = 0; i < 20; i++) {
          vi.advanceTimersByTime(30);
          yield figure(`frame ${i}`);
        }
      })(),
    );
    vi.useRealTimers();
    expect(page.messages.length).toBeGreaterThan(3);
    expect(page.messages.length).toBeLessThan(10);
    expect(page.outputs()).toHaveLength(1);
    expect(page.outputs()[0]["image/svg+xml"]).toBe(figure("frame 19").svg);
  });

  test("of frames that come at once, the first and the last are shown", () => {
    vi.useFakeTimers();
    animate([figure("first"), figure("second"), figure("third")]);
    vi.useRealTimers();
    expect(page.messages.map(({ data }) => data["text/plain"].split("\n")[0])).toEqual([
      "Figure: first",
      "Figure: third",
    ]);
  });

  test("an animation without frames says so", () => {
    expect(() => animate([])).toThrow("animate: there are no frames");
  });

  test("a tslab of other makings is spoken to through its public interface, in the richest form", () => {
    const shown: [string, string][] = [];
    const display = { raw: (type: string, content: string) => shown.push([type, content]) };
    (globalThis as { __tslab__?: unknown }).__tslab__ = { require: () => ({ display, newDisplay: () => display }) };
    const falls = figure("It falls");
    show(falls);
    show(42);
    animate([figure("first"), falls]);
    expect(shown.map(([type]) => type)).toEqual(["image/svg+xml", "text/plain", "image/svg+xml", "image/svg+xml"]);
    expect(shown[0][1]).toBe(falls.svg);
  });
});

describe("in a terminal", () => {
  const output = printed();

  test("a figure is its words", () => {
    const falls = figure("It falls");
    show(falls);
    expect(output).toEqual([`Figure: It falls\n${falls.desc}`]);
  });

  test("of an animation the last frame is printed", () => {
    animate([figure("first"), figure("last")]);
    expect(output).toHaveLength(1);
    expect(output[0]).toContain("last");
  });
});

test("half an hour of drawing takes fewer messages than tslab's sockets hold", () => {
  vi.useFakeTimers();
  const isTime = throttle(100);
  let drawings = 0;
  for (let second = 0; second < 1800; second += 0.05) {
    if (isTime()) drawings++;
    vi.advanceTimersByTime(50);
  }
  vi.useRealTimers();
  expect(drawings).toBeGreaterThan(300);
  expect(drawings).toBeLessThan(512);
});
