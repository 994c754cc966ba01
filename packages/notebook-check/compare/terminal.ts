/** @file Text that was meant for a terminal: as a notebook shows it, and as a terminal may be sent it. */

/**
 * What front ends make of a stream before they save it: a backspace takes the character before it away, and after a
 * carriage return the line is written over.
 */
export function asShown(text: string): string {
  if (!/[\b\r]/.test(text)) return text;
  return text
    .replace(/\r+\n/g, "\n")
    .split("\n")
    .map((line) => overwritten(withoutErased(line)))
    .join("\n");
}

function withoutErased(line: string): string {
  if (!line.includes("\b")) return line;
  const kept: string[] = [];
  for (const character of line) {
    if (character !== "\b") kept.push(character);
    else if (kept.length > 0) kept.pop();
  }
  return kept.join("");
}

function overwritten(line: string): string {
  const parts = line.split(/\r+/);
  // A return at the very end takes effect when more is written.
  const end = parts.length > 1 && parts.at(-1) === "" ? "\r" : "";
  return parts.reduce((base, part) => part + base.slice(part.length)) + end;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal colors by
const colors = /\x1b\[[\d;:]*m/g;

/** The text without the codes that color it, which say nothing more. */
export const withoutColors = (text: string): string => text.replace(colors, "");

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal would obey
const obeyed = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** As long as a line of a report may be: beyond that nobody reads it. */
const longest = 500;

/** Text that a terminal prints and does not obey: control characters by their codes, long lines cut. */
export function printable(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.length > longest ? `${line.slice(0, longest)}… (${line.length} characters)` : line))
    .map((line) =>
      line.replace(obeyed, (character) => {
        const code = character.charCodeAt(0);
        return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
      }),
    )
    .join("\n");
}
