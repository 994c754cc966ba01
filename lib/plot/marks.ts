/** @file How series become marks of a chart, cut off at its edges, and entries of its legend. */

import * as Plot from "@observablehq/plot";
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

/** The pieces of a line that lie in the box, cut where it crosses the edge (Liang and Barsky 1984). */
export function clip(line: readonly Point[], box: Box): Point[][] {
  if (line.every((point) => inBox(point, box))) return [[...line]];
  const scale = (value: number, log?: boolean) => (log ? Math.log(value) : value);
  const back = (value: number, log?: boolean) => (log ? Math.exp(value) : value);
  const [left, right] = box.x.map((value) => scale(value, box.logX));
  const [bottom, top] = box.y.map((value) => scale(value, box.logY));
  const scaled = line.map(([x, y]): Point => [scale(x, box.logX), scale(y, box.logY)]);
  const pieces: Point[][] = [];
  let open = false;
  for (let i = 1; i < line.length; i++) {
    const [[x0, y0], [x1, y1]] = [scaled[i - 1], scaled[i]];
    let [enter, leave] = [0, 1];
    for (const [delta, room] of [
      [x0 - x1, x0 - left],
      [x1 - x0, right - x0],
      [y0 - y1, y0 - bottom],
      [y1 - y0, top - y0],
    ]) {
      if (delta < 0) enter = Math.max(enter, room / delta);
      else if (delta > 0) leave = Math.min(leave, room / delta);
      else if (room < 0) leave = -1;
    }
    if (enter > leave || (enter === leave && enter > 0)) {
      open = false;
      continue;
    }
    const at = (t: number): Point => {
      if (t === 0 || t === 1) return line[i - 1 + t];
      return [back(x0 + t * (x1 - x0), box.logX), back(y0 + t * (y1 - y0), box.logY)];
    };
    if (!open || enter > 0) pieces.push([at(enter)]);
    pieces[pieces.length - 1].push(at(leave));
    open = leave === 1;
  }
  return pieces.filter((piece) => piece.some(([x, y]) => x !== piece[0][0] || y !== piece[0][1])); // not a corner that is touched
}

/** The marks that draw a series inside the box. */
export function marksOf(series: ResolvedSeries, box: Box): Plot.Markish[] {
  const { color } = series;
  const visible = series.points.filter((point) => inBox(point, box));
  const dots = (look: Plot.DotOptions) =>
    Plot.dot(visible, { fill: color, stroke: paper, strokeWidth: 0.75, symbol: symbolOf(series.index), ...look });
  if (series.as === "segments") {
    const pieces = series.points.flatMap((from, i) => (i % 2 === 0 ? clip([from, series.points[i + 1]], box) : []));
    return pieces.map((piece) => Plot.line(piece, { stroke: color, strokeWidth: 1.25 }));
  }
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
    if (as === "line" || as === "dashed" || as === "segments") return entries.line(name, color, as === "dashed");
    const point = entries.point(name, color, symbolOf(index));
    return as === "points" ? point : { ...point, drawing: entries.line(name, color).drawing + point.drawing };
  });
}
