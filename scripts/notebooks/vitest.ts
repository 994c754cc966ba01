/** @file Notebooks as vitest files: every cell a test, failures pointing at the line of the .ipynb that people edit. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";
import { joined, type Notebook } from "./nbformat.js";
import { claimsIn } from "./prose.js";

const runModule = fileURLToPath(new URL("./run.ts", import.meta.url));

export function notebooks(): Plugin {
  const isNotebook = (id: string) => id.split("?")[0].endsWith(".ipynb");
  return {
    name: "notebooks",
    enforce: "pre",
    load: (id) => (isNotebook(id) ? readFileSync(id.split("?")[0], "utf8") : null),
    transform(text, id) {
      if (!isNotebook(id)) return null;
      const file = id.split("?")[0];
      const notebook: Notebook = JSON.parse(text);
      const places = sourceLines(text);
      const head = [
        `import { afterAll, beforeAll, test } from "vitest"; import { NotebookRun } from ${JSON.stringify(runModule)};`,
        `const run = new NotebookRun(${JSON.stringify(file)}); beforeAll(() => run.open(), 60_000); afterAll(() => run.close(), 60_000);`,
      ];
      const tests: string[] = [];
      const lines: number[] = [];
      for (const [index, cell] of notebook.cells.entries()) {
        const source = joined(cell.source);
        if (cell.cell_type === "raw" || (cell.cell_type === "markdown" && claimsIn(source).length === 0)) continue;
        const skip = cell.metadata.tags?.includes("skip-execution") ? ".skip" : "";
        const title = `[${index}] ${titleOf(source)}`;
        tests.push(`test${skip}(${JSON.stringify(title)}, async () => { await run.check(${index}); }, 180_000);`);
        lines.push(places[index] ?? 0);
      }
      const map = {
        version: 3 as const,
        sources: [file],
        sourcesContent: [text],
        names: [],
        mappings: mappingsFor(head.length, lines),
      };
      return { code: [...head, ...tests].join("\n"), map };
    },
  };
}

/** The first line of a cell that says something. */
function titleOf(source: string): string {
  const all = source.split("\n").map((line) => line.trim());
  return (all.find((line) => line && !line.startsWith("//") && !line.startsWith("import")) ?? all[0] ?? "").slice(
    0,
    70,
  );
}

/** The line, from 0, of each cell's source in the file. */
function sourceLines(text: string): number[] {
  return text.split("\n").flatMap((line, i) => (/^\s*"source":/.test(line) ? [i] : []));
}

/** A source map that takes generated line `skip + i` to line `lines[i]`, column 0, of the only source. */
function mappingsFor(skip: number, lines: readonly number[]): string {
  let before = 0;
  const segments = lines.map((line) => {
    const segment = `AA${base64Vlq(line - before)}A`;
    before = line;
    return segment;
  });
  return ";".repeat(skip) + segments.join(";");
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
