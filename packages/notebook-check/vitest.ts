/** @file Notebooks as vitest files: every cell a test, failures pointing at the line of the .ipynb that people edit. */

import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";
import { joined, parseNotebook, sourceLines } from "./notebook/nbformat.js";
import { titleOf } from "./report.js";

/** Beside this file: TypeScript in the checkout, JavaScript in the package. */
const suite = fileURLToPath(new URL(`./suite${extname(import.meta.url)}`, import.meta.url));

export function notebooks(): Plugin {
  const fileOf = (id: string) => id.split("?")[0];
  const isNotebook = (id: string) => fileOf(id).endsWith(".ipynb");
  return {
    name: "notebooks",
    enforce: "pre",
    load: (id) => (isNotebook(id) ? readFileSync(fileOf(id), "utf8") : null),
    transform(text, id) {
      if (!isNotebook(id)) return null;
      const file = fileOf(id);
      const lines = sourceLines(text);
      const code = [`import { suite } from ${JSON.stringify(suite)}; const cell = suite(${JSON.stringify(file)});`];
      const sources: number[] = [0];
      for (const [index, { cell_type, source }] of parseNotebook(text, file).cells.entries()) {
        if (cell_type === "raw" || (cell_type === "markdown" && !/\d|<!--/.test(joined(source)))) continue;
        code.push(`cell(${index}, ${JSON.stringify(titleOf(joined(source)))});`);
        sources.push((lines[index] ?? 1) - 1);
      }
      const map = {
        version: 3 as const,
        sources: [file],
        sourcesContent: [text],
        names: [],
        mappings: mappings(sources),
      };
      return { code: code.join("\n"), map };
    },
  };
}

/** A source map that takes generated line i to line `lines[i]`, column 0, of the only source; both from 0. */
function mappings(lines: readonly number[]): string {
  return lines.map((line, i) => `AA${base64Vlq(line - (lines[i - 1] ?? 0))}A`).join(";");
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** A signed number as source maps write it: five bits a digit, the lowest of all the sign. */
function base64Vlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += digits[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}
