/** @file Texts that come with the library; `files/README.md` has their sources and licenses. */

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { dataFile } from "./files.js";

/**
 * The King James Bible, which is in the public domain: 31,102 verses in order, 4.1 million characters.
 * @example data.loadKingJamesBible()[0] // "In the beginning God created the heaven and the earth."
 */
export function loadKingJamesBible(): string[] {
  return linesOf(gunzipSync(readFileSync(dataFile("king-james-bible.txt.gz"))).toString("utf8"));
}

/**
 * 8,403 first names in use in English, in lower case, a–z only, in alphabetical order. Public domain (PDDL 1.0).
 * @example data.loadFirstNames()[0] // "aaren"
 */
export function loadFirstNames(): string[] {
  return linesOf(readFileSync(dataFile("first-names.txt"), "utf8"));
}

const linesOf = (text: string): string[] => text.trimEnd().split("\n");
