/** @file Series: named lines, points, paths of arrows and functions, which charts of every kind can carry. */

import { extent, finite, isNested, type Numbers, numbers, type Point, points, sameLength } from "./data.js";
import { type AxisOptions, checkKeys } from "./options.js";
import { colorOf, formatNumber } from "./theme.js";

const styles = ["line", "dashed", "marked", "points", "path", "segments"] as const;
/** How a series is drawn. */
export type SeriesStyle = (typeof styles)[number];

/** A series with options. */
export interface SeriesOptions {
  /** Where the values stand; 0, 1, 2 … by default. */
  x?: Numbers;
  y: Numbers | ((x: number) => number);
  /**
   * `"path"` joins the points by arrows, in order; `"marked"` is a line with a symbol at each point; `"segments"` are thin lines
   * from the first point to the second, from the third to the fourth, and so on.
   */
  as?: SeriesStyle;
  /** One label for each point. */
  labels?: readonly string[];
  color?: string;
}

/** Values at 0, 1, 2 …; points `[x, y]`; a function of x; or any of these with options. */
export type Series = Numbers | ArrayLike<Point> | ((x: number) => number) | SeriesOptions;

/** Series by name; the names make the legend. */
export type SeriesByName = Record<string, Series>;

/** A series as it is drawn: points, style and color. */
export interface ResolvedSeries {
  name: string;
  points: Point[];
  as: SeriesStyle;
  color: string;
  index: number;
  labels?: readonly string[];
  /** Whether the caller chose the color. */
  chosen: boolean;
}

const isOptions = (series: Series): series is SeriesOptions => typeof series === "object" && "y" in series;

/** Reads series; functions are sampled over x's domain, or over what the other series span. */
export function readSeries(figure: string, given: SeriesByName, style: SeriesStyle, x: AxisOptions): ResolvedSeries[] {
  const names = Object.keys(given ?? {});
  if (names.length === 0)
    throw new RangeError(`${figure}: has nothing to draw; give series by name, such as { loss: values }`);
  const functions = new Map<ResolvedSeries, (x: number) => number>();
  const all = names.map((name, index) => {
    const where = `${figure}: ${name}`;
    const series = given[name];
    const options: Partial<SeriesOptions> = isOptions(series) ? series : {};
    checkKeys(where, options, ["x", "y", "as", "labels", "color"]);
    if (options.as !== undefined && !styles.includes(options.as))
      throw new RangeError(`${where}: as is ${JSON.stringify(options.as)}; expected one of "${styles.join('", "')}"`);
    const y = isOptions(series) ? series.y : series;
    const drawn: ResolvedSeries = {
      name,
      points: [],
      as: options.as ?? style,
      color: options.color ?? colorOf(index),
      index,
      labels: options.labels,
      chosen: options.color !== undefined,
    };
    if (typeof y === "function") {
      if (options.as === "segments")
        throw new RangeError(`${where}: segments need points, got a function; draw it as "line"`);
      functions.set(drawn, y);
      drawn.as = options.as ?? "line";
    } else if (!options.x && isNested(where, y)) drawn.points = points(where, y);
    else {
      const values = numbers(`${where}.y`, y);
      const at = options.x ? numbers(`${where}.x`, options.x) : values.map((_, i) => i);
      sameLength(where, at, values, ["x", "y"]);
      drawn.points = values.map((value, i) => [at[i], value] as const);
    }
    if (drawn.as === "segments" && drawn.points.length % 2 === 1)
      throw new RangeError(`${where}: segments need two points each, got ${drawn.points.length} points`);
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
    return [x, finite(() => `${where}(${formatNumber(x)})`, f(x))] as const;
  });
}

/** A series in words. */
export function describe({ name, points: all, as }: ResolvedSeries): string {
  const [first, last] = [all[0], all[all.length - 1]];
  const [lowest, highest] = extent(all.map((point) => point[1])).map(formatNumber);
  if (as === "points") {
    const [left, right] = extent(all.map((point) => point[0])).map(formatNumber);
    return `${name}: ${all.length} ${all.length === 1 ? "point" : "points"}, x from ${left} to ${right}, y from ${lowest} to ${highest}.`;
  }
  if (as === "segments") return `${name}: ${all.length / 2} ${all.length === 2 ? "line" : "lines"}.`;
  const at = ([x, y]: Point) => `${formatNumber(y)} at ${formatNumber(x)}`;
  return `${name}: from ${at(first)} to ${at(last)}, lowest ${lowest}, highest ${highest}.`;
}
