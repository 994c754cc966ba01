/** @file The frame every figure stands in: paper, title, legend, axis labels, margins that fit, text alternative. */

import * as Plot from "@observablehq/plot";
import { documentFor } from "./document.js";
import { Figure, type FigureParts } from "./figure.js";
import type { Key } from "./keys.js";
import type { FigureOptions } from "./options.js";
import { el, escaped, inside, round, text } from "./svg.js";
import { balanced, fontFamily, ink, paper, size, textWidth, wrap } from "./theme.js";

/** A drawing without a frame. */
export interface Body {
  svg: string;
  width: number;
  height: number;
}

/** Title, subtitle and legend, each on as many lines as the width asks for. */
function header({ title, subtitle }: FigureOptions, legend: readonly Key[], width: number): Body {
  const room = width - 2 * size.padding;
  let y = size.padding;
  const parts: string[] = [];
  const paragraph = (content: string, fontSize: number, attributes: Record<string, string | number>) => {
    const bold = attributes["font-weight"] ? 1.08 : 1; // bold letters are so much wider
    for (const line of balanced(content, room / bold, fontSize)) {
      parts.push(text(line, { x: size.padding, y: y + fontSize - 3, "font-size": fontSize, ...attributes }));
      y += fontSize + 6;
    }
  };
  paragraph(title, width < 360 ? size.title - 2 : size.title, { "font-weight": 600 });
  if (subtitle) {
    y += 1;
    paragraph(subtitle, size.legend, { fill: ink.muted });
  }
  if (legend.length > 0) {
    let [x, below] = [0, 0];
    y += 4;
    for (const key of legend) {
      const drawn = key.width ?? 22;
      const advance = drawn + 8 + textWidth(key.label, size.legend) + 18;
      if (x > 0 && x + advance - 18 > room) {
        y += size.legend + 8 + below;
        [x, below] = [0, 0];
      }
      parts.push(
        el(
          "g",
          { transform: `translate(${round(size.padding + x)},${y + 9})` },
          key.drawing,
          text(key.label, { x: drawn + 8, y: 5 }),
        ),
      );
      x += advance;
      below = Math.max(below, key.below ?? 0);
    }
    y += size.legend + 6 + below;
  }
  return { svg: el("g", { "data-part": "header", "font-size": size.legend }, ...parts), width, height: y + 6 };
}

/** Puts title, legend and body on paper. */
export function compose(options: FigureOptions, desc: string, legend: readonly Key[], body: Body): Figure {
  const width = options.width ?? size.width;
  const below = (head: Body): Body => ({
    svg: head.svg + el("g", { transform: `translate(${size.padding},${round(head.height)})` }, body.svg),
    width,
    height: head.height + body.height + size.padding,
  });
  const { svg: content, height } = below(header(options, legend, width));
  const unkeyed = below(header(options, [], width));
  const words = options.desc ?? [...(options.subtitle ? [`${options.subtitle}.`] : []), desc].join(" ");
  return onPaper({ title: options.title, desc: words, width, height, content, legend, unkeyed });
}

/** Bodies side by side, `gap` pixels apart, in rows where they do not fit in one. */
export function beside(bodies: readonly Body[], gap: number, most = Infinity): Body {
  let [x, y, width, height] = [0, 0, 0, 0];
  const placed: string[] = [];
  for (const body of bodies) {
    if (x > 0 && x + body.width > most) [x, y] = [0, height + gap];
    placed.push(el("g", { transform: `translate(${round(x)},${round(y)})` }, body.svg));
    x += body.width + gap;
    width = Math.max(width, x - gap);
    height = Math.max(height, y + body.height);
  }
  return { svg: placed.join(""), width, height };
}

/** Wraps content in a self-contained `<svg>`. */
function onPaper(parts: Omit<FigureParts, "svg">): Figure {
  const { title, desc, content } = parts;
  const [width, height] = [Math.ceil(parts.width), Math.ceil(parts.height)];
  const svg = el(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      role: "img",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      style: "max-width:100%;height:auto",
      "font-family": fontFamily,
      "font-size": size.tick,
      fill: ink.text,
    },
    `<title>${escaped(title)}</title><desc>${escaped(desc)}</desc>`,
    el("rect", { width, height, fill: paper }),
    content,
  );
  return new Figure({ ...parts, svg, width, height });
}

/** The texts of an axis' ticks, as Plot wrote them. */
const tickLabels = (plot: Element, axis: "x" | "y"): string[] =>
  Array.from(plot.querySelectorAll(`[aria-label="${axis}-axis tick label"] text`), (label) => label.textContent ?? "");

