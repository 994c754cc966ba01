/** @file Colours for values: light to dark for amounts, blue through white to orange for signs. */

/** ColorBrewer's Blues, and its Blues and Oranges back to back (Brewer 2003): told apart by every kind of eye. */
const blues = ["#f7fbff", "#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b"];
const blueToOrange = [
  "#08519c",
  "#4292c6",
  "#9ecae1",
  "#deebf7",
  "#ffffff",
  "#fee6ce",
  "#fdae6b",
  "#f16913",
  "#a63603",
];

const channels = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

function between(stops: readonly string[], t: number): string {
  const at = Math.max(0, Math.min(1, t)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(at));
  const [from, to] = [channels(stops[i]), channels(stops[i + 1])];
  return `#${from
    .map((c, k) =>
      Math.round(c + (to[k] - c) * (at - i))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** A colour for each value. */
export type Colouring = (value: number) => string;

/** White to dark blue as values rise; `darkest` below 1 keeps the ramp light, for drawing over it. */
export const sequential =
  ([low, high]: readonly [number, number], darkest = 1): Colouring =>
  (value) =>
    between(blues, (darkest * (value - low)) / (high - low || 1));

/** Blue below `middle`, white at it, orange above; `reach` is the distance at which colours are deepest. */
export const diverging =
  (middle: number, reach: number, deepest = 1): Colouring =>
  (value) =>
    between(blueToOrange, 0.5 + (deepest * (value - middle)) / (2 * reach || 1));

/** Black or white, whichever stands out more from `background` (WCAG's relative luminance): by 4.5 to 1 at least. */
export function inkOn(background: string): string {
  const [r, g, b] = channels(background).map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
}
