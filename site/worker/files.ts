/**
 * @file Data in the worker: a file is fetched when it is first read. A worker may wait for a request, so that the library's
 * functions stay synchronous.
 */

import { gunzipSync } from "fflate";
import { type DataAsset, sourceText } from "./layout.js";
import { crc32 } from "./node/zlib.js";

/** Kept by this name: cells do not have it. */
const Download = XMLHttpRequest;

let root = "";
let known: Readonly<Record<string, DataAsset>> = {};
let tell: (what: string) => void = () => {};
const fetched = new Map<string, Uint8Array>();
const prefix = "/data/";

/** Says where data lie, and who wants to know of each download. */
export function provideData(
  site: string,
  assets: Readonly<Record<string, DataAsset>>,
  onFetch: (what: string) => void,
): void {
  [root, known, tell] = [site, assets, onFetch];
}

/** The bytes at an address below the site's root. @throws if they cannot be fetched, saying what to do */
export function fetchNow(path: string): Uint8Array {
  const request = new Download();
  request.open("GET", root + path, false);
  request.responseType = "arraybuffer";
  try {
    request.send();
  } catch (error) {
    throw new Error(`${path} could not be fetched; check the connection and run the cell again`, { cause: error });
  }
  if (request.status !== 200)
    throw new Error(`${path} could not be fetched (status ${request.status}); reload the page and run the cell again`);
  return new Uint8Array(request.response);
}

/** One part of a file, unpacked. */
function partOf(name: string, index: number): Uint8Array {
  const { parts, packed } = known[name];
  const { path, crc } = parts[index];
  const before = fetched.get(path);
  if (before) return before;
  tell(parts.length > 1 ? `${name}, part ${index + 1} of ${parts.length}` : name);
  const raw = fetchNow(path);
  const bytes = packed ? gunzipSync(raw) : raw;
  if (crc !== undefined && crc32(bytes) !== crc)
    throw new Error(
      `${name}: part ${index + 1} is damaged: its check sum is wrong; reload the page and run the cell again`,
    );
  fetched.set(path, bytes);
  return bytes;
}

/** The items `from` to (not including) `to` of a file in parts, of which only those that hold them are fetched. */
export function itemsOf(name: string, from: number, to: number): Uint8Array {
  const { parts } = known[name];
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (const [index, { items = 0 }] of parts.entries()) {
    const [first, last] = [Math.max(from, start), Math.min(to, start + items)];
    if (first < last) {
      const bytes = partOf(name, index);
      const size = bytes.length / items;
      pieces.push(bytes.subarray((first - start) * size, (last - start) * size));
    }
    start += items;
  }
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** What `lib/data/files.ts` is in the worker. */
export const dataFiles = {
  dataFile: (name: string): string => prefix + name,
  part: ({ name }: { name: string }, from: number, to: number, directory?: string): Uint8Array => {
    if (directory !== undefined)
      throw new Error(`mnist: directory is ${directory}; a page has no folders, so leave it out`);
    return itemsOf(name, from, to);
  },
};

/** Node's readFileSync, for files of data and the library's source. */
export function readFile(path: string): Uint8Array {
  const source = sourceText(path);
  if (source) {
    const bytes = fetched.get(source) ?? fetchNow(source);
    fetched.set(source, bytes);
    return bytes;
  }
  const name = path.slice(prefix.length);
  if (!path.startsWith(prefix) || !Object.hasOwn(known, name))
    throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: "ENOENT" });
  return partOf(name, 0);
}
