/** @file Vectors as arrows in the plane. */

import { extent, type Numbers, numbers, type Point } from "./data.js";
import { Figure } from "./figure.js";
import { type AxesOptions, axis, checkKeys, checkOptions } from "./options.js";
import { type Arrow, arrowLabels, arrowMarks, planeChart } from "./plane.js";
import { padded } from "./scales.js";
import { colorOf, formatNumber } from "./theme.js";

/** An arrow of the plane: from the origin to a point, or from a point by so much. */
export type Vector = Numbers | { from?: Numbers; by: Numbers };

/**
 * Named vectors as arrows in the plane, one unit as long on either axis.
 * @example vectors({ a: [2, 1], b: { from: [2, 1], by: [1, 2] }, "a + b": [3, 3] }, { title: "To add, walk one after the other", x: "x", y: "y" })
 */
export function vectors(given: Record<string, Vector>, options: AxesOptions): Figure {
  const figure = "vectors";
  checkOptions(figure, options, ["x", "y"]);
  const [x, y] = [axis(figure, "x", options.x), axis(figure, "y", options.y)];
  const arrows = Object.entries(given ?? {}).map(([name, vector], i) =>
    readArrow(`${figure}: ${name}`, name, vector, colorOf(i)),
  );
  if (arrows.length === 0)
    throw new RangeError(`${figure}: has nothing to draw; give vectors by name, such as { a: [2, 1] }`);
  const spans = wideEnough(spanOf(arrows, 0), spanOf(arrows, 1));
  const axes = {
    x: { label: x.label, domain: x.domain ?? spans[0], ticks: x.ticks },
    y: { label: y.label, domain: y.domain ?? spans[1], ticks: y.ticks },
  };
  const body = planeChart(options, axes, [arrowMarks(arrows)], arrowLabels(arrows));
  const words = arrows.map(({ name, from, to }) => `${name} from ${spell(from)} to ${spell(to)}`);
  return new Figure(options, { desc: `Arrows in the plane of ${x.label} and ${y.label}: ${words.join("; ")}.`, body });
}

const spell = ([x, y]: Point): string => `(${formatNumber(x)}, ${formatNumber(y)})`;

function readArrow(where: string, name: string, vector: Vector, color: string): Arrow {
  const parts = typeof vector === "object" && "by" in vector ? vector : { by: vector };
  checkKeys(where, parts, ["from", "by"]);
  const [from, by] = [pair(`${where}.from`, parts.from ?? [0, 0]), pair(where, parts.by)];
  return { name, from, to: [from[0] + by[0], from[1] + by[1]], color };
}

function pair(where: string, value: unknown): Point {
  const read = numbers(where, value);
  if (read.length === 2) return [read[0], read[1]];
  throw new RangeError(`${where}: expected two numbers [x, y], got ${read.length}; only the plane can be drawn`);
}

/** What the arrows and the origin span along x (0) or y (1). */
const spanOf = (arrows: readonly Arrow[], dimension: 0 | 1): [number, number] =>
  padded(extent([0, ...arrows.flatMap(({ from, to }) => [from[dimension], to[dimension]])]), 0.12);

/** Widens the shorter span to four tenths of the longer one: directions cannot be seen in a narrow strip. */
function wideEnough(x: [number, number], y: [number, number]): [[number, number], [number, number]] {
  const widen = ([low, high]: [number, number], least: number): [number, number] => {
    const missing = Math.max(0, least - (high - low));
    return [low - missing / 2, high + missing / 2];
  };
  const longest = Math.max(x[1] - x[0], y[1] - y[0]) || 2;
  return [widen(x, 0.4 * longest), widen(y, 0.4 * longest)];
}
