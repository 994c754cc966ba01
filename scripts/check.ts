/**
 * @file `npm run check`: everything that can be known without running the project. The project's types; the library's
 * public types as a program that only has `lib/dist` sees them, under TypeScript 5.0.4 without `strict` (as in a tslab
 * cell) and under the current version with `strict`; lint and format.
 */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { build, LibraryError, root } from "./build.js";

const node = process.execPath;
const modules = join(root, "node_modules");
const current = join(modules, "typescript/bin/tsc");
const tslab = join(modules, "@tslab/typescript-for-tslab/bin/tsc");
const biome = join(modules, "@biomejs/biome/bin/biome");

/** Imports every public name. tests/shape/sentences.test.ts checks the types themselves under both compilers. */
const consumer = join(root, "tests/house/consumer.ts");
const asConsumer = ["--noEmit", "--module", "esnext", "--target", "es2020", "--types", "node"];

const checks: Record<string, string[]> = {
  "the project's types": [current, "--project", root],
  "public types, TypeScript 5.0.4": [
    ...[tslab, ...asConsumer, "--strict", "false", "--moduleResolution", "node10", "--lib", "es2022,dom"],
    // Declarations are checked too: in skipped ones, whatever this compiler does not know silently becomes `any`.
    ...["--skipLibCheck", "false", consumer],
  ],
  "public types, current TypeScript": [
    ...[current, ...asConsumer, "--strict", "--moduleResolution", "bundler", "--lib", "es2023,dom"],
    ...["--skipLibCheck", "--ignoreConfig", consumer],
  ],
  "lint and format": [biome, "check", "--error-on-warnings", "."],
};

/** Runs one check, and shows its output if it fails. */
function run(name: string, command: readonly string[]): Promise<boolean> {
  const start = performance.now();
  const child = spawn(node, command, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      output += text;
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`${code === 0 ? "✓" : "✗"} ${name} (${seconds} s)${code === 0 ? "" : `\n${output.trimEnd()}`}`);
      resolve(code === 0);
    });
  });
}

try {
  await build();
} catch (error) {
  console.error(error instanceof LibraryError ? error.message : error);
  process.exit(1);
}
const passed = await Promise.all(Object.entries(checks).map(([name, command]) => run(name, command)));
process.exitCode = passed.every(Boolean) ? 0 : 1;
