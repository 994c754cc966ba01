/** @file Where in a cell compiled code comes from, so that an error names the line that its author wrote. */

import { SourceMap, type SourceMapPayload } from "node:module";

/** From the JavaScript that runs to what tslab first made of the cell, and from that to the cell. */
interface Steps {
  outer: SourceMap;
  inner: SourceMap;
}

/** By the name that the code of a cell goes under. */
const compiled = new Map<string, Steps>();
const inline = /\n?\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/;

/** The maps of the code that was compiled last. */
let latest: Steps | null = null;

const read = (base64: string): SourceMap =>
  new SourceMap(JSON.parse(Buffer.from(base64, "base64").toString()) as SourceMapPayload);

/** tslab compiles a cell twice; this remembers the maps of both steps, and takes them out of the code. */
export function withoutMaps(first: string, transpile: (source: string) => string): string {
  const inner = inline.exec(first)?.[1];
  const second = transpile(first.replace(inline, ""));
  const outer = inline.exec(second)?.[1];
  latest = inner && outer ? { inner: read(inner), outer: read(outer) } : null;
  return second.replace(inline, "");
}

/** Gives the code that was compiled last a name that errors will show. */
export function named(code: string, name: string): string {
  if (latest) compiled.set(name, latest);
  return `${code}\n//# sourceURL=${name}`;
}

/** A frame of an error, with the place in the cell instead of that in the compiled code. */
export function inCell(frame: string): string {
  // What cells declare are properties of a proxy that tslab keeps.
  const plain = frame.replace(/^(\s+at )Proxy\./, "$1");
  return plain.replace(/(cell-\d+):(\d+):(\d+)/, (whole, name: string, line: string, column: string) => {
    const steps = compiled.get(name);
    if (!steps) return whole;
    const first = steps.outer.findEntry(Number(line) - 1, Number(column) - 1);
    if (!("originalLine" in first)) return label(name);
    const second = steps.inner.findEntry(first.originalLine, first.originalColumn);
    // tslab puts a line of its own before the cell.
    return "originalLine" in second && second.originalLine > 0
      ? `${label(name)}, line ${second.originalLine}`
      : label(name);
  });
}

const label = (name: string): string => `cell [${name.slice("cell-".length)}]`;
