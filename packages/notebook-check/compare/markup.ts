/** @file SVG and HTML, compared as trees: shapes point by point, generated ids up to their names. */

import { gunzipSync } from "node:zlib";
import { type Document, type Element, isCDATA, isTag, isText } from "domhandler";
import { Parser, parseDocument } from "htmlparser2";
import { compareText, type Tolerance, within } from "./numbers.js";
import { comparePng } from "./raster.js";
import { isWellFormed, prologOf } from "./xml.js";

/**
 * What a reader would see differ between two documents, a sentence each, in the order of the stored document. None if the
 * one is the other spelled anew: attributes in another order, ids generated anew, space that does not show.
 */
export function compareMarkup(stored: string, fresh: string, tolerance: Tolerance, kind: "svg" | "html"): string[] {
  if (stored === fresh) return [];
  const parse = (text: string) => parseDocument(text, { xmlMode: kind === "svg", decodeEntities: true });
  const [before, after] = [parse(stored), parse(fresh)];
  try {
    const ids = [generatedIds(before), generatedIds(after)];
    const comparison = new Comparison(tolerance, ids[0], ids[1], rulesKeepSpace(stored, fresh));
    comparison.children("the document", before, after);
    const { messages } = comparison;
    return messages.length > 0
      ? messages
      : kind === "svg"
        ? differenceOfXml(stored, fresh)
        : differenceOfTags(stored, fresh);
  } catch (error) {
    if (error instanceof RangeError) return ["the documents differ, and are nested too deeply to say where"];
    throw error;
  }
}

function differenceOfXml(stored: string, fresh: string): string[] {
  const sound = [isWellFormed(stored), isWellFormed(fresh)];
  if (sound[0] !== sound[1])
    return [`the ${sound[0] ? "fresh" : "stored"} one is not well-formed, so that no browser shows it`];
  return prologOf(stored) === prologOf(fresh) ? [] : ["its declarations differ"];
}

const differenceOfTags = (stored: string, fresh: string): string[] =>
  misnested(stored) === misnested(fresh) ? [] : ["its tags are closed otherwise"];

/** How often an element that only changes how text looks is not closed by its own tag: browsers open it anew behind that. */
function misnested(text: string): number {
  let count = 0;
  const onclosetag = (name: string, isImplied: boolean) => {
    if (isImplied && /^(a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)$/.test(name)) count++;
  };
  new Parser({ onclosetag }).end(text);
  return count;
}

/** Whether rules in a document make space show that otherwise does not: which elements they mean is not known here. */
const rulesKeepSpace = (...texts: string[]): boolean =>
  texts.some((text) => /<style[\s\S]*?white-space(?:-collapse)?\s*:\s*(?:pre|break|preserve)/i.test(text));

/**
 * The ids that elements of a document have and that another program run may call otherwise: what references can mean. An id
 * that a style sheet or a script names is not among them.
 */
function generatedIds(document: Document): Set<string> {
  const ids = new Set<string>();
  let code = "";
  const walk = (parent: Element | Document) => {
    for (const node of parent.children) {
      if (!isTag(node)) continue;
      if (node.attribs.id) ids.add(node.attribs.id);
      if (/^(style|script)$/.test(node.name)) code += contentOf(node, true).join("\n");
      walk(node);
    }
  };
  walk(document);
  return code ? new Set([...ids].filter((id) => !code.includes(id))) : ids;
}

class Comparison {
  readonly messages: string[] = [];
  /** How many elements of each name have been met: the third `path` is called "path 3". */
  readonly #met = new Map<string, number>();
  /** Generated ids of the stored document, with what they are called in the fresh one; and the other way round. */
  readonly #fresh = new Map<string, string>();
  readonly #stored = new Map<string, string>();

  constructor(
    readonly tolerance: Tolerance,
    readonly storedIds: ReadonlySet<string>,
    readonly freshIds: ReadonlySet<string>,
    /** Whether all space shows. */
    readonly spaced: boolean,
  ) {}

