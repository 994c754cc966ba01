/** @file SVG as text: elements written by hand, and Plot's trees written out without what other viewers would not keep. */

import type { SvgElement } from "./document.js";
import { ink } from "./theme.js";

type Attributes = Record<string, string | number | undefined>;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character]);

/** Two decimals: a hundredth of a pixel is not seen, and machines that differ in the last bit draw the same figure. */
export function round(value: number): number {
  const hundredths = Math.abs(value) * 100;
  const nearest = Math.round(hundredths);
  // Halfway between two, the product may have been rounded to the wrong side; and toFixed, which decides there, takes eight times as long.
  const isHalfway = Math.abs(hundredths - nearest) > 0.499_999;
  const rounded = isHalfway || hundredths > 1e9 ? Number(value.toFixed(2)) : (Math.sign(value) * nearest) / 100;
  return rounded || 0; // `|| 0` turns -0 into 0
}

/** One element; attributes that are undefined are left out. What stands inside comes in lists, of any length, or alone. */
export function el(name: string, attributes: Attributes, ...inside: (string | readonly string[])[]): string {
  const children = inside.flat();
  let tag = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) tag += ` ${key}="${escaped(String(typeof value === "number" ? round(value) : value))}"`;
  }
  return children.length > 0 ? `${tag}>${children.join("")}</${name}>` : `${tag}/>`;
}

export const text = (content: string, attributes: Attributes): string => el("text", attributes, escaped(content));

const decimal = /-?\d*\.\d+(?:e[-+]?\d+)?|-?\d+e[-+]?\d+|-0(?![.\d])/g;

/**
 * Writes out an element that Plot made: no style sheet and no class that leans on one, numbers rounded, `currentColor` (the
 * page's, not ours) replaced by our ink, and the names Plot gives its groups kept as `data-mark`. Attributes come in the
 * order in which stored figures have them: the last one set is the first.
 */
export function serialize(element: SvgElement): string {
  if (element.localName === "style") return "";
  const attributes: Attributes = {};
  for (const [name, value] of [...element.attributes].reverse()) {
    if (name === "class" || name === "aria-hidden" || name === "xmlns") continue;
    if (name === "aria-label") attributes["data-mark"] = value;
    else if (value === "currentColor") attributes[name] = ink.text;
    else if (value.startsWith("#")) attributes[name] = value;
    else attributes[name] = roundAll(value);
  }
  return el(element.localName, attributes, inside(element));
}

/** Rounds every number of a text, such as the data of a path. */
export const roundAll = (value: string): string => value.replace(decimal, (number) => String(round(Number(number))));

/** Writes out what stands inside an element. */
export const inside = (element: SvgElement): string[] =>
  element.childNodes.map((child) => (typeof child === "string" ? escaped(child) : serialize(child)));
