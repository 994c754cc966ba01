/** @file Takes from the worker what a cell could reach the site's pages by, now or at their next load. */

/**
 * Caches and databases hold what the pages of this origin load and keep; another worker would have them anew. Cells have no
 * use for them, and the worker itself has none.
 */
const doors = ["caches", "indexedDB", "Worker", "SharedWorker", "importScripts", "BroadcastChannel"];

/** To be called when everything is loaded, and before the first cell. */
export function confine(): void {
  for (const name of doors) {
    for (let owner: object | null = globalThis; owner; owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, name)) Reflect.deleteProperty(owner, name);
    }
  }
}
