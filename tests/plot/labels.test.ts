/** @file Labels stand by the points that they name, and cannot be taken for those of others. */

import { describe, expect, test } from "vitest";
import { pointLabels } from "../../lib/plot/labels.js";
import { size, textWidth } from "../../lib/plot/theme.js";
import { parse } from "./reading.js";

type At = readonly [number, number];

const room = { left: 0, top: 0, right: 460, bottom: 260 };
const drawn = (points: At[], labels: string[], others: At[] = []) => {
  const figure = pointLabels([{ points, labels }, { points: others }], (x, y) => [Number(x), Number(y)], room);
  const root = parse(`<svg>${figure}</svg>`);
  const boxes = Array.from(root.querySelectorAll("text"), (element) => {
    const [x, y] = ["x", "y"].map((name) => Number(element.getAttribute(name)));
    const half = textWidth(element.textContent ?? "", size.tick) / 2;
    return { left: x - half, right: x + half, top: y - size.tick + 1, bottom: y + 3 };
  });
  const lines = Array.from(root.querySelectorAll("line"), (line) =>
    ["x1", "y1", "x2", "y2"].map((name) => Number(line.getAttribute(name))),
  );
  return { boxes, lines };
};
type Box = ReturnType<typeof drawn>["boxes"][number];
const distance = ({ left, right, top, bottom }: Box, [x, y]: At) =>
  Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));

/** Two pairs of neighbors, as in a map of words. */
const crowd: At[] = [
  [350, 220],
  [366, 224],
  [60, 40],
  [72, 34],
  [64, 52],
];
const words = ["woman", "lady", "glad", "proud", "afraid"];

describe("a label", () => {
  test("stands nearer to its own point than to any other that has one", () => {
    const { boxes } = drawn(crowd, words);
    for (const [i, box] of boxes.entries()) {
      const distances = crowd.map((point) => distance(box, point));
      expect(distances.indexOf(Math.min(...distances)), words[i]).toBe(i);
    }
  });

  test("covers neither a point nor another label", () => {
    const { boxes } = drawn(crowd, words);
    for (const [i, box] of boxes.entries()) {
      for (const point of crowd) expect(distance(box, point), words[i]).toBeGreaterThan(0);
      for (const other of boxes.slice(i + 1))
        expect(
          box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom,
          words[i],
        ).toBe(false);
    }
  });

  test("that had to give way is led to by a line, and one beside its point is not", () => {
    const ring = Array.from({ length: 24 }, (_, i): At => {
      const angle = (i / 24) * 2 * Math.PI;
      return [200 + 16 * Math.cos(angle), 120 + 12 * Math.sin(angle)];
    });
    const { boxes, lines } = drawn([[200, 120]], ["inside"], ring);
    expect(distance(boxes[0], [200, 120])).toBeGreaterThan(11);
    expect(lines).toHaveLength(1);
    expect(Math.hypot(lines[0][0] - 200, lines[0][1] - 120)).toBeCloseTo(5, 1);
    expect(distance(boxes[0], [lines[0][2], lines[0][3]])).toBeLessThan(0.02);
    expect(drawn([[200, 120]], ["alone"]).lines).toEqual([]);
  });
});
