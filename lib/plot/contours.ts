/** @file Contours of a surface, with the paths, points and arrows drawn over it. */

import * as Plot from "@observablehq/plot";
import { chart } from "./chart.js";
import { type Coloring, diverging, sequential } from "./color.js";
import { extent, finite, numbers, type Point } from "./data.js";
import { element } from "./document.js";
import { Figure } from "./figure.js";
import { checkGoals, describeGoals, goalLabels, goalRings, readGoals } from "./goals.js";
import { isolines, outline, region, thinCoarsely, thinFinely } from "./isolines.js";
import { pointLabels } from "./labels.js";
import { entries } from "./legend.js";
import { type Box, legendOf, marksOf } from "./marks.js";
import { axis, type ChartOptions, chartKeys, checkOptions } from "./options.js";
import { equalSize, scale } from "./scales.js";
import { describe, readSeries, type SeriesByName } from "./series.js";
import { formatNumber, ink, paper } from "./theme.js";

/** Options of `contours`. */
export interface ContourOptions extends ChartOptions {
  /** How many bands, or the lower edge of each; 10 by default. */
  levels?: number | readonly number[];
  /** Bands that grow by a ratio in place of a distance: for a surface with a deep valley. Values must be above 0. */
  logLevels?: boolean;
  /** Colors part at this value, blue below and orange above, with a dark line between if it is the edge of a band: 0.5 for a classifier. */
  middle?: number;
  /** What the surface's height is called in the legend; "f(x, y)" by default. */
  value?: string;
  /** A vector at each point of a coarse grid, such as the gradient; the longest just fits between its neighbors. */
  arrows?: (x: number, y: number) => Point;
  /** Paths, points and lines over the surface. A path is drawn with an arrow for each step. */
  series?: SeriesByName;
  /** Draws round curves round: f is sampled at every second pixel (some 35,000 times) and not at every sixth. */
  smooth?: boolean;
}

type Surface = (x: number, y: number) => number;

/**
 * Contours of a function of two variables; both axes need a domain.
 * @example contours((x, y) => x * x + y * y, {
 *   title: "Gradients cross contours at right angles",
 *   x: { label: "x", domain: [-3, 3] }, y: { label: "y", domain: [-2, 2] }, equal: true,
 *   arrows: (x, y) => [2 * x, 2 * y], series: { descent: { x: xs, y: ys, as: "path" } },
 * })
 * @example contours((x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, {
 *   title: "Rosenbrock's valley bends", smooth: true, equal: true, marks: { minimum: [1, 1] },
 *   x: { label: "x", domain: [-1.6, 1.6] }, y: { label: "y", domain: [-0.6, 1.8] }, levels: [0, 1, 10, 100],
 * })
 */
export function contours(f: Surface, options: ContourOptions): Figure {
  const figure = "contours";
  checkOptions(figure, options, [
    ...chartKeys,
    ...["levels", "logLevels", "middle", "value", "arrows", "series", "smooth"],
  ]);
  if (typeof f !== "function") throw new TypeError(`${figure}: expected a function of x and y, got ${typeof f}`);
  const [x, y] = [axis(figure, "x", options.x), axis(figure, "y", options.y)];
  if (!x.domain || !y.domain)
    throw new RangeError(`${figure}: x and y need a domain, such as { x: { label: "x", domain: [-3, 3] } }`);
  const box: Box = { x: x.domain, y: y.domain, logX: x.log, logY: y.log };
  const goals = readGoals(figure, options);
  checkGoals(figure, goals, box);
  const surface: Surface = (atX, atY) =>
    finite(() => `${figure}: f(${formatNumber(atX)}, ${formatNumber(atY)})`, f(atX, atY));
  const range = rangeOf(surface, box);
  const levels = levelsOf(range, options);
  const color = coloring(levels, options);
  const all = options.series ? readSeries(figure, options.series, "path", x) : [];
  if (options.middle === undefined)
    for (const [i, series] of all.entries()) if (!series.chosen) series.color = overBlue[i % overBlue.length];

  const body = chart(
    options,
    { x: x.label, y: y.label },
    {
      ...(options.equal && equalSize(figure, options, box)),
      x: { ...scale(x, box.x), grid: false },
      y: { ...scale(y, box.y), grid: false },
      marks: [
        bandMarks(surface, levels, color, options),
        ...(options.arrows ? [arrowMarks(figure, options.arrows, box)] : []),
        ...all.flatMap((series) => marksOf(series, box)),
      ],
    },
    (place, room) => goalRings(goals, place) + pointLabels([...all, ...goalLabels(goals)], place, room),
  );
  const value = options.value ?? "f(x, y)";
  const words = `Contours of ${value}, which goes from ${formatNumber(range[0])} to ${formatNumber(range[1])}, over ${x.label} from ${x.domain.join(" to ")} and ${y.label} from ${y.domain.join(" to ")}.`;
  const colors = levels.map(color);
  const uneven = options.logLevels || typeof options.levels === "object";
  const key = uneven
    ? entries.bands(value, colors, levels.slice(1))
    : entries.ramp(value, colors, [levels[0], range[1]]);
  const middle = options.middle ?? NaN;
  const boundary = levels.includes(middle) ? [entries.line(`${value} = ${formatNumber(middle)}`, ink.text)] : [];
  const legend = [key, ...boundary, ...legendOf(all)];
  const desc = [words, ...all.map(describe), ...describeGoals(goals)].join(" ");
  return new Figure(options, { desc, legend, body });
}

