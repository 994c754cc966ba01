/** @file Where the tests' browser is. */

import { existsSync } from "node:fs";
import { executables, searchPath } from "../../scripts/start/find.js";

/** Names under which Chromium and Chrome are installed. */
const browserNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Firefox's program, or null where there is none. */
export function firefoxProgram(): string | null {
  const found = ["firefox-esr", "firefox"].flatMap((name) => executables(name, searchPath()));
  return found.find((file) => existsSync(file)) ?? null;
}

/** The browser's program, or null where there is none: then .ci/verdict.ts counts the tests as failed, and others see them skipped. */
export function browserProgram(): string | null {
  const found = browserNames.flatMap((name) => executables(name, searchPath()));
  return [...found, ...elsewhere].find((file) => existsSync(file)) ?? null;
}
