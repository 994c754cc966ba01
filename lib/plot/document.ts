/** @file The document that Plot builds its elements in: the caller's, the page's, or in Node one of linkedom's. */

import { parseHTML } from "linkedom";

/** As much of a DOM document as is asked of a caller. */
export interface SvgDocument {
  createElementNS(namespace: string, name: string): unknown;
}

let ours: Document | undefined;

export function documentFor(given: SvgDocument | undefined): Document {
  if (given) return given as Document;
  if (typeof document !== "undefined") return document;
  ours ??= parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document;
  return ours;
}
