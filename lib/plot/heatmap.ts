/** @file Matrices as colored cells: heat maps and confusion matrices. */

import * as Plot from "@observablehq/plot";
import { chart } from "./chart.js";
import { diverging, inkOn, sequential } from "./color.js";
import { extent, extentOfRows, largest, type Matrix, matrix, sameLength } from "./data.js";
import type { Project } from "./drawing.js";
import { Figure } from "./figure.js";
import { entries } from "./legend.js";
import { checkOptions, type FigureOptions } from "./options.js";
import { pixels, quantize } from "./pixels.js";
import { el, round } from "./svg.js";
import { formatNumber, size, textWidth } from "./theme.js";

/** Options of `heatmap`. */
export interface HeatmapOptions extends FigureOptions {
  /** What the columns are. */
  x: string;
  /** What the rows are. */
  y: string;
  /** The rows' names, from above; 0, 1, 2 … by default. */
  rows?: readonly string[];
  /** The columns' names; 0, 1, 2 … by default. */
  columns?: readonly string[];
  /** Decimals of the values written in the cells; `false` writes none. By default 2, and none for whole numbers. */
  digits?: number | false;
  /** Color by sign: blue below zero, orange above. By default when there are values of both signs. */
  signed?: boolean;
  /** The values at the ends of the color scale; by default the least and the greatest. */
  domain?: readonly [from: number, to: number];
  /** What the values are, for the legend. */
  value?: string;
}

/**
 * A matrix as colored cells, its values written in them where there is room. Row 0 is at the top.
 * @example heatmap(weights, { title: "gato looks at cat", x: "English", y: "Spanish", columns: english, rows: spanish, value: "attention" })
 */
export function heatmap(values: Matrix, options: HeatmapOptions): Figure {
  return cells("heatmap", matrix("heatmap: values", values), options);
}

/** Draws `data`, colored by the values of `shade`: by default, the data itself. */
function cells(figure: string, data: readonly number[][], options: HeatmapOptions, shade = data): Figure {
  checkOptions(figure, options, ["x", "y", "rows", "columns", "digits", "signed", "domain", "value"]);
  if (!options.x) throw new TypeError(`${figure}: x needs a label that says what the columns are`);
  if (!options.y) throw new TypeError(`${figure}: y needs a label that says what the rows are`);
  const rows = unique(options.rows ?? data.map((_, i) => String(i)));
  const columns = unique(options.columns ?? data[0].map((_, i) => String(i)));
  sameLength(figure, rows, data, ["rows", "the matrix"]);
  sameLength(figure, columns, data[0], ["columns", "a row"]);

  const { color, low, high } = coloringOf(shade, options);
  const width = (options.width ?? size.width) - 2 * size.padding;
  const left = largest(rows.map((name) => textWidth(name.trimEnd(), size.tick))) + 12;
  const side = Math.min(56, Math.floor((width - left - 8) / columns.length));
  const large = data.length * columns.length > 400;
  const band = (names: readonly string[], ticks: readonly string[]): Plot.ScaleOptions => ({
    type: "band",
    domain: [...names],
    padding: 0,
    tickSize: 0,
    ticks: [...ticks],
  });
  const coarse = shade.map((row) => row.map((value) => color(quantize(value, low, high, 32))));
  const body = chart(
    { ...options, height: undefined },
    { x: options.x, y: options.y },
    {
      width: left + side * columns.length + 2,
      ratio: rows.length / columns.length,
      marginLeft: left,
      x: band(columns, thinned(columns, side, options.columns !== undefined)),
      y: band(rows, thinned(rows, side, true)),
      marks: large ? [] : cellMarks(data, rows, columns, (i, j) => color(shade[i][j]), side, options.digits),
    },
    (place) => (large ? image(coarse, place, columns, rows) : ""),
  );
  const ramp = Array.from({ length: 24 }, (_, i) => color(low + ((high - low) * i) / 23));
  const legend = [entries.ramp(options.value ?? "value", ramp, [low, high], width)];
  return new Figure(options, { desc: describe(data, rows, columns, options), legend, body });
}

/** Colors by sign where values have both signs, else by size; `low` and `high` get the ends of the color scale. */
function coloringOf(shade: readonly number[][], { domain, signed }: HeatmapOptions) {
  const [low, high] = domain ?? extentOfRows(shade);
  if (!(signed ?? (low < 0 && high > 0))) return { color: sequential([low, high]), low, high };
  const reach = Math.max(Math.abs(low), Math.abs(high));
  return { color: diverging(0, reach), low: -reach, high: reach };
}

