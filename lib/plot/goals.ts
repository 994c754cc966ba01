/** @file Points that a chart singles out: a goal, a minimum, the true value. */

import { type Point, points } from "./data.js";
import type { Project } from "./drawing.js";
import type { Labeled } from "./labels.js";
import { type Box, inBox } from "./marks.js";
import type { ChartOptions } from "./options.js";
import { el } from "./svg.js";
import { formatNumber, ink, paper } from "./theme.js";

export interface Goal {
  name: string;
  at: Point;
}

/** Reads the points of `marks`. */
export const readGoals = (figure: string, { marks = {} }: ChartOptions): Goal[] =>
  Object.entries(marks).map(([name, at]) => ({ name, at: points(`${figure}: marks`, [at])[0] }));

/** Throws where a goal stands outside of the chart, since cutting it off would lose it without a word. */
export function checkGoals(figure: string, goals: readonly Goal[], box: Box): void {
  const lost = goals.find(({ at }) => !inBox(at, box));
  if (lost)
    throw new RangeError(
      `${figure}: the mark "${lost.name}" stands at ${spell(lost.at)}, outside the chart; widen the domains of x and y, or drop it`,
    );
}

/** A ring about each goal, with a dot in the middle; both on paper, so that they stand out on any color. */
export const goalRings = (goals: readonly Goal[], place: Project): string =>
  goals
    .map(({ at }) => {
      const [cx, cy] = place(...at);
      return el(
        "g",
        { "data-mark": "goal" },
        el("circle", { cx, cy, r: 7, fill: "none", stroke: paper, "stroke-width": 5 }),
        el("circle", { cx, cy, r: 7, fill: "none", stroke: ink.text, "stroke-width": 2 }),
        el("circle", { cx, cy, r: 2, fill: ink.text, stroke: paper }),
      );
    })
    .join("");

/** The goals' names, for placing them among the labels of the series. */
export const goalLabels = (goals: readonly Goal[]): Labeled[] =>
  goals.map(({ name, at }) => ({ points: [at], labels: [name], extra: 3 }));

/** The goals in words. */
export const describeGoals = (goals: readonly Goal[]): string[] =>
  goals.length === 0 ? [] : [`Marked: ${goals.map(({ name, at }) => `${name} at ${spell(at)}`).join(", ")}.`];

const spell = ([x, y]: Point): string => `(${formatNumber(x)}, ${formatNumber(y)})`;
