/** @file `npm run site` builds the pages into site/dist; `npm run site -- --serve` also shows them. */

import { serve } from "./server.js";
import { folder, makeSite } from "./site.js";

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== "--serve");
if (unknown !== undefined) {
  console.error(`site: does not know ${unknown}; the one option is --serve`);
  process.exit(2);
}
const output = await makeSite();
output.write(folder);
console.log(`${output.files.size} files in site/dist`);
if (args.includes("--serve")) {
  const { address } = await serve(folder, { port: Number(process.env.PORT ?? 8080) });
  console.log(`${address} (Ctrl-C ends it)`);
}
