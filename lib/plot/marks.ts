/** @file How series become marks of a chart, cut off at its edges, and entries of its legend. */

import * as Plot from "@observablehq/plot";
import { clipPolyline } from "lineclip";
import { type Point, thin } from "./data.js";
import { entries, type LegendEntry } from "./legend.js";
import type { AxisOptions } from "./options.js";
import { domainOf } from "./scales.js";
import type { ResolvedSeries } from "./series.js";
import { paper, symbolOf } from "./theme.js";

/** The box that a chart shows. */
export interface Box {
  x: readonly [number, number];
  y: readonly [number, number];
  logX?: boolean;
  logY?: boolean;
}

/** The box that holds every point, unless an axis names its own domain; `pad` is room at the sides, as a fraction. */
export function boxOf(figure: string, x: AxisOptions, y: AxisOptions, shown: readonly Point[], pad: number): Box {
  const span = (axis: AxisOptions, dimension: 0 | 1, room: number) =>
    axis.domain ??
    domainOf(
      figure,
      axis,
      shown.map((point) => point[dimension]),
      room,
    );
  return { x: span(x, 0, pad), y: span(y, 1, Math.max(pad, 0.03)), logX: x.log, logY: y.log };
}

const within = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high;
export const inBox = ([x, y]: Point, box: Box): boolean => within(x, box.x) && within(y, box.y);

/** The pieces of a line that lie in the box, cut where it crosses an edge as drawn: on a logarithmic axis, of the logarithm. */
export function clip(line: readonly Point[], box: Box): Point[][] {
  if (line.every((point) => inBox(point, box))) return [[...line]];
  const to = (value: number, log?: boolean) => (log ? Math.log(value) : value);
  const from = (value: number, log?: boolean) => (log ? Math.exp(value) : value);
  const given = new Map<Point, Point>(line.map((point) => [[to(point[0], box.logX), to(point[1], box.logY)], point]));
  const [left, right] = box.x.map((value) => to(value, box.logX));
  const [bottom, top] = box.y.map((value) => to(value, box.logY));
  const near = (a: Point, b: Point) =>
    Math.abs(a[0] - b[0]) <= 1e-9 * (right - left) && Math.abs(a[1] - b[1]) <= 1e-9 * (top - bottom);
  return clipPolyline([...given.keys()], [left, bottom, right, top])
    .map((piece) =>
      piece.filter((at, i) => i === 0 || !near(at, piece[i - 1]) || (given.has(at) && given.has(piece[i - 1]))),
    )
    .filter(({ length }) => length > 1) // a corner that is only touched is no piece
    .map((piece) => piece.map((at) => given.get(at) ?? [from(at[0], box.logX), from(at[1], box.logY)]));
}

/** The marks that draw a series inside the box. */
export function marksOf(series: ResolvedSeries, box: Box): Plot.Markish[] {
  const { color } = series;
  const visible = series.points.filter((point) => inBox(point, box));
  const dots = (look: Plot.DotOptions) =>
    Plot.dot(visible, { fill: color, stroke: paper, strokeWidth: 0.75, symbol: symbolOf(series.index), ...look });
  if (series.as !== "path" && series.as !== "points" && series.points.length > 1) {
    const strokeDasharray = series.as === "dashed" ? "6,4" : undefined;
    const pieces = clip(thin(series.points, 250), box);
    const drawn = pieces.map((piece) => Plot.line(piece, { stroke: color, strokeWidth: 2.25, strokeDasharray }));
    return series.as === "marked" ? [...drawn, dots({ r: 4.5 })] : drawn;
  }
  if (series.as === "path") {
    const steps = series.points.slice(1).map((to, i) => [series.points[i], to] as const);
    const ends = {
      x1: (d: Step) => d[0][0],
      y1: (d: Step) => d[0][1],
      x2: (d: Step) => d[1][0],
      y2: (d: Step) => d[1][1],
    };
    const cut = steps.flatMap((step) => clip(step, box));
    const arrives = ([, to]: readonly Point[]) => series.points.includes(to);
    const arrows = cut.filter(arrives) as unknown as Step[];
    return [
      ...cut.filter((piece) => !arrives(piece)).map((piece) => Plot.line(piece, { stroke: color, strokeWidth: 1.75 })),
      Plot.arrow(arrows, { ...ends, stroke: color, strokeWidth: 1.75, headLength: 7 }),
      Plot.dot(visible.length <= 40 ? visible : [], { r: 2.5, fill: color }),
    ];
  }
  const crowded = visible.length > 400;
  return [dots({ r: crowded ? 2.5 : 4.5, fillOpacity: crowded ? 0.6 : 1 })];
}

type Step = readonly [from: Point, to: Point];

/** The legend of series: how each is drawn, and its name. */
export function legendOf(all: readonly ResolvedSeries[]): LegendEntry[] {
  return all.map(({ name, as, color, index }) => {
    if (as === "path") return entries.arrow(name, color);
    if (as === "line" || as === "dashed") return entries.line(name, color, as === "dashed");
    const point = entries.point(name, color, symbolOf(index));
    return as === "points" ? point : { ...point, drawing: entries.line(name, color).drawing + point.drawing };
  });
}
