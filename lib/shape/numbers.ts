/** @file Numbers as options: every check says whose option it is, what range it has, and what was given instead. */

import { describe } from "./rules.js";

/** Bounds of an option: at least `from`, or more than `above`; less than `below`. */
interface Range {
  from?: number;
  above?: number;
  below?: number;
  /** Whether ∞ counts, as "no limit". */
  infinite?: boolean;
}

/**
 * Returns `value` if it is a number in the range; NaN never is.
 * @throws RangeError `owner: name is a finite number from 0 up, got "3"`
 */
export function checkNumber(owner: string, name: string, value: unknown, range: Range = {}): number {
  const { from = -Infinity, above = -Infinity, below = Infinity, infinite = false } = range;
  const number = typeof value === "number" ? value : Number.NaN;
  const within = number >= from && (number > above || above === -Infinity) && (number < below || below === Infinity);
  if (within && (infinite || Number.isFinite(number))) return number;
  throw new RangeError(
    `${owner}: ${name} is a ${infinite ? "" : "finite "}number${spell(range)}, got ${describe(value)}`,
  );
}

/**
 * Returns `value` if it is a whole number from `from` up.
 * @throws RangeError `owner: name is a whole number from 1 up, got 2.5`
 */
export function checkWhole(owner: string, name: string, value: unknown, from = 0, infinite = false): number {
  if ((Number.isSafeInteger(value) || (infinite && value === Infinity)) && (value as number) >= from) {
    return value as number;
  }
  const bound = from === -Infinity ? "" : ` from ${from} up`;
  throw new RangeError(
    `${owner}: ${name} is a whole number${bound}${infinite ? " or Infinity" : ""}, got ${describe(value)}`,
  );
}

function spell({ from, above, below }: Range): string {
  const start = from !== undefined ? ` from ${from} up` : above !== undefined ? ` above ${above}` : "";
  return below === undefined ? start : `${start} to, not including, ${below}`;
}
