/** @file Colors for values: light to dark for amounts, blue through white to orange for signs. */

import { rgb } from "d3-color";
import { interpolateRgb, piecewise } from "d3-interpolate";
import { schemeBlues, schemeOranges } from "d3-scale-chromatic";

/** ColorBrewer's Blues, and its Blues and Oranges back to back (Brewer 2003): told apart by every kind of eye. */
const blues = schemeBlues[9];
const blueToOrange = [...[7, 5, 3, 1].map((i) => blues[i]), "#ffffff", ...[1, 3, 5, 7].map((i) => schemeOranges[9][i])];

/** The color a fraction `t` of the way along `stops`, as #rrggbb. */
const ramp = (stops: readonly string[]) => {
  const between = piecewise(interpolateRgb, [...stops]);
  return (t: number): string => rgb(between(Math.max(0, Math.min(1, t)))).formatHex();
};
const [blue, signed] = [ramp(blues), ramp(blueToOrange)];

/** A color for each value. */
export type Coloring = (value: number) => string;

/** White to dark blue as values rise; `darkest` below 1 keeps the ramp light, for drawing over it. */
export const sequential =
  ([low, high]: readonly [number, number], darkest = 1): Coloring =>
  (value) =>
    blue((darkest * (value - low)) / (high - low || 1));

/** Blue below `middle`, white at it, orange above; `reach` is the distance at which colors are deepest. */
export const diverging =
  (middle: number, reach: number, deepest = 1): Coloring =>
  (value) =>
    signed(0.5 + (deepest * (value - middle)) / (2 * reach || 1));

/** Black or white, whichever stands out more from `background` (WCAG's relative luminance): by 4.5 to 1 at least. */
export function inkOn(background: string): string {
  const { r, g, b } = rgb(background);
  const [red, green, blue] = [r, g, b].map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}
