/** @file As much of node:fs as the library and the interpreter ask for. Files are data of the page, and cannot be written. */

import { readFile } from "../files.js";

interface OpenFile {
  readonly path: string;
  at: number;
}

export function readFileSync(path: string, encoding?: string): Uint8Array | string {
  const bytes = readFile(path);
  return encoding === undefined ? bytes : new TextDecoder(encoding).decode(bytes);
}

export function openSync(path: string): OpenFile {
  readFile(path);
  return { path, at: 0 };
}

export function readSync(
  file: OpenFile,
  into: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
): number {
  const from = position ?? file.at;
  const bytes = readFile(file.path).subarray(from, from + length);
  into.set(bytes, offset);
  if (position === null) file.at = from + bytes.length;
  return bytes.length;
}

export const closeSync = (): void => {};
/** No file here ever changes, so that none has a time. */
export const statSync = (): undefined => undefined;
/** The library's source, from which the documentation of some names is read. */
export function existsSync(path: string): boolean {
  try {
    readFile(path);
    return true;
  } catch {
    return false;
  }
}
export default { readFileSync, openSync, readSync, closeSync, statSync, existsSync };
