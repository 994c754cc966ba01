/**
 * @file Starts this checkout's kernel: `node launcher.cjs <connection file>`. The kernel is TypeScript, compiled here in
 * memory (about 40 ms) and not by a loader such as tsx: a loader would change how cells import, too.
 *
 * kernel.json tells glibc's allocator to keep the memory of arrays that are freed: a training step makes and frees
 * hundreds of them, and would spend 5 % of its time getting their pages from the system anew (other allocators ignore it).
 */

const { join } = require("node:path");
const { isMainThread } = require("node:worker_threads");

require("../start/node-version.cjs");

// Else V8 comes to make objects old from the start, at places in the code whose objects once lived long. Old views keep their
// numbers until all garbage is collected, which has further ones live long, and with the compiler's 110 MB in the heap such
// collections follow one another: in every second start a small training step took twice as long.
if (isMainThread) require("node:v8").setFlagsFromString("--no-allocation-site-pretenuring");

// Lets V8 make 256-bit code of pairs of 128-bit operations; the library tries whether that is faster here.
if (isMainThread && Number.parseInt(process.versions.node, 10) >= 24) {
  require("node:v8").setFlagsFromString("--experimental-wasm-revectorize");
}

// esbuild would keep a process of its own for further builds; there are none.
process.env.ESBUILD_WORKER_THREADS = "0";
const { buildSync } = require("esbuild");

/** The kernel starts this file once more, as the thread that answers while a cell keeps the first one busy. */
const entry = join(__dirname, isMainThread ? "main.ts" : "control.ts");

const { outputFiles } = buildSync({
  entryPoints: [entry],
  bundle: true,
  packages: "external",
  platform: "node",
  format: "cjs",
  target: "node20",
  write: false,
});
module._compile(outputFiles[0].text, entry);
