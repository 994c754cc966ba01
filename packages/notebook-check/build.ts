/** @file Builds the package before it is packed: `dist/main.js`, the command, and `dist/vitest.js`, every cell as a test. */

import { chmodSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));
const dist = fileURLToPath(new URL("dist", import.meta.url));

rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: folder,
  entryPoints: ["main.ts", "vitest.ts", "suite.ts"],
  outdir: dist,
  bundle: true,
  splitting: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
});
chmodSync(`${dist}/main.js`, 0o755);
