/** @file Charts on two axes: lines, scatter, histogram and bars. */

import * as Plot from "@observablehq/plot";
import { bin } from "d3-array";
import { chart } from "./chart.js";
import { extent, finite, type Numbers, numbers } from "./data.js";
import { Figure } from "./figure.js";
import { checkGoals, describeGoals, goalLabels, goalRings, readGoals } from "./goals.js";
import { pointLabels } from "./labels.js";
import { entries } from "./legend.js";
import { boxOf, legendOf, marksOf } from "./marks.js";
import { type AxesOptions, type AxisOptions, axis, type ChartOptions, chartKeys, checkOptions } from "./options.js";
import { equalSize, padded, scale } from "./scales.js";
import {
  describe,
  type ResolvedSeries,
  readSeries,
  type Series,
  type SeriesByName,
  type SeriesStyle,
} from "./series.js";
import { formatNumber, formatWithMinus, ink, palette, paper } from "./theme.js";

function seriesChart(kind: string, given: SeriesByName, options: ChartOptions, style: SeriesStyle): Figure {
  checkOptions(kind, options, chartKeys);
  const [x, y] = [axis(kind, "x", options.x), axis(kind, "y", options.y)];
  const all = readSeries(kind, given, style, x);
  const goals = readGoals(kind, options);
  const spanned = [...all.flatMap(({ points }) => points), ...goals.map(({ at }) => at)];
  const box = boxOf(kind, x, y, spanned, style === "points" ? 0.05 : 0);
  checkGoals(kind, goals, box);
  const body = chart(
    options,
    { x: x.label, y: y.label },
    {
      ...(options.equal && equalSize(kind, options, box)),
      x: scale(
        x,
        box.x,
        all.every(({ points }) => points.every(([at]) => Number.isInteger(at))),
      ),
      y: scale(y, box.y),
      marks: all.flatMap((series) => marksOf(series, box)),
    },
    (place, room) => goalRings(goals, place) + pointLabels([...all, ...goalLabels(goals)], place, room),
  );
  const words = style === "points" ? "Scatter plot" : "Line chart";
  return new Figure(options, {
    desc: [`${words} of ${y.label} against ${x.label}.`, ...all.map(describe), ...describeGoals(goals)].join(" "),
    legend: all.length > 1 ? legendOf(all) : [],
    body,
  });
}

/**
 * Lines through values, named in the legend.
 * @example lines({ "full batch": lossA, "mini-batch": lossB }, { title: "Small batches learn sooner", x: "step", y: { label: "loss", log: true } })
 * @example lines({ "f(x) = x²": (x) => x * x, path: { x: xs, y: ys, as: "path" } }, { title: "…", x: { label: "x", domain: [-4, 4] }, y: "f(x)" })
 */
export function lines(series: SeriesByName, options: ChartOptions): Figure {
  return seriesChart("lines", series, options, "line");
}

/**
 * Points `[x, y]` in groups; a function among the groups is drawn as a line.
 * @example scatter({ cats, dogs, "w·x + b = 0": (x) => -x }, { title: "A line parts them", x: "weight in kg", y: "length in m" })
 * @example scatter({ clouds }, { title: "The centroid of a cloud", x: "x₁", y: "x₂", equal: true, marks: { mean: [0.2, 1] } })
 */
export function scatter(groups: Record<string, Series>, options: ChartOptions): Figure {
  return seriesChart("scatter", groups, options, "points");
}

/** Options of `histogram`. */
export interface HistogramOptions extends Omit<AxesOptions, "y"> {
  /** The vertical axis' label: "density" by default, "count" with `count`. */
  y?: AxesOptions["y"];
  /** How many bins of one width, or their edges; about √n of them by default. */
  bins?: number | readonly number[];
  /** Counts in place of densities. */
  count?: boolean;
  /** Curves over the bars, by name: densities, say. */
  curves?: Record<string, (x: number) => number>;
}

/**
 * How often values fall into each bin. As a density the bars' areas sum to 1, so that a density's curve fits over them.
 * @example histogram(samples, { title: "Samples follow the density", x: "value", curves: { "N(0, 1)": (x) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) } })
 */
