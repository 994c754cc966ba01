/**
 * @file Numbers in prose. One that the notebook computes carries the expression it must equal, invisible when rendered:
 * `<!-- check: acc.toFixed(2) -->0.97<!-- /check -->`. One that is given and not computed is listed with the reason, in
 * the same cell, `<!-- given 1986: the year of the paper -->`, or for a whole notebook in its metadata, under
 * `check.given`. Every other number is one that nobody would notice going stale: `uncheckedNumbers` finds them.
 */

export interface Claim {
  expression: string;
  /** What the text says, between the comments. */
  stated: string;
  /** Where in the source the statement begins. */
  start: number;
  /** The line of the source, from 1. */
  line: number;
}

const claim = /(<!--\s*check:\s*(?!-->)(\S.*?)\s*-->)(.*?)<!--\s*\/check\s*-->/gs;
const given = /<!--\s*given\s+([^:]*?):\s*(.*?)\s*-->/gs;

/** @throws on a check that is never closed, or closed and never opened */
export function claimsIn(source: string): Claim[] {
  const text = withoutCode(source);
  const claims = [...text.matchAll(claim)].map((match) => ({
    expression: match[2],
    stated: match[3],
    start: match.index + match[1].length,
    line: lineAt(text, match.index),
  }));
  const marks = text.match(/<!--\s*(?:checks?\s*:|\/\s*checks?\b)/gi)?.length ?? 0;
  const nested = claims.some(({ stated }) => stated.includes("<!--"));
  if (marks !== 2 * claims.length || nested) {
    throw new Error("a check must look like <!-- check: expression -->0.97<!-- /check -->; one here is not closed");
  }
  return claims;
}

/** The text, with some claims saying another value. */
export function rewriteClaims(source: string, values: ReadonlyMap<Claim, string>): string {
  let text = source;
  // From the back, so that what comes before stays where it is.
  for (const [{ start, stated }, value] of [...values].sort(([a], [b]) => b.start - a.start)) {
    text = text.slice(0, start) + value + text.slice(start + stated.length);
  }
  return text;
}

export interface Unchecked {
  number: string;
  line: number;
}

/**
 * The numbers of a Markdown cell that are neither checked nor given, with or without a unit, in digits or in words. Code,
 * formulas, addresses and the numbering of headings and lists are left out, and so are the whole numbers up to 9: they are
 * words. A formula that is nothing but a number is one.
 *
 * @throws on a list of given numbers without a reason
 */
export function uncheckedNumbers(source: string, allowed: Readonly<Record<string, string>> = {}): Unchecked[] {
  const here = new Set(Object.keys(allowed));
  for (const [comment, numbers, reason] of withoutCode(source).matchAll(given)) {
    if (!numbers || !reason)
      throw new Error(`${comment}: say which numbers, and why: <!-- given 28, 784: the sides of … -->`);
    // The comma in 1,000 parts nothing, but then 28,784 may be two numbers as well.
    for (const number of [...numbers.split(/[\s,]+/), ...numbers.split(/,?\s+/)]) here.add(number);
  }
  // Underscores that emphasize are no part of a word.
  const plain = source
    .replace(bareFormula, "  $1  ")
    .replace(/(?<![\p{L}\p{N}_])_+(?=[-−]?\d)|(?<=\d)_+(?![\p{L}\p{N}_])/gu, blank);
  const prose = notProse
    .reduce((text, pattern) => text.replace(pattern, blank), plain)
    .replace(tag, (whole) =>
      keep(
        whole,
        [...whole.matchAll(told)].map(({ 0: text, index }) => [index, text]),
      ),
    )
    .replace(address, (whole, title?: string) => keep(whole, title ? [[whole.lastIndexOf(title), title]] : []));
  const inDigits = [...prose.matchAll(numberInDigits)].filter(([number]) => !/^[-−]?\d$/.test(number));
  const others = [numberInParts, numberInOtherDigits, numberInWords].flatMap((pattern) => [...prose.matchAll(pattern)]);
  return [...inDigits, ...others]
    .filter(([number]) => !here.has(number))
    .sort((a, b) => a.index - b.index)
    .map((match) => ({ number: match[0], line: lineAt(prose, match.index) }));
}

