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
type Ring = readonly Pixel[];

/** The rings around the region above each level, in pixels (marching squares; Lorensen and Cline 1987). */
export function isolines({ left, top, right, bottom }: Rect, { height, step, levels, thin }: Isolines): Ring[][] {
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
      .map((ring) => thin(ring.slice(0, -1).map(pixel))),
  );
}

/** The region within rings, as the data of a path. */
export const region = (rings: readonly Ring[]): string => rings.map((ring) => `${write(ring)}Z`).join("");

/**
 * The line around a region, without the pieces that are the picture's edge, as the data of a path. A ring bends in the half
 * cell before the edge, where nothing is sampled, so the line goes straight on there.
 */
export function outline(rings: readonly Ring[], rect: Rect): string {
  const sidesOf = ([x, y]: Pixel): boolean[] => {
    const { left, right, top, bottom } = rect;
    return [x - left, x - right, y - top, y - bottom].map((off) => Math.abs(off) < 0.01);
  };
  const hooks = (from: Pixel, to: Pixel) => distance(from, to) < HOOK && sidesOf(from).includes(true);
  const onEdge = (from: Pixel, to: Pixel) => {
    const [one, other] = [sidesOf(from), sidesOf(to)];
    return one.some((there, side) => there && other[side]) || (hooks(from, to) && hooks(to, from));
  };
  /** Straightens the start of a piece. */
  const straight = (piece: readonly Pixel[]): readonly Pixel[] => {
    const [start, second, third] = piece;
    if (piece.length < 3 || !hooks(start, second)) return piece;
    return [onward(third, second, rect), ...piece.slice(1)];
  };
  const pieces = rings.flatMap((ring) => {
    const from = ring.findIndex((point, i) => onEdge(point, ring[(i + 1) % ring.length])) + 1;
    const closed = [...ring.slice(from), ...ring.slice(0, from)];
    const open: Pixel[][] = [[closed[0]]];
    for (const [i, point] of closed.entries()) {
      const next = closed[(i + 1) % closed.length];
      if (onEdge(point, next)) open.push([next]);
      else open[open.length - 1].push(next);
    }
    return open.filter((piece) => piece.length > 1);
  });
  return pieces.map((piece) => write(straight(straight(piece).toReversed()).toReversed())).join("");
}

/** Pixels within which a ring may bend before the edge. */
const HOOK = 6;

/** The point where the line from one point through another meets the picture's edge, if that is near. */
function onward([x0, y0]: Pixel, [x, y]: Pixel, { left, right, top, bottom }: Rect): Pixel {
  const [dx, dy] = [x - x0, y - y0];
  const [toX, toY] = [((dx > 0 ? right : left) - x) / dx, ((dy > 0 ? bottom : top) - y) / dy];
  const far = Math.min(dx === 0 ? Infinity : toX, dy === 0 ? Infinity : toY);
  return far * Math.hypot(dx, dy) < 2 * HOOK ? [x + far * dx, y + far * dy] : [x, y];
}

/** Machines that differ in the last bit draw the same figure. */
const thousandth = (value: number): number => Math.round(value * 1000) / 1000;

const write = (line: Ring): string => `M${line.map((point) => point.map(tenth).join(",")).join("L")}`;

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
