/** @file Figures with knobs: a reader turns a number, drags a point, chooses or types, and the figure follows. */

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
  /** From one position to the next; a hundredth of the way by default. */
  step?: number;
}

/** A point of the figure, in its own units, that can be dragged. */
export interface DraggablePoint {
  at: readonly [x: number, y: number];
}

/** One of several names. */
export interface Choice<Name extends string = string> {
  of: readonly Name[];
  /** The one that is chosen at first: a name that is not among them is a type error. */
  at: string;
}

/** A short text. */
export interface ShortText {
  at: string;
}

/** A control that readers move: a slider, a point to drag, a choice or a short text. */
export type Knob<Name extends string = string> = Slider | DraggablePoint | Choice<Name> | ShortText;

type ValueOf<K> = K extends Slider
  ? number
  : K extends DraggablePoint
    ? readonly [x: number, y: number]
    : K extends { of: readonly (infer Name)[] }
      ? Name
      : string;

/** What the drawing is given: a value for each knob. */
export type KnobValues<Knobs> = { readonly [Name in keyof Knobs]: ValueOf<Knobs[Name]> };

/** Knobs that begin at a value of their own: a slider at a number, a choice with one of its names. */
type Checked<Knobs> = {
  readonly [Name in keyof Knobs]: Knobs[Name] extends { from: unknown }
    ? Slider
    : Knobs[Name] extends { of: readonly (infer Each)[] }
      ? { readonly at: Each }
      : DraggablePoint | ShortText;
};

/**
 * The media type by which a page knows that an output has knobs. Whoever does not know it shows the figure.
 * @example knobsType // "application/vnd.foundations.knobs+json"
 */
export const knobsType = "application/vnd.foundations.knobs+json";

type Redraw = (values: Readonly<Record<string, unknown>>) => Bundle;

/** The figures that can be drawn anew, by the id of their output: a page that hears of a turned knob looks here. */
const drawings = (): Map<string, Redraw> => {
  const shared = globalThis as { [key: symbol]: Map<string, Redraw> | undefined };
  shared[Symbol.for("foundations.knobs")] ??= new Map();
  return shared[Symbol.for("foundations.knobs")] as Map<string, Redraw>;
};

/**
 * Shows a figure with knobs. A page with a live kernel redraws it as they are turned. Elsewhere the figure stands as it is at
 * first, which is what is stored; where there is one slider and no other knob, its positions are drawn beforehand (61 of them
 * at most) and stored with it, so that it moves without a kernel, too.
 * @typeParam Name is there so that names of choices are inferred as such, and not as `string`.
 * @throws RangeError if a knob does not begin within its bounds.
 * @example knobs({ rate: { from: 0.01, to: 1.05, at: 0.1 } }, ({ rate }) => lines({ loss: [3, 2, 1].map((x) => x * rate) }, { title: `η = ${rate}`, x: "step", y: "loss" }))
 * @example knobs({ a: { at: [3, 1] } }, ({ a }) => vectors({ a }, { title: "Drag a", x: "x", y: "y" }))
 * @example knobs({ bend: { of: ["relu", "tanh"], at: "relu" }, word: { at: "gato" } }, ({ bend, word }) => lines({ [bend]: [0, 1] }, { title: word, x: "z", y: "a" }))
 */
export function knobs<Name extends string, Knobs extends Readonly<Record<string, Knob<Name>>>>(
  controls: Knobs & Checked<Knobs>,
  draw: (values: KnobValues<Knobs>) => Figure,
): void {
  const given: Readonly<Record<string, Knob>> = controls;
  const names = Object.keys(given);
  if (names.length === 0)
    throw new RangeError("knobs: there are none; give them by name: { rate: { from: 0, to: 1, at: 0.1 } }");
  for (const name of names) check(name, given[name]);
  const first = Object.fromEntries(names.map((name) => [name, given[name].at]));
  const drawAt = (changed: object) => draw({ ...first, ...changed } as KnobValues<Knobs>);
  const redraw: Redraw = (changed) => {
    const figure = drawAt(changed);
    const list = names.map((name) => described(name, given[name], changed[name] ?? first[name]));
    const axes = names.some((name) => isPoint(given[name])) ? { axes: figure.axes } : {};
    return { ...bundleOf(figure), [knobsType]: { ...axes, knobs: list } };
  };
  const bundle = redraw({});
  if (!inNotebook()) {
    console.log(bundle["text/plain"]);
    return;
  }
  const id = crypto.randomUUID();
  drawings().set(id, redraw);
  const [name] = names;
  const only = given[name];
  const film =
    names.length === 1 && isSlider(only)
      ? filmOf(name, positions(only), only.at, (value) => drawAt({ [name]: value }))
      : undefined;
  send(film === undefined ? bundle : { ...bundle, "text/html": film }, id);
}

const isSlider = (knob: Knob): knob is Slider => "from" in knob;
const isPoint = (knob: Knob): knob is DraggablePoint => typeof knob.at === "object";
const stepOf = ({ from, to, step = (to - from) / 100 }: Slider): number => step;

/** What a page needs to know of a knob. Keys are in alphabetical order, as notebooks store them. */
function described(name: string, knob: Knob, at: unknown): object {
  if (isSlider(knob)) return { at, from: knob.from, kind: "slider", name, step: stepOf(knob), to: knob.to };
  if (isPoint(knob)) return { at, kind: "point", name };
  return "of" in knob ? { at, kind: "choice", name, of: knob.of } : { at, kind: "text", name };
}

function check(name: string, knob: Knob): void {
  if (isSlider(knob)) {
    if (!(knob.from < knob.to))
      throw new RangeError(`knobs: ${name} goes from ${knob.from} to ${knob.to}; expected from below to`);
    if (!(typeof knob.at === "number" && knob.at >= knob.from && knob.at <= knob.to))
      throw new RangeError(
        `knobs: ${name} begins at ${knob.at}, outside ${knob.from} to ${knob.to}; begin between them`,
      );
    if (!(stepOf(knob) > 0)) throw new RangeError(`knobs: ${name} has a step of ${knob.step}; expected one above 0`);
  } else if (isPoint(knob)) {
    if (!(knob.at.length === 2 && knob.at.every(Number.isFinite)))
      throw new RangeError(`knobs: ${name} begins at [${knob.at}]; expected two finite numbers [x, y]`);
  } else if ("of" in knob && !knob.of.includes(knob.at))
    throw new RangeError(
      `knobs: ${name} begins at "${knob.at}", which is not among ${knob.of.join(", ")}; begin with one of them`,
    );
}

/** At most 61 positions of a slider from end to end, and the one where it begins. */
function positions(slider: Slider): number[] {
  const { from, to, at } = slider;
  const step = stepOf(slider);
  const steps = Math.floor((to - from) / step + 1e-9);
  const stride = Math.ceil(steps / 60);
  const all = Array.from({ length: Math.floor(steps / stride) + 1 }, (_, i) =>
    Number((from + i * stride * step).toPrecision(12)),
  );
  return [...new Set([...all, at])].sort((a, b) => a - b);
}
