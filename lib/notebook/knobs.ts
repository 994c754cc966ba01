/** @file Figures with knobs: a reader turns a number, drags a point, chooses, types or draws, and the figure follows. */

import type { Figure } from "../plot/index.js";
import { filmOf } from "./film.js";
import { bundleOf } from "./show.js";
import { type Bundle, inNotebook, send } from "./tslab.js";

/** A number between two others. */
export interface Slider {
  from: number;
  to: number;
  /** Where it stands at first. */
  at: number;
  /** From one position to the next; by default a round number, so that there are 40 to 100 positions. */
  step?: number;
}

/** One of several names, or a slider that moves through the numbers given. */
export interface Choice<Value extends string | number = string | number> {
  of: readonly Value[];
  /** The one that is chosen at first: a value that is not among them is a type error. */
  at: string | number;
}

/** A switch that is on or off. */
export interface Switch {
  at: boolean;
}

/** A point of the figure, in its own units, that can be dragged. Give the axes a domain, or they move as it is dragged. */
export interface DraggablePoint {
  at: readonly [x: number, y: number];
}

/** A short text. */
export interface ShortText {
  at: string;
}

/** A small picture that is drawn by hand, such as a digit of 28 × 28 pixels. */
export interface Sketch {
  draw: readonly [rows: number, columns: number];
  /** Row by row, from 0 (paper) to 1 (ink), rounded to 255ths; blank by default. */
  at?: ArrayLike<number>;
}

/** A control that readers move. */
export type Knob<Value extends string | number = string | number> =
  | Slider
  | Choice<Value>
  | Switch
  | DraggablePoint
  | ShortText
  | Sketch;

type ValueOf<K> = K extends { draw: unknown }
  ? readonly number[]
  : K extends { from: unknown }
    ? number
    : K extends { of: readonly (infer Each)[] }
      ? Each extends number
        ? number
        : Each
      : K extends { at: boolean }
        ? boolean
        : K extends { at: string }
          ? string
          : readonly [x: number, y: number];

/** What the drawing is given: a value for each knob. */
export type KnobValues<Knobs> = { readonly [Name in keyof Knobs]: ValueOf<Knobs[Name]> };

/** Knobs that begin at a value of their own: a slider at a number, a choice with one of its values. */
type Checked<Knobs> = {
  readonly [Name in keyof Knobs]: Knobs[Name] extends { draw: unknown }
    ? Sketch
    : Knobs[Name] extends { from: unknown }
      ? Slider
      : Knobs[Name] extends { of: readonly (infer Each)[] }
        ? { readonly at: Each }
        : DraggablePoint | ShortText | Switch;
};

/**
 * The media type by which a page knows that an output has knobs. Whoever does not know it shows the figure.
 * @example knobsType // "application/vnd.foundations.knobs+json"
 */
export const knobsType = "application/vnd.foundations.knobs+json";

type Redraw = (values: Readonly<Record<string, unknown>>) => Bundle;

/** Figures by the id of their output, for a page that draws them anew when it hears of a turned knob; it puts the map here. */
const drawings = (): Map<string, Redraw> | undefined =>
  (globalThis as { [key: symbol]: Map<string, Redraw> | undefined })[Symbol.for("foundations.knobs")];

/**
 * Shows a figure with knobs, and draws it anew as a reader turns them.
 *
 * That takes a page whose kernel runs. Elsewhere the figure stands as it is at first; only a slider or a choice that is the
 * one knob of its figure moves there, too, because its positions (61 at most) are drawn beforehand and stored.
 * @typeParam Value keeps the values of a choice as they are, instead of `string` or `number`.
 * @throws RangeError if a knob does not begin within its bounds, or a point is dragged in a figure without axes of numbers.
 * @example knobs({ rate: { from: 0.01, to: 1.05, at: 0.1 } }, ({ rate }) => lines({ loss: [3, 2, 1].map((x) => x * rate) }, { title: `η = ${rate}`, x: "step", y: "loss" }))
 * @example knobs({ a: { at: [3, 1] } }, ({ a }) => vectors({ a }, { title: "Drag a", x: { label: "x", domain: [-4, 4] }, y: { label: "y", domain: [-3, 3] } }))
 * @example knobs({ batch: { of: [1, 8, 64], at: 8 }, bend: { of: ["relu", "tanh"], at: "relu" }, mask: { at: true }, word: { at: "gato" } }, ({ batch, bend, word }) => lines({ [bend]: [0, batch] }, { title: word, x: "z", y: "a" }))
 * @example knobs({ digit: { draw: [28, 28], at: zeros([784]).toArray() } }, ({ digit }) => digits([digit], { title: `Ink: ${digit.filter((value) => value > 0).length} pixels` }))
 */
