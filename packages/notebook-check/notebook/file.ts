/** @file Reading a notebook's file, and writing it: whole or not at all, and nothing else about it changed. */

import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { type Notebook, parseNotebook, serialize } from "./nbformat.js";

/** The notebook in a file. @throws if it is none, saying in what way */
export const readNotebook = (file: string): Notebook => parseNotebook(readFileSync(file, "utf8"), file);

/**
 * Writes a file whole or not at all (but see `writeInPlace` for hard links). A link stays a link, hard or symbolic; mode
 * and owner stay as they are.
 */
export function writeNotebook(file: string, notebook: Notebook): void {
  const text = serialize(notebook);
  const before = statSync(file, { throwIfNoEntry: false });
  const target = before ? realpathSync(file) : file;
  const temporary = `${target}.${process.pid}.tmp`;
  if (before && before.nlink > 1) {
    writeInPlace(target, temporary, text, before.mode & 0o777);
    return;
  }
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
 * Writes into a file that has other names, hard links, which a new file would leave behind. Writing in place can stop
 * halfway, so the text is first written beside the file, and stays there if that happens.
 */
function writeInPlace(target: string, temporary: string, text: string, mode: number): void {
  accessSync(target, constants.W_OK); // else this would look like a write that stopped halfway
  try {
    writeFileSync(temporary, text, { mode });
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  try {
    writeFileSync(target, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`writing broke off (${code}): the whole notebook is in ${temporary}; copy it over ${target}`, {
      cause: error,
    });
  }
  rmSync(temporary);
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
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : new Error(`it cannot be written (${code}), so nothing was stored`);
  }
}
