/** @file Diagrams of how something is built: boxes at places of the author's choice, arrows, and frames around parts. */

import { type BoxKind, type BoxLine, boxLegend, drawArrow, drawBox, lineHeight, type Pixel } from "./boxes.js";
import { extent, largest, points } from "./data.js";
import type { Rect } from "./drawing.js";
import { Figure } from "./figure.js";
import { checkKeys, checkOptions, type FigureOptions } from "./options.js";
import { el, round, text } from "./svg.js";
import { ink, paper, size, textWidth, wrap } from "./theme.js";

/** A place in the grid of a diagram: its column and its row, from 0 at the top left. What stands between may be a fraction. */
export type Cell = readonly [column: number, row: number];

/** A box of `diagram`. */
export interface DiagramBox {
  /** Where the middle of the box stands. */
  at: Cell;
  /** What is written in it; its name by default. Broken at `\n`, and where it would be too wide. */
  label?: string;
  /** The shape of what comes out of it, such as "[T, D]", or other small print. */
  note?: string;
  /** "operation" by default. */
  kind?: BoxKind;
}

/** An arrow of `diagram`, from one box to another. */
export interface DiagramArrow<Name extends string = string> {
  from: Name;
  to: Name;
  /** Written beside the longest piece of the arrow: what flows along it, such as the shape "[B, T, D]". */
  label?: string;
  /** Places at which the arrow turns on its way. */
  via?: readonly Cell[];
}

/** A frame of `diagram` around some of its boxes. */
export interface DiagramGroup<Name extends string = string> {
  /** Written at the frame's upper left, such as "block, × 12". */
  label: string;
  of: readonly Name[];
}

/** What a diagram shows; arrows and groups name the boxes, and a name that no box has is a type error. */
export interface Diagram<Boxes extends Readonly<Record<string, DiagramBox>>> {
  boxes: Boxes;
  /** From box to box; a tuple is short for an arrow without turns. */
  arrows?: readonly (readonly [from: Name<Boxes>, to: Name<Boxes>, label?: string] | DiagramArrow<Name<Boxes>>)[];
  /** Frames around boxes that belong together. */
  groups?: readonly DiagramGroup<Name<Boxes>>[];
}

type Name<Boxes> = keyof Boxes & string;

/** Pixels between rows, and from a frame to what is in it. */
const [rowGap, inset] = [30, 14];
const widest = 190;

/**
 * A diagram of boxes in a grid, and arrows between them.
 * @example diagram({
 *   boxes: {
 *     q: { at: [0, 0], label: "query", kind: "input" }, k: { at: [1, 0], label: "keys", kind: "input" },
 *     scores: { at: [0.5, 1], label: "q · k", note: "[T]" },
 *   },
 *   arrows: [["q", "scores", "[D]"], ["k", "scores", "[T, D]"]],
 * }, { title: "A query is compared with every key" })
 */
export function diagram<Boxes extends Readonly<Record<string, DiagramBox>>>(
  given: Diagram<Boxes>,
  options: FigureOptions,
): Figure {
  checkOptions("diagram", options, []);
  const { boxes, arrows, groups } = read(given);
  const room = (options.width ?? size.width) - 2 * size.padding;
  const project = grid([...boxes.map(({ at }) => at), ...arrows.flatMap(({ via }) => via)], room);
  const cell = project([1, 0]).x - project([0, 0]).x;
  const lines = new Map(boxes.map((box) => [box.name, linesOf(box, cell - 40)]));
  const tallest = largest([...lines.values()].map(({ length }) => length)) * lineHeight + 12;
  const at = (place: Cell) => ({ x: project(place).x, y: place[1] * (tallest + rowGap) });

  const rects = new Map(boxes.map((box) => [box.name, rectAbout(at(box.at), lines.get(box.name) as BoxLine[])]));
  const rectOf = (name: string) => rects.get(name) as Rect;
  const frames = groups.map(({ label, of }): Frame => ({ label, rect: around(of.map(rectOf), inset) }));
  const routes = arrows.map(({ from, to, via, label }) => route(rectOf(from), via.map(at), rectOf(to), label));
  const turns = routes.flatMap(({ points }) => points.map(({ x, y }) => ({ left: x, top: y, right: x, bottom: y })));
  const all = around([...rects.values(), ...frames.map(({ rect }) => rect), ...turns], 2);
  const drawn = [
    ...frames.map(drawFrame),
    ...routes.map(({ points, label }) => drawArrow(points, label)),
    ...frames.map(drawFrameLabel),
    ...boxes.map(({ name, kind }) => drawBox(rectOf(name), kind, lines.get(name) as BoxLine[])),
  ];
  const body = {
    svg: el("g", { transform: `translate(0,${round(-all.top)})` }, drawn),
    width: room,
    height: all.bottom - all.top,
  };
  const kinds = new Set(boxes.map(({ kind }) => kind));
  const legend = kinds.size > 1 ? boxLegend([...kinds], { input: "data", learned: "with learned weights" }) : [];
  return new Figure(options, { desc: describe(boxes, arrows, groups), legend, body });
}

type NamedBox = Required<Pick<DiagramBox, "at" | "label" | "kind">> & { name: string; note?: string };
type Frame = { label: string; rect: Rect };
type Arrow = DiagramArrow & { via: readonly Cell[] };

