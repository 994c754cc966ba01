/** @file Series: named lines, points, paths of arrows and functions, which charts of every kind can carry. */

import * as Plot from "@observablehq/plot";
import { extent, finite, isNested, type Numbers, numbers, type Point, points, sameLength, thin } from "./data.js";
import { type Key, keys } from "./frame.js";
import { type AxisOptions, checkKeys } from "./options.js";
import { domainOf } from "./scales.js";
import { colourOf, paper, readable, symbolOf } from "./theme.js";

/** How a series is drawn. */
export type SeriesStyle = "line" | "dashed" | "points" | "path";

/** A series with more to say than its values. */
export interface SeriesOptions {
  /** Where the values stand; 0, 1, 2 … by default. */
  x?: Numbers;
  y: Numbers | ((x: number) => number);
  /** `"path"` joins the points by arrows, in order. */
  as?: SeriesStyle;
  /** One label for each point. */
  labels?: readonly string[];
  colour?: string;
}

/** Values at 0, 1, 2 …; points `[x, y]`; a function of x; or any of these with options. */
export type Series = Numbers | ArrayLike<Point> | ((x: number) => number) | SeriesOptions;

/** Series by name; the names make the legend. */
export type SeriesByName = Record<string, Series>;

/** A series as it is drawn: points, style and colour. */
export interface Drawn {
  name: string;
  points: Point[];
  as: SeriesStyle;
  colour: string;
  index: number;
  labels?: readonly string[];
  /** Whether the caller chose the colour. */
  chosen: boolean;
}

const isOptions = (series: Series): series is SeriesOptions => typeof series === "object" && "y" in series;

/** Reads series; functions are sampled over x's domain, or over what the other series span. */
export function readSeries(figure: string, given: SeriesByName, style: SeriesStyle, x: AxisOptions): Drawn[] {
  const names = Object.keys(given ?? {});
  if (names.length === 0)
    throw new RangeError(`${figure}: has nothing to draw; give series by name, such as { loss: values }`);
  const functions = new Map<Drawn, (x: number) => number>();
  const all = names.map((name, index) => {
    const where = `${figure}: ${name}`;
    const series = given[name];
    const options: Partial<SeriesOptions> = isOptions(series) ? series : {};
    checkKeys(where, options, ["x", "y", "as", "labels", "colour"]);
    const y = isOptions(series) ? series.y : series;
    const drawn: Drawn = {
      name,
      points: [],
      as: options.as ?? style,
      colour: options.colour ?? colourOf(index),
      index,
      labels: options.labels,
      chosen: options.colour !== undefined,
    };
    if (typeof y === "function") {
      functions.set(drawn, y);
      drawn.as = options.as ?? "line";
    } else if (!options.x && isNested(where, y)) drawn.points = points(where, y);
    else {
      const values = numbers(`${where}.y`, y);
      const at = options.x ? numbers(`${where}.x`, options.x) : values.map((_, i) => i);
      sameLength(where, at, values, ["x", "y"]);
      drawn.points = values.map((value, i) => [at[i], value] as const);
    }
    if (options.labels) sameLength(where, options.labels, drawn.points, ["labels", "the series"]);
    return drawn;
  });
  if (functions.size > 0) {
    const [from, to] = x.domain ?? extent(all.flatMap((series) => series.points.map((point) => point[0])));
    if (!(from < to))
      throw new RangeError(`${figure}: a function needs to know where: x: { label: …, domain: [from, to] }`);
    for (const [drawn, f] of functions) drawn.points = sample(`${figure}: ${drawn.name}`, f, from, to, x.log);
  }
  return all;
}

function sample(where: string, f: (x: number) => number, from: number, to: number, log = false): Point[] {
  const steps = 240;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const x = log ? from * (to / from) ** (i / steps) : from + ((to - from) * i) / steps;
    return [x, finite(`${where}(${readable(x)})`, f(x))] as const;
  });
}

/** The box that a chart shows. */
export interface Box {
  x: readonly [number, number];
  y: readonly [number, number];
  logX?: boolean;
  logY?: boolean;
}

/** The box that holds every series, unless an axis names its own domain; `pad` is room at the sides, as a fraction. */
export function boxOf(figure: string, x: AxisOptions, y: AxisOptions, all: readonly Drawn[], pad: number): Box {
  const span = (axis: AxisOptions, dimension: 0 | 1, room: number) =>
    axis.domain ??
    domainOf(
      figure,
      axis,
      all.flatMap((series) => series.points.map((point) => point[dimension])),
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
    if (enter > leave) {
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
  return pieces;
}

/** The marks that draw a series inside the box. */
export function marksOf(series: Drawn, box: Box): Plot.Markish[] {
  const { colour } = series;
  const visible = series.points.filter((point) => inBox(point, box));
  if (series.as === "line" || series.as === "dashed") {
    const strokeDasharray = series.as === "dashed" ? "6,4" : undefined;
    const pieces = clip(thin(series.points, 600), box);
    return pieces.map((piece) => Plot.line(piece, { stroke: colour, strokeWidth: 2.25, strokeDasharray }));
  }
  if (series.as === "path") {
    const steps = series.points.slice(1).map((to, i) => [series.points[i], to] as const);
    const ends = {
      x1: (d: Step) => d[0][0],
      y1: (d: Step) => d[0][1],
      x2: (d: Step) => d[1][0],
      y2: (d: Step) => d[1][1],
    };
    const arrows = steps.filter(([from, to]) => inBox(from, box) && inBox(to, box));
    return [
      Plot.arrow(arrows, { ...ends, stroke: colour, strokeWidth: 1.75, headLength: 7 }),
      Plot.dot(visible.length <= 40 ? visible : [], { r: 2.5, fill: colour }),
    ];
  }
  const crowded = visible.length > 400;
  return [
    Plot.dot(visible, {
      r: crowded ? 2.5 : 4.5,
      fill: colour,
      fillOpacity: crowded ? 0.6 : 1,
      stroke: paper,
      strokeWidth: 0.75,
      symbol: symbolOf(series.index),
    }),
  ];
}

type Step = readonly [from: Point, to: Point];

/** The legend of several series; a lone one is said by the title, unless it `always` needs a name. */
export function legendOf(all: readonly Drawn[], always = false): Key[] {
  if (all.length < 2 && !always) return [];
  return all.map(({ name, as, colour, index }) => {
    if (as === "path") return keys.arrow(name, colour);
    return as === "points" ? keys.point(name, colour, symbolOf(index)) : keys.line(name, colour, as === "dashed");
  });
}

/** A series in words. */
export function describe({ name, points: all, as }: Drawn): string {
  const [first, last] = [all[0], all[all.length - 1]];
  const [lowest, highest] = extent(all.map((point) => point[1])).map(readable);
  if (as === "points") {
    const [left, right] = extent(all.map((point) => point[0])).map(readable);
    return `${name}: ${all.length} ${all.length === 1 ? "point" : "points"}, x from ${left} to ${right}, y from ${lowest} to ${highest}.`;
  }
  const at = ([x, y]: Point) => `${readable(y)} at ${readable(x)}`;
  return `${name}: from ${at(first)} to ${at(last)}, lowest ${lowest}, highest ${highest}.`;
}