/** Fenced and inline code. A fence of backticks has none behind it in its line, and one behind a backslash is a letter. */
const code =
  /^ {0,3}(```+(?=[^`\n]*\n)|~~~+)[^\n]*\n.*?(?:^ {0,3}\1[^\n]*$|$(?![\s\S]))|(?<!`|(?<!\\)(?:\\\\)*\\)(`+)(?!`)[^\n]*?[^`]\2(?!`)/gms;

/** A tag of HTML, as CommonMark has it: `a <b and 97 > c` is text. What a reader sees or hears of its attributes is kept. */
const tag =
  /<[a-zA-Z][\w-]*(?:\s+[a-zA-Z_:][\w.:-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*\/?>|<\/[a-zA-Z][\w-]*\s*>/g;
const told = /(?<=\s(?:alt|title|aria-label|placeholder)\s*=\s*)(?:"[^"]*"|'[^']*')/gi;
/** A link's address, and the title behind it, which is kept. */
const address = /\]\(\s*(?:<[^>\n]*>|(?:[^\s()]|\([^\s()]*\))*)(\s+(?:"[^"]*"|'[^']*'))?[^)]*\)/g;

const notProse: RegExp[] = [
  code,
  claim,
  /<!--.*?-->/gs,
  /\$\$.*?\$\$|\\\[.*?\\\]|\\\(.*?\\\)/gs,
  /(?<![\\$\w])\$(?=\S)[^$\n]*?[^\s\\$]\$(?!\d)/g,
  /<?https?:\/\/[^\s>)]+>?/g,
  /^ {0,3}\[[^\]^\n][^\]\n]*\]:[ \t]*\S+/gm,
  /^\s*(?:#+\s+(?:[A-Z]\w+\s+)?\d+(?:\.\d+)*(?:\.|\s+·|:)|\d+[.)])(?=\s)/gm,
];

/** A formula that is nothing but a number, perhaps with a sign of comparison and a unit: `$\approx 97\%$`. */
const bareFormula =
  /(?<![\\$\w])\${1,2}[ ]*(?:\\approx|\\sim|\\leq?|\\geq?|\\pm|[=<>≈~])?[ ]*([-−]?\d+(?:\.\d+)?)[ ]*(?:\\%|\\,|~|\\(?:text|mathrm)\{[^}]*\})*[ ]*\${1,2}(?!\d)/g;

/** A number that is not part of a name (word2vec, GPT-2, 64-bit); letters may follow at once: a unit, `th`, `fold`. */
const numberInDigits =
  /(?<![\w.]|\p{L}[\p{L}\p{N}]*-)[-−]?(?<![\w.])(?:(?:\d+(?:[.,_]\d+)*|\.\d+)(?:[eE][-+]?\d+|[¼-¾⅐-⅞])?|[¼-¾⅐-⅞])(?=\p{L}+(?!\w)|\p{L}{1,2}\d|(?!\w|-bit(?!\w)))/gu;
/** A number that begins with one digit and a unit, such as 3m25s; what begins with more is found above. */
const numberInParts = /(?<![\w.])\d(?![eE]\d+(?!\w))\p{L}{1,2}\d{2,}(?:\p{L}{1,2}\d+)*(?:\p{L}{1,2})?(?!\w)/gu;
/** The digits of other scripts. */
const numberInOtherDigits = /(?:(?!\d)\p{Nd})+/gu;

const tens = "(?:twen|thir|for|fif|six|seven|eigh|nine)ty";
const small = "one|two|three|four|five|six|seven|eight|nine";
/** A number in words that counts a unit, as measurements do. */
const numberInWords = new RegExp(
  String.raw`(?<![\p{L}-])(?:${tens}(?:[-‑](?:${small}))?|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:${small}|${tens}|ten|a) (?:hundred|thousand|million|billion))(?=[*_]*(?:[ -]|\n *)(?:percent|per cent|(?:milli|micro|nano)?seconds?|minutes?|hours?|nats?|bits?|(?:kilo|mega|giga)?bytes?)(?!\p{L}))`,
  "giu",
);

/** A text blanked out but for what is kept at its place. */
const keep = (text: string, kept: readonly (readonly [number, string])[]): string =>
  kept.reduce((rest, [at, piece]) => rest.slice(0, at) + piece + rest.slice(at + piece.length), blank(text));
const blank = (text: string): string => text.replace(/[^\n]/g, " ");
/** The line, from 1, that a place in a text is on. */
export const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;
/** A Markdown text with its code blanked out: a comment there is shown, not meant. */
export const withoutCode = (source: string): string => source.replace(code, blank);
