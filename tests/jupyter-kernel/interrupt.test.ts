/** @file Stop ends anything a cell can do, on every Node that is installed (`npm run nodes`), and keeps variables. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CellRun, defaultLimits, KernelClient } from "../../packages/notebook-check/kernel/client.js";
import { findKernel } from "../../packages/notebook-check/kernel/kernelspec.js";
import { isTerminable } from "../../scripts/jupyter-kernel/terminable.js";
import { nodeProgram, testedNodes } from "../../scripts/nodes.js";
import { tell, temporaryFolder, whenTold } from "../notebook-check/fixture.js";

const own = Number(process.versions.node.split(".")[0]);
const nodes = testedNodes.flatMap((major) => {
  const program = major === own ? process.execPath : nodeProgram(major);
  return program ? [{ major, program }] : [];
});
const stopped = [{ output_type: "error", ename: "Interrupted" }];
const value = ({ outputs }: CellRun) =>
  outputs.flatMap((output) => (output.output_type === "execute_result" ? [output.data["text/plain"]] : []))[0];
const never = "await new Promise(() => {});";
const loops: Record<string, string> = {
  "a loop": "for (;;) {}",
  "a loop that catches everything": "for (;;) { try { for (;;) {} } catch {} finally { for (;;) {} } }",
  "a loop after an await": "await null; for (;;) {}",
  "a loop after a timer": "await new Promise((resolve) => setTimeout(resolve, 5)); for (;;) {}",
  // A millisecond a line: without it the check would cut the output before it stops the cell.
  "a loop that prints":
    'for (;;) { console.log("on and on"); for (const began = Date.now(); Date.now() < began + 2; ); }',
  "a loop in a timer": `setTimeout(() => { for (;;) {} }, 5); ${never}`,
  "a loop in an interval": `setInterval(() => { for (;;) {} }, 5); ${never}`,
  "a loop in an immediate": `setImmediate(() => { for (;;) {} }); setImmediate(() => {}); ${never}`,
  "a loop in an event": `import { EventEmitter } from "node:events"; const events = new EventEmitter(); events.on("x", () => { for (;;) {} }); setTimeout(() => events.emit("x"), 5); ${never}`,
  "a loop when a file is read": `import { readFile } from "node:fs"; readFile("/", () => { for (;;) {} }); ${never}`,
  "a loop in a value that shows itself": '({ [Symbol.for("Jupyter.display")]() { for (;;) {} } })',
  "a loop of awaits": "for (;;) await null;",
  "a loop over an endless generator": "async function* g() { for (;;) yield 1; }\nfor await (const _ of g()) {}",
  "an endless chain of microtasks": `function again() { queueMicrotask(again); }\nagain(); ${never}`,
  "an endless chain of promises": `function again(): Promise<void> { return Promise.resolve().then(again); }\nagain(); ${never}`,
  "an endless chain of ticks": `function again() { process.nextTick(again); }\nagain(); ${never}`,
  "a wait for what never comes": never,
  "a thread that sleeps": "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  "a loop in an error's message":
    "class Endless extends Error { override get message(): string { for (;;) {} } }\nthrow new Endless();",
  "a loop where a stack is written":
    'const prepare = Error.prepareStackTrace;\nError.prepareStackTrace = () => { Error.prepareStackTrace = prepare; for (;;) {} };\nnew Error("x").stack;',
  "a search that backtracks": '/^(a+)+$/.test("a".repeat(50) + "b")',
  "a wait for a program": 'import { execSync } from "node:child_process";\nexecSync("sleep 60; echo done");',
  "a program that is awaited":
    'import { spawn } from "node:child_process";\nconst program = spawn("sleep", ["60"]); program.unref();\nawait new Promise((resolve) => program.on("exit", resolve));',
};

describe.each(nodes)("on Node $major, stop", ({ program }) => {
  const { folder, remove } = temporaryFolder();
  let kernel: KernelClient;
  beforeAll(async () => {
    const spec = findKernel("tslab");
    const argv = [program, ...spec.argv.slice(1)];
    kernel = await KernelClient.start({ ...spec, argv }, folder, { ...defaultLimits, grace: 8000 });
  }, 60_000);
  afterAll(async () => {
    await kernel?.shutdown();
    remove();
  });

  it.each(Object.entries(loops))("ends %s, and keeps variables", async (_, source) => {
    await kernel.execute("let kept = 0");
    const run = await kernel.execute(`kept = 1;\n${source}`, 1000);
    const errors = run.outputs.filter(({ output_type }) => output_type === "error");
    expect({ ...run, outputs: errors }).toMatchObject({ status: "timeout", killed: false, outputs: stopped });
    expect(value(await kernel.execute("kept"))).toBe("1");
    // Which output is whose is still known after that, and the next cell can be ended, too.
    const late = await kernel.execute(whenTold('console.log("late")'));
    await kernel.execute(tell);
    expect(late.late).toEqual(['"late"']);
  });

  it.each([
    ["a loop that sleeps", "for (;;) { await new Promise((resolve) => setTimeout(resolve, 5)); rounds++; }"],
    ["a loop that yields", "for (;;) { await new Promise(setImmediate); rounds++; }"],
    [
      "a loop over ticks",
      'import { setInterval } from "node:timers/promises";\nfor await (const _ of setInterval(5)) rounds++;',
    ],
    ["an interval", `setInterval(() => rounds++, 5); ${never}`],
    ["an interval that throws", `setInterval(() => { rounds++; throw new Error("x"); }, 5); ${never}`],
  ])("ends %s, which does not go on behind the reader's back", async (_, source) => {
    await kernel.execute("let rounds = 0");
    await kernel.execute(source, 300);
    const rounds = value(await kernel.execute("rounds"));
    expect(Number(rounds)).toBeGreaterThan(0);
    await kernel.execute("await new Promise((resolve) => setTimeout(resolve, 50))");
    expect(value(await kernel.execute("rounds"))).toBe(rounds);
  });

  it("ends products that threads share, and later ones are right", async () => {
    await kernel.execute('import { ones, setThreads } from "foundations"; setThreads(2); const a = ones([300, 300]);');
    for (let time = 0; time < 3; time++)
      expect(await kernel.execute("for (;;) a.matmul(a);", 700)).toMatchObject({ status: "timeout", killed: false });
    expect(value(await kernel.execute("a.matmul(a).sum().item()"))).toBe("27000000");
  });

  it("ends a loop that begins when its cell has ended, and says so", async () => {
    const first = await kernel.execute("let left = 7; setTimeout(() => { for (;;) {} }, 1000); 1");
    expect(first.status).toBe("ok");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const next = await kernel.execute("left", 500);
    expect(value(await kernel.execute("left"))).toBe("7");
    const errors = [...first.outputs, ...next.outputs].filter((output) => output.output_type === "error");
    expect(errors).toMatchObject(stopped);
  });
});

describe("code may be terminated", () => {
  const frames = {
    cell: "f (cell-3:4:1)",
    library: "Tensor.matmul (/checkout/lib/dist/cjs/tensor/tensor.js:1:1)",
    node: "listOnTimeout (node:internal/timers:581:17)",
    hook: "promiseBeforeHook (node:internal/async_hooks:1:1)",
    executor: "execute (/checkout/node_modules/tslab/dist/executor.js:1:1)",
    server: "Server.serve (/checkout/scripts/jupyter-kernel/server.ts:1:1)",
    compiler: "forEachChild (/checkout/node_modules/@tslab/typescript-for-tslab/lib/typescript.js:1:1)",
    builtIn: "Array.forEach (<anonymous>)",
    sockets: "Publisher.send (/checkout/node_modules/zeromq/lib/index.js:1:1)",
  };
  it.each([
    ["in a cell that the kernel called", [frames.cell, frames.executor, frames.server], true],
    ["in a package that a timer called", [frames.library, frames.node], true],
    ["in a function of Node that a cell called", [frames.node, frames.cell], true],
    ["not in Node's bookkeeping of promises", [frames.hook, frames.cell], false],
    ["not while the kernel prints for a cell", [frames.server, frames.node, frames.cell, frames.executor], false],
    ["not while the compiler works", [frames.builtIn, frames.compiler, frames.executor], false],
    ["not while the kernel sends", [frames.node, frames.sockets, frames.server], false],
    ["not in Node alone", [frames.node], false],
    ["not where nothing runs", [], false],
  ])("%s", (_, stack, terminable) => {
    expect(isTerminable(stack)).toBe(terminable);
  });
});
