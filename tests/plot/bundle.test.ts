/** @file What figures weigh in a browser: no DOM of their own, on a page or in a worker. */

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const entry = fileURLToPath(new URL("../../lib/plot/index.ts", import.meta.url));

test("a page or a worker that draws figures loads at most 380 kB for it, minified, and 135 kB compressed", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  const code = outputFiles[0].contents;
  expect(Object.keys(metafile.inputs).filter((file) => /linkedom|cssom|htmlparser2|css-select/.test(file))).toEqual([]);
  expect(code.length).toBeLessThan(380_000);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(135_000);
});
