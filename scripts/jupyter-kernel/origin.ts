/** @file Which execution the running code comes from, by Node's `AsyncLocalStorage`. */

import { AsyncLocalStorage } from "node:async_hooks";
import type { Execution } from "../interpreter/execution.js";

/** A cell's timers and promises keep its execution after the cell has ended. */
export const origin = new AsyncLocalStorage<Execution>();

/**
 * Whether this Node tracks asynchronous code by hooks that run as JavaScript before and after every callback (up to
 * Node 22) rather than inside V8. Code may be terminated only outside of those hooks, and only once they are off.
 */
const tracksByHooks = Number(process.versions.node.split(".")[0]) < 24;

/** Turns the hooks off, if there are any; the next `origin.run` turns them on again. */
export function stopTracking(): void {
  if (tracksByHooks) origin.disable();
}
