/** @file The entries of legends: a small drawing of how something looks, and its name. */

import * as Plot from "@observablehq/plot";
import { documentFor, type SvgDocument } from "./document.js";
import { el, inside, round, text } from "./svg.js";
import { ink, size, textWidth } from "./theme.js";

/** What a legend says of one group: its name, and a drawing, centred on the line of the text. */
export interface Key {
  label: string;
  drawing: string;
  /** Pixels; 22 by default. */
  width?: number;
  /** Pixels that the drawing needs below the line; none by default. */
  below?: number;
}

export const keys = {
  line: (label: string, colour: string, dashed = false): Key => ({
    label,
    drawing: el("path", {
      d: "M0,0H22",
      stroke: colour,
      "stroke-width": 2.5,
      "stroke-dasharray": dashed ? "6,4" : undefined,
    }),
  }),
  area: (label: string, colour: string): Key => ({
    label,
    drawing: el("rect", { x: 4, y: -7, width: 14, height: 14, fill: colour }),
  }),
  node: (label: string, fill: string, stroke: string): Key => ({
    label,
    drawing: el("rect", { x: 2, y: -7, width: 18, height: 14, rx: 3, fill, stroke, "stroke-width": 1.5 }),
  }),
  arrow: (label: string, colour: string): Key => ({
    label,
    drawing: el("path", { d: "M1,0H20M14,-5L20,0L14,5", stroke: colour, "stroke-width": 2, fill: "none" }),
  }),
  /** A strip of colours between its least and its greatest value; in a narrow `room` it is shorter and goes unnamed. */
  ramp: (label: string, colours: readonly string[], [low, high]: readonly [number, number], room = Infinity): Key => {
    const least = 1e-3 * Math.max(Math.abs(low), Math.abs(high));
    const [from, to] = [low, high].map((end) =>
      String(Math.abs(end) < least ? 0 : Number(end.toPrecision(3))).replace("-", "−"),
    );
    const strip = room < 300 ? 48 : 96;
    const [start, step] = [textWidth(from, size.tick) + 6, strip / colours.length];
    const end = start + strip;
    const drawing = [
      text(from, { x: 0, y: 5, "font-size": size.tick }),
      ...colours.map((fill, i) => el("rect", { x: start + i * step, y: -7, width: step + 0.3, height: 14, fill })),
      el("rect", { x: start, y: -7, width: strip, height: 14, fill: "none", stroke: ink.faint }),
      text(to, { x: end + 6, y: 5, "font-size": size.tick }),
    ].join("");
    return { label: room < 300 ? "" : label, drawing, width: end + 6 + textWidth(to, size.tick) };
  },
  /** Bands of colour, with a value at each edge between two of them, or at every few where they would not fit. */
  bands: (label: string, colours: readonly string[], edges: readonly number[]): Key => {
    const small = size.tick - 2;
    const step = Math.min(28, 240 / colours.length);
    const names = edges.map((edge) => String(Number(edge.toPrecision(2))).replace("-", "−"));
    const widest = Math.max(0, ...names.map((name) => textWidth(name, small)));
    const stride = Math.ceil((widest + 6) / step);
    const drawing = [
      ...colours.map((fill, i) => el("rect", { x: i * step, y: -7, width: step + 0.3, height: 14, fill })),
      el("rect", { x: 0, y: -7, width: step * colours.length, height: 14, fill: "none", stroke: ink.faint }),
      ...names.flatMap((name, i) => {
        if (i % stride > 0) return [];
        const x = (i + 1) * step;
        return [
          el("path", { d: `M${round(x)},7v4`, stroke: ink.muted }),
          text(name, { x, y: 12 + small, "font-size": small, "text-anchor": "middle" }),
        ];
      }),
    ].join("");
    return { label, drawing, width: step * colours.length, below: small + 2 };
  },
  point: (label: string, colour: string, symbol: Plot.SymbolType, document: SvgDocument | undefined): Key => {
    const plot = Plot.plot({
      document: documentFor(document),
      width: 22,
      height: 14,
      margin: 0,
      axis: null,
      marks: [Plot.dot([0], { x: 11, y: 0, r: 5, fill: colour, symbol, frameAnchor: "left" })],
      x: { type: "identity" },
      y: { type: "identity" },
    });
    return { label, drawing: inside(plot as unknown as Element).join("") };
  },
};
