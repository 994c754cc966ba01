/** @file The committed WebAssembly is what its source compiles to. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { compile } from "../../scripts/kernels.js";

it("lib/kernels/wasm/bytes.ts is up to date (else: npx tsx scripts/kernels.ts)", async () => {
  expect(await compile()).toBe(readFileSync(new URL("../../lib/kernels/wasm/bytes.ts", import.meta.url), "utf8"));
}, 60_000);
