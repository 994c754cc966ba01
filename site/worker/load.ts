/** @file What the worker fetches before the first cell can run, with its progress. */

import type { Asset } from "./layout.js";

/** The text of several files, fetched side by side; `onProgress` is told the bytes so far. */
export async function fetchTexts(
  site: string,
  assets: readonly Asset[],
  onProgress: (done: number) => void,
): Promise<string[]> {
  let done = 0;
  const count = (bytes: number) => {
    done += bytes;
    onProgress(done);
  };
  return Promise.all(assets.map(({ path }) => fetchText(site + path, count)));
}

async function fetchText(address: string, count: (bytes: number) => void): Promise<string> {
  const response = await fetch(address);
  if (!response.ok || !response.body) throw new Error(`${address} could not be fetched (status ${response.status})`);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    // Decoded at once: a megabyte that grows in pieces is copied again and again.
    if (done) return new Blob(parts).text();
    parts.push(value);
    count(value.length);
  }
}
