/** @file Labels beside points, placed so that they cover neither each other nor the edge. */

import type { Point } from "./data.js";
import type { Project, Rect } from "./drawing.js";
import { el, text } from "./svg.js";
import { ink, paper, size, textWidth } from "./theme.js";

const overlap = (a: Rect, b: Rect): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

/** Positions of a label around its point, best first, as fractions of the label's size. */
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

/** Points with or without labels. Labels keep clear of all of them. */
export interface Labeled {
  points: readonly Point[];
  labels?: readonly string[];
  /** The labels' color; ink by default. */
  labelColor?: string;
  /** The start of a line that ends at the points; their labels are placed beside it, at right angles. */
  from?: Point;
  /** Pixels to add to the distance of the labels, for a symbol larger than a dot. */
  extra?: number;
}

/** Distances between a point and its label, in pixels, nearest first. */
const gaps = [7, 12, 20, 32];
/** Pixels from which on a line connects a label with its point. */
const FAR = 11;

interface Label {
  words: string;
  color?: string;
  /** The point it names. */
  at: At;
  /** Candidate positions by distance, best first. */
  boxes: Rect[][];
  /** Whether it labels the end of a line, which needs no connecting line. */
  ends: boolean;
}

/**
 * Places every label where it covers least and cannot be read as the label of another point. Labels are placed one by one,
 * in up to four passes, because the first one could not take the last one into account.
 */
export function pointLabels(all: readonly Labeled[], place: Project, room: Rect): string {
  if (!all.some(({ labels }) => labels?.length)) return "";
  const points = all.flatMap(({ points }) => points).map(([x, y]) => place(x, y));
  const markers: Rect[] = points.map(([x, y]) => ({ left: x - 4, top: y - 4, right: x + 4, bottom: y + 4 }));
  const mean = (axis: 0 | 1) => points.reduce((sum, at) => sum + at[axis], 0) / points.length;
  const center = [mean(0), mean(1)] as const;
  const labels: Label[] = all.flatMap(({ points, labels = [], labelColor, from, extra }) =>
    labels.map((words, i) => {
      const [at, width] = [place(points[i][0], points[i][1]), textWidth(words, size.tick)];
      const boxes = from ? besideLine(place(from[0], from[1]), at, width, center) : aboutPoint(at, width, extra);
      return { words, color: labelColor, at, boxes, ends: from !== undefined };
    }),
  );
  const placed = new Array<Rect | undefined>(labels.length).fill(undefined);
  for (let moved = true, pass = 0; moved && pass < 4; pass++) {
    moved = false;
    for (const [i, label] of labels.entries()) {
      const others = placed.filter((box, j): box is Rect => box !== undefined && j !== i);
      const rivals = labels.filter((_, j) => j !== i).map(({ at }) => at);
      const box = freest(label, { markers, labels: others, rivals, room });
      moved ||= box !== placed[i];
      placed[i] = box;
    }
  }
  const halo = { stroke: paper, "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round" };
  const written = labels.map(({ words, color }, i) => {
    const box = placed[i] as Rect;
    return text(words, {
      x: (box.left + box.right) / 2,
      y: box.bottom - 3,
      fill: color,
      "font-weight": color && 600,
    });
  });
  const leaders = labels.flatMap((label, i) => leader(label, placed[i] as Rect));
  const lines = leaders.length > 0 ? el("g", { "data-mark": "leaders", stroke: ink.muted }, leaders) : "";
  return lines + el("g", { "data-mark": "labels", fill: ink.text, ...halo }, written);
}

/** The line that connects a point with a label far from it. */
function leader(label: Label, box: Rect): string[] {
  const ends = leaderEnds(label, box);
  return ends ? [el("line", { x1: ends[0][0], y1: ends[0][1], x2: ends[1][0], y2: ends[1][1] })] : [];
}

type At = readonly [number, number];

