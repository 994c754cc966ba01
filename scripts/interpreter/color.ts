/** @file Errors in the colors of a terminal, which Jupyter's front ends and GitHub show, too. */

import type { Failure } from "./failure.js";

/** Bold, which front ends show in a darker red that is easier to read on white. */
const red = (text: string): string => `\x1b[1;31m${text}\x1b[0m`;
/** A gray of its own: front ends do not know "dim", and "bright black" is nearly black in some. */
const gray = (text: string): string => `\x1b[38;5;243m${text}\x1b[0m`;

/** The error with its name, the place of a type error and the marks below a line in red, and stack frames in gray. */
export function inColor({ ename, evalue, traceback }: Failure): Failure {
  const isTypeError = ename === "TypeScriptError";
  const colored = traceback.map((line, i) => {
    if ((i === 0 || isTypeError) && line.startsWith(`${ename}:`)) return red(ename) + line.slice(ename.length);
    if (!isTypeError) return line.replace(/^ +at .*$/, gray);
    return line.replace(/^(?:\S+:)?\d+:\d+(?= - )|(?<=^ +)~+$/, red);
  });
  return { ename, evalue, traceback: colored };
}
