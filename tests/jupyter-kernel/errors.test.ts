/** @file Whatever shows an error names cells and sources, and nothing of the kernel, the compiler or the machine. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withoutColors } from "../../packages/notebook-check/compare/terminal.js";
import { type CellRun, defaultLimits, KernelClient } from "../../packages/notebook-check/kernel/client.js";
import { findKernel } from "../../packages/notebook-check/kernel/kernelspec.js";
import { joined } from "../../packages/notebook-check/notebook/nbformat.js";
import { root } from "../../scripts/build.js";
import { temporaryFolder } from "../notebook-check/fixture.js";

const { folder, remove } = temporaryFolder();
let kernel: KernelClient;

beforeAll(async () => {
  mkdirSync(join(folder, "side"));
  writeFileSync(
    join(folder, "side/helper.ts"),
    "type Gone = 1;\n\nexport function fail(): never {\n  throw new Error('in a module');\n}\n",
  );
  kernel = await KernelClient.start(findKernel("tslab"), folder, { ...defaultLimits, grace: 5000 });
  await kernel.execute(
    'import { tensor } from "foundations";\nfunction make(): Error {\n  return new RangeError("made");\n}',
  );
}, 60_000);
afterAll(async () => {
  await kernel?.shutdown();
  remove();
});

/** All that a reader sees of a run. */
const seen = ({ outputs }: CellRun): string =>
  outputs
    .map((output) =>
      output.output_type === "stream"
        ? joined(output.text)
        : output.output_type === "error"
          ? withoutColors(output.traceback.join("\n"))
          : String(output.data["text/plain"]),
    )
    .join("\n");

const bad = "tensor([[1, 2]]).matmul(tensor([1, 2, 3]) as any)";
const ways: Record<string, string> = {
  thrown: "throw make();",
  "thrown by the library": `${bad};`,
  "a value": "make()",
  "in an object": "({ error: make() })",
  "in an array": "[make()]",
  "logged with console.error": "console.error(make());",
  "logged with console.log": "console.log(make());",
  "logged within text": 'console.log("%o", make());',
  "its stack": "console.log(make().stack);",
  "its stack, from the library": `try { ${bad}; } catch (error) { console.log((error as Error).stack); }`,
  traced: 'console.trace("here");',
  "with a cause": 'throw new Error("outer", { cause: make() });',
  "with fields": 'throw Object.assign(make(), { code: 7, path: "/x" });',
  "of a system call": 'import { readFileSync } from "node:fs";\nreadFileSync("/nowhere");',
  "of a system call, awaited": 'import { readFile } from "node:fs/promises";\nawait readFile("/nowhere");',
  "of many": 'throw new AggregateError([make(), make()], "many");',
  "of a class of its own": 'class Mine extends Error { override name = "Mine"; }\nthrow new Mine("own");',
  "in a promise that nobody awaits": "Promise.reject(make());\n1",
  "in a promise": "Promise.reject(make()).catch((e) => console.log(e));",
  "in a timer": "setTimeout(() => { throw make(); }, 5);\nawait new Promise((resolve) => setTimeout(resolve, 50));",
  "after an await": "await null;\n\nthrow make();",
  "in callbacks": "[1].map(() => { throw make(); });",
  "in a module": 'import { fail } from "./side/helper";\nfail();',
  "of a module that is missing": 'require("./nowhere");',
  "of a module that is missing, logged": 'try { require("./nowhere"); } catch (error) { console.error(error); }',
  "of a file that is missing, imported": 'await import("./nowhere" + "");',
  "of syntax": 'new Function("(")();',
  "of JSON": 'JSON.parse("{");',
  "with a stack of its own": 'const own = new Error("x");\nown.stack = "mine";\nthrow own;',
  "without a name": 'throw Object.assign(new Error("nameless"), { name: "" });',
  "in evaluated code": 'eval("throw new Error(1)");',
  "in a made function": 'new Function("throw new Error(1)")();',
  "in another thread":
    'import { Worker } from "node:worker_threads";\nconst thread = new Worker("throw new Error(1)", { eval: true });\nawait new Promise((_, reject) => thread.on("error", reject));',
  "too deep": "function deep(): void { deep(); }\ndeep();",
};

/** A text that names cells and sources, and nothing of the kernel, the compiler or the machine. */
function expectReadable(text: string): void {
  expect(text).not.toBe("");
  expect(text).not.toContain(root);
  expect(text).not.toMatch(/require ?stack/i);
  expect(text).not.toMatch(
    /dist\/|\.js:\d|node:internal|tslab|jupyter-kernel|interpreter|launcher|cell-\d|__tslab__|evalmachine/,
  );
  // A brace that nothing opens.
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  expect(count(/^\s*\}/gm), text).toBeLessThanOrEqual(count(/\{$/gm));
}

describe("an error", () => {
  it.each(Object.entries(ways))("%s, names cells and sources only", async (_, source) => {
    expectReadable(seen(await kernel.execute(source)));
  });

  it("whose stack the cell writes has the frames of cells alone", async () => {
    const source = `const before = Error.prepareStackTrace;
Error.prepareStackTrace = (error, sites) => [String(error), ...sites.map((site) => site.getFunctionName() ?? "")].join();
const written = make().stack;
Error.prepareStackTrace = before;
written`;
    expect(seen(await kernel.execute(source))).toMatch(/^RangeError: made,make,*$/);
  });

  it("names cells and sources only, also after a cell took away what writes stacks", async () => {
    await kernel.execute("Reflect.deleteProperty(Error, 'prepareStackTrace');");
    expectReadable(seen(await kernel.execute("console.log(make().stack);")));
  });

  it("names the line in the cell, also when it is only logged", async () => {
    const made = await kernel.execute("\n\nconst logged = new Error('x');\nconsole.error(logged)");
    expect(seen(made)).toBe(`Error: x\n    at cell [${made.executionCount}], line 3\n`);
  });

  it("names the functions and sources of the library, of types that compile away, too", async () => {
    const text = seen(await kernel.execute(`${bad};`));
    expect(text).toMatch(/^ShapeError: matmul: .*\n(?: {4}at .*\n)*? {4}at matmul \(lib\/shape\/rules\.ts\)\n/);
    expect(text).toMatch(/\n {4}at cell \[\d+\], line 1$/);
  });

  it("names the line in a module that the cell imports", async () => {
    expect(seen(await kernel.execute(ways["in a module"]))).toMatch(
      /in a module\n {4}at fail \(.*side\/helper\.ts:4\)\n {4}at cell \[\d+\], line 2/,
    );
  });

  it.each([
    ["a promise that nobody awaits", "Promise.resolve(1)", "Promise { 1 }"],
    [
      "a promise of an async function",
      "(async () => { await new Promise(() => {}); })()",
      "Promise { <pending> }\n`await` is missing? Before a promise, it waits for the promise's value.",
    ],
    ["a promise in an object", "({ p: Promise.resolve(1) })", "{ p: Promise { 1 } }"],
  ])("is not what is shown of %s", async (_, source, expected) => {
    expect(seen(await kernel.execute(source))).toBe(expected);
  });

  it("is not what is shown of a timer", async () => {
    expect(seen(await kernel.execute("({ t: setTimeout(() => {}, 5) })"))).not.toContain("kResourceStore");
  });
});
