/** @file Live reload: an edit of `lib` is there at the next cell. */

import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CellRun, KernelClient } from "../../packages/notebook-check/kernel/client.js";
import { readKernelSpec } from "../../packages/notebook-check/kernel/kernelspec.js";
import { root } from "../../scripts/build.js";
import { temporaryFolder } from "../notebook-check/fixture.js";

/** A checkout of its own, with a library of one file: editing the real one would disturb every other test. */
const { folder: checkout, remove } = temporaryFolder();
const source = join(checkout, "lib/index.ts");
let kernel: KernelClient;

beforeAll(async () => {
  for (const path of [
    "scripts/jupyter-kernel",
    "scripts/interpreter",
    "scripts/build.ts",
    "scripts/start/node-version.cjs",
    "packages/jupyter-wire",
    "tsconfig.json",
    "package.json",
    "lib/package.json",
    "lib/tsconfig.json",
  ]) {
    cpSync(join(root, path), join(checkout, path), { recursive: true });
  }
  mkdirSync(join(checkout, "node_modules"));
  for (const name of readdirSync(join(root, "node_modules"))) {
    const target = name === "foundations" ? join(checkout, "lib") : join(root, "node_modules", name);
    symlinkSync(target, join(checkout, "node_modules", name));
  }
  writeFileSync(source, "export const answer = 41;\n");
  mkdirSync(join(checkout, "notebooks"));
  const spec = readKernelSpec(join(checkout, "scripts/jupyter-kernel/share/kernels/tslab"));
  kernel = await KernelClient.start(spec, join(checkout, "notebooks"));
}, 120_000);
afterAll(async () => {
  await kernel?.shutdown();
  remove();
});

const look = 'import { answer } from "foundations";\nanswer';
const text = ({ outputs }: CellRun) =>
  outputs.map((output) =>
    output.output_type === "execute_result" ? output.data["text/plain"] : "evalue" in output ? output.evalue : "",
  );

describe("an edit of the library", { timeout: 120_000 }, () => {
  it("is there at the next cell that imports it, its types included", async () => {
    expect(text(await kernel.execute(look))).toEqual(["41"]);
    writeFileSync(source, 'export const answer = "forty-two";\n');
    const told = await kernel.execute(look);
    expect(text(told)).toEqual(["", "forty-two"]);
    expect(told.outputs[0]).toMatchObject({
      name: "stderr",
      text: expect.stringContaining("lib was edited and has been rebuilt"),
    });
    expect(text(await kernel.execute("answer * 2"))[0]).toContain("The left-hand side of an arithmetic operation");
    expect(text(await kernel.execute("answer.length"))).toEqual(["9"]);
  });

  it("that does not compile is reported by the cell, until it is mended", async () => {
    writeFileSync(source, 'export const answer: number = "x";\n');
    const [message] = text(await kernel.execute(look));
    expect(message).toContain("lib was edited and does not build");
    expect(message).toContain("lib/index.ts:1:14: error TS2322: Type 'string' is not assignable to type 'number'.");
    expect(text(await kernel.execute("1 + 1"))).toEqual(["2"]);
    writeFileSync(source, "export const answer = (;\n");
    const [syntax] = text(await kernel.execute(look));
    expect(syntax).toContain("lib/index.ts:1:");
    expect(syntax).not.toContain("node_modules");
    writeFileSync(source, "export const answer = 43;\n");
    expect(text(await kernel.execute(look))).toEqual(["", "43"]);
  });
});
