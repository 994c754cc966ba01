/** @file Which execution the running code comes from, by Node's `AsyncLocalStorage`. */

import { AsyncLocalStorage } from "node:async_hooks";
import { type InspectOptions, inspect as inspectValue } from "node:util";
import type { Execution } from "../interpreter/execution.js";

/** A cell's timers and promises keep its execution after the cell has ended. */
export const origin = new AsyncLocalStorage<Execution>();

/**
 * Whether this Node tracks asynchronous code by hooks that run as JavaScript before and after every callback (up to
 * Node 22) rather than inside V8. Code may be terminated only outside of those hooks, and only once they are off.
 */
const tracksByHooks = Number(process.versions.node.split(".")[0]) < 24;

/**
 * Hides what the hooks note on promises, timers and the like: `console.log` of a promise that somebody forgot to await is
 * to show the promise.
 */
export function hideNotes(): void {
  if (!tracksByHooks) return;
  const storage = origin as unknown as { kResourceStore: symbol; _propagate: (resource: object, from: object) => void };
  const key = storage.kResourceStore;
  storage._propagate = (resource, from) => {
    const value = (from as { [key]: unknown })[key];
    Object.defineProperty(resource, key, { value, writable: true, configurable: true, enumerable: false });
  };
  const show = function (this: object, _depth: number, options: InspectOptions, inspect: typeof inspectValue): string {
    for (const note of Object.getOwnPropertySymbols(this)) {
      if (/^(trigger_)?async_id_symbol$/.test(`${note.description}`))
        Object.defineProperty(this, note, { enumerable: false });
    }
    // As it would be shown without this.
    Object.defineProperty(this, inspectValue.custom, { value: undefined, configurable: true, enumerable: false });
    try {
      return inspect(this, options);
    } finally {
      delete (this as { [inspectValue.custom]?: unknown })[inspectValue.custom];
    }
  };
  Object.defineProperty(Promise.prototype, inspectValue.custom, { value: show, writable: true, configurable: true });
}

/** Turns the hooks off, if there are any; the next `origin.run` turns them on again. */
export function stopTracking(): void {
  if (tracksByHooks) origin.disable();
}
