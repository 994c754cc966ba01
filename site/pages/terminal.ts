/** @file Text with a terminal's colors as HTML. Classes name the colors, so that each scheme has readable ones of its own. */

import { escaped } from "./html.js";

const names = ["gray", "red", "green", "yellow", "blue", "magenta", "cyan", "gray"];

interface Style {
  color?: string;
  bold?: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal colors by
const codes = /\x1b\[([\d;:]*)m/g;

/** The text, escaped, with its foreground colors and its bold parts; backgrounds and the like are left out. */
export function colored(text: string): string {
  let style: Style = {};
  return text
    .split(codes)
    .map((part, i) => {
      if (i % 2 === 0) return styled(part, style);
      style = changed(style, part.split(/[;:]/).map(Number));
      return "";
    })
    .join("");
}

function styled(text: string, { color, bold }: Style): string {
  const classes = [...(color ? [`ansi-${color}`] : []), ...(bold ? ["ansi-bold"] : [])].join(" ");
  return classes && text ? `<span class="${classes}">${escaped(text)}</span>` : escaped(text);
}

/** The style after a code such as `1;31`, which is bold and red. */
function changed(style: Style, [code = 0, ...rest]: readonly number[]): Style {
  if (code === 38 || code === 48) {
    // One of a palette of 256 colors; or three parts, whose color is left out.
    const [kind, index] = rest;
    const color = code === 38 && kind === 5 ? nameOf(index) : style.color;
    return then({ ...style, color }, rest.slice(kind === 5 ? 2 : 4));
  }
  if (code === 0) return then({}, rest);
  if (code === 1 || code === 22) return then({ ...style, bold: code === 1 }, rest);
  if (code === 39) return then({ ...style, color: undefined }, rest);
  const base = code >= 90 ? code - 90 : code - 30;
  return then(base >= 0 && base < 8 ? { ...style, color: names[base] } : style, rest);
}

const then = (style: Style, rest: readonly number[]): Style => (rest.length > 0 ? changed(style, rest) : style);

/** The name that is nearest to a color of the palette: eight colors, twice; a cube of 6 × 6 × 6; grays. */
function nameOf(index: number): string {
  if (index < 16) return names[index % 8];
  const [red, green, blue] = [36, 6, 1].map((step) => Math.floor((index - 16) / step) % 6 > 2);
  return index < 232 ? names[Number(red) + 2 * Number(green) + 4 * Number(blue)] : "gray";
}
