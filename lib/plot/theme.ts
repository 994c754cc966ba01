/** @file How figures look: colors that color-blind readers tell apart, sizes, and text as wide as its widest font. */

/** Text and lines that carry meaning, from strongest to faintest, on white. */
export const ink = { text: "#1f2328", muted: "#57606a", faint: "#d0d7de" } as const;

/** Opaque, so that a figure reads the same on a dark page. */
export const paper = "#ffffff";

/** Okabe and Ito's palette (2008), ordered for white paper; its yellow, too faint there, is left out. */
export const palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"] as const;

/** Shapes of points, so that groups differ by more than their color. */
export const symbols = ["circle", "triangle", "square", "diamond", "wye", "star", "cross"] as const;

export const colorOf = (index: number): string => palette[index % palette.length];
export type SymbolName = (typeof symbols)[number];
export const symbolOf = (index: number): SymbolName => symbols[index % symbols.length];

/** Pixels. A figure is drawn 560 wide: it fits a notebook's column, and its text stays legible shrunk to a phone's. */
export const size = { width: 560, padding: 16, title: 18, legend: 15, label: 15, tick: 14 } as const;

export const fontFamily = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif";

const widths: readonly [RegExp, number][] = [
  [/[ijlI.,:;'|!`]/, 0.36],
  [/[ ftr()[\]{}"/\\-]/, 0.42],
  [/[mwMW@%→←↦≈]/, 0.98],
  [/[−+=<>±×÷~^]/, 0.84],
  [/[A-Z&]/, 0.74],
];

/**
 * An upper bound of the width of a text, in pixels. Fonts differ between machines: what fits by this measure also fits in
 * DejaVu Sans, the widest of the usual ones.
 */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width * fontSize;
}

/** A cache of character widths, since breaking a text into lines of similar length measures it often. */
const known = new Map<string, number>();

function widthOf(character: string): number {
  let width = known.get(character);
  if (width === undefined) {
    width = widths.find(([class_]) => class_.test(character))?.[1] ?? 0.64;
    known.set(character, width);
  }
  return width;
}

/** Breaks a text at spaces (not at no-break spaces) into lines no wider than `width` pixels. */
export function wrap(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/ +/)) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, fontSize) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Breaks a text into lines of similar length: as narrow as possible without adding a line. */
export function balanced(text: string, width: number, fontSize: number): string[] {
  let lines = wrap(text, width, fontSize);
  const most = lines.length;
  for (let narrower = width - 2; narrower > 0 && lines.length === most; narrower -= 2) {
    const next = wrap(text, narrower, fontSize);
    if (next.length > most) break;
    lines = next;
  }
  return lines;
}

/** A number in words: four significant digits, no trailing zeros. */
export const formatNumber = (value: number): string => String(Number(value.toPrecision(4)));

/** A number as a figure writes it: so many significant digits, and a true minus sign. */
export const formatWithMinus = (value: number, digits = 4): string =>
  String(Number(value.toPrecision(digits))).replace("-", "−");
