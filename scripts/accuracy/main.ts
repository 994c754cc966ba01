/**
 * @file `npm run accuracy -- [samples]`: measures the library's math functions against decimal arithmetic of 60 digits and
 * writes what it finds to `lib/backend/ACCURACY.md`.
 */

import { writeFileSync } from "node:fs";
import { names } from "./exact.js";
import { worst, worstPow } from "./measure.js";

const count = Number(process.argv[2] ?? 20_000);
if (!Number.isInteger(count) || count < 1) {
  console.error(`accuracy: takes the number of samples for each function, got ${process.argv[2]}`);
  process.exit(64);
}

const cell = (found: { ulps: number; x: number; p?: number } | null): string =>
  found ? `${found.ulps.toFixed(2)} | ${found.p === undefined ? found.x : `${found.x}, ${found.p}`}` : "– | –";

const rows = names.map((name) => {
  console.log(name);
  return `| ${name} | ${cell(worst(name, "float64", count))} | ${cell(worst(name, "float32", count))} |`;
});
rows.push(`| pow | ${cell(worstPow("float64", count))} | ${cell(worstPow("float32", count))} |`);

const text = `# How accurate the math functions are

The largest error found, in units in the last place (ULP) of the exact result, and the x where it was found. Measured by
\`npm run accuracy\` against decimal arithmetic of 60 digits, over ${count.toLocaleString("en-US")} numbers for each function and dtype: half of them evenly
spread over the range where the function is neither constant nor x itself, half evenly over all floats of that range.
Results too small for a normal float count in units of the smallest float.

| function | float64 | at x | float32 | at x |
| --- | ---: | --- | ---: | --- |
${rows.join("\n")}

\`geluSlope\` and \`geluTanhSlope\`, the derivatives of gelu, have a root at −0.75 and are measured outside −1.5 … −0.4.
\`elu\` has α = 1. \`pow\` is measured at pairs x, p.
`;
writeFileSync(new URL("../../lib/backend/ACCURACY.md", import.meta.url), text);
