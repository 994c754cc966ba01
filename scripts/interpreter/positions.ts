/** @file Where compiled code comes from, so that an error names the line that its author wrote. */

import { SourceMap, type SourceMapPayload } from "node:module";

/** From the JavaScript that runs to what TypeScript first made of the source, and from that to the source. */
interface Steps {
  outer: SourceMap;
  inner: SourceMap;
}

/** By the name that code goes under: `cell-3`, or the file of a module that a cell imports. */
const compiled = new Map<string, Steps>();
/** By the code itself, until it has a name. */
const nameless = new Map<string, Steps>();
const inline = /\n?\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/;

const read = (base64: string): SourceMap =>
  new SourceMap(JSON.parse(Buffer.from(base64, "base64").toString()) as SourceMapPayload);

/** tslab compiles code twice; this remembers the maps of both steps, and takes them out of the code. */
export function withoutMaps(first: string, transpile: (source: string) => string): string {
  const inner = inline.exec(first)?.[1];
  const second = transpile(first.replace(inline, ""));
  const outer = inline.exec(second)?.[1];
  const code = second.replace(inline, "");
  if (inner && outer) nameless.set(code, { inner: read(inner), outer: read(outer) });
  return code;
}

/** Says under which name code that was just compiled will run. */
export function remember(code: string, name: string): void {
  const steps = nameless.get(code);
  if (steps) compiled.set(name, steps);
  nameless.delete(code);
}

/**
 * The line of the source, from 1, that code which runs under a name comes from; null where the compiler made it up, and
 * undefined for a name that is not known.
 *
 * @param line of the code that runs, from 1, and `column` likewise
 */
export function originalLine(name: string, line: number, column: number): number | null | undefined {
  const steps = compiled.get(name);
  if (!steps) return undefined;
  const first = steps.outer.findEntry(line - 1, column - 1);
  if (!("originalLine" in first)) return null;
  const second = steps.inner.findEntry(first.originalLine, first.originalColumn);
  return "originalLine" in second ? second.originalLine + 1 : null;
}