/** Fills in what is left out, and refuses names that no box has. */
function read<Boxes extends Readonly<Record<string, DiagramBox>>>({ boxes, arrows = [], groups = [] }: Diagram<Boxes>) {
  const named = Object.entries(boxes ?? {}).map(([name, box]): NamedBox => {
    checkKeys(`diagram: box "${name}"`, box, ["at", "label", "note", "kind"]);
    return { name, label: name, kind: "operation", ...box, at: points(`diagram: box "${name}": at`, [box.at])[0] };
  });
  if (named.length === 0)
    throw new RangeError("diagram: has no boxes to draw; give them by name: { q: { at: [0, 0] } }");
  const known = (where: string, name: string) => {
    if (!named.some((box) => box.name === name))
      throw new RangeError(`diagram: ${where} names "${name}", and no box has that name`);
  };
  const read = arrows.map((given): Arrow => {
    const [from, to, label] = Array.isArray(given) ? given : [];
    const arrow = Array.isArray(given) ? { from, to, label } : (given as DiagramArrow);
    checkKeys("diagram: an arrow", arrow, ["from", "to", "label", "via"]);
    for (const end of [arrow.from, arrow.to]) known("an arrow", end);
    return { via: [], ...arrow };
  });
  for (const { label, of } of groups) for (const name of of) known(`the group "${label}"`, name);
  return { boxes: named, arrows: read, groups };
}

/** Columns of one width, as wide as fits and not wider than `widest`, in the middle of the room. */
function grid(cells: readonly Cell[], room: number): (place: Cell) => { x: number } {
  const [first, last] = extent(cells.map(([column]) => column));
  const step = Math.min(widest, room / (last - first + 1));
  const left = (room - step * (last - first + 1)) / 2;
  return ([column]) => ({ x: left + (column - first + 0.5) * step });
}

/** The label's lines, no wider than `most` where there are spaces to break at, and the note in small print. */
const linesOf = ({ label, note }: NamedBox, most: number): BoxLine[] => [
  ...label
    .split("\n")
    .flatMap((line) => wrap(line, most, size.tick))
    .map((words) => ({ words, bold: true })),
  ...(note === undefined ? [] : [{ words: note, fill: ink.muted, bold: false }]),
];

function rectAbout({ x, y }: Pixel, lines: readonly BoxLine[]): Rect {
  const width = largest(lines.map(({ words }) => 1.08 * textWidth(words, size.tick))); // bold letters are so much wider
  const [halfWidth, halfHeight] = [Math.max(22, width / 2 + 9), (lines.length * lineHeight + 12) / 2];
  return { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight };
}

/** The rectangle that holds all others, and so much around them. */
const around = (rects: readonly Rect[], room: number): Rect => ({
  left: extent(rects.map(({ left }) => left))[0] - room,
  top: extent(rects.map(({ top }) => top))[0] - room,
  right: largest(rects.map(({ right }) => right)) + room,
  bottom: largest(rects.map(({ bottom }) => bottom)) + room,
});

/** A frame of dashes. */
const drawFrame = ({ rect: { left, top, right, bottom } }: Frame): string => {
  const look = { rx: 10, fill: "#f6f8fa", stroke: ink.muted, "stroke-dasharray": "5,4" };
  return el("rect", { "data-mark": "group", x: left, y: top, width: right - left, height: bottom - top, ...look });
};

/** The label on a frame's upper edge, drawn after the arrows that may pass there. */
const drawFrameLabel = ({ label, rect }: Frame): string => {
  const halo = { stroke: paper, "stroke-width": 6, "paint-order": "stroke" };
  return text(label, { x: rect.left + 12, y: rect.top + 5, fill: ink.muted, ...halo });
};

/** An arrow from the edge of one box over its turns to the edge of another, and its label beside the longest piece. */
function route(from: Rect, via: readonly Pixel[], to: Rect, words?: string) {
  const middle = ({ left, top, right, bottom }: Rect): Pixel => ({ x: (left + right) / 2, y: (top + bottom) / 2 });
  const start = edgeToward(from, via[0] ?? middle(to));
  const points = [start, ...via, edgeToward(to, via[via.length - 1] ?? start)];
  if (words === undefined) return { points };
  const lengths = points.slice(1).map(({ x, y }, i) => Math.hypot(x - points[i].x, y - points[i].y));
  const longest = lengths.indexOf(largest(lengths));
  const [a, b] = [points[longest], points[longest + 1]];
  const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
  const level = Math.abs(b.y - a.y) < Math.abs(b.x - a.x);
  const label = level
    ? { words, x, y: y - 9, fill: ink.muted }
    : { words, x: x + 7, y, fill: ink.muted, anchor: "start" as const };
  return { points, label };
}

/** Where the line from a box's middle to a point leaves the box; straight up, down or across where the point is beside it. */
function edgeToward({ left, top, right, bottom }: Rect, { x, y }: Pixel): Pixel {
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
  const inside = (value: number, low: number, high: number) => value > low + 4 && value < high - 4;
  if (inside(x, left, right)) return { x, y: y < cy ? top : bottom };
  if (inside(y, top, bottom)) return { x: x < cx ? left : right, y };
  const t = Math.min((right - left) / 2 / Math.abs(x - cx || 1e-9), (bottom - top) / 2 / Math.abs(y - cy || 1e-9));
  return { x: cx + t * (x - cx), y: cy + t * (y - cy) };
}

function describe(boxes: readonly NamedBox[], arrows: readonly Arrow[], groups: readonly DiagramGroup[]): string {
  const words = new Map(boxes.map(({ name, label }) => [name, label.replaceAll("\n", " ")]));
  const listed = boxes.map(({ name, note }) => `${words.get(name)}${note ? ` (${note})` : ""}`).join("; ");
  const links = arrows.map(
    ({ from, to, label }) => `${words.get(from)} to ${words.get(to)}${label ? ` (${label})` : ""}`,
  );
  const framed = groups.map(({ label, of }) => ` ${label}: ${of.map((name) => words.get(name)).join(", ")}.`);
  return `Diagram of ${boxes.length} boxes: ${listed}. Arrows: ${links.join(", ") || "none"}.${framed.join("")}`;
}
