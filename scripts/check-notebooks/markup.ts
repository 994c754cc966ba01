/** @file SVG and HTML, compared as trees: shapes point by point, generated ids up to their names. */

import { type Document, type Element, isTag, isText } from "domhandler";
import { parseDocument } from "htmlparser2";
import { compareText, type Tolerance, within } from "./numbers.js";
import { comparePng } from "./raster.js";

/** What differs between two documents, a sentence each, in the order of the stored document; none if nothing does. */
export function compareMarkup(stored: string, fresh: string, tolerance: Tolerance, kind: "svg" | "html"): string[] {
  if (stored === fresh) return [];
  const parse = (text: string) => parseDocument(text, { xmlMode: kind === "svg", decodeEntities: true });
  const comparison = new Comparison(tolerance);
  comparison.children("the document", parse(stored), parse(fresh));
  return comparison.messages;
}

class Comparison {
  readonly messages: string[] = [];
  /** How many elements of each name have been met: the third `path` is called "path 3". */
  readonly #met = new Map<string, number>();
  /** Generated ids of the stored document, with what they are called in the fresh one; and the other way round. */
  readonly #fresh = new Map<string, string>();
  readonly #stored = new Map<string, string>();

  constructor(readonly tolerance: Tolerance) {}

  children(parent: string, stored: Element | Document, fresh: Element | Document): void {
    const [before, after] = [contentOf(stored), contentOf(fresh)];
    const first = before.findIndex((node, i) => kindOf(node) !== kindOf(after[i]));
    for (const [i, node] of before.slice(0, first < 0 ? undefined : first).entries()) {
      if (typeof node === "string") this.#text(parent, node, after[i] as string);
      else this.#element(node, after[i] as Element);
    }
    const count = `has ${after.length} children, stored are ${before.length}`;
    if (first >= 0 && after.length === before.length) {
      this.#say(parent, `${describe(before[first])} → ${describe(after[first])}`);
    } else if (first >= 0 && after.length < before.length)
      this.#say(parent, `${count}; ${describe(before[first])} is gone`);
    else if (after.length > before.length) this.#say(parent, `${count}; ${describe(after[before.length])} is new`);
  }

  #element(stored: Element, fresh: Element): void {
    const ordinal = (this.#met.get(stored.name) ?? 0) + 1;
    this.#met.set(stored.name, ordinal);
    const place = `${stored.name} ${ordinal}`;
    for (const name of new Set([...Object.keys(stored.attribs), ...Object.keys(fresh.attribs)])) {
      const [a, b] = [stored.attribs[name], fresh.attribs[name]];
      if (a === undefined) this.#say(place, `${name}="${b}" is new`);
      else if (b === undefined) this.#say(place, `${name}="${a}" is gone`);
      else this.#attribute(place, name, a, b);
    }
    this.children(place, stored, fresh);
  }

  #attribute(place: string, name: string, stored: string, fresh: string): void {
    if (stored === fresh || this.#sameIds(name, stored, fresh)) return;
    const [png, svg] = [/^data:image\/png;base64,/, /^data:image\/svg\+xml[^,]*,/];
    const both = (image: RegExp) => image.test(stored) && image.test(fresh);
    if (name === "d" || name === "points") this.#points(place, stored, fresh);
    else if (both(png)) {
      const difference = comparePng(stored.replace(png, ""), fresh.replace(png, ""));
      if (difference) this.#say(place, difference);
    } else if (both(svg)) {
      const [before, after] = [stored, fresh].map((uri) => decodeURIComponent(uri.replace(svg, "")));
      for (const message of compareMarkup(before, after, this.tolerance, "svg")) this.#say(place, message);
    } else if (!compareText(stored, fresh, this.tolerance).same) {
      this.#say(place, `${name}: ${brief(stored)} → ${brief(fresh)}`);
    }
  }

