/** @file The committed WebAssembly is what its source compiles to. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { compile } from "../../scripts/build-wasm.js";

it("lib/backend/wasm/module.generated.ts is up to date (else: npx tsx scripts/build-wasm.ts)", async () => {
  expect(await compile()).toBe(
    readFileSync(new URL("../../lib/backend/wasm/module.generated.ts", import.meta.url), "utf8"),
  );
}, 60_000);
