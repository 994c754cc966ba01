/** @file What an output says of its knobs (lib/notebook/knobs.ts), read with care: whoever wrote a cell wrote this, too. */

/** The media type of figures with knobs. */
export const knobsType = "application/vnd.foundations.knobs+json";

/** One axis of a figure: what part of it is shown, and between which pixels. */
export interface AxisSpan {
  readonly domain: readonly [number, number];
  readonly pixels: readonly [number, number];
  readonly log?: boolean;
}

export interface Axes {
  readonly x: AxisSpan;
  readonly y: AxisSpan;
}

/** A knob, and where it stands. */
export type KnobSpec = { readonly name: string } & (
  | { readonly kind: "slider"; readonly of: readonly number[]; readonly at: number }
  | { readonly kind: "choice"; readonly of: readonly (string | number)[]; readonly at: string | number }
  | { readonly kind: "switch"; readonly at: boolean }
  | { readonly kind: "text"; readonly at: string }
  | { readonly kind: "point"; readonly at: readonly [number, number] }
  /** Two hexadecimal digits a pixel, row by row. */
  | { readonly kind: "sketch"; readonly rows: number; readonly columns: number; readonly at: string }
);

export interface KnobsSpec {
  readonly knobs: readonly KnobSpec[];
  readonly axes: Axes | null;
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isPair = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber);
const isSize = (value: unknown): value is number =>
  Number.isInteger(value) && isNumber(value) && value > 0 && value <= 64;

/** Whether each kind of knob has what it needs. */
const kinds: Record<KnobSpec["kind"], (knob: Fields) => boolean> = {
  slider: ({ of, at }) => Array.isArray(of) && of.every(isNumber) && of.includes(at as number),
  choice: ({ of, at }) =>
    Array.isArray(of) && of.every((one) => typeof one === "string" || isNumber(one)) && of.includes(at as string),
  switch: ({ at }) => typeof at === "boolean",
  text: ({ at }) => typeof at === "string",
  point: ({ at }) => isPair(at),
  sketch: ({ rows, columns, at }) =>
    isSize(rows) &&
    isSize(columns) &&
    typeof at === "string" &&
    new RegExp(`^[0-9a-f]{${2 * rows * columns}}$`).test(at),
};

const isKnob = (knob: unknown): knob is KnobSpec =>
  isObject(knob) &&
  typeof knob.name === "string" &&
  Object.hasOwn(kinds, String(knob.kind)) &&
  kinds[knob.kind as KnobSpec["kind"]](knob);

const isSpan = (axis: unknown): axis is AxisSpan => isObject(axis) && isPair(axis.domain) && isPair(axis.pixels);

/** The knobs of an output, or null if it has none that can be shown. */
export function readKnobs(content: unknown): KnobsSpec | null {
  if (!isObject(content) || !Array.isArray(content.knobs)) return null;
  const { knobs, axes } = content;
  if (knobs.length === 0 || !knobs.every(isKnob)) return null;
  return { knobs, axes: isObject(axes) && isSpan(axes.x) && isSpan(axes.y) ? { x: axes.x, y: axes.y } : null };
}