/** Cells with a gap between them, and their values where all of them fit. */
function cellMarks(
  data: readonly number[][],
  rows: readonly string[],
  columns: readonly string[],
  color: (row: number, column: number) => string,
  side: number,
  digits: number | false | undefined,
): Plot.Markish[] {
  const whole = digits === undefined && data.flat().every(Number.isInteger);
  const write = (value: number) => (whole ? String(value) : value.toFixed(digits || 2)).replace("-", "−");
  const drawn = data.flatMap((row, i) =>
    row.map((value, j) => ({ row: rows[i], column: columns[j], text: write(value), fill: color(i, j) })),
  );
  type Cell = (typeof drawn)[number];
  const widest = largest(drawn.map(({ text }) => textWidth(text, size.tick)));
  const written = digits !== false && widest + 4 <= side && size.tick + 4 <= side;
  return [
    Plot.cell(drawn, { x: "column", y: "row", fill: "fill", inset: 0.5 }),
    Plot.text(written ? drawn : [], { x: "column", y: "row", text: "text", fill: (cell: Cell) => inkOn(cell.fill) }),
  ];
}

/** A heat map of many cells, without gaps between them. */
function image(colors: string[][], place: Project, columns: readonly string[], rows: readonly string[]): string {
  const [x, y] = place(columns[0], rows[0]);
  const [right, bottom] = place(columns[columns.length - 1], rows[rows.length - 1]);
  const [stepX, stepY] = [(right - x) / (columns.length - 1 || 1), (bottom - y) / (rows.length - 1 || 1)];
  const transform = `translate(${round(x)},${round(y)}) scale(${round(stepX)},${round(stepY)})`;
  return el("g", { "data-mark": "cell", transform }, pixels(colors));
}

/** Keeps every nth name where cells are too small for all; with `tilt`, names may be tilted or stacked. */
function thinned(names: readonly string[], side: number, tilt: boolean): string[] {
  const needed = tilt ? size.tick + 2 : largest(names.map((name) => textWidth(name, size.tick))) + 6;
  const stride = [1, 2, 5, 10, 20, 50, 100].find((every) => every * side >= needed) ?? names.length;
  return names.filter((_, i) => i % stride === 0);
}

/** Makes names unique by trailing spaces, which do not show: band scales tell cells apart by name. */
function unique(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return name + " ".repeat(before);
  });
}

function describe(
  data: readonly number[][],
  rows: readonly string[],
  columns: readonly string[],
  options: HeatmapOptions,
): string {
  const value = options.value ?? "values";
  const head = `Heat map of ${value}: ${data.length} rows (${options.y}) by ${columns.length} columns (${options.x}), from ${extentOfRows(data).map(formatNumber).join(" to ")}.`;
  if (data.length > 20) return head;
  const peaks = data.map((row, i) => {
    const at = row.indexOf(extent(row)[1]);
    return `${rows[i].trimEnd()}: ${columns[at].trimEnd()} ${formatNumber(row[at])}`;
  });
  return `${head} The greatest in each row: ${peaks.join("; ")}.`;
}

/** Options of `confusionMatrix`. */
export interface ConfusionOptions extends FigureOptions {
  /** The classes' names; 0, 1, 2 … by default. */
  labels?: readonly string[];
  /** "predicted" by default. */
  x?: string;
  /** "true" by default. */
  y?: string;
}

/**
 * How often each true class (row) was taken for each class (column): counts, colored by their share of the row.
 * @example confusionMatrix(counts, { title: "4 and 9 are confused most", x: "predicted digit", y: "true digit" })
 */
export function confusionMatrix(counts: Matrix, options: ConfusionOptions): Figure {
  const figure = "confusionMatrix";
  checkOptions(figure, options, ["labels", "x", "y"]);
  const data = matrix(`${figure}: counts`, counts);
  sameLength(figure, data, data[0], ["the matrix", "a row"]);
  const bad = data.flat().find((count) => count < 0);
  if (bad !== undefined) throw new RangeError(`${figure}: a count is ${bad}; counts are never below 0`);
  const shares = data.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    return row.map((count) => count / total);
  });
  const { labels, ...rest } = options;
  const right = data.reduce((sum, row, i) => sum + row[i], 0);
  const total = data.flat().reduce((sum, count) => sum + count, 0);
  const desc = `${right} of ${total} on the diagonal. ${worst(data, labels)}`;
  const asked = { x: "predicted", y: "true", value: "share of the row", domain: [0, 1] as const, desc, ...rest };
  return cells(figure, data, { ...asked, rows: labels, columns: labels }, shares);
}

/** The three most frequent confusions, in words. */
function worst(data: readonly number[][], labels: readonly string[] = data.map((_, i) => String(i))): string {
  const wrong = data.flatMap((row, i) => row.flatMap((count, j) => (i !== j && count > 0 ? [{ i, j, count }] : [])));
  if (wrong.length === 0) return "No confusions.";
  const top = wrong.sort((a, b) => b.count - a.count || a.i - b.i || a.j - b.j).slice(0, 3);
  const times = (count: number) => (count === 1 ? "once" : `${count} times`);
  return `Most confused: ${top.map(({ i, j, count }) => `${labels[i]} taken for ${labels[j]} ${times(count)}`).join(", ")}.`;
}
