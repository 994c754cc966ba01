/** @file The plane: vectors as arrows, and what a matrix does to the unit grid. */

import * as Plot from "@observablehq/plot";
import { extent, type Matrix, matrix, type Numbers, numbers, type Point, points } from "./data.js";
import type { Figure } from "./figure.js";
import { type Body, beside, chart, compose, type Place, type Room } from "./frame.js";
import { keys } from "./keys.js";
import { pointLabels } from "./labels.js";
import { clip } from "./marks.js";
import { type AxesOptions, axis, checkKeys, checkOptions, type FigureOptions } from "./options.js";
import { padded, scale } from "./scales.js";
import { colourOf, ink, palette, readable, size } from "./theme.js";

/** An arrow of the plane: from the origin to a point, or from a point by so much. */
export type Vector = Numbers | { from?: Numbers; by: Numbers };

interface Arrow {
  name: string;
  from: Point;
  to: Point;
  colour: string;
}

/**
 * Named vectors as arrows in the plane, one unit as long on either axis.
 * @example vectors({ a: [2, 1], b: { from: [2, 1], by: [1, 2] }, "a + b": [3, 3] }, { title: "To add, walk one after the other", x: "x", y: "y" })
 */
export function vectors(given: Record<string, Vector>, options: AxesOptions): Figure {
  const figure = "vectors";
  checkOptions(figure, options, ["x", "y"]);
  const [x, y] = [axis(figure, "x", options.x), axis(figure, "y", options.y)];
  const arrows = Object.entries(given ?? {}).map(([name, vector], i): Arrow => {
    const where = `${figure}: ${name}`;
    const parts = typeof vector === "object" && "by" in vector ? vector : { by: vector };
    checkKeys(where, "by" in vector ? vector : {}, ["from", "by"]);
    const [from, by] = [pair(`${where}.from`, parts.from ?? [0, 0]), pair(where, parts.by)];
    return { name, from, to: [from[0] + by[0], from[1] + by[1]], colour: colourOf(i) };
  });
  if (arrows.length === 0)
    throw new RangeError(`${figure}: has nothing to draw; give vectors by name, such as { a: [2, 1] }`);
  const ends = arrows.flatMap(({ from, to }) => [from, to]);
  const span = (dimension: 0 | 1) => {
    const [low, high] = extent([0, ...ends.map((end) => end[dimension])]);
    return low < high ? padded([low, high], 0.12) : ([-1, 1] as [number, number]);
  };
  const body = planeChart(
    options,
    { x: x.label, y: y.label },
    x.domain ?? span(0),
    y.domain ?? span(1),
    arrowMarks(arrows),
    arrowLabels(arrows),
  );
  const words = arrows.map(
    ({ name, from, to }) => `${name} from (${from.map(readable).join(", ")}) to (${to.map(readable).join(", ")})`,
  );
  return compose(options, `Arrows in the plane of ${x.label} and ${y.label}: ${words.join("; ")}.`, [], body);
}

function pair(where: string, value: unknown): Point {
  const read = numbers(where, value);
  if (read.length !== 2)
    throw new RangeError(`${where}: expected two numbers [x, y], got ${read.length}; only the plane can be drawn`);
  return [read[0], read[1]];
}

const arrowMarks = (arrows: readonly Arrow[]): Plot.Markish[] => [
  Plot.arrow(arrows, {
    x1: (d: Arrow) => d.from[0],
    y1: (d: Arrow) => d.from[1],
    x2: (d: Arrow) => d.to[0],
    y2: (d: Arrow) => d.to[1],
    stroke: "colour",
    strokeWidth: 3,
    headLength: 5,
  }),
];

/** The arrows' names in the arrows' colours: beside the head, or half-way along where another arrow shares the head. */
const arrowLabels = (arrows: readonly Arrow[]) => (place: Place, room: Room) => {
  const along = ({ from, to }: Arrow, t: number): Point => [
    from[0] + t * (to[0] - from[0]),
    from[1] + t * (to[1] - from[1]),
  ];
  const same = (a: Point, b: Point) => a[0] === b[0] && a[1] === b[1];
  const shared = (arrow: Arrow) =>
    arrows.some((other) => other !== arrow && (same(other.to, arrow.to) || same(other.from, arrow.to)));
  const shafts = arrows.flatMap((arrow) => Array.from({ length: 12 }, (_, i) => along(arrow, (i + 1) / 12)));
  const names = arrows.map((arrow) => ({
    points: [along(arrow, shared(arrow) ? 0.5 : 1)],
    labels: [arrow.name],
    labelColour: arrow.colour,
  }));
  return pointLabels([{ points: shafts }, ...names], place, room);
};

