/** @file Text that holds numbers: whether two texts are the same, say the same, or differ. */

export interface Tolerance {
  /** |fresh − stored| ≤ atol + rtol · |stored| */
  rtol: number;
  atol: number;
}
/** Relative alone: an absolute tolerance would hide whatever is small. */
export const defaultTolerance: Tolerance = { rtol: 1e-9, atol: 0 };

/** Byte for byte; only in how it is written, so that it means and shows the same; or in what it says. */
export type Verdict = "same" | "respelled" | "differs";

/** The verdict on a whole, from those on its parts. */
export const worst = (verdicts: readonly Verdict[]): Verdict =>
  (["differs", "respelled"] as const).find((verdict) => verdicts.includes(verdict)) ?? "same";

/**
 * A number that stands by itself: not a part of a word (`word2vec`), a version (1.0.22) or a color (#1e2), and with a sign
 * only where the sign cannot be a dash or an operator (3-4).
 */
const number = /(?:(?<![\w.)\]])[-+−])?(?<![\w.#])(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?!\.?\d)/g;

const isWhole = (spelling: string): boolean => /^[-+−]?\d+$/.test(spelling);
const toNumber = (spelling: string): number => Number(spelling.replace("−", "-"));

/** Whole numbers count things, so they are the same or not; decimals may differ a little; −0 is not 0. */
export function sameNumber(stored: string, fresh: string, tolerance: Tolerance): boolean {
  if (stored === fresh) return true;
  if (isWhole(stored) && isWhole(fresh)) return false;
  const [a, b] = [toNumber(stored), toNumber(fresh)];
  // Beyond what a double holds, 1e400 and 1e500 would both be infinite, and 1e-400 would be 0.
  if (!Number.isFinite(a) || !Number.isFinite(b) || hasVanished(stored, a) || hasVanished(fresh, b)) return false;
  return a === 0 && b === 0 ? Object.is(a, b) : within(a, b, tolerance);
}

/** Whether a number is 0 only because it is too small for a double. */
const hasVanished = (spelling: string, value: number): boolean => value === 0 && /^[^eE]*[1-9]/.test(spelling);

export const within = (stored: number, fresh: number, { rtol, atol }: Tolerance): boolean =>
  Object.is(stored, fresh) ||
  (Number.isFinite(stored) && Number.isFinite(fresh) && Math.abs(fresh - stored) <= atol + rtol * Math.abs(stored));

export interface TextComparison {
  verdict: Verdict;
  /** The fresh text, with the stored spelling of what says the same: the rest of the difference is drift. */
  settled: string;
  /** What differs, in a few words each, if it is numbers alone that do. */
  messages: string[];
}

export function compareText(stored: string, fresh: string, tolerance: Tolerance): TextComparison {
  if (stored === fresh) return { verdict: "same", settled: stored, messages: [] };
  const words = [stored.split(number), fresh.split(number)];
  const numbers = [stored.match(number) ?? [], fresh.match(number) ?? []];
  if (words[0].length !== words[1].length) return differs(stored, fresh, tolerance);

  const accepted = numbers[0].map((spelling, i) => sameNumber(spelling, numbers[1][i], tolerance));
  // A number that is spelled longer moves the padding, the rules and the line breaks around it.
  const slack = numbers[0].reduce(
    (sum, spelling, i) => sum + (accepted[i] ? Math.abs(spelling.length - numbers[1][i].length) : 0),
    0,
  );
  const isBetween = (i: number) => i > 0 && i < words[0].length - 1;
  const sameWords = words[0].every((word, i) => sameLayout(word, words[1][i], slack, isBetween(i)));
  if (!sameWords) return differs(stored, fresh, tolerance);
  if (accepted.every(Boolean)) return { verdict: "respelled", settled: stored, messages: [] };
  const settled = words[0].map((word, i) => word + (accepted[i] === false ? numbers[1][i] : (numbers[0][i] ?? "")));
  const messages = numbers[0].flatMap((spelling, i) => (accepted[i] ? [] : [`${spelling} → ${numbers[1][i]}`]));
  return { verdict: "differs", settled: settled.join(""), messages };
}

/**
 * Whether two texts are the same but for what numbers around them move that are longer by `slack` characters in all: rules,
 * padding, and line breaks in lists. Where there is some space, some must stay, and where there is none, none may come.
 *
 * @param isBetween whether numbers stand on both sides
 */
function sameLayout(stored: string, fresh: string, slack: number, isBetween: boolean): boolean {
  if (stored === fresh || slack === 0) return stored === fresh;
  const [before, after] = [stored.split(/([ \n]+)/), fresh.split(/([ \n]+)/)];
  if (before.length !== after.length) return false;
  return before.every((part, i) => {
    if (i % 2 === 0) return withoutRules(part) === withoutRules(after[i]);
    const [left, right] = [before[i - 1], before[i + 1]];
    const isInList = /[[{(,]$/.test(left) || /^[\]})]/.test(right) || (isBetween && !left && !right);
    const [lines, moved] = [part.split("\n"), after[i].split("\n")];
    if (lines.length !== moved.length) return isInList && Math.min(lines.length, moved.length) === 1;
    return lines.every((spaces, k) => Math.abs(spaces.length - moved[k].length) <= slack);
  });
}

/** Rules at their shortest. */
const withoutRules = (text: string): string => text.replace(/([─═])\1+|([-=])\2{2,}/g, "$1$2");

/** Line by line, so that the lines that are the same look the same. */
function differs(stored: string, fresh: string, tolerance: Tolerance): TextComparison {
  const [before, after] = [stored.split("\n"), fresh.split("\n")];
  const byLine = before.length === after.length && before.length > 1;
  const settled = byLine ? after.map((line, i) => compareText(before[i], line, tolerance).settled).join("\n") : fresh;
  return { verdict: "differs", settled, messages: [] };
}
