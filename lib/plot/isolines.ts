/** @file The surface under a contour chart: sampled once on a grid of pixels, cut into bands, and written as paths. */

import { contours } from "d3-contour";
import type { Rect } from "./drawing.js";

/** How a surface is drawn. */
export interface Isolines {
  /** The height at a point of the picture, in pixels. */
  height: (x: number, y: number) => number;
  /** Pixels from sample to sample. */
  step: number;
  /** The lower edge of each band. */
  levels: readonly number[];
  /** Drops points from a ring that has more of them than can be seen. */
  thin: (ring: readonly Pixel[]) => readonly Pixel[];
}

type Pixel = readonly [x: number, y: number];

/** The region above each level, as the data of a path, in pixels (marching squares; Lorensen and Cline 1987). */
export function isolines({ left, top, right, bottom }: Rect, { height, step, levels, thin }: Isolines): string[] {
  const [across, up] = [right - left, top - bottom]; // rows are counted from the bottom, as y is
  const [columns, rows] = [Math.round(across / step), Math.round(-up / step)];
  const samples = Array.from({ length: columns * rows }, (_, i) =>
    height(left + ((i % columns) + 0.5) * (across / columns), bottom + (Math.floor(i / columns) + 0.5) * (up / rows)),
  );
  const grid = contours().size([columns, rows]);
  const pixel = ([x, y]: readonly number[]): Pixel => [
    thousandth(x / (columns / across) + left),
    thousandth(y / (rows / up) + bottom),
  ];
  return levels.map((level) =>
    grid
      .contour(samples, level)
      .coordinates.flat()
      .map((ring) => write(thin(ring.slice(0, -1).map(pixel))))
      .join(""),
  );
}

/** Machines that differ in the last bit draw the same figure. */
const thousandth = (value: number): number => Math.round(value * 1000) / 1000;

const write = (ring: readonly Pixel[]): string => `M${ring.map((point) => point.map(tenth).join(",")).join("L")}Z`;

const tenth = (value: number): string => value.toFixed(1).replace(".0", "");

/** Leaves out points that lie within a fifth of a pixel of the line past them, and keeps one every 40 pixels. */
export function thinCoarsely(ring: readonly Pixel[]): Pixel[] {
  const kept = ring.slice(0, 1);
  for (let i = 1; i < ring.length - 1; i++) {
    const [start, point] = [kept[kept.length - 1], ring[i]];
    if (offLine(start, point, ring[i + 1]) > 0.2 || distance(start, point) > 40) kept.push(point);
  }
  kept.push(ring[ring.length - 1]);
  return kept;
}

/** Leaves out points for as long as none of them lies farther than a tenth of a pixel off the line that is drawn instead. */
export function thinFinely(ring: readonly Pixel[]): Pixel[] {
  const kept = ring.slice(0, 1);
  for (let start = 0, end = 2; end < ring.length; end++) {
    const skipped = ring.slice(start + 1, end);
    if (skipped.every((point) => offLine(ring[start], point, ring[end]) <= 0.1)) continue;
    start = end - 1;
    kept.push(ring[start]);
  }
  kept.push(ring[ring.length - 1]);
  return kept;
}

const distance = ([x0, y0]: Pixel, [x1, y1]: Pixel): number => Math.hypot(x1 - x0, y1 - y0);

/** How far a point lies from the line through two others. */
const offLine = (start: Pixel, [x, y]: Pixel, end: Pixel): number => {
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  return Math.abs(dx * (y - start[1]) - dy * (x - start[0])) / (Math.hypot(dx, dy) || 1);
};
