/** @file Boxes with words in them and arrows between them: what graphs and diagrams are drawn with. */

import type { Rect } from "./drawing.js";
import { entries, type LegendEntry } from "./legend.js";
import { el, round, text } from "./svg.js";
import { ink, paper, size, textWidth } from "./theme.js";

const looks = {
  input: { fill: "#d6e8f5", stroke: "#0072B2" },
  operation: { fill: "#ffffff", stroke: ink.muted },
  learned: { fill: "#d5efe6", stroke: "#00785a" },
  result: { fill: "#fbe3c8", stroke: "#D55E00" },
} as const;

/** What a box stands for: what goes in, what is done, what is done with learned parameters, what comes out. */
export type BoxKind = keyof typeof looks;

/** Pixels from one line of a box to the next. */
export const lineHeight = size.tick + 4;

/** The color of gradients, and of the slopes that they are made of. */
export const gradientColor = "#a34700";

/** A box with lines of text; operations are round. */
export function drawBox({ left, top, right, bottom }: Rect, kind: BoxKind, lines: readonly BoxLine[]): string {
  const [width, height] = [right - left, bottom - top];
  const first = (top + bottom) / 2 - ((lines.length - 1) * lineHeight) / 2 + size.tick * 0.36;
  return el(
    "g",
    { "data-mark": kind },
    el("rect", {
      x: left,
      y: top,
      width,
      height,
      rx: kind === "operation" ? Math.min(height / 2, 16) : 4,
      ...looks[kind],
      "stroke-width": 1.5,
    }),
    ...lines.map((line, i) => {
      const look = { "text-anchor": "middle", "font-weight": line.bold ? 600 : undefined, fill: line.fill };
      return text(line.words, { x: (left + right) / 2, y: first + i * lineHeight, ...look });
    }),
  );
}

/** A line of text in a box. */
export interface BoxLine {
  words: string;
  bold: boolean;
  fill?: string;
}

export type Pixel = { x: number; y: number };

/** What is written on an arrow, and where: the middle of the words, or their start. */
export interface ArrowLabel {
  words: string;
  x: number;
  y: number;
  fill?: string;
  anchor?: "start" | "middle";
}

/** Words on a strip of paper that hides the line below them, between the letters as well. */
function labelOnPaper({ words, x, y, fill = ink.text, anchor = "middle" }: ArrowLabel): string {
  const width = textWidth(words, size.tick);
  const left = anchor === "start" ? x : x - width / 2;
  const strip = { x: left - 2, y: y - 7, width: width + 4, height: 14, fill: paper };
  return el("rect", strip) + text(words, { x, y: y + 4, "text-anchor": anchor, fill });
}

/** An arrow along points, with a label on paper. */
export function drawArrow(points: readonly Pixel[], label?: ArrowLabel): string {
  const [end, before] = [points[points.length - 1], points[points.length - 2]];
  const line = points.map((point, i) => `${i === 0 ? "M" : "L"}${round(point.x)},${round(point.y)}`).join("");
  const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const [ux, uy] = [(end.x - before.x) / length, (end.y - before.y) / length];
  const corner = (side: 1 | -1) => `${round(end.x - 8 * ux - 4 * side * uy)},${round(end.y - 8 * uy + 4 * side * ux)}`;
  return el(
    "g",
    { "data-mark": "edge" },
    el("path", { d: line, fill: "none", stroke: ink.muted, "stroke-width": 1.25, "stroke-linejoin": "round" }),
    el("path", { d: `M${round(end.x)},${round(end.y)}L${corner(1)}L${corner(-1)}Z`, fill: ink.muted }),
    ...(label ? [labelOnPaper(label)] : []),
  );
}

/** A legend of the kinds of boxes that are there. */
export const boxLegend = (there: readonly BoxKind[], names: Partial<Record<BoxKind, string>> = {}): LegendEntry[] =>
  (Object.keys(looks) as BoxKind[])
    .filter((kind) => there.includes(kind))
    .map((kind) => entries.node(names[kind] ?? kind, looks[kind].fill, looks[kind].stroke));
