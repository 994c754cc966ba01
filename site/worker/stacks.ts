/** @file Stacks of errors as Node writes them, in browsers with V8: others keep their own. */

/** Frames of the worker itself, which say nothing to the author of a cell. */
const own = /\b(?:https?|blob):/;

/** Has the interpreter's reading of stacks see what it sees in Node. To be called after it has been set up. */
export function stacksAsInNode(): void {
  const read = Error.prepareStackTrace;
  if (!read) return;
  Error.prepareStackTrace = (error, sites) => {
    const frames = sites.map((site) => named(String(site)));
    return read(error, frames.filter((frame) => !own.test(frame)) as unknown as NodeJS.CallSite[]);
  };
}

/** A frame of evaluated code, under the name that it has where Node's `vm` runs it: none, or that of a function without one. */
const named = (frame: string): string =>
  frame.replace(/^eval \((.*)\)$/, "$1").replace(/^([\w.]+)\.eval \(/, "$1.<anonymous> (");
