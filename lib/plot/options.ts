/** @file The options that all figures share, and their checks. */

import type { Point } from "./data.js";

/** Options of every figure. */
export interface FigureOptions {
  /** The message, in a sentence: what a reader should see. */
  title: string;
  /** A line below the title: numbers, conditions. */
  subtitle?: string;
  /** What the figure shows, in words, for readers who cannot see it; by default it is made from the data. */
  desc?: string;
  /** Pixels; 560 by default. */
  width?: number;
  /** Pixels of the plotting area, without title and labels. */
  height?: number;
}

/** An axis: its label, with the unit, and what to draw along it. */
export interface AxisOptions {
  label: string;
  /** From and to; by default what the data span. What lies outside is cut off. */
  domain?: readonly [from: number, to: number];
  /** A logarithmic scale. */
  log?: boolean;
  /** About how many ticks, or exactly which. */
  ticks?: number | readonly number[];
}

/** An axis: its label, or its options. */
export type Axis = string | AxisOptions;

/** What charts of series can add to their two axes. */
export interface ChartOptions extends AxesOptions {
  /**
   * Draws one unit as long on y as on x, so that right angles look right and circles round. The chart is then as large as
   * fits into its width, and into `height` where that is given.
   */
  equal?: boolean;
  /** Points to single out, by name: a ring at [x, y] with the name beside it, such as { minimum: [1, 1] }. */
  marks?: Readonly<Record<string, Point>>;
}

/** Options of figures with two axes. */
export interface AxesOptions extends FigureOptions {
  /** The horizontal axis: its label, or its label and more. */
  x: Axis;
  /** The vertical axis: its label, or its label and more. */
  y: Axis;
}

const common = ["title", "subtitle", "desc", "width", "height"];
export const chartKeys = ["x", "y", "equal", "marks"];
const axisKeys = ["label", "domain", "log", "ticks"];

/** Throws unless `options` names a title and only options that `figure` knows. */
export function checkOptions(figure: string, options: FigureOptions, known: readonly string[]) {
  if (typeof options !== "object" || options === null)
    throw new TypeError(`${figure}: expected options after the data: { title: … }`);
  checkKeys(figure, options, [...common, ...known]);
  if (typeof options.title !== "string" || options.title.trim() === "") {
    throw new TypeError(`${figure}: needs a title that says what to see, such as { title: "The loss falls tenfold" }`);
  }
  for (const key of ["width", "height"] as const) {
    const value = options[key];
    if (value !== undefined && !(value >= 40 && value <= 4000))
      throw new RangeError(`${figure}: ${key} is ${value}; expected 40 to 4000 pixels`);
  }
}

export function checkKeys(where: string, value: object, known: readonly string[]) {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw new TypeError(`${where}: unknown option "${key}"; known are ${known.join(", ")}`);
  }
}

/** Reads an axis, and checks it. */
export function axis(figure: string, name: "x" | "y", given: Axis): AxisOptions {
  const read = typeof given === "string" ? { label: given } : given;
  if (typeof read?.label !== "string" || read.label.trim() === "") {
    throw new TypeError(
      `${figure}: ${name} needs a label, such as { ${name}: "step" } or { ${name}: { label: "step", log: true } }`,
    );
  }
  checkKeys(`${figure}: ${name}`, read, axisKeys);
  if (read.domain && !(read.domain[0] < read.domain[1])) {
    throw new RangeError(`${figure}: ${name}.domain is [${read.domain}]; expected [from, to] with from < to`);
  }
  if (read.log && read.domain && read.domain[0] <= 0) {
    throw new RangeError(
      `${figure}: ${name}.domain begins at ${read.domain[0]}, and a logarithmic scale has no place for it; begin above 0`,
    );
  }
  return read;
}
