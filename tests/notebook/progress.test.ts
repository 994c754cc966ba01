/** @file Progress is shown while it lasts, and leaves behind what lasts, the same each time. */

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Curve } from "../../lib/notebook/curve.js";
import { progress } from "../../lib/notebook/index.js";
import { inCells, printed } from "./page.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A loop of which each step takes so many milliseconds. */
function learn(steps: number, milliseconds: number, log = false) {
  const bar = progress("XOR is learned", { log });
  for (const step of bar.steps(steps)) {
    vi.advanceTimersByTime(milliseconds);
    bar.report({ loss: 2 / (step + 1) });
  }
}

describe("in a notebook", () => {
  const page = inCells();
  const words = () => page.outputs().map((output) => output["text/plain"]);

  test("one output stays: the steps, the loss from first to last, the curve", () => {
    learn(1000, 10);
    expect(page.outputs()).toHaveLength(1);
    expect(words()[0]).toMatch(
      /^Figure: XOR is learned\n1,000 steps, loss from 2\.000 to 0\.002000\. Line chart of loss/,
    );
    expect(page.outputs()[0]["image/svg+xml"]).toContain("1,000 steps, loss from 2.000 to 0.002000");
  });

  test("while it lasts there is a bar, a rate and the time left", () => {
    learn(1000, 10);
    const passing = page.messages.slice(1, -1).map(({ data }) => data["text/plain"]);
    expect(passing.length).toBeGreaterThan(20);
    for (const words of passing) expect(words).toMatch(/[█░]{20} [\d,]+ of 1,000 · \d+ a second · \d+ s left/);
  });

  test("what stays does not tell how long it took", () => {
    learn(1000, 10);
    const slow = page.outputs();
    page.messages.length = 0;
    learn(1000, 0.01);
    expect(page.outputs()).toEqual(slow);
    expect(JSON.stringify(slow)).not.toMatch(/second|left| s\b|[█░]/);
  });

  test("half a million steps are no more to store than a few hundred", () => {
    learn(500_000, 0.01, true);
    expect(page.outputs()[0]["image/svg+xml"].length).toBeLessThan(15_000);
    expect(words()[0]).toContain("mean of 2,048 steps");
  });

  test("work that reports every hundred steps is drawn over all of them", () => {
    const bar = progress("XOR is learned");
    for (let done = 100; done <= 1000; done += 100) bar.update(done, 1000, { loss: 1 / done });
    bar.end();
    expect(words()[0]).toMatch(/loss, mean of 100 steps against step\..* at 100 to .* at 1000/);
  });

  test("work without values to draw leaves one line", () => {
    for (const _ of progress("Reading").steps(3));
    expect(page.outputs()).toEqual([{ "text/plain": "Reading: 3 steps" }]);
  });

  test("a loop left early says where", () => {
    const bar = progress("XOR is learned");
    for (const step of bar.steps(100)) {
      bar.report({ loss: 1 / (step + 1) });
      if (step === 4) break;
    }
    expect(words()[0]).toContain("5 of 100 steps, loss from 1.000 to 0.2000");
  });

  test("a loop that fails leaves no bar behind, and its error is heard", () => {
    const bar = progress("XOR is learned");
    expect(() => {
      for (const step of bar.steps(100)) {
        vi.advanceTimersByTime(500);
        bar.report({ loss: 1 });
        if (step === 2) throw new Error("out of data");
      }
    }).toThrow("out of data");
    expect(words()[0]).toContain("3 of 100 steps");
    expect(words()[0]).not.toMatch(/[█░]/);
  });

  test("a loss that diverges is told, and drawn as far as it can be", () => {
    const bar = progress("Too bold a step");
    for (const step of bar.steps(5)) bar.report({ loss: step < 3 ? step + 1 : Infinity });
    expect(words()[0]).toContain("5 steps, loss from 1.000 to Infinity. Line chart");
    expect(words()[0]).toContain("highest 3");
  });

  test("a training loop of another's making can report to it", () => {
    const bar: { update(done: number, total: number, values: Record<string, number>): void; end(): void } =
      progress("XOR is learned");
    for (let done = 1; done <= 10; done++) bar.update(done, 10, { loss: 10 - done, lr: 0.1 });
    bar.end();
    bar.end();
    expect(page.outputs()).toHaveLength(1);
    expect(words()[0]).toContain("10 steps, loss from 9.000 to 0.000");
  });

  test("another value than the loss may be drawn", () => {
    const bar = progress("It gets better", { curve: "accuracy" });
    for (const step of bar.steps(3)) bar.report({ loss: 1, accuracy: step / 2 });
    expect(words()[0]).toContain("accuracy from 0.000 to 1.000");
  });
});

describe("in a terminal", () => {
  const output = printed();

  test("one line is printed at the end", () => {
    learn(100, 10);
    expect(output).toEqual(["XOR is learned: 100 steps, loss from 2.000 to 0.02000"]);
  });
});

test.each([
  [() => progress(""), /progress: needs a title/],
  [() => [...progress("t").steps(2.5)], /progress: steps is 2.5; expected a whole number/],
  [
    () => {
      const bar = progress("t");
      bar.end();
      bar.update(1, 2);
    },
    /progress: has ended; call progress\(…\) again/,
  ],
])("progress says what is wrong (%#)", (act, message) => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  expect(act).toThrow(message);
  vi.restoreAllMocks();
});

describe("a curve", () => {
  test("has each value until there are too many, then means of two, four, eight", () => {
    const curve = new Curve(4);
    for (const value of [1, 2, 3]) curve.add(value);
    expect(curve.points()).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    curve.add(4);
    expect(curve.points()).toEqual([
      [1.5, 1.5],
      [3.5, 3.5],
    ]);
    curve.add(5);
    expect(curve.points()).toEqual([
      [1.5, 1.5],
      [3.5, 3.5],
      [5, 5],
    ]);
  });

  test("never has too many points, keeps the mean of all, and goes forward", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 300 }), (values) => {
        const curve = new Curve(8);
        for (const value of values) curve.add(value);
        const points = curve.points();
        expect(points.length).toBeLessThanOrEqual(8);
        const weights = points.map((_, i) => Math.min(curve.run, values.length - i * curve.run));
        const sum = points.reduce((total, [, mean], i) => total + weights[i] * mean, 0);
        expect(sum).toBeCloseTo(
          values.reduce((total, value) => total + value, 0),
          6,
        );
        expect(points.every(([step], i) => i === 0 || step > points[i - 1][0])).toBe(true);
      }),
    );
  });
});
