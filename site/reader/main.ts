/** @file The script of every page: registers the site for use without a network, and brings a notebook's page to life. */

import type { Settings } from "./kernel.js";

const settings = document.getElementById("settings")?.textContent;
if (settings) {
  // A phone's first screen is for the lesson.
  const contents = document.querySelector<HTMLDetailsElement>(".contents details");
  if (contents && matchMedia("(max-width: 71.99rem)").matches) contents.open = false;
  const { Reader } = await import("./reader.js");
  const reader = new Reader(JSON.parse(settings) as Settings);
  // For whoever opens the console, and for the tests: the page as an object.
  Object.assign(globalThis, { page: reader });
}
if ("serviceWorker" in navigator && location.protocol !== "file:") {
  void navigator.serviceWorker.register(new URL("../offline.js", import.meta.url)).catch(() => {});
  // What came before the service worker did is kept, too.
  const keep = async () => {
    await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    const own = [location.href.split("#")[0], ...loaded].filter((address) => address.startsWith(location.origin));
    await (await caches.open("foundations")).addAll(own);
  };
  void keep().catch(() => {});
}
