/** @file What a matrix does to the plane: the unit grid before and after. */

import * as Plot from "@observablehq/plot";
import { extent, type Matrix, matrix, type Point, points } from "./data.js";
import { hstack } from "./drawing.js";
import { Figure } from "./figure.js";
import { entries } from "./legend.js";
import { clip } from "./marks.js";
import { checkOptions, type FigureOptions } from "./options.js";
import { type Arrow, arrowLabels, arrowMarks, planeChart } from "./plane.js";
import { formatNumber, ink, palette, size } from "./theme.js";

/** Options of `transformation`. */
export interface TransformationOptions extends FigureOptions {
  /** "x₁" by default. */
  x?: string;
  /** "x₂" by default. */
  y?: string;
  /** Points that are drawn before and after, such as the corners of a letter. */
  points?: Matrix;
}

// biome-ignore format: its corners in one line
const unitSquare: Point[] = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]];

/**
 * What a 2 × 2 matrix W does to the plane: the unit grid and the two basis vectors before, and W times each of them after.
 * @example transformation([[1, 1], [0, 1]], { title: "A shear keeps areas" })
 */
export function transformation(w: Matrix, options: TransformationOptions): Figure {
  const figure = "transformation";
  checkOptions(figure, options, ["x", "y", "points"]);
  const rows = matrix(`${figure}: matrix`, w);
  const [[a, b], [c, d]] = [rows[0], rows[1] ?? []];
  if (rows.length !== 2 || rows[0].length !== 2) {
    throw new RangeError(
      `${figure}: expected a 2 × 2 matrix, got ${rows.length} × ${rows[0].length}; only the plane can be drawn`,
    );
  }
  const apply = ([x, y]: Point): Point => [a * x + b * y, c * x + d * y];
  const given = options.points === undefined ? [] : points(`${figure}: points`, options.points);
  const farthest = extent([...given, ...[...given, ...unitSquare].map(apply)].flat().map(Math.abs))[1];
  const reach = Math.max(3, Math.ceil(1.05 * farthest));

  const gap = 24;
  const side = ((options.width ?? size.width) - 2 * size.padding - gap) / 2;
  const panel = (caption: string, prefix: string, map: (point: Point) => Point) => {
    const basis: Arrow[] = [
      { name: `${prefix}e₁`, from: [0, 0], to: map([1, 0]), color: palette[0] },
      { name: `${prefix}e₂`, from: [0, 0], to: map([0, 1]), color: palette[1] },
    ];
    const marks = [
      ...gridLines(map, reach),
      Plot.line(unitSquare.map(map), { fill: palette[4], fillOpacity: 0.35, stroke: palette[4], strokeWidth: 1.5 }),
      Plot.dot(given.map(map), { r: 3.5, fill: palette[2] }),
      arrowMarks(basis),
    ];
    const domain = [-reach, reach] as const;
    const axes = { x: { label: options.x ?? "x₁", domain }, y: { label: `${caption}: ${options.y ?? "x₂"}`, domain } };
    return planeChart(options, axes, marks, arrowLabels(basis), { width: side, height: side });
  };
  const legend = [entries.area("the unit square", "#f5d999")];
  if (given.length > 0) legend.push(entries.point("points", palette[2], "circle"));
  const body = hstack([panel("before", "", (point) => point), panel("after", "W", apply)], gap);
  return new Figure(options, { desc: describe(rows), legend, body });
}

function describe([[a, b], [c, d]]: number[][]): string {
  const [p, q, r, s] = [a, b, c, d].map(formatNumber);
  const areas = formatNumber(a * d - b * c);
  return `The unit grid before and after the matrix [[${p}, ${q}], [${r}, ${s}]]: (1, 0) goes to (${p}, ${r}), (0, 1) to (${q}, ${s}); areas are multiplied by ${areas}.`;
}

/** The images of the lines with whole coordinates, cut at the edge. */
function gridLines(map: (point: Point) => Point, reach: number): Plot.Markish[] {
  const box = { x: [-reach, reach], y: [-reach, reach] } as const;
  const far = 12 * reach; // a matrix that shrinks the plane draws lines in from outside
  const at = Array.from({ length: 2 * far + 1 }, (_, i) => i - far);
  return at.flatMap((c) => {
    // biome-ignore format: a line a line
    const lines: Point[][] = [[[c, -far], [c, far]], [[-far, c], [far, c]]];
    const style = c === 0 ? { stroke: ink.text, strokeWidth: 1.25 } : { stroke: palette[5], strokeWidth: 0.75 };
    return lines.flatMap((line) => clip(line.map(map), box)).map((piece) => Plot.line(piece, style));
  });
}