/** Two axes of one scale, with the lines through the origin. */
function planeChart(
  options: FigureOptions,
  labels: { x: string; y: string },
  x: readonly [number, number],
  y: readonly [number, number],
  marks: Plot.Markish[],
  overlay: (place: Place, room: Room) => string,
  most = { width: (options.width ?? size.width) - 2 * size.padding, height: options.height ?? 380 },
): Body {
  const ratio = (y[1] - y[0]) / (x[1] - x[0]);
  const margins = 60;
  const width = Math.min(most.width, (most.height - margins) / ratio + margins);
  return chart(
    options,
    labels,
    {
      width,
      ratio,
      x: { ...scale({ label: labels.x }, x), ...unitTicks(x) },
      y: { ...scale({ label: labels.y }, y), ...unitTicks(y) },
      marks: [
        ...(x[0] <= 0 && x[1] >= 0 ? [Plot.ruleX([0], { stroke: ink.muted })] : []),
        ...(y[0] <= 0 && y[1] >= 0 ? [Plot.ruleY([0], { stroke: ink.muted })] : []),
        ...marks,
      ],
    },
    overlay,
  );
}

/** Whole numbers where they fit, so that the grid is the unit grid. */
function unitTicks([from, to]: readonly [number, number]): Plot.ScaleOptions {
  if (to - from > 12 || to - from < 2) return {};
  const first = Math.ceil(from);
  const whole = Array.from({ length: Math.floor(to) - first + 1 }, (_, i) => first + i);
  const ticks = whole.length > 8 ? whole.filter((tick) => tick % 2 === 0) : whole;
  return { ticks, tickFormat: (tick: number) => String(tick).replace("-", "−") };
}

export interface TransformationOptions extends FigureOptions {
  /** "x₁" by default. */
  x?: string;
  /** "x₂" by default. */
  y?: string;
  /** Points that are drawn before and after, such as the corners of a letter. */
  points?: Matrix;
}

/**
 * What a 2 × 2 matrix W does to the plane: the unit grid and the two basis vectors before, and W times each of them after.
 * @example transformation([[1, 1], [0, 1]], { title: "A shear keeps areas" })
 */
export function transformation(w: Matrix, options: TransformationOptions): Figure {
  const figure = "transformation";
  checkOptions(figure, options, ["x", "y", "points"]);
  const rows = matrix(`${figure}: matrix`, w);
  if (rows.length !== 2 || rows[0].length !== 2)
    throw new RangeError(
      `${figure}: expected a 2 × 2 matrix, got ${rows.length} × ${rows[0].length}; only the plane can be drawn`,
    );
  const [[a, b], [c, d]] = rows;
  const apply = ([x, y]: Point): Point => [a * x + b * y, c * x + d * y];
  const given = options.points === undefined ? [] : points(`${figure}: points`, options.points);
  const reach = Math.max(
    3,
    Math.ceil(
      extent([...given, ...given.map(apply), apply([1, 0]), apply([0, 1]), apply([1, 1])].flat().map(Math.abs))[1] *
        1.05,
    ),
  );
  const labels = { x: options.x ?? "x₁", y: options.y ?? "x₂" };
  const room = ((options.width ?? size.width) - 2 * size.padding - 24) / 2;
  const panel = (caption: string, map: (point: Point) => Point) => {
    const basis: Arrow[] = [
      { name: "e₁", from: [0, 0], to: map([1, 0]), colour: palette[0] },
      { name: "e₂", from: [0, 0], to: map([0, 1]), colour: palette[1] },
    ];
    for (const arrow of basis) if (caption === "after") arrow.name = `W${arrow.name}`;
    const square = (
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
        [0, 0],
      ] as Point[]
    ).map(map);
    const marks = [
      ...gridLines(map, reach),
      Plot.line(square, { fill: palette[4], fillOpacity: 0.35, stroke: palette[4], strokeWidth: 1.5 }),
      ...(given.length > 0 ? [Plot.dot(given.map(map), { r: 3.5, fill: palette[2] })] : []),
      ...arrowMarks(basis),
    ];
    const drawn = planeChart(
      options,
      { x: labels.x, y: `${caption}: ${labels.y}` },
      [-reach, reach],
      [-reach, reach],
      marks,
      arrowLabels(basis),
      { width: room, height: room + 20 },
    );
    return drawn;
  };
  const [before, after] = [panel("before", (point) => point), panel("after", apply)];
  const determinant = a * d - b * c;
  const desc = `The unit grid before and after the matrix [[${rows.map((row) => row.map(readable).join(", ")).join("], [")}]]: (1, 0) goes to (${readable(a)}, ${readable(c)}), (0, 1) to (${readable(b)}, ${readable(d)}); areas are multiplied by ${readable(determinant)}.`;
  return compose(
    options,
    desc,
    [
      keys.area("the unit square", "#f5d999"),
      ...(given.length > 0 ? [keys.point("points", palette[2], "circle", options.document)] : []),
    ],
    beside([before, after], 24),
  );
}

/** The images of the lines with whole coordinates, cut at the edge. */
function gridLines(map: (point: Point) => Point, reach: number): Plot.Markish[] {
  const box = { x: [-reach, reach], y: [-reach, reach] } as const;
  const far = 12 * reach;
  const lines: Plot.Markish[] = [];
  for (let at = -far; at <= far; at++) {
    for (const line of [
      [
        [at, -far],
        [at, far],
      ],
      [
        [-far, at],
        [far, at],
      ],
    ] as Point[][]) {
      for (const piece of clip(line.map(map), box)) {
        lines.push(Plot.line(piece, { stroke: at === 0 ? ink.text : palette[5], strokeWidth: at === 0 ? 1.25 : 0.75 }));
      }
    }
  }
  return lines;
}
