/**
 * @file Takes from the worker what a cell could reach the site's pages by, now or at their next load, and what it could send
 * away by. offline.js adds a policy to the worker's script that refuses the same; the first visit may come before it.
 */

/**
 * Caches and databases hold what the pages of this origin load and keep; another worker would have them anew. Cells have no
 * use for them, and the worker itself has none.
 */
const doors = ["caches", "indexedDB", "Worker", "SharedWorker", "importScripts", "BroadcastChannel"];
const roads = ["fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "EventSource", "WebTransport"];

/** To be called when everything is loaded, and before the first cell. */
export function confine(): void {
  const { fetch: fetchAnywhere } = globalThis;
  for (const name of [...doors, ...roads]) {
    for (let owner: object | null = globalThis; owner; owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, name)) Reflect.deleteProperty(owner, name);
    }
  }
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, { ...init, mode: "same-origin" });
    if (new URL(request.url).origin !== location.origin)
      throw new TypeError(`fetch: ${request.url} is on another site; a page's cells read only from its own`);
    return fetchAnywhere(request);
  };
}
