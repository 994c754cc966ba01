/** @file Charts: axes and marks drawn by Plot, in margins that fit the ticks, with labels on the axes. */

import * as Plot from "@observablehq/plot";
import { largest } from "./data.js";
import { plotDocument, type SvgElement } from "./document.js";
import type { Axes, AxisSpan, Drawing, Project, Rect } from "./drawing.js";
import type { FigureOptions } from "./options.js";
import { atMost, power, tickLabels } from "./scales.js";
import { el, inside, text } from "./svg.js";
import { ink, size, textWidth, wrap } from "./theme.js";

/**
 * The scale and the marks of an axis. A logarithmic axis brings marks of its own, since the one that Plot adds leaves out
 * labels; `ticks: Infinity` keeps all of them.
 */
function axisOf(name: "x" | "y", given: Plot.ScaleOptions = {}, ticks: number): [Plot.ScaleOptions, Plot.Markish[]] {
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

/** Formats the names below bands: on one line if they fit, else on several, else tilted. */
function fitNames(
  names: readonly string[],
  band: number,
): { format: (name: string) => string; rotate?: number; height: number } {
  const widest = (lines: readonly string[]) =>
    largest(
      lines.map((line) => textWidth(line, size.tick)),
      0,
    );
  const wrapped = names.map((name) => wrap(name.trim(), band - 6, size.tick));
  const most = largest(wrapped.map((lines) => lines.length));
  if (most <= 3 && widest(wrapped.flat()) <= band - 4) {
    return { format: (name) => wrap(name.trim(), band - 6, size.tick).join("\n"), height: 17 + most * size.tick };
  }
  return { format: (name) => name, rotate: -45, height: Math.ceil(widest(names) * 0.71) + 24 };
}

/** Draws SVG over a chart: `project` takes data to pixels, `rect` is the plotting area. */
export type Overlay = (project: Project, rect: Rect) => string;

/** Plot's options, and `ratio`: the height of the plotting area over its width. */
export type Chart = Plot.PlotOptions & { ratio?: number };

/** Where the axes of a chart stand, unless one of them has names. */
function axesOf({ x, y }: Chart, { left, top, right, bottom }: Rect): Axes | undefined {
  if (!x || !y || x.type === "band" || y.type === "band") return undefined;
  const span = (scale: Plot.ScaleOptions, pixels: AxisSpan["pixels"]): AxisSpan => ({
    domain: [...(scale.domain as Iterable<number>)] as [number, number],
    ...(scale.type === "log" ? { log: true } : {}),
    pixels,
  });
  return { x: span(x, [left, right]), y: span(y, [bottom, top]) };
}

/** Draws axes and marks by Plot, in margins measured to fit the ticks, labels the axes, and lays `overlay` on top. */
export function chart(
  options: FigureOptions,
  labels: { x: string; y: string },
  { ratio, ...plot }: Chart,
  overlay: Overlay = () => "",
): Drawing {
  const width = plot.width ?? (options.width ?? size.width) - 2 * size.padding;
  const mostY = (options.height ?? 260) < 180 ? 4 : Infinity;
  const widest = (names: readonly string[]) =>
    largest(
      names.map((name) => textWidth(name, size.tick)),
      0,
    );
  const beside = tickLabels(plot.y, mostY);
  let ticks = Math.min(width < 300 ? 4 : Infinity, Number(plot.x?.ticks));
  let below = tickLabels(plot.x, ticks);
  // Ticks stand at round values, not exactly as many as asked for: fewer are asked for until those that come have room. With
  // n of them, n + 1 of their distances are longer than the axis.
  const distance = () => (width - widest(beside) - widest(below) / 2 - 14) / (below.length + 1);
  while (ticks > 1 && distance() < widest(below) + 6) below = tickLabels(plot.x, --ticks);
  // The fewest are two, and where −400,000 has no room beside −200,000, −4·10⁵ has.
  const brieflyX = ticks === 1 && distance() < widest(below) + 6 ? { ...plot.x, tickFormat: power } : plot.x;
  below = tickLabels(brieflyX, ticks);

  const bands = plot.x?.type === "band";
  const marginLeft = plot.marginLeft ?? Math.ceil(widest(beside)) + 12;
  const marginRight = bands ? 2 : Math.ceil(widest(below) / 2) + 2;
  const names = bands ? fitNames(below, (width - marginLeft - marginRight) / below.length) : undefined;
  const [marginTop, marginBottom] = [10, names?.height ?? 30];
  const inner = ratio === undefined ? (options.height ?? 260) : (width - marginLeft - marginRight) * ratio;
  const [x, marksX] = axisOf("x", brieflyX, ticks);
  const [y, marksY] = axisOf("y", plot.y, mostY);
  const drawn = Plot.plot({
    ...plot,
    document: plotDocument,
    width,
    height: inner + marginTop + marginBottom,
    marginTop,
    marginLeft,
    marginRight,
    marginBottom,
    x: names ? { ...x, tickRotate: names.rotate, tickFormat: names.format, tickSize: 0 } : x,
    y,
    marks: [...marksX, ...marksY, ...(plot.marks ?? [])],
  });
  const element = drawn as unknown as SvgElement;
  const [scaleX, scaleY] = [drawn.scale("x"), drawn.scale("y")];
  const project: Project = (atX, atY) => [scaleX?.apply(atX), scaleY?.apply(atY)];

  const height = Number(element.getAttribute("height"));
  const [right, above] = [width - marginRight, size.label + 4];
  const label = (content: string, attributes: Record<string, string | number>) =>
    text(content, { fill: ink.muted, "font-size": size.label, ...attributes });
  const svg = [
    label(labels.y, { x: 0, y: size.label - 2 }),
    el(
      "g",
      { transform: `translate(0,${above})`, "text-anchor": "middle" },
      inside(element),
      overlay(project, { left: marginLeft, top: 0, right, bottom: height - marginBottom }),
    ),
    label(labels.x, { x: (marginLeft + right) / 2, y: above + height + size.label - 4, "text-anchor": "middle" }),
  ].join("");
  const rect = { left: marginLeft, top: above + marginTop, right, bottom: above + height - marginBottom };
  return { svg, width, height: above + height + size.label, axes: axesOf(plot, rect) };
}
