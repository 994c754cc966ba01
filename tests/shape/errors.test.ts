/** @file Bad input, and what it is told. mistakes.txt holds code as someone might mistype it, and below each line its error. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as foundations from "../../lib/index.js";
import { messageOf } from "../helpers/messages.js";

const text = readFileSync(new URL("mistakes.txt", import.meta.url), "utf8");
const mistakes = [...text.matchAll(/^(\S.*)\n {4}(.*)$/gm)].map(([, code, message]) => [code, message]);

it.each(mistakes)("%s", (code, message) => {
  const run = new Function(...Object.keys(foundations), `"use strict"; ${code}`);
  expect(messageOf(() => run(...Object.values(foundations)))).toBe(message);
});
