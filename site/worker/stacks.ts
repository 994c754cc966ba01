/** @file Stacks of errors as Node writes them, in browsers with V8 and in Firefox: others keep their own. */

import { readable } from "../../scripts/interpreter/stack.js";

/** Frames of the worker itself, which say nothing to the author of a cell. */
const own = /\b(?:https?|blob):/;

/** Has the interpreter's reading of stacks see what it sees in Node. To be called after it has been set up. */
export function stacksAsInNode(): void {
  const read = Error.prepareStackTrace;
  const isV8 = /^\s+at /m.test(new Error("sample").stack ?? "");
  const accessor = Object.getOwnPropertyDescriptor(Error.prototype, "stack");
  if (isV8 && read) {
    Error.prepareStackTrace = (error, sites) => {
      const frames = sites.map((site) => named(String(site)));
      return read(error, frames.filter((frame) => !own.test(frame)) as unknown as NodeJS.CallSite[]);
    };
  } else if (!isV8 && accessor?.get) {
    const { get } = accessor;
    Object.defineProperty(Error.prototype, "stack", {
      ...accessor,
      get(this: Error) {
        const stack: unknown = get.call(this);
        return typeof stack === "string" ? asV8(this, stack) : stack;
      },
    });
  }
}

/** A frame of evaluated code, under the name that it has where Node's `vm` runs it: none, or that of a function without one. */
const named = (frame: string): string =>
  frame.replace(/^eval \((.*)\)$/, "$1").replace(/^([\w.]+)\.eval \(/, "$1.<anonymous> (");

/** Firefox writes `f@cell-3:4:11` for a frame, and nothing of the error itself. */
function asV8(error: Error, stack: string): string {
  const frames = stack
    .split("\n")
    .filter((frame) => frame !== "" && !own.test(frame))
    .map((frame) => frame.replace(/^(.*)@([^@]*)$/, (_, name, place) => (name ? `${name} (${place})` : place)));
  return [Error.prototype.toString.call(error), ...readable(frames)].join("\n    at ");
}