/** The palette's colors that stand out on blue. */
const overBlue = ["#D55E00", "#000000", "#009E73", "#CC79A7"];

/** The least and greatest values on a grid of 61 × 61 points. */
function rangeOf(f: Surface, { x, y }: Box): [number, number] {
  const steps = Array.from({ length: 61 }, (_, i) => i / 60);
  return extent(steps.flatMap((s) => steps.map((t) => f(x[0] + t * (x[1] - x[0]), y[0] + s * (y[1] - y[0])))));
}

/** The lower edge of each band, the lowest first. */
function levelsOf(
  [low, high]: readonly [number, number],
  { levels = 10, logLevels, middle }: ContourOptions,
): number[] {
  if (typeof levels === "object") {
    const edges = numbers("contours: levels", levels).sort((a, b) => a - b);
    return low < edges[0] ? [low, ...edges] : edges;
  }
  if (!(Number.isInteger(levels) && levels > 0))
    throw new RangeError(`contours: levels is ${levels}; expected a whole number above 0, or the levels`);
  const fractions = Array.from({ length: levels }, (_, i) => i / levels);
  if (logLevels) {
    if (high <= 0) throw new RangeError("contours: logLevels need values above 0");
    const floor = Math.max(low, high * 1e-5);
    return [Math.min(low, floor), ...fractions.slice(1).map((t) => floor * (high / floor) ** t)];
  }
  if (middle !== undefined) {
    const reach = Math.max(high - middle, middle - low);
    const half = Math.ceil(levels / 2);
    return Array.from({ length: 2 * half }, (_, i) => middle + (reach * (i - half)) / half);
  }
  return fractions.map((t) => low + (high - low) * t);
}

function coloring(levels: readonly number[], { middle }: ContourOptions): Coloring {
  const band = (value: number) => levels.findLastIndex((level) => value >= level);
  if (middle === undefined) {
    const light = sequential([0, levels.length - 1], 0.6);
    return (value) => light(band(value));
  }
  const first = levels.findIndex((level) => level >= middle);
  const signed = diverging(first - 0.5, Math.max(first, levels.length - first), 0.6);
  return (value) => signed(band(value));
}

/**
 * The bands between levels, each drawn over the one below it. Where levels grow by a ratio, smooth bands are cut from the
 * logarithm, which is nearer to a straight line between two samples.
 */
function bandMarks(
  f: Surface,
  levels: readonly number[],
  color: Coloring,
  { smooth = false, middle }: ContourOptions,
): Plot.RenderFunction {
  const ratios = smooth && levels.length > 1 && levels[1] > 0 && levels.every((level) => level >= 0);
  const straightened = ratios
    ? (value: number) => Math.log(Math.max(value, levels[1] * 1e-3))
    : (value: number) => value;
  return (_, { x, y }, __, dimensions) => {
    const invert = (scale: unknown) => (scale as { invert(pixel: number): number }).invert;
    const [toX, toY] = [invert(x), invert(y)];
    const rect = {
      left: dimensions.marginLeft,
      top: dimensions.marginTop,
      right: dimensions.width - dimensions.marginRight,
      bottom: dimensions.height - dimensions.marginBottom,
    };
    const bands = isolines(rect, {
      height: (atX, atY) => straightened(f(toX(atX), toY(atY))),
      step: smooth ? 2 : 6,
      levels: levels.map(straightened),
      thin: smooth ? thinFinely : thinCoarsely,
    });
    const look = { stroke: paper, "stroke-width": 0.75, "stroke-miterlimit": 1 };
    const group = element("g", { "aria-label": "contour", ...look });
    for (const [i, rings] of bands.entries())
      group.appendChild(element("path", { ...(rings.length > 0 && { d: region(rings) }), fill: color(levels[i]) }));
    const boundary = bands.find((_, i) => levels[i] === middle) ?? [];
    const line = { fill: "none", stroke: ink.text, "stroke-width": 1.75 };
    if (boundary.length > 0) group.appendChild(element("path", { d: outline(boundary, rect), ...line }));
    return group as unknown as SVGElement;
  };
}

/** Arrows centered on a grid's points, the longest as long as the grid's step. */
function arrowMarks(figure: string, field: (x: number, y: number) => Point, { x, y }: Box): Plot.Markish {
  const [columns, rows] = [11, 8];
  const [stepX, stepY] = [(x[1] - x[0]) / columns, (y[1] - y[0]) / rows];
  const arrows = Array.from({ length: columns * rows }, (_, i) => {
    const at: Point = [x[0] + ((i % columns) + 0.5) * stepX, y[0] + (Math.floor(i / columns) + 0.5) * stepY];
    const [dx, dy] = numbers(`${figure}: arrows(${formatNumber(at[0])}, ${formatNumber(at[1])})`, field(...at));
    return { at, dx, dy };
  });
  const longest = extent(arrows.map(({ dx, dy }) => Math.max(Math.abs(dx) / stepX, Math.abs(dy) / stepY)))[1] || 1;
  type Arrow = (typeof arrows)[number];
  return Plot.arrow(arrows, {
    x1: (d: Arrow) => d.at[0] - d.dx / longest / 2,
    y1: (d: Arrow) => d.at[1] - d.dy / longest / 2,
    x2: (d: Arrow) => d.at[0] + d.dx / longest / 2,
    y2: (d: Arrow) => d.at[1] + d.dy / longest / 2,
    stroke: ink.text,
    strokeWidth: 1.25,
    headLength: 6,
  });
}
