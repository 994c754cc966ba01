/** @file Globals of Node that bundled code expects. There is no `nextTick`, so that TypeScript does not take the worker for Node. */

import { checkout, interpreterFolder } from "../layout.js";

/** Where the notebook lies; set once at the start. */
let directory = `${checkout}/notebooks`;
export function setDirectory(path: string): void {
  directory = path;
}

export const process = {
  version: "v20.20.2",
  versions: {},
  argv: ["node"],
  env: {},
  platform: "linux",
  cwd: (): string => directory,
  stdout: {},
  stderr: { isTTY: false },
};
export const __dirname = interpreterFolder;
export const __filename = `${interpreterFolder}/interpreter.js`;

/** As much of Node's Buffer as the interpreter and tslab ask for: bytes of a text, and their text. */
export const Buffer = {
  from: (text: string, encoding?: "base64") => {
    const bytes =
      encoding === "base64"
        ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
        : new TextEncoder().encode(text);
    return { toString: () => new TextDecoder().decode(bytes) };
  },
};