export function histogram(values: Numbers, options: HistogramOptions): Figure {
  checkOptions("histogram", options, ["x", "y", "bins", "count", "curves"]);
  const data = numbers("histogram: values", values);
  const x = axis("histogram", "x", options.x);
  const y = axis("histogram", "y", options.y ?? (options.count ? "count" : "density"));
  const edges = binEdges(data, options.bins, x.domain);
  const [first, last] = [edges[0], edges[edges.length - 1]];
  const heights = bin()
    .domain([first, last])
    .thresholds(edges.slice(1, -1))(data)
    .map(({ length }) => length);
  const counted = heights.reduce((sum, count) => sum + count);
  if (counted === 0)
    throw new RangeError(`histogram: no value lies between ${first} and ${last}; widen x.domain or the bins`);
  if (!options.count) for (const i of heights.keys()) heights[i] /= counted * (edges[i + 1] - edges[i]);

  const domain: AxisOptions = { ...x, domain: [first, last] };
  const curves: ResolvedSeries[] = options.curves ? readSeries("histogram", options.curves, "line", domain) : [];
  for (const [i, curve] of curves.entries()) curve.color = palette[(i + 1) % palette.length];
  const top = extent([...heights, ...curves.flatMap((curve) => curve.points.map((point) => point[1]))])[1];
  const box = { x: domain.domain as [number, number], y: y.domain ?? ([0, top * 1.05] as const) };
  const bars = heights.map((height, i) => ({ from: edges[i], to: edges[i + 1], height: Math.min(height, box.y[1]) }));
  const body = chart(
    options,
    { x: x.label, y: y.label },
    {
      x: { ...scale(x, box.x), grid: false },
      y: scale(y, box.y),
      marks: [
        Plot.rectY(bars, {
          x1: "from",
          x2: "to",
          y1: box.y[0],
          y2: "height",
          fill: barColor,
          stroke: paper,
          strokeWidth: bars.length > 60 ? 0 : 1,
        }),
        Plot.ruleY([box.y[0]], { stroke: ink.muted }),
        ...curves.flatMap((curve) => marksOf(curve, box)),
      ],
    },
  );
  const legend =
    curves.length > 0
      ? [entries.area("samples", barColor), ...curves.map((curve) => entries.line(curve.name, curve.color))]
      : [];
  const [low, high] = extent(data).map(formatNumber);
  const tallest = heights.indexOf(extent(heights)[1]);
  const words = [
    `Histogram of ${data.length} values of ${x.label}, from ${low} to ${high}, in ${heights.length} bins.`,
    `The highest bar, ${formatNumber(heights[tallest])}, stands from ${formatNumber(edges[tallest])} to ${formatNumber(edges[tallest + 1])}.`,
    ...(curves.length > 0 ? [`Curves over it: ${curves.map((curve) => curve.name).join(", ")}.`] : []),
  ];
  return new Figure(options, { desc: words.join(" "), legend, body });
}

const barColor = "#8fb8d9";

function binEdges(data: readonly number[], bins: HistogramOptions["bins"], domain: AxisOptions["domain"]): number[] {
  if (typeof bins === "object") {
    const edges = numbers("histogram: bins", bins);
    if (edges.length < 2 || edges.some((edge, i) => i > 0 && edge <= edges[i - 1]))
      throw new RangeError("histogram: bins must be two or more rising edges");
    return edges;
  }
  const count = bins ?? Math.max(5, Math.min(40, Math.round(Math.sqrt(data.length))));
  if (!(Number.isInteger(count) && count > 0))
    throw new RangeError(`histogram: bins is ${bins}; expected a whole number above 0, or rising edges`);
  let [low, high] = domain ?? extent(data);
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  return Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count);
}

interface Bar {
  name: string;
  value: number;
}

/** The values above bars that rise (1), or below those that hang (-1). */
const barLabels = (bars: readonly Bar[], side: number): Plot.Markish =>
  Plot.text(bars, {
    x: "name",
    y: "value",
    text: (bar: Bar) => formatWithMinus(bar.value),
    dy: -9 * side,
    filter: (bar: Bar) => bar.value < 0 === side < 0,
  });

/**
 * One bar for each name, its value written beside it.
 * @example bars({ cat: 0.7, dog: 0.2, bird: 0.1 }, { title: "The model is fairly sure", x: "animal", y: "probability" })
 */
export function bars(values: Record<string, number>, options: AxesOptions): Figure {
  checkOptions("bars", options, ["x", "y"]);
  const [x, y] = [axis("bars", "x", options.x), axis("bars", "y", options.y)];
  const data: Bar[] = Object.entries(values).map(([name, value]) => ({
    name,
    value: finite(() => `bars: ${name}`, value),
  }));
  if (data.length === 0) throw new RangeError("bars: has nothing to draw; give values by name, such as { cat: 0.7 }");
  if (y.log && !y.domain)
    throw new RangeError(
      "bars: a logarithmic y has no zero to stand on; say where bars begin: y: { label, log: true, domain: [from, to] }",
    );
  const [low, high] = y.domain ?? padded(extent([0, ...data.map((bar) => bar.value)]), 0.1, 0);
  if (!y.log && (low > 0 || high < 0))
    throw new RangeError(
      `bars: y goes from ${low} to ${high} without 0, so lengths would say nothing; include 0, or draw points: scatter(…)`,
    );
  const base = y.log ? low : 0;
  const body = chart(
    options,
    { x: x.label, y: y.label },
    {
      x: { type: "band", domain: data.map((bar) => bar.name), padding: 0.25 },
      y: scale(y, [low, high]),
      marks: [
        Plot.barY(data, { x: "name", y1: base, y2: "value", fill: palette[0] }),
        Plot.ruleY([base], { stroke: ink.muted }),
        ...(data.length <= 12 ? [1, -1].map((side) => barLabels(data, side)) : []),
      ],
    },
  );
  const words = data.map((bar) => `${bar.name} ${formatNumber(bar.value)}`).join(", ");
  return new Figure(options, { desc: `Bars of ${y.label} by ${x.label}: ${words}.`, body });
}
