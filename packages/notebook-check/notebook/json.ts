/** @file JSON whose numbers keep their spelling: 12345678901234567890123 and 1.0 are written as they were read. */

/** Of an object or a list: the spellings of its numbers that `numberText` would write otherwise, by key. */
const spellings = Symbol("spellings");
type Spelled = { [spellings]?: Record<string, { value: number; text: string }> };

/** As `JSON.parse`, and remembers how whole numbers were spelled that JavaScript rounds: those beyond 2⁵³. */
export const parseMessage = (text: string): unknown =>
  /\d{16}/.test(text) ? parseJson(text, isRounded) : JSON.parse(text); // messages are many, and hardly any has such a number

const isRounded = (spelling: string): boolean => /^-?\d+$/.test(spelling) && !Number.isSafeInteger(Number(spelling));

/** The text of a number in an object or a list: as it came, if JavaScript rounds it. */
export function exactText(owner: object, key: string | number, value: number): string {
  const rounded = Number.isInteger(value) && !Number.isSafeInteger(value);
  return (rounded ? spellingOf(owner, key, value) : undefined) ?? (Object.is(value, -0) ? "-0" : String(value));
}

/** One value of an object or a list in an object of its own, which knows its spelling, too. */
export const only = (owner: object, key: string | number): object => ({
  [key]: (owner as Record<string | number, unknown>)[key],
  [spellings]: (owner as Spelled)[spellings],
});

/** As `JSON.parse`, and remembers how numbers were spelled: by default those that `numberText` would write otherwise. */
export function parseJson(text: string, odd = (token: string) => numberText(Number(token)) !== token): unknown {
  const value: unknown = JSON.parse(text);
  const found: string[] = [];
  // A second reading, with each such number in an object of its own, tells where they are.
  const pieces: string[] = [];
  let start = 0;
  for (const { token, at } of tokensOf(text)) {
    if (!/^[-\d]/.test(token) || !odd(token)) continue;
    pieces.push(text.slice(start, at), `{${JSON.stringify(mark)}:${found.push(token) - 1}}`);
    start = at + token.length;
  }
  if (found.length > 0) remember(value, JSON.parse(pieces.join("") + text.slice(start)), found);
  return value;
}

/** Where in a JSON text an object holds a key twice, each as a path: `JSON.parse` keeps the last and says nothing. */
export function repeatedKeys(text: string): (string | number)[][] {
  const found: (string | number)[][] = [];
  const open: { key: string | number; keys: Set<string> | null; isKeyNext: boolean }[] = [];
  for (const { token } of tokensOf(text)) {
    const inner = open.at(-1);
    if (token === "{") open.push({ key: "", keys: new Set(), isKeyNext: true });
    else if (token === "[") open.push({ key: 0, keys: null, isKeyNext: false });
    else if (token === "}" || token === "]") open.pop();
    else if (!inner) continue;
    else if (token === "," && inner.keys) inner.isKeyNext = true;
    else if (token === ",") (inner.key as number)++;
    else if (inner.keys && inner.isKeyNext) {
      inner.key = JSON.parse(token) as string;
      inner.isKeyNext = false;
      if (inner.keys.has(inner.key)) found.push(open.map(({ key }) => key));
      inner.keys.add(inner.key);
    }
  }
  return found;
}

/** For each cell of a notebook's text the place where its source begins: the first of its lines, if it is a list of some. */
export function sourcesIn(text: string): number[] {
  const places: number[] = [];
  /** The keys that lead to where the text is read; in a list they are numbers. */
  const path: (string | number)[] = [];
  let isKeyNext = false;
  for (const { token, at } of tokensOf(text)) {
    const isSource = path[0] === "cells" && path[2] === "source" && typeof path[1] === "number";
    if (isSource && (path.length === 3 || path[3] === 0)) places[path[1] as number] ??= at;
    // In a list of lines, the first of them says more than the bracket.
    if (isSource && path.length === 4 && path[3] === 0 && token.startsWith('"')) places[path[1] as number] = at;
    if (token === "{" || token === "[") path.push(token === "{" ? "" : 0);
    else if (token === "}" || token === "]") path.pop();
    else if (token === "," && typeof path.at(-1) === "number") (path[path.length - 1] as number)++;
    else if (isKeyNext) path[path.length - 1] = JSON.parse(token) as string;
    isKeyNext = typeof path.at(-1) === "string" && (token === "{" || token === ",");
  }
  return places;
}

/** The strings, numbers, brackets and commas of a JSON text. A regular expression for strings would overflow at long ones. */
function* tokensOf(text: string): Generator<{ token: string; at: number }> {
  const start = /["{}[\],]|-?\d[\d.eE+-]*/g;
  for (let match = start.exec(text); match; match = start.exec(text)) {
    const at = match.index;
    if (match[0] === '"') start.lastIndex = endOfString(text, at);
    yield { token: text.slice(at, start.lastIndex), at };
  }
}

/** The place after a string that begins at `at`. */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
}

const mark = "\u0000spelling";

/** Walks a value and its marked twin side by side. */
function remember(value: unknown, twin: unknown, odd: readonly string[]): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const marked = (twin as Record<string, Record<string, number> | null>)[key];
    const index = typeof item === "number" ? marked?.[mark] : undefined;
    if (index === undefined) remember(item, marked, odd);
    else {
      const owner = value as Spelled;
      owner[spellings] = { ...owner[spellings], [key]: { value: item, text: odd[index] } };
    }
  }
}

/** How a number was spelled where it was read, if it is still the same. Copies made by spreading know it, too. */
export function spellingOf(owner: object, key: string | number, value: unknown): string | undefined {
  const known = (owner as Spelled)[spellings]?.[key];
  return known && Object.is(known.value, value) ? known.text : undefined;
}

/** A number as Python writes it after a browser has sent it: whole numbers without a point, others by `repr`. */
export function numberText(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) || magnitude >= 1e-4) return JSON.stringify(value);
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}
