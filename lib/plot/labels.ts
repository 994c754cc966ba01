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
  /** Where the line through the points comes from: labels stand at right angles to it, off it. */
  from?: Point;
}

/** Distances between a point and its label, in pixels, nearest first. */
const gaps = [7, 12, 20];

/** Writes every label at the place about its point where it covers the least. */
export function pointLabels(all: readonly Labelled[], place: Place, room: Room): string {
  const taken: Room[] = all
    .flatMap(({ points }) => points)
    .map(([x, y]) => place(x, y))
    .map(([x, y]) => ({ left: x - 4, top: y - 4, right: x + 4, bottom: y + 4 }));
  const mean = (side: "left" | "top") => taken.reduce((sum, box) => sum + box[side] + 4, 0) / taken.length;
  const centre = [mean("left"), mean("top")] as const;
  const written = all.flatMap(({ points, labels = [], labelColour, from }) =>
    labels.map((label, i) => {
      const [at, width] = [place(points[i][0], points[i][1]), textWidth(label, size.tick)];
      const boxes = from ? besideLine(place(from[0], from[1]), at, width, centre) : aboutPoint(at, width);
      const box = freest(boxes, taken, room);
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

const height = size.tick + 2;

/** Boxes for a label `width` pixels wide about a point, the best first. */
const aboutPoint = ([x, y]: readonly [number, number], width: number): Room[][] =>
  gaps.map((gap) =>
    places.map(([dx, dy]) => {
      const left = x + dx * width + Math.sign(dx + 0.5) * gap;
      const top = y + dy * height + Math.sign(dy + 0.5) * gap;
      return { left, top, right: left + width, bottom: top + height };
    }),
  );

/**
 * Boxes beside a line that comes from a point to another, at right angles to it there, as near as not to touch it; better on
 * the side away from the centre of all.
 */
function besideLine(
  [x0, y0]: readonly [number, number],
  [x, y]: readonly [number, number],
  width: number,
  [cx, cy]: readonly [number, number],
): Room[][] {
  const length = Math.hypot(x - x0, y - y0) || 1;
  const [nx, ny] = [(y - y0) / length, (x0 - x) / length];
  const away = nx * (x - cx) + ny * (y - cy) > -1 ? 1 : -1; // a pixel's grace where the centre lies on the line
  return gaps.map((gap) =>
    [away, -away].map((side) => {
      const off = side * ((Math.abs(nx) * width + Math.abs(ny) * height) / 2 + gap);
      const [left, top] = [x + off * nx - width / 2, y + off * ny - height / 2];
      return { left, top, right: left + width, bottom: top + height };
    }),
  );
}

/** The box that covers the least of what is taken; one farther off costs more. */
function freest(boxes: readonly Room[][], taken: readonly Room[], room: Room): Room {
  let best: Room | undefined;
  let least = Infinity;
  for (const [rank, alike] of boxes.entries()) {
    for (const [order, box] of alike.entries()) {
      const outside = (box.right - box.left) * height - overlap(box, room);
      const cost = taken.reduce((sum, other) => sum + overlap(box, other), 3 * outside + 20 * rank + order);
      if (cost < least) [best, least] = [box, cost];
    }
  }
  return best as Room;
}
