/** @file The plane, one unit as long on either axis, and arrows in it. */

import * as Plot from "@observablehq/plot";
import { chart, type Overlay } from "./chart.js";
import type { Point } from "./data.js";
import type { Drawing } from "./drawing.js";
import { pointLabels } from "./labels.js";
import type { AxisOptions, FigureOptions } from "./options.js";
import { scale } from "./scales.js";
import { ink, size } from "./theme.js";

type Span = readonly [from: number, to: number];

export interface Arrow {
  name: string;
  from: Point;
  to: Point;
  color: string;
}

export const arrowMarks = (arrows: readonly Arrow[]): Plot.Markish =>
  Plot.arrow(arrows, {
    x1: (d: Arrow) => d.from[0],
    y1: (d: Arrow) => d.from[1],
    x2: (d: Arrow) => d.to[0],
    y2: (d: Arrow) => d.to[1],
    stroke: "color",
    strokeWidth: 3,
    headLength: 5,
  });

/** The arrows' names in the arrows' colors: beside the head, or beside the middle where another arrow shares the head. */
export const arrowLabels =
  (arrows: readonly Arrow[]): Overlay =>
  (place, room) => {
    const along = ({ from, to }: Arrow, t: number): Point => [
      from[0] + t * (to[0] - from[0]),
      from[1] + t * (to[1] - from[1]),
    ];
    const same = (a: Point, b: Point) => a[0] === b[0] && a[1] === b[1];
    const shared = (arrow: Arrow) =>
      arrows.some((other) => other !== arrow && (same(other.to, arrow.to) || same(other.from, arrow.to)));
    const shafts = arrows.flatMap((arrow) => Array.from({ length: 24 }, (_, i) => along(arrow, (i + 1) / 24)));
    const names = arrows.map((arrow) => ({
      points: [along(arrow, shared(arrow) ? 0.5 : 1)],
      labels: [arrow.name],
      labelColor: arrow.color,
      from: arrow.from,
    }));
    return pointLabels([{ points: shafts }, ...names], place, room);
  };

/** An axis of the plane: what it spans, and its ticks where they are given. */
type PlaneAxis = { label: string; domain: Span; ticks?: AxisOptions["ticks"] };

/** A chart of the plane, as large as fits, with the lines through the origin. */
export function planeChart(
  options: FigureOptions,
  { x, y }: { x: PlaneAxis; y: PlaneAxis },
  marks: Plot.Markish[],
  overlay: Overlay,
  most = { width: (options.width ?? size.width) - 2 * size.padding, height: options.height ?? 320 },
): Drawing {
  const ratio = (y.domain[1] - y.domain[0]) / (x.domain[1] - x.domain[0]);
  const crosses = ([from, to]: Span) => from <= 0 && to >= 0;
  const plot = {
    width: Math.min(most.width, most.height / ratio + 60), // with the ticks' labels
    ratio,
    x: { ...scale(x, x.domain), ...(x.ticks === undefined && unitTicks(x.domain)) },
    y: { ...scale(y, y.domain), ...(y.ticks === undefined && unitTicks(y.domain)) },
    marks: [
      Plot.ruleX(crosses(x.domain) ? [0] : [], { stroke: ink.muted }),
      Plot.ruleY(crosses(y.domain) ? [0] : [], { stroke: ink.muted }),
      ...marks,
    ],
  };
  return chart(options, { x: x.label, y: y.label }, plot, overlay);
}

/** Whole numbers where they fit, so that the grid is the unit grid. */
function unitTicks([from, to]: readonly [number, number]): Plot.ScaleOptions {
  if (to - from > 12 || to - from < 2) return {};
  const first = Math.ceil(from);
  const whole = Array.from({ length: Math.floor(to) - first + 1 }, (_, i) => first + i);
  const ticks = whole.length > 8 ? whole.filter((tick) => tick % 2 === 0) : whole;
  return { ticks, tickFormat: (tick: number) => String(tick).replace("-", "−") };
}