export function knobs<Value extends string | number, Knobs extends Readonly<Record<string, Knob<Value>>>>(
  controls: Knobs & Checked<Knobs>,
  draw: (values: KnobValues<Knobs>) => Figure,
): void {
  const given: Readonly<Record<string, Knob>> = controls;
  const names = Object.keys(given);
  if (names.length === 0)
    throw new RangeError("knobs: there are none; give them by name: { rate: { from: 0, to: 1, at: 0.1 } }");
  for (const name of names) check(name, given[name]);
  const first = Object.fromEntries(names.map((name) => [name, startOf(given[name])]));
  const drawAt = (changed: object) => draw({ ...first, ...changed } as KnobValues<Knobs>);
  const dragged = names.find((name) => isPoint(given[name]));
  const redraw: Redraw = (changed) => {
    const figure = drawAt(changed);
    if (dragged !== undefined && !figure.axes)
      throw new RangeError(
        `knobs: ${dragged} is a point to drag, and the figure has no axes of numbers; draw vectors, lines, scatter or contours`,
      );
    const list = names.map((name) => described(name, given[name], changed[name] ?? first[name]));
    const axes = dragged === undefined ? {} : { axes: figure.axes };
    return { ...bundleOf(figure), [knobsType]: { ...axes, knobs: list } };
  };
  const bundle = redraw({});
  if (!inNotebook()) {
    console.log(bundle["text/plain"]);
    return;
  }
  const live = drawings();
  if (live) {
    const id = crypto.randomUUID();
    live.set(id, redraw);
    send(bundle, id);
    return;
  }
  const [name] = names;
  const values = names.length === 1 ? positions(given[name]) : undefined;
  const film = values && filmOf(name, values, first[name] as string | number, (value) => drawAt({ [name]: value }));
  send(film === undefined ? bundle : { ...bundle, "text/html": film });
}

const isSlider = (knob: Knob): knob is Slider => "from" in knob;
const isChoice = (knob: Knob): knob is Choice => "of" in knob;
const isSketch = (knob: Knob): knob is Sketch => "draw" in knob;
const isPoint = (knob: Knob): knob is DraggablePoint => !isSketch(knob) && typeof knob.at === "object";

/** As many positions as a slider has. */
const mostPositions = 401;

/** The values that a slider or a choice moves through, in order, with the one where it begins. */
function positions(knob: Knob): readonly (string | number)[] | undefined {
  if (isChoice(knob)) return knob.of;
  if (!isSlider(knob)) return undefined;
  const { from, to, at } = knob;
  const step = knob.step ?? roundStep((to - from) / 100);
  // Round positions, such as 0.02, 0.04, …, unless a step of one's own begins at `from`.
  const base = knob.step === undefined ? Math.ceil(from / step) * step : from;
  const count = Math.floor((to - base) / step + 1e-9) + 1;
  const all = Array.from({ length: count }, (_, i) => Number((base + i * step).toPrecision(12)));
  const ends = knob.step === undefined ? [from, to] : [from];
  return [...new Set([...ends, ...all, at])].sort((a, b) => a - b);
}

/** The least of 1, 2, 5, 10, 20, … and of 0.5, 0.2, 0.1, … that is not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(12));
}

const startOf = (knob: Knob): unknown => (isSketch(knob) ? inkOf(knob) : knob.at);

/** The values of a sketch, rounded to 255ths. */
function inkOf({ draw: [rows, columns], at }: Sketch): readonly number[] {
  return Array.from(at ?? { length: rows * columns }, (value = 0) => Math.round(255 * value) / 255);
}

/** What a page needs to know of a knob. Keys are in alphabetical order, as notebooks store them. */
function described(name: string, knob: Knob, at: unknown): object {
  if (isSketch(knob)) {
    const [rows, columns] = knob.draw;
    const bytes = (at as readonly number[]).map((value) => Math.round(255 * value));
    // Two hexadecimal digits a pixel: a list of numbers would be four times as long.
    return {
      at: bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(""),
      columns,
      kind: "sketch",
      name,
      rows,
    };
  }
  const of = positions(knob);
  if (of) return { at, kind: of.every((value) => typeof value === "number") ? "slider" : "choice", name, of };
  return { at, kind: typeof knob.at === "object" ? "point" : typeof knob.at === "boolean" ? "switch" : "text", name };
}

function check(name: string, knob: Knob): void {
  const refuse = (problem: string): never => {
    throw new RangeError(`knobs: ${name} ${problem}`);
  };
  if (isSketch(knob)) {
    const [rows, columns] = knob.draw;
    if (!(knob.draw.length === 2 && knob.draw.every((size) => Number.isInteger(size) && size > 0 && size <= 64)))
      refuse(`is drawn on [${knob.draw}]; expected [rows, columns], each from 1 to 64`);
    if (knob.at && knob.at.length !== rows * columns)
      refuse(`begins with ${knob.at.length} values; expected ${rows} × ${columns} = ${rows * columns}, row by row`);
    if (Array.from(knob.at ?? []).some((value) => !(value >= 0 && value <= 1)))
      refuse("begins with values outside 0 to 1; 0 is paper and 1 is ink");
  } else if (isSlider(knob)) {
    const { from, to, at, step } = knob;
    if (!(from < to)) refuse(`goes from ${from} to ${to}; expected from below to`);
    if (!(typeof at === "number" && at >= from && at <= to))
      refuse(`begins at ${at}, outside ${from} to ${to}; begin between them`);
    if (step !== undefined && !(step > 0)) refuse(`has a step of ${step}; expected one above 0`);
    if (step !== undefined && (to - from) / step > mostPositions - 1)
      refuse(`has more than ${mostPositions} positions; give a step of ${(to - from) / (mostPositions - 1)} or more`);
  } else if (isChoice(knob)) {
    if (!knob.of.includes(knob.at))
      refuse(`begins at ${JSON.stringify(knob.at)}, which is not among ${knob.of.join(", ")}; begin with one of them`);
  } else if (isPoint(knob) && !(knob.at.length === 2 && knob.at.every(Number.isFinite)))
    refuse(`begins at [${knob.at}]; expected two finite numbers [x, y]`);
}
