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
  return a === 0 && b === 0 ? Object.is(a, b) : within(a, b, tolerance);
}

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
  const lengthened = numbers[0].some((spelling, i) => accepted[i] && spelling.length !== numbers[1][i].length);
  // A number that is spelled longer moves the padding, the rules and the line breaks around it.
  const layout = lengthened ? withoutPadding : (text: string) => text;
  const sameWords = words[0].every((word, i) => layout(word) === layout(words[1][i]));
  if (!sameWords) return differs(stored, fresh, tolerance);
  if (accepted.every(Boolean)) return { verdict: "respelled", settled: stored, messages: [] };
  const settled = words[0].map((word, i) => word + (accepted[i] === false ? numbers[1][i] : (numbers[0][i] ?? "")));
  const messages = numbers[0].flatMap((spelling, i) => (accepted[i] ? [] : [`${spelling} → ${numbers[1][i]}`]));
  return { verdict: "differs", settled: settled.join(""), messages };
}

/** Space and rules at their shortest: where there is some, some must stay, and where there is none, none may come. */
const withoutPadding = (text: string): string => text.replace(/([─═])\1+|([-=])\2{2,}/g, "$1$2").replace(/\s+/g, " ");

/** Line by line, so that the lines that are the same look the same. */
function differs(stored: string, fresh: string, tolerance: Tolerance): TextComparison {
  const [before, after] = [stored.split("\n"), fresh.split("\n")];
  const byLine = before.length === after.length && before.length > 1;
  const settled = byLine ? after.map((line, i) => compareText(before[i], line, tolerance).settled).join("\n") : fresh;
  return { verdict: "differs", settled, messages: [] };
}
