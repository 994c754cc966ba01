/**
 * @file `npm run claims [-- 02 03 …]`: measures over several seeds what takes too long for a cell, and writes the table that
 * notebooks quote, `notebooks/claims.md`. Exit code 1 if a claim does not hold.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, root } from "../build.js";
import type { Claim } from "./claim.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const table = join(root, "notebooks/claims.md");
const heading = `# Claims, over seeds

What takes too long for a cell is shown there for one seed, and measured here for as many as each table lists. \`npm run claims\` writes this
page, and fails if a claim does not hold.
`;

const all = readdirSync(folder)
  .filter((file) => /^\d\d-.*\.ts$/.test(file))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.find((prefix) => !all.some((file) => file.startsWith(prefix)));
if (unknown !== undefined) {
  console.error(`there are no claims of ${unknown}; there are ${all.map((file) => file.slice(0, 2)).join(", ")}`);
  process.exit(64);
}

/** The current sections of the page, by notebook: those that are not measured now stay. */
const sections = new Map<string, string>(
  (existsSync(table) ? readFileSync(table, "utf8") : "")
    .split(/^(?=## )/m)
    .filter((section) => section.startsWith("## "))
    .map((section) => [section.slice(3, section.indexOf("\n")), section.trimEnd()]),
);

await build();
let broken = false;
for (const file of all.filter((file) => wanted.length === 0 || wanted.some((prefix) => file.startsWith(prefix)))) {
  const name = file.replace(/\.ts$/, "");
  const { claims }: { claims: readonly Claim[] } = await import(`./${file}`);
  const parts: string[] = [];
  for (const claim of claims) parts.push(await sweep(name, claim));
  sections.set(name, `## ${name}\n\n${parts.join("\n\n")}`);
}
const ordered = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, section]) => section);
const text = `${[heading.trimEnd(), ...ordered].join("\n\n")}\n`;
// Whoever reads the page meanwhile is not disturbed where nothing has changed.
if (!existsSync(table) || readFileSync(table, "utf8") !== text) writeFileSync(table, text);
process.exitCode = broken ? 1 : 0;

/** Measures a claim for each of its seeds. Returns the results as a table. */
async function sweep(name: string, claim: Claim): Promise<string> {
  const { says, seeds, measure, holds, atLeast = seeds.length, digits = 3 } = claim;
  console.log(`${name}: ${says}`);
  const rows: string[] = [];
  let columns: string[] = [];
  let held = 0;
  for (const seed of seeds) {
    const values = await measure(seed);
    columns = Object.keys(values);
    if (holds(values)) held++;
    const spelled = Object.values(values).map((value) => spell(value, digits));
    rows.push(`| ${[seed, ...spelled, holds(values) ? "holds" : "does not hold"].join(" | ")} |`);
    console.log(`  seed ${seed}: ${columns.map((column, i) => `${column} ${spelled[i]}`).join(", ")}`);
  }
  const enough = held >= atLeast;
  if (!enough) broken = true;
  console.log(`  ${enough ? "✓" : "✗"} holds for ${held} of ${seeds.length}, wanted ${atLeast}`);
  const head = `| ${["seed", ...columns, ""].join(" | ")} |\n| ${["---", ...columns.map(() => "---"), "---"].join(" | ")} |`;
  return `${says}: ${held} of ${seeds.length} seeds.\n\n${head}\n${rows.join("\n")}`;
}

function spell(value: number, digits: number): string {
  if (Number.isInteger(value)) return String(value);
  return value !== 0 && Math.abs(value) < 10 ** -digits ? value.toExponential(0) : value.toFixed(digits);
}