  children(parent: string, stored: Element | Document, fresh: Element | Document): void {
    const [before, after] = [contentOf(stored, this.spaced), contentOf(fresh, this.spaced)];
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
    const sameIds = this.#sameIds(name, stored, fresh);
    if (sameIds === true) return;
    const say = () => this.#say(place, `${name}: ${brief(stored)} → ${brief(fresh)}`);
    const [png, svg] = [/^data:image\/png;base64,/, /^data:image\/svg\+xml(?![^,]*;base64)[^,]*,/];
    const both = (image: RegExp) => image.test(stored) && image.test(fresh);
    if (sameIds === false) say();
    else if (name === "d" || name === "points") this.#points(place, stored, fresh);
    else if (both(png)) {
      const difference = comparePng(stored.replace(png, ""), fresh.replace(png, ""));
      if (difference) this.#say(place, difference);
    } else if (both(svg)) {
      const [before, after] = [stored, fresh].map((uri) => decoded(uri.replace(svg, "")));
      if (before === null || after === null)
        this.#say(place, `${name}: the ${before === null ? "stored" : "fresh"} address is damaged`);
      else for (const message of compareMarkup(before, after, this.tolerance, "svg")) this.#say(place, message);
    } else if (both(packed)) this.#packed(place, name, stored.replace(packed, ""), fresh.replace(packed, ""));
    else if (isName.test(name) || stored.startsWith("data:")) {
      if (stored !== fresh) say();
    } else if (compareText(stored, fresh, this.tolerance).verdict === "differs") say();
  }

