/**
 * @file A notebook as text, for `git diff`: what its cells say and show, without the JSON around them. Figures shrink to a
 * line with a hash, so that a changed figure shows as changed.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Notebook, Output } from "./stock/verdicts.js";

const text = (lines: unknown) => (Array.isArray(lines) ? lines.join("") : String(lines ?? ""));
const hash = (value: string) => createHash("sha256").update(value).digest("hex").slice(0, 12);

function shown({ text: printed, evalue, data = {} }: Output): string {
  if (printed !== undefined) return text(printed).trimEnd();
  if (evalue !== undefined) return `error: ${evalue}`;
  const media = Object.entries(data).filter(([type]) => type !== "text/plain");
  return media.length > 0
    ? media.map(([type, body]) => `<${type} ${hash(text(body))}>`).join("\n")
    : text(data["text/plain"]);
}

const { cells } = JSON.parse(readFileSync(process.argv[2], "utf8")) as Notebook;
for (const { cell_type, source, outputs = [], metadata } of cells) {
  const tags = metadata.tags?.length ? ` [${metadata.tags.join(", ")}]` : "";
  console.log(`── ${cell_type}${tags}\n${text(source)}\n`);
  for (const output of outputs) console.log(`${shown(output).replace(/^/gm, "│ ")}\n`);
}
