/** @file Waits for a file to be saved. */

import { readFileSync, unwatchFile, watchFile } from "node:fs";

/** Milliseconds between two looks at the file. */
const interval = 200;

/** Yields whenever the file holds another text than `since`, and then than before. Editors write anew or replace it: its name is watched, not its inode. */
export async function* changes(file: string, since: string): AsyncGenerator<string> {
  let wake = () => {};
  let text: string | null = since;
  watchFile(file, { interval }, () => wake());
  try {
    for (;;) {
      const saved = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const now = textIn(file);
      if (now !== null && now !== text) {
        text = now;
        yield now;
      } else await saved;
    }
  } finally {
    unwatchFile(file);
  }
}

/** Null while an editor has taken the file away to put another in its place. */
function textIn(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
