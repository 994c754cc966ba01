/** @file Legend entries: a small drawing of how something looks, and its name. */

import {
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbol as symbolOf,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  symbolWye,
} from "d3-shape";
import { largest } from "./data.js";
import { el, round, roundAll, text } from "./svg.js";
import { formatWithMinus, ink, type SymbolName, size, textWidth } from "./theme.js";

/** What a legend says of one group: its name, and a drawing, centered on the line of the text. */
export interface LegendEntry {
  label: string;
  drawing: string;
  /** Pixels; 22 by default. */
  width?: number;
  /** Pixels that the drawing needs below the line; none by default. */
  below?: number;
}

const symbolTypes = {
  circle: symbolCircle,
  triangle: symbolTriangle,
  square: symbolSquare,
  diamond: symbolDiamond,
  wye: symbolWye,
  star: symbolStar,
  cross: symbolCross,
} as const;

export const entries = {
  line: (label: string, color: string, dashed = false): LegendEntry => ({
    label,
    drawing: el("path", {
      d: "M0,0H22",
      stroke: color,
      "stroke-width": 2.5,
      "stroke-dasharray": dashed ? "6,4" : undefined,
    }),
  }),
  area: (label: string, color: string): LegendEntry => ({
    label,
    drawing: el("rect", { x: 4, y: -7, width: 14, height: 14, fill: color }),
  }),
  node: (label: string, fill: string, stroke: string): LegendEntry => ({
    label,
    drawing: el("rect", { x: 2, y: -7, width: 18, height: 14, rx: 3, fill, stroke, "stroke-width": 1.5 }),
  }),
  arrow: (label: string, color: string): LegendEntry => ({
    label,
    drawing: el("path", { d: "M1,0H20M14,-5L20,0L14,5", stroke: color, "stroke-width": 2, fill: "none" }),
  }),
  /** A strip of colors between its least and its greatest value; in a narrow `room` it is shorter and goes unnamed. */
  ramp: (
    label: string,
    colors: readonly string[],
    [low, high]: readonly [number, number],
    room = Infinity,
  ): LegendEntry => {
    const least = 1e-3 * Math.max(Math.abs(low), Math.abs(high));
    const [from, to] = [low, high].map((end) => formatWithMinus(Math.abs(end) < least ? 0 : end, 3));
    const strip = room < 300 ? 48 : 96;
    const [start, step] = [textWidth(from, size.tick) + 6, strip / colors.length];
    const end = start + strip;
    const drawing = [
      text(from, { x: 0, y: 5, "font-size": size.tick }),
      ...colors.map((fill, i) => el("rect", { x: start + i * step, y: -7, width: step + 0.3, height: 14, fill })),
      el("rect", { x: start, y: -7, width: strip, height: 14, fill: "none", stroke: ink.faint }),
      text(to, { x: end + 6, y: 5, "font-size": size.tick }),
    ].join("");
    return { label: room < 300 ? "" : label, drawing, width: end + 6 + textWidth(to, size.tick) };
  },
  /** Bands of color, with a value at each edge between two of them, or at every few where they would not fit. */
  bands: (label: string, colors: readonly string[], edges: readonly number[]): LegendEntry => {
    const small = size.tick - 2;
    const step = Math.min(28, 240 / colors.length);
    const names = edges.map((edge) => formatWithMinus(edge, 2));
    const widest = largest(
      names.map((name) => textWidth(name, small)),
      0,
    );
    const stride = Math.ceil((widest + 6) / step);
    const drawing = [
      ...colors.map((fill, i) => el("rect", { x: i * step, y: -7, width: step + 0.3, height: 14, fill })),
      el("rect", { x: 0, y: -7, width: step * colors.length, height: 14, fill: "none", stroke: ink.faint }),
      ...names.flatMap((name, i) => {
        if (i % stride > 0) return [];
        const x = (i + 1) * step;
        return [
          el("path", { d: `M${round(x)},7v4`, stroke: ink.muted }),
          text(name, { x, y: 12 + small, "font-size": small, "text-anchor": "middle" }),
        ];
      }),
    ].join("");
    return { label, drawing, width: step * colors.length, below: small + 2 };
  },
  point: (label: string, color: string, symbol: SymbolName): LegendEntry => {
    const path = symbolOf(symbolTypes[symbol], 25 * Math.PI).digits(Infinity);
    const drawn =
      symbol === "circle"
        ? el("circle", { r: 5, cy: 0, cx: 11 })
        : el("path", { d: roundAll(path() ?? ""), transform: "translate(11,0)" });
    return { label, drawing: el("g", { fill: color, "data-mark": "dot" }, drawn) };
  },
};
