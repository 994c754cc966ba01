/** @file Labels beside points, placed so that they cover neither each other nor the edge. */

import type { Point } from "./data.js";
import type { Place, Room } from "./frame.js";
import { el, text } from "./svg.js";
import { ink, paper, size, textWidth } from "./theme.js";

const overlap = (a: Room, b: Room): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

/** Where a label may stand about its point, best first: the corner nearest to the point, as fractions of its size. */
const places: readonly [dx: number, dy: number][] = [
  [0, -0.5],
  [-1, -0.5],
  [-0.5, -1],
  [-0.5, 0],
  [0, -1],
  [0, 0],
  [-1, -1],
  [-1, 0],
];

/** Points, some of them with labels; points without are only kept free. */
export interface Labelled {
  points: readonly Point[];
  labels?: readonly string[];
  /** The labels' colour; ink by default. */
  labelColour?: string;
}

/** Distances between a point and its label, in pixels, nearest first. */
const gaps = [7, 12, 20];

/** Writes every label at the place about its point where it covers the least. */
export function pointLabels(all: readonly Labelled[], place: Place, room: Room): string {
  const taken: Room[] = all
    .flatMap(({ points }) => points)
    .map(([x, y]) => place(x, y))
    .map(([x, y]) => ({ left: x - 4, top: y - 4, right: x + 4, bottom: y + 4 }));
  const written = all.flatMap(({ points, labels = [], labelColour }) =>
    labels.map((label, i) => {
      const box = freest(place(points[i][0], points[i][1]), textWidth(label, size.tick), taken, room);
      taken.push(box);
      return text(label, {
        x: (box.left + box.right) / 2,
        y: box.bottom - 3,
        fill: labelColour,
        "font-weight": labelColour && 600,
      });
    }),
  );
  if (written.length === 0) return "";
  const halo = { stroke: paper, "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round" };
  return el("g", { "data-mark": "labels", fill: ink.text, ...halo }, ...written);
}

/** The box for a label `width` pixels wide about a point that covers the least of what is taken. */
function freest([x, y]: readonly [number, number], width: number, taken: readonly Room[], room: Room): Room {
  const height = size.tick + 2;
  let best: Room | undefined;
  let least = Infinity;
  for (const [rank, gap] of gaps.entries()) {
    for (const [order, [dx, dy]] of places.entries()) {
      const left = x + dx * width + Math.sign(dx + 0.5) * gap;
      const top = y + dy * height + Math.sign(dy + 0.5) * gap;
      const box = { left, top, right: left + width, bottom: top + height };
      const outside = width * height - overlap(box, room);
      const cost = taken.reduce((sum, other) => sum + overlap(box, other), 3 * outside + 20 * rank + order);
      if (cost < least) [best, least] = [box, cost];
    }
  }
  return best as Room;
}
