/** @file Small programs that stand in for Jupyter's: shell scripts in a folder of their own. */

import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A fresh folder holding each named file: executable, with the given lines of shell. */
export function programs(scripts: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "programs-"));
  for (const [name, script] of Object.entries(scripts)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
  return folder;
}
