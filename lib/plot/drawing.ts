/** @file Drawings: pieces of SVG of a known size, and where things stand in them. */

import { el, round } from "./svg.js";

/** A piece of SVG, without paper. */
export interface Drawing {
  svg: string;
  /** Pixels. */
  width: number;
  height: number;
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