function leaderEnds({ at: [x, y], ends }: Label, box: Rect): [At, At] | null {
  if (ends || distance(box, [x, y]) < FAR) return null;
  const [toX, toY] = [within(x, box.left, box.right), within(y, box.top + 3, box.bottom - 3)];
  const start = 5 / Math.sqrt((toX - x) ** 2 + (toY - y) ** 2);
  return [
    [x + start * (toX - x), y + start * (toY - y)],
    [toX, toY],
  ];
}

const within = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** The distance of a point from a box, in pixels; 0 inside it. */
function distance({ left, right, top, bottom }: Rect, [x, y]: At): number {
  const [dx, dy] = [x - within(x, left, right), y - within(y, top, bottom)];
  return Math.sqrt(dx * dx + dy * dy);
}

const height = size.tick + 2;

/** Candidate boxes around a point for a label `width` pixels wide, best first. */
const aboutPoint = ([x, y]: readonly [number, number], width: number, extra = 0): Rect[][] =>
  gaps.map((distance) =>
    places.map(([dx, dy]) => {
      const gap = distance + extra;
      const left = x + dx * width + Math.sign(dx + 0.5) * gap;
      const top = y + dy * height + Math.sign(dy + 0.5) * gap;
      return { left, top, right: left + width, bottom: top + height };
    }),
  );

/**
 * Candidate boxes at the end of a line, at right angles to it and as near as possible without touching it; first on the
 * side away from the center of all points.
 */
function besideLine(
  [x0, y0]: readonly [number, number],
  [x, y]: readonly [number, number],
  width: number,
  [cx, cy]: readonly [number, number],
): Rect[][] {
  const length = Math.hypot(x - x0, y - y0) || 1;
  const [nx, ny] = [(y - y0) / length, (x0 - x) / length];
  const away = nx * (x - cx) + ny * (y - cy) > -1 ? 1 : -1; // a pixel's grace where the center lies on the line
  return gaps.map((gap) =>
    [away, -away].map((side) => {
      const off = side * ((Math.abs(nx) * width + Math.abs(ny) * height) / 2 + gap);
      const [left, top] = [x + off * nx - width / 2, y + off * ny - height / 2];
      return { left, top, right: left + width, bottom: top + height };
    }),
  );
}

/** What a label must not cover, and the other labeled points, which it must not seem to belong to. */
interface Surroundings {
  markers: readonly Rect[];
  labels: readonly Rect[];
  rivals: readonly At[];
  room: Rect;
}

/** Pixels by which another labeled point must be farther from a label than its own point. */
const CLEAR = 6;
/** Pixels between two labels on one line, so that they do not read as one. */
const SPACE = 8;

/** The candidate box with the lowest cost: what it covers, its distance, and how close it is to rival points. */
function freest(label: Label, { markers, labels, rivals, room }: Surroundings): Rect {
  let best: Rect | undefined;
  let least = Infinity;
  for (const [rank, alike] of label.boxes.entries()) {
    for (const [order, box] of alike.entries()) {
      const outside = (box.right - box.left) * height - overlap(box, room);
      let cost = 3 * outside + 20 * rank + order;
      for (const marker of markers) cost += 3 * overlap(box, marker);
      for (const other of labels)
        cost += overlap(box, { ...other, left: other.left - SPACE, right: other.right + SPACE });
      if (!label.ends) {
        const clear = distance(box, label.at) + CLEAR;
        for (const rival of rivals) cost += 10 * Math.max(0, clear - distance(box, rival));
      }
      const line = leaderEnds(label, box);
      if (line && labels.some((other) => crosses(line, other))) cost += 100;
      if (cost < least) [best, least] = [box, cost];
    }
  }
  return best as Rect;
}

/** Whether a line passes through a box, tested at nine points. */
function crosses([[x0, y0], [x1, y1]]: readonly [At, At], box: Rect): boolean {
  return Array.from({ length: 9 }, (_, i) => i / 8).some((t) => {
    return distance(box, [x0 + t * (x1 - x0), y0 + t * (y1 - y0)]) === 0;
  });
}
