/** @file Drawings: pieces of SVG of a known size, and where things stand in them. */

import { el, round } from "./svg.js";

/** A piece of SVG, without paper. */
export interface Drawing {
  svg: string;
  /** Pixels. */
  width: number;
  height: number;
  /** Where its axes stand, if it has two axes of numbers. */
  axes?: Axes;
}

/** One axis of a chart: which part of it is shown, and where that stands, in pixels. */
export interface AxisSpan {
  domain: readonly [from: number, to: number];
  pixels: readonly [from: number, to: number];
  log?: boolean;
}

/** The two axes of a chart, so that a pixel can be read as a point: y grows upward, and its pixels downward. */
export interface Axes {
  x: AxisSpan;
  y: AxisSpan;
}

/** A rectangle, in pixels from the top left. */
export interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** From data to pixels. */
export type Project = (x: number | string, y: number | string) => [x: number, y: number];

/** Drawings side by side, `gap` pixels apart, in as many rows as a width of `most` pixels asks for. */
export function hstack(drawings: readonly Drawing[], gap: number, most = Infinity): Drawing {
  let [x, y, width, height] = [0, 0, 0, 0];
  const placed: string[] = [];
  for (const drawing of drawings) {
    if (x > 0 && x + drawing.width > most) [x, y] = [0, height + gap];
    placed.push(el("g", { transform: `translate(${round(x)},${round(y)})` }, drawing.svg));
    x += drawing.width + gap;
    width = Math.max(width, x - gap);
    height = Math.max(height, y + drawing.height);
  }
  return { svg: placed.join(""), width, height };
}
