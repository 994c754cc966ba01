/** @file Reading a notebook's file, and writing it: whole or not at all, and nothing else about it changed. */

import { chmodSync, chownSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type Notebook, parseNotebook, serialize } from "./nbformat.js";

/** The notebook in a file. @throws if it is none, saying in what way */
export const readNotebook = (file: string): Notebook => parseNotebook(readFileSync(file, "utf8"), file);

/** Writes a file whole or not at all. A link stays a link; mode and owner stay as they are. */
export function writeNotebook(file: string, notebook: Notebook): void {
  const text = serialize(notebook);
  const before = statSync(file, { throwIfNoEntry: false });
  const target = before ? realpathSync(file) : file;
  if (before && before.nlink > 1) {
    // A new file would leave its other names behind.
    writeFileSync(target, text);
    return;
  }
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    if (before) {
      // The owner first: changing it takes special bits of the mode away.
      const made = statSync(temporary);
      if (made.uid !== before.uid || made.gid !== before.gid) chownSync(temporary, before.uid, before.gid);
      chmodSync(temporary, before.mode & 0o7777);
    }
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Stores an updated notebook in the place of the one that was read.
 *
 * @param read the file's text when the run began
 * @throws if somebody else has written it since, or if it may not be written
 */
export function replaceNotebook(file: string, read: string, notebook: Notebook): void {
  if ((statSync(file).mode & 0o222) === 0)
    throw new Error("it is read-only, so nothing was stored: allow writing to it");
  if (readFileSync(file, "utf8") !== read)
    throw new Error("it was edited while it ran, so nothing was stored: run the update again");
  try {
    writeNotebook(file, notebook);
  } catch (error) {
    throw new Error(`it cannot be written (${(error as NodeJS.ErrnoException).code}), so nothing was stored`);
  }
}