  /** Compressed figures by name, such as the frames of one that moves: each is compared as one that is not. */
  #packed(place: string, name: string, stored: string, fresh: string): void {
    const [before, after] = [unpacked(stored), unpacked(fresh)];
    if (before === null || after === null) {
      this.#say(place, `${name}: what the ${before === null ? "stored" : "fresh"} address holds is damaged`);
      return;
    }
    for (const frame of new Set([...before.keys(), ...after.keys()])) {
      const [a, b] = [before.get(frame), after.get(frame)];
      if (a === undefined || b === undefined)
        this.#say(place, `${name}, ${frame} is ${a === undefined ? "new" : "gone"}`);
      else
        for (const message of compareMarkup(a, b, this.tolerance, "svg"))
          this.#say(place, `${name}, ${frame}, ${message}`);
    }
    const order = (frames: Map<string, string>, others: Map<string, string>) =>
      JSON.stringify([...frames.keys()].filter((frame) => others.has(frame)));
    if (order(before, after) !== order(after, before)) this.#say(place, `${name}: its figures are in another order`);
  }

  #text(place: string, stored: string, fresh: string): void {
    const { verdict } = compareText(stored, fresh, this.tolerance);
    if (verdict === "differs") this.#say(place, `"${brief(stored)}" → "${brief(fresh)}"`);
  }

  /** A path's data or a polygon's points: the same commands, each number near the stored one. */
  #points(place: string, stored: string, fresh: string): void {
    if (isDrawn(stored) !== isDrawn(fresh)) {
      this.#say(place, `${brief(stored)} → ${brief(fresh)}, of which a browser draws only one to its end`);
      return;
    }
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

  /**
   * Whether two values are the same but for generated ids, each of which always stands for the same other one; null if
   * there is no id in them, or more than ids differs.
   */
  #sameIds(name: string, stored: string, fresh: string): boolean | null {
    // A reference, not a color: both begin with #.
    const reference = name.endsWith("href") ? /(?<=^#)[^\s]+/g : /(?<=url\(["']?#)[^\s"')]+/g;
    const pattern = holdsIds.has(name) ? /[^\s]+/g : reference;
    const [before, after] = [stored.match(pattern) ?? [], fresh.match(pattern) ?? []];
    const sameAround = stored.replace(pattern, "") === fresh.replace(pattern, "");
    if (before.length === 0 || before.length !== after.length || !sameAround) return stored === fresh || null;
    return before.every((id, i) => this.#sameId(id, after[i]));
  }

  #sameId(stored: string, fresh: string): boolean {
    const [known, back] = [this.#fresh.get(stored), this.#stored.get(fresh)];
    if (known !== undefined || back !== undefined) return known === fresh && back === stored;
    // Programs count or draw lots for the ids they generate; an id that a person chose is a name.
    const areGenerated =
      /\d/.test(stored) && /\d/.test(fresh) && this.storedIds.has(stored) && this.freshIds.has(fresh);
    if (stored !== fresh && !areGenerated) return false;
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

/** Attributes that hold ids; the other aria-… attributes hold words for those who listen. */
const holdsIds = new Set(
  "id for aria-labelledby aria-describedby aria-controls aria-owns aria-details aria-flowto aria-activedescendant aria-errormessage".split(
    " ",
  ),
);
/** Attributes whose numbers are parts of names and addresses. */
const isName = /^(?:xlink:)?(?:href|src|class|name)$/;

/** An address that holds compressed documents. */
const packed = /^data:application\/gzip;base64,/;

/** As many bytes of compressed documents as are read. */
const mostUnpacked = 100e6;

/** The documents by name in a gzipped JSON object, or null if it is none. */
function unpacked(base64: string): Map<string, string> | null {
  try {
    const bytes = gunzipSync(Buffer.from(base64, "base64"), { maxOutputLength: mostUnpacked });
    const value: unknown = JSON.parse(bytes.toString());
    const entries = Object.entries(value as object);
    return entries.every(([, one]) => typeof one === "string") ? new Map(entries) : null;
  } catch {
    return null;
  }
}

function decoded(uri: string): string | null {
  try {
    return decodeURIComponent(uri);
  } catch {
    return null;
  }
}

/** Elements and texts, with the space that a browser shows between them; comments are not drawn. */
function contentOf(parent: Element | Document, spaced: boolean): (Element | string)[] {
  const content: (Element | string)[] = [];
  for (const node of parent.children.flatMap((child) => (isCDATA(child) ? child.children : [child]))) {
    const last = content.at(-1);
    if (isTag(node)) content.push(node);
    // What a comment parts is one text.
    else if (isText(node) && typeof last === "string") content[content.length - 1] = last + node.data;
    else if (isText(node)) content.push(node.data);
  }
  if (spaced || keepsSpace(parent)) return content;
  const inside = isTag(parent as Element) && !isBlock(parent as Element);
  /** Whether a line of text goes on in a direction from a place. */
  const flows = (at: number, step: number): boolean => {
    const node = content[at];
    if (node === undefined) return inside;
    if (typeof node === "string" || node.name === "svg") return true;
    return unshown.test(node.name) ? flows(at + step, step) : !isBlock(node);
  };
  return content.flatMap((node, i): (Element | string)[] => {
    if (typeof node !== "string") return [node];
    // A run of space shows as one, and at the edge of a block as none.
    let text = node.replace(/[ \t\n\r\f]+/g, " ");
    if (!flows(i - 1, -1)) text = text.replace(/^ /, "");
    if (!flows(i + 1, 1)) text = text.replace(/ $/, "");
    return text ? [text] : [];
  });
}

/** Whether every space in an element shows. */
function keepsSpace(node: Element | Document | null): boolean {
  for (let at = node as Element | null; at && "attribs" in at; at = at.parent as Element | null) {
    if (/^(pre|textarea|listing|xmp|script|style)$/.test(at.name)) return true;
    if (at.attribs["xml:space"]) return at.attribs["xml:space"] === "preserve";
    const [, space] = /(?:^|[;\s])white-space(?:-collapse)?\s*:\s*([\w-]+)/i.exec(at.attribs.style ?? "") ?? [];
    if (space) return /^(pre|break|preserve)/i.test(space);
  }
  return false;
}

/**
 * Elements that begin and end on lines of their own, or that draw no text of their own: space beside them does not show.
 * Of those that are not listed it does.
 */
const block =
  /^(html|head|body|title|meta|link|style|script|div|p|h[1-6]|ul|ol|li|dl|dt|dd|pre|hr|br|figure|figcaption|section|article|header|footer|main|nav|aside|details|summary|blockquote|address|fieldset|form|table|thead|tbody|tfoot|tr|td|th|caption|colgroup|col|option|select|optgroup|svg|g|defs|symbol|use|path|rect|circle|ellipse|line|polyline|polygon|image|text|desc|marker|pattern|mask|clipPath|clippath|linearGradient|lineargradient|radialGradient|radialgradient|stop|filter|fe\w+|foreignObject|foreignobject|animate\w*|set|view|metadata)$/;
const isBlock = ({ name, attribs }: Element): boolean =>
  block.test(name) && !/(?:^|[;\s])display\s*:\s*inline/i.test(attribs.style ?? "");
/** Elements that take no place: text goes on behind them. */
const unshown = /^(script|style|template|link|meta|base|noscript|datalist)$/;

/** Nodes of different kinds are not compared further. */
const kindOf = (node: Element | string | undefined) => (typeof node === "object" ? node.name : typeof node);

const describe = (node: Element | string): string => (typeof node === "string" ? `"${node}"` : `<${node.name}>`);

interface Segment {
  command: string;
  numbers: number[];
}

/** How many numbers each path command takes; a list of points takes pairs. */
const arity: Record<string, number> = { M: 2, L: 2, T: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, A: 7, Z: 0 };

/** A command or a number, with the comma that may stand before another number. */
const step = /\s*(?:[a-zA-Z]|[-+]?(?:\d*\.\d+|\d+\.?)(?:[eE][-+]?\d+)?(?:\s*,(?=\s*[-+.\d]))?)\s*/y;

/** Whether a path's data or a list of points is made of commands and numbers alone: at anything else, drawing ends. */
function isDrawn(data: string): boolean {
  for (let at = 0; at < data.length; at = step.lastIndex) {
    step.lastIndex = at;
    if (!step.test(data)) return false;
  }
  return true;
}

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