/** Where the marks stand, in pixels: the body less its margins. */
export interface Room {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** From data to pixels. */
export type Place = (x: number | string, y: number | string) => [x: number, y: number];

/** A number of ticks, or fewer; ticks that are named stay. */
const atMost = (most: number, ticks: Plot.ScaleOptions["ticks"]) =>
  typeof ticks === "number" ? Math.min(ticks, most) : ticks;

/**
 * How Plot is told of an axis: by its scale, or by marks of their own where that is logarithmic, for the axis that comes with
 * such a scale leaves labels out as it sees fit; an infinite number of `ticks` says that all are wanted.
 */
function axes(name: "x" | "y", given: Plot.ScaleOptions = {}, ticks: number): [Plot.ScaleOptions, Plot.Markish[]] {
  if (given.type !== "log") return [{ ...given, label: null, ticks: atMost(ticks, given.ticks) }, []];
  const { ticks: at, tickFormat, grid, ...scale } = given;
  const values = at as number[];
  const options = { ticks: Infinity, tickFormat, label: null } as Plot.AxisXOptions & Plot.AxisYOptions;
  return [
    { ...scale, axis: null },
    name === "x"
      ? [Plot.gridX(values), Plot.axisX(values, options)]
      : [Plot.gridY(values), Plot.axisY(values, options)],
  ];
}

/** How the names below bands are written: in one line if they fit, else in several, else aslant. */
function fitNames(
  names: readonly string[],
  band: number,
): { format: (name: string) => string; rotate?: number; height: number } {
  const widest = (lines: readonly string[]) => Math.max(0, ...lines.map((line) => textWidth(line, size.tick)));
  const wrapped = names.map((name) => wrap(name.trim(), band - 6, size.tick));
  const most = Math.max(...wrapped.map((lines) => lines.length));
  if (most <= 3 && widest(wrapped.flat()) <= band - 4) {
    return { format: (name) => wrap(name.trim(), band - 6, size.tick).join("\n"), height: 17 + most * size.tick };
  }
  return { format: (name) => name, rotate: -45, height: Math.ceil(widest(names) * 0.71) + 24 };
}

/** What is drawn over a chart by hand. */
export type Overlay = (place: Place, room: Room) => string;

/** A chart as Plot is told of it; `ratio` is the height of the plotting area over its width, where that matters. */
export type Chart = Plot.PlotOptions & { ratio?: number };

/** Draws axes and marks by Plot, in margins measured to fit the ticks, labels the axes, and lays `overlay` on top. */
export function chart(
  options: FigureOptions,
  labels: { x: string; y: string },
  { ratio, ...plot }: Chart,
  overlay: Overlay = () => "",
): Body {
  const width = plot.width ?? (options.width ?? size.width) - 2 * size.padding;
  const given = { ...plot, document: documentFor(options.document), width };
  const scales = (ticks: number) => {
    const [x, marksX] = axes("x", plot.x, ticks);
    const [y, marksY] = axes("y", plot.y, (options.height ?? 260) < 180 ? 4 : Infinity);
    return { x, y, marks: [...marksX, ...marksY, ...(plot.marks ?? [])] };
  };
  const labelsOf = (ticks: number) => {
    const draft = Plot.plot({ ...given, ...scales(ticks) }) as unknown as Element;
    return [tickLabels(draft, "x"), tickLabels(draft, "y")] as const;
  };
  const widest = (names: readonly string[]) => Math.max(0, ...names.map((name) => textWidth(name, size.tick)));
  let ticks = Math.min(width < 300 ? 4 : Infinity, Number(plot.x?.ticks));
  let [below, beside] = labelsOf(ticks);
  // Plot chooses round values, not exactly as many as asked for: fewer are asked for until those that come have room. With
  // n of them, n + 1 of their distances are longer than the axis.
  const distance = () => (width - widest(beside) - widest(below) / 2 - 14) / (below.length + 1);
  while (ticks > 1 && distance() < widest(below) + 6) [below, beside] = labelsOf(--ticks);
  const { x, y, marks } = scales(ticks);

  const bands = plot.x?.type === "band";
  const marginLeft = plot.marginLeft ?? Math.ceil(widest(beside)) + 12;
  const marginRight = bands ? 2 : Math.ceil(widest(below) / 2) + 2;
  const names = bands ? fitNames(below, (width - marginLeft - marginRight) / below.length) : undefined;
  const [marginTop, marginBottom] = [10, names?.height ?? 30];
  const inner = ratio === undefined ? (options.height ?? 260) : (width - marginLeft - marginRight) * ratio;
  const drawn = Plot.plot({
    ...given,
    height: inner + marginTop + marginBottom,
    marginTop,
    marginLeft,
    marginRight,
    marginBottom,
    x: names ? { ...x, tickRotate: names.rotate, tickFormat: names.format, tickSize: 0 } : x,
    y,
    marks,
  });
  const [scaleX, scaleY] = [drawn.scale("x"), drawn.scale("y")];
  const place: Place = (atX, atY) => [scaleX?.apply(atX), scaleY?.apply(atY)];

  const height = Number((drawn as unknown as Element).getAttribute("height"));
  const [right, above] = [width - marginRight, size.label + 4];
  const label = (content: string, attributes: Record<string, string | number>) =>
    text(content, { fill: ink.muted, "font-size": size.label, ...attributes });
  const svg = [
    label(labels.y, { x: 0, y: size.label - 2 }),
    el(
      "g",
      { transform: `translate(0,${above})`, "text-anchor": "middle" },
      ...inside(drawn as unknown as Element),
      overlay(place, { left: marginLeft, top: 0, right, bottom: height - marginBottom }),
    ),
    label(labels.x, { x: (marginLeft + right) / 2, y: above + height + size.label - 4, "text-anchor": "middle" }),
  ].join("");
  return { svg, width, height: above + height + size.label };
}
