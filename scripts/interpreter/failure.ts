/** @file What a cell did wrong, as Jupyter's `error` messages say it, with nothing in it that depends on the machine. */

import { inspect } from "node:util";
import type { Diagnostic } from "tslab/dist/converter.js";
import { needsLaterTypeScript } from "./forms.js";
import { remedies } from "./redeclaration.js";
import { withoutCheckout, withoutForeignFrames } from "./stack.js";

export interface Failure {
  ename: string;
  evalue: string;
  /** Lines; a notebook shows these and nothing else. */
  traceback: string[];
}

/** What was thrown, whatever it was: JavaScript lets anything be. */
export function thrown(value: unknown): Failure {
  const error = value as Partial<Error> | null | undefined;
  const isError = value instanceof Error || typeof error?.stack === "string";
  const ename = isError ? (error?.name ?? "Error") : "Uncaught";
  const text = withoutCheckout(inspect(value));
  const evalue = isError ? withoutCheckout(String(error?.message)) : text;
  const lines = text.split("\n");
  // Node puts the line that threw, as compiled, before the error's own text.
  const start = lines.findIndex((line) => line.startsWith(ename) || line.startsWith(`[${ename}`));
  const own = lines.slice(Math.max(start, 0));
  // Without frames, all of it stands in brackets; of these, only the second is left then.
  if (start > 0 && text.startsWith("[") && !own[0].startsWith("[")) {
    const end = own.findIndex((line) => /\](?: \{)?$/.test(line));
    if (end >= 0) own[end] = own[end].replace(/\]( \{)?$/, "$1");
  }
  return { ename, evalue, traceback: withoutForeignFrames(own) };
}

/** The interrupt of a reader who pressed stop. */
export function interrupted(): Failure {
  const evalue = "the cell was interrupted";
  return { ename: "Interrupted", evalue, traceback: [`Interrupted: ${evalue}`] };
}

/**
 * What the compiler finds wrong with a cell: each message with its place and the line it is about, below the library's
 * own sentence if the message quotes one. tslab hands the sentences of one finding over one by one, at the same place.
 */
export function typeErrors(source: string, diagnostics: readonly Diagnostic[]): Failure {
  // As TypeScript counts them.
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  const traceback: string[] = [];
  for (const finding of findings(diagnostics)) {
    const [{ start, end, fileName, messageText }, ...more] = finding;
    const [sentence] = finding.flatMap((one) => sentenceIn(one.messageText) ?? []);
    if (sentence) traceback.push(`TypeScriptError: ${sentence}`);
    traceback.push(`${fileName ? `${fileName}:` : ""}${place(start)} - ${messageText}`);
    traceback.push(...more.map((one) => `  ${one.messageText}`));
    if (!fileName) traceback.push(...excerpt(lines[start.line] ?? "", start, end));
  }
  traceback.push(...remedies(traceback.join("\n")));
  const [first] = diagnostics;
  const needs = first.fileName ? null : needsLaterTypeScript(lines[first.start.line] ?? "");
  if (needs)
    return {
      ename: "TypeScriptError",
      evalue: `${place(first.start)} - ${needs}`,
      traceback: [`${place(first.start)} - ${needs}`, ...excerpt(lines[first.start.line], first.start, first.end)],
    };
  return { ename: "TypeScriptError", evalue: `${place(first.start)} - ${first.messageText}`, traceback };
}

/** The diagnostics that are sentences about the same place, together. */
function findings(diagnostics: readonly Diagnostic[]): Diagnostic[][] {
  const found: Diagnostic[][] = [];
  for (const diagnostic of diagnostics) {
    const [first] = found.at(-1) ?? [];
    const { start, end } = diagnostic;
    if (first?.start.offset === start.offset && first.end.offset === end.offset) found.at(-1)?.push(diagnostic);
    else found.push([diagnostic]);
  }
  return found;
}

/** What the library says of shapes reaches a reader as a type that is a string, inside the compiler's own sentence. */
const sentenceIn = (message: string): string | undefined => /'"(\w+: .*?)"'/.exec(message)?.[1];

type Position = Diagnostic["start"];

const place = ({ line, character }: Position): string => `${line + 1}:${character + 1}`;

/** The line, and below it a mark under what is meant. */
function excerpt(line: string, start: Position, end: Position): string[] {
  const stop = end.line === start.line ? end.character : line.length;
  return ["", `  ${line}`, `  ${" ".repeat(start.character)}${"~".repeat(Math.max(1, stop - start.character))}`];
}
