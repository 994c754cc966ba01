/** @file The first thread's part in a forced stop: it says whether the code that runs right now may be terminated. */

import { stopTracking } from "./origin.js";
import { holdName, State } from "./shared.js";

/** Code that must run to its end: this kernel's, the compiler's, and that of the sockets. */
const kernelCode =
  /[\\/](?:scripts[\\/](?:jupyter-kernel|interpreter)|tslab[\\/]dist|typescript-for-tslab|zeromq)[\\/]|^\s+at .*launcher\.cjs/;
/** Functions of Node and of the language itself run on behalf of whoever called them. */
const builtIn = /\bnode:|<anonymous>\)?$/;
/** Node's bookkeeping around callbacks, which it does not survive when terminated. */
const trackingCode = /\bnode:(?:internal\/)?async_hooks\b/;

/**
 * Whether code with this call stack may be terminated: the innermost frame that is not built in must be a cell's, or of
 * a package that it uses.
 *
 * @param stack frames, innermost first
 */
export function isTerminable(stack: readonly string[]): boolean {
  const innermost = stack.findIndex((frame) => !builtIn.test(frame));
  if (innermost < 0 || kernelCode.test(stack[innermost])) return false;
  return !stack.slice(0, innermost).some((frame) => trackingCode.test(frame));
}

/** All frames, not as an author wants to see them but as they are. */
function currentStack(): string[] {
  const { stackTraceLimit } = Error;
  const prepare = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  const asTheyAre = (_: Error, sites: NodeJS.CallSite[]) => sites.map(String);
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  Object.defineProperty(Error, "prepareStackTrace", { value: asTheyAre, configurable: true });
  const stack = new Error().stack as unknown as string[] | string;
  Reflect.deleteProperty(Error, "prepareStackTrace");
  if (prepare) Object.defineProperty(Error, "prepareStackTrace", prepare);
  Error.stackTraceLimit = stackTraceLimit;
  // While V8 writes a stack, it writes no other by our function.
  const frames = typeof stack === "string" ? stack.split("\n").flatMap((line) => line.split(/^ +at /)[1] ?? []) : stack;
  return frames.slice(1);
}

/**
 * Gives the control thread a function to call, in an interrupt of the running code: it stands still there, so that what
 * is terminated next is the code that it looked at and nothing else.
 *
 * @param onHold called before code is terminated
 */
export function letTerminate(state: Int32Array, onHold: () => void): void {
  const hold = () => {
    // The first two are this function and the expression that calls it.
    if (!isTerminable(currentStack().slice(2))) return false;
    onHold();
    stopTracking();
    Atomics.store(state, State.holding, 1);
    // Not Atomics.wait: the code may be in one itself, and V8 cannot nest them.
    while (Atomics.load(state, State.holding) === 1);
    return true;
  };
  Object.assign(globalThis, { [Symbol.for(holdName)]: hold });
}
