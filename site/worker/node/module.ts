/** @file As much of node:module as tslab and the interpreter ask for. */

import { originalPositionFor, type SourceMapInput, TraceMap } from "@jridgewell/trace-mapping";
import { createRequire, Module } from "../modules.js";

/** Node's SourceMap: lines and columns count from 0. */
export class SourceMap {
  readonly #map: TraceMap;

  constructor(payload: SourceMapInput) {
    this.#map = new TraceMap(payload);
  }

  findEntry(line: number, column: number): object {
    const found = originalPositionFor(this.#map, { line: line + 1, column });
    return found.line === null ? {} : { originalLine: found.line - 1, originalColumn: found.column };
  }
}

/** Modules of Node's that the page has something for. */
const builtins = ["fs", "path", "util", "module", "url", "zlib", "vm"];
export const isBuiltin = (name: string): boolean => builtins.includes(name.replace(/^node:/, ""));
export { createRequire };
export default Module;
