/** @file The folder that is published: files by their paths, those that may be cached for ever named by their content. */

import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Asset } from "./worker/layout.js";

export class Output {
  readonly files = new Map<string, Uint8Array>();

  /** A file under a name of its own. */
  add(path: string, content: string | Uint8Array): void {
    this.files.set(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  }

  /** A file under `assets`, with a hash of its content in its name. */
  asset(name: string, content: string | Uint8Array): Asset {
    const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
    const path = `assets/${name.replace(/(\.[^./]+)?$/, (ending) => `-${hash}${ending}`)}`;
    this.add(path, content);
    return { path, bytes: this.files.get(path)?.length ?? 0 };
  }

  /** Makes `folder` hold exactly these files. */
  write(folder: string): void {
    rmSync(folder, { recursive: true, force: true });
    for (const [path, bytes] of this.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
  }
}
