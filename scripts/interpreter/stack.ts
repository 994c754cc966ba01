/**
 * @file How the stack of an error reads, wherever it is shown: `console.error(e)`, `e.stack`, `console.trace`, a value,
 * or the error of a cell. It names cells and sources, never compiled files, the kernel, or where the checkout is.
 */

import { join, relative, sep } from "node:path";
import { originalLine } from "./positions.js";

const checkout = join(__dirname, "../..") + sep;
const compiledLibrary = join(checkout, "lib/dist/cjs") + sep;

/** Frames of Node, of tslab and of this kernel: they say nothing to the author of a cell. */
const foreign =
  /\bnode:|<anonymous>\)?$|\beval at |[\\/](?:tslab[\\/]dist|typescript-for-tslab|zeromq|scripts[\\/](?:jupyter-kernel|interpreter))[\\/]/;
/** Frames of what calls a cell. */
const kernel = /[\\/](?:tslab[\\/]dist|scripts[\\/](?:jupyter-kernel|interpreter))[\\/]/;
/** A place in a frame: a file or the name of a cell, a line, and a column. */
const place = /(?:file:\/\/)?((?:[A-Za-z]:)?[^\s():]+):(\d+):(\d+)/;

type Prepare = NonNullable<typeof Error.prepareStackTrace>;

const prepare: Prepare = (error, sites) => [header(error), ...readable(sites.map(String))].join("\n    at ");
/** What a cell has set in place of that. */
let own: Prepare | undefined;
/** It sees its own frames, and nothing of what called the cell. */
const prepareByOwn: Prepare = (error, sites) => {
  const frames = sites.map(String);
  let end = frames.findIndex((frame) => kernel.test(frame));
  while (/\bnode:vm\b/.test(frames[end - 1] ?? "")) end--;
  return own?.(error, end < 0 ? sites : sites.slice(0, end));
};
const current = () => (own ? prepareByOwn : prepare);

/** Has every stack from now on read that way. */
export function readableStacks(): void {
  if (Object.getOwnPropertyDescriptor(Error, "prepareStackTrace")?.get === current) return;
  own = undefined;
  Object.defineProperty(Error, "prepareStackTrace", {
    configurable: true,
    get: current,
    set: (value: unknown) => {
      if (value !== prepareByOwn)
        own = typeof value === "function" && value !== prepare ? (value as Prepare) : undefined;
    },
  });
}

/** Without the frames that say nothing to the author of a cell, in the text of an error that comes from another thread. */
export const withoutForeignFrames = (lines: readonly string[]): string[] =>
  lines.filter((line) => !(/^\s+at /.test(line) && foreign.test(line)));

/** Text in which files of the checkout go by their paths in it. */
export const withoutCheckout = (text: string): string =>
  text.replaceAll(`file://${checkout}`, "").replaceAll(checkout, "");

function header(error: Error): string {
  try {
    return withoutCheckout(Error.prototype.toString.call(error));
  } catch {
    return "Error";
  }
}

/** Frames as an author wants to see them. */
export function readable(frames: readonly string[]): string[] {
  return (
    frames
      .filter((frame) => !foreign.test(frame))
      .map((frame) =>
        plain(frame.replace(place, (_, file, line, column) => sourceOf(file, Number(line), Number(column)))),
      )
      // A cell's own code is a function that is called at once, which makes two frames.
      .filter((frame, i, all) => !frame.startsWith("cell [") || cellOf(frame) !== cellOf(all[i - 1]))
  );
}

/** The cell that a frame is in, if that is all that it names. */
const cellOf = (frame: string | undefined): string | undefined => /^cell \[\d+\]/.exec(frame ?? "")?.[0];

/** Without receivers that compilation made: what cells declare are properties of a proxy, and esbuild renames classes. */
const plain = (frame: string): string => frame.replace(/^(async |new )?(?:(?:Object|Proxy)\.|_(?=[A-Z]\w*\.))/, "$1");

function sourceOf(file: string, line: number, column: number): string {
  const [, cell] = /^cell-(\d+)$/.exec(file) ?? [];
  const original = originalLine(file, line, column);
  // tslab puts a line of its own before a cell.
  if (cell) return original && original > 1 ? `cell [${cell}], line ${original - 1}` : `cell [${cell}]`;
  if (original !== undefined) return `${local(file.replace(/\.js$/, ".ts"))}${original === null ? "" : `:${original}`}`;
  // No line: it would change with every edit of the library, and what notebooks store with it.
  if (file.startsWith(compiledLibrary))
    return `lib/${relative(compiledLibrary, file).split(sep).join("/").replace(/\.js$/, ".ts")}`;
  return `${local(file)}:${line}:${column}`;
}

/** A file as seen from the checkout, or from where the kernel runs; of one that is elsewhere, its name. */
function local(file: string): string {
  const own = file.startsWith(checkout) ? relative(checkout, file) : relative(process.cwd(), file);
  return own.startsWith("..") ? (file.split(/[\\/]/).at(-1) ?? file) : own.split(sep).join("/");
}