  #text(place: string, stored: string, fresh: string): void {
    if (!compareText(stored, fresh, this.tolerance).same) this.#say(place, `"${stored}" → "${fresh}"`);
  }

  /** A path's data or a polygon's points: the same commands, each number near the stored one. */
  #points(place: string, stored: string, fresh: string): void {
    const [before, after] = [segments(stored), segments(fresh)];
    if (before.length !== after.length) {
      this.#say(place, `has ${after.length} points, stored are ${before.length}`);
      return;
    }
    for (const [i, a] of before.entries()) {
      const b = after[i];
      const comparable = a.command === b.command && a.numbers.length === b.numbers.length;
      const wrong = a.numbers.findIndex((value, k) => !within(value, b.numbers[k], this.tolerance));
      if (!comparable) this.#say(place, `point ${i + 1}: ${spell(a)} → ${spell(b)}`);
      else if (wrong >= 0) this.#say(place, `point ${i + 1}: ${a.numbers[wrong]} → ${b.numbers[wrong]}`);
    }
  }

  /** Whether two values are the same but for generated ids, each of which always stands for the same other one. */
  #sameIds(name: string, stored: string, fresh: string): boolean {
    const isId = name === "id" || name.startsWith("aria-") || name === "for";
    // A reference, not a colour: both begin with #.
    const reference = name.endsWith("href") ? /(?<=^#)[\w:.-]+/g : /(?<=url\(["']?#)[\w:.-]+/g;
    const pattern = isId ? /[^\s]+/g : reference;
    const [before, after] = [stored.match(pattern) ?? [], fresh.match(pattern) ?? []];
    const sameAround = stored.replace(pattern, "") === fresh.replace(pattern, "");
    if (before.length === 0 || before.length !== after.length || !sameAround) return false;
    return before.every((id, i) => id === after[i] || this.#sameId(id, after[i]));
  }

  #sameId(stored: string, fresh: string): boolean {
    // Programs count or draw lots for the ids they generate; an id that a person chose is a name.
    if (!/\d/.test(stored) || !/\d/.test(fresh)) return false;
    const [known, back] = [this.#fresh.get(stored), this.#stored.get(fresh)];
    if (known !== undefined || back !== undefined) return known === fresh && back === stored;
    this.#fresh.set(stored, fresh);
    this.#stored.set(fresh, stored);
    return true;
  }

  #say(place: string, what: string): void {
    this.messages.push(`${place}, ${what}`);
  }
}

/** As much of a value as a sentence can hold. */
const brief = (value: string): string => (value.length > 100 ? `${value.slice(0, 99)}…` : value);

/** Elements and texts; space between elements is layout, and comments are not drawn. */
function contentOf(parent: Element | Document): (Element | string)[] {
  return parent.children.flatMap((node): (Element | string)[] => {
    if (isTag(node)) return [node];
    return isText(node) && node.data.trim() ? [node.data.trim()] : [];
  });
}

/** Nodes of different kinds are not compared further. */
const kindOf = (node: Element | string | undefined) => (typeof node === "object" ? node.name : typeof node);

const describe = (node: Element | string): string => (typeof node === "string" ? `"${node}"` : `<${node.name}>`);

interface Segment {
  command: string;
  numbers: number[];
}

/** How many numbers each path command takes; a list of points takes pairs. */
const arity: Record<string, number> = { M: 2, L: 2, T: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, A: 7, Z: 0 };

function segments(data: string): Segment[] {
  return [...data.matchAll(/([a-zA-Z]?)([^a-zA-Z]*(?:[eE][-+]?\d[^a-zA-Z]*)*)/g)].flatMap(([, command, rest]) => {
    const numbers = (rest.match(/[-+]?(?:\d*\.\d+|\d+)(?:[eE][-+]?\d+)?/g) ?? []).map(Number);
    const size = arity[command.toUpperCase()] ?? 2;
    if (numbers.length === 0) return command ? [{ command, numbers }] : [];
    const count = Math.ceil(numbers.length / (size || numbers.length));
    return Array.from({ length: count }, (_, i) => ({ command, numbers: numbers.slice(i * size, (i + 1) * size) }));
  });
}

const spell = ({ command, numbers }: Segment): string => `${command}${numbers.join(",")}`;
