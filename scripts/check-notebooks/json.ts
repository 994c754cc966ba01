/** @file JSON whose numbers keep their spelling: 12345678901234567890123 and 1.0 are written as they were read. */

/** Of an object or a list: the spellings of its numbers that `numberText` would write otherwise, by key. */
const spellings = Symbol("spellings");
type Spelled = { [spellings]?: Record<string, { value: number; text: string }> };

/** As `JSON.parse`, and remembers how numbers were spelled. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const odd: string[] = [];
  // A second reading, with each such number in a list of its own, tells where they are.
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') || numberText(Number(token)) === token
      ? token
      : `{${JSON.stringify(mark)}:${odd.push(token) - 1}}`,
  );
  if (odd.length > 0) remember(value, JSON.parse(marked), odd);
  return value;
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
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) || magnitude >= 1e-4) return JSON.stringify(value);
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}
