/** @file What is wrong with how a cell ended, whatever it shows. */

import { render } from "./compare/compare.js";
import { withoutColors } from "./compare/terminal.js";
import type { CellRun } from "./kernel/client.js";
import type { Rules } from "./options.js";

/** What is wrong, from bad to worse: another spelling; a stale page; a cell that fails; a kernel that does. */
export type Kind = "respelled" | "drift" | "failed" | "infrastructure";

export interface CellFailure {
  kind: "failed" | "infrastructure";
  message: string;
  /** The line of the cell that it is about, if that is known. */
  line?: number;
  /** Whether cells after this one can still be run in earnest. */
  goesOn?: boolean;
}

/** @param limit how long the cell was allowed to run, in milliseconds */
export function failureOf(run: CellRun, label: string, rules: Rules, limit: number): CellFailure | null {
  switch (run.status) {
    case "dead":
      return { kind: "infrastructure", message: `the kernel ${run.how}` };
    case "aborted":
      return { kind: "infrastructure", message: "the kernel refused to run it (status: aborted)" };
    case "timeout": {
      const end = run.killed ? "did not heed the interrupt either, so the kernel was killed" : "was interrupted";
      return { kind: "failed", message: `it ran longer than ${Math.round(limit) / 1000} s and ${end}` };
    }
    case "flooded": {
      const end = run.killed ? "the kernel was killed" : "it was interrupted";
      return {
        kind: "failed",
        message: `it gave more than ${run.most / 1e6} MB of output: the rest was cut, and ${end}`,
      };
    }
  }
  // An exception in what the cell started comes after the reply, and is shown all the same.
  const hasRaised = run.status === "error" || run.outputs.some(({ output_type }) => output_type === "error");
  if (hasRaised && !rules.mustRaise && !rules.mayRaise) return raised(run, label);
  if (run.lost > 0) return { kind: "infrastructure", message: `${run.lost} of its output messages were lost` };
  if (!hasRaised && rules.mustRaise) {
    return { kind: "failed", message: "it is tagged raises-exception, and raised nothing", goesOn: true };
  }
  return null;
}

function raised({ outputs }: CellRun, label: string): CellFailure {
  const colored = outputs.find((output) => output.output_type === "error");
  if (!colored) return { kind: "failed", message: `it failed:\n${render(outputs)}` };
  const traceback = withoutColors(colored.traceback.join("\n"));
  const error = { ename: colored.ename, evalue: withoutColors(colored.evalue) };
  const typeError = /^(\d+):(\d+) - (.*)$/s.exec(error.evalue);
  if (error.ename === "TypeScriptError" && typeError) {
    const [, line, column, text] = typeError;
    // A kernel may have put the gist of it first, under the error's name.
    const [, gist = text, rest = traceback] = /^TypeScriptError: (.*?)\n(.*)$/s.exec(traceback) ?? [];
    return {
      kind: "failed",
      message: `type error in line ${line}, column ${column}: ${gist}\n${rest}`,
      line: Number(line),
    };
  }
  const heading = `${error.ename}: ${error.evalue.split("\n")[0]}`;
  const message = traceback.startsWith(heading) ? traceback : `${heading}\n${traceback}`;
  const [, frame] = traceback.split(`${label}, line `);
  return { kind: "failed", message, line: frame ? Number.parseInt(frame, 10) : undefined };
}
