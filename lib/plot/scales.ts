/** @file Scales: what an axis spans, where its ticks stand, and how they are written. */

import type { ScaleOptions } from "@observablehq/plot";
import { scaleLinear } from "d3-scale";
import { extent } from "./data.js";
import type { AxisOptions, FigureOptions } from "./options.js";
import { size } from "./theme.js";

type Span = readonly [from: number, to: number];

/** Extends a span at both ends by a fraction of its length; an end equal to `floor` stays. */
export function padded([low, high]: Span, room: number, floor?: number): [number, number] {
  const pad = (high - low) * room;
  return [low === floor ? low : low - pad, high === floor ? high : high + pad];
}

/** The size of a chart with units of equal length on both axes; `ratio` is its height over its width. */
export function equalSize(
  figure: string,
  { width = size.width, height }: FigureOptions,
  { x, y, logX, logY }: { x: Span; y: Span; logX?: boolean; logY?: boolean },
): { ratio: number; width: number } {
  if (logX || logY)
    throw new RangeError(`${figure}: equal needs axes with a unit, and a logarithmic one has none; drop equal or log`);
  const ratio = (y[1] - y[0]) / (x[1] - x[0]);
  const across = width - 2 * size.padding;
  const tallest = height ?? Math.max(across - ticksRoom, 100);
  return { ratio, width: Math.min(across, tallest / ratio + ticksRoom) };
}

/** Pixels for the tick labels of the vertical axis, rounded up. */
const ticksRoom = 60;

/** The domain of an axis that names none: the span of the values; a single value gets room around it. */
export function domainOf(figure: string, axis: AxisOptions, values: Iterable<number>, room: number): [number, number] {
  const [low, high] = extent(values);
  if (axis.log) {
    if (low <= 0)
      throw new RangeError(
        `${figure}: ${axis.label} goes down to ${low}, and a logarithmic scale has no place for it; use values above 0`,
      );
    if (low === high) return [low / 2, low * 2];
    const ratio = (high / low) ** room;
    return [low / ratio, high * ratio];
  }
  if (high - low <= 1e-12 * Math.max(Math.abs(low), Math.abs(high), 1e-200)) return [low - 0.5, high + 0.5]; // one value, or as good as
  return padded([low, high], room, 0);
}

/** Plot's options for an axis; with `whole` values, such as steps, ticks are whole numbers. */
export function scale({ log, ticks = log ? undefined : 6 }: AxisOptions, domain: Span, whole = false): ScaleOptions {
  const common = { domain: [...domain], grid: true };
  if (log) {
    const at = typeof ticks === "object" ? [...ticks] : logTicks(domain);
    return { ...common, type: "log", ticks: at, tickFormat: at.every(isPlain) ? brief : power };
  }
  const most = whole ? Math.max(1, Math.floor(domain[1] - domain[0])) : Infinity;
  const farthest = Math.max(Math.abs(domain[0]), Math.abs(domain[1]));
  return {
    ...common,
    type: "linear",
    ticks: typeof ticks === "object" ? [...ticks] : Math.min(ticks as number, most),
    tickFormat: typeof ticks === "object" || farthest < 1e-3 || farthest >= 1e6 ? brief : undefined,
  };
}

/** Limits a number of ticks; a list of ticks stays as it is. */
export const atMost = (most: number, ticks: ScaleOptions["ticks"]): ScaleOptions["ticks"] =>
  typeof ticks === "number" ? Math.min(ticks, most) : ticks;

/** The tick labels of an axis with at most `most` ticks, as Plot formats them. */
export function tickLabels({ domain, ticks: given = domain as string[], tickFormat }: ScaleOptions = {}, most: number) {
  const ticks = atMost(most, given);
  const format = tickFormat as ((tick: number | string) => string) | undefined;
  if (typeof ticks !== "number") return [...(ticks as (number | string)[])].map(format ?? String).filter(Boolean);
  const axis = scaleLinear(domain as Span, [0, 1]);
  return axis.ticks(ticks).map(format ?? axis.tickFormat(ticks));
}

/**
 * At most about eight powers of ten; below three decades also 3 times these, below 1.6 decades 2 and 5 times. A span that
 * holds hardly any of them has equal steps.
 */
function logTicks([from, to]: Span): number[] {
  const [first, last] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))];
  const decades = Math.log10(to / from);
  const factors = decades < 1.6 ? [1, 2, 5] : decades < 3 ? [1, 3] : [1];
  const stride = Math.ceil((last - first) / 8);
  const ticks: number[] = [];
  for (let power = Math.ceil(first / stride) * stride; power <= last; power += stride) {
    for (const factor of factors) ticks.push(Number(`${factor}e${power}`));
  }
  const inside = ticks.filter((tick) => tick >= from && tick <= to);
  return inside.length > 1 ? inside : scaleLinear([from, to], [0, 1]).ticks(4);
}

/** Whether a number is easy to read when written out. */
const isPlain = (value: number): boolean => value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5);

/** Writes 0.01, 1 and 5,000 in full, and very small or large numbers as 10⁻⁷ or 2.5·10⁷. */
const brief = (value: number): string =>
  isPlain(value) ? sign(value.toLocaleString("en-US", { maximumFractionDigits: 5 })) : power(value);

/** Writes 10⁻⁷ and 2.5·10⁷, but 1 and 10. */
export function power(value: number): string {
  const [digits, exponent] = value.toExponential(3).split("e").map(Number);
  if (value === 0 || exponent === 0 || value === 10) return sign(String(digits * 10 ** exponent));
  const raised = `10${superscript(exponent)}`;
  return digits === 1 ? raised : sign(`${digits}·${raised}`);
}

const sign = (text: string): string => text.replace(/^-/, "−");

const superscript = (power: number): string =>
  String(power).replace(/./g, (digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]));
