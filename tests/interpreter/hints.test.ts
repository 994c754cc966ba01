/** @file What a reader is told who ran cells out of order, or forgot an `await`. */

import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { Interpreter } from "../../scripts/interpreter/interpreter.js";

createRequire(import.meta.url)("tslab/dist/jupyter.js");
const interpreter = new Interpreter(process.cwd());
let count = 0;

async function run(source: string): Promise<string> {
  const outcome = await interpreter.run(source, ++count);
  return "failure" in outcome ? outcome.failure.traceback.join("\n") : String(outcome.data?.["text/plain"]);
}

describe("a name that is not known", { timeout: 60_000 }, () => {
  it.each([
    ["a function", "tensor([1])", "tensor"],
    ["a type", "let t: Tensor<[2]>;", "Tensor"],
    ["a namespace", "new nn.Linear(1, 1)", "nn"],
    ["a namespace of types", "let m: nn.Module;", "nn"],
    ["an optimizer, in a function", "() => optim.SGD", "optim"],
  ])("is said to come from the library, as %s", async (_, source, name) => {
    expect(await run(source)).toContain(
      `\n  '${name}' comes from "foundations": run the cells above first, or import it.\n`,
    );
  });

  it("may be one of a cell above", async () => {
    expect(await run("myModel.forward()")).toContain(
      "1:1 - Cannot find name 'myModel'.\n  If a cell above declares 'myModel', run that cell first.\n",
    );
  });

  it("that is misspelled is the compiler's business alone", async () => {
    await run("const learningRate = 0.1;");
    expect(await run("learningRat")).toMatch(/^1:1 - .*Did you mean 'learningRate'\?\n\n/);
  });
});

describe("a promise used as its value", () => {
  it.each([
    ["has no such property", "load().length"],
    ["is no number", "count() * 2"],
    ["is no number to add to", "1 + count()"],
    ["is no argument", "Math.abs(count())"],
    ["is no array", "for (const x of load()) x;"],
    ["is not spread", "[...load()]"],
    ["is always true", "async function f() { if (ready()) 1; }"],
    ["is not called", "make()()"],
  ])("%s", async (_, source) => {
    const declared = [
      "async function load() { return [1]; }",
      "async function count() { return 1; }",
      "async function ready() { return true; }",
      "async function make() { return () => 1; }",
    ];
    expect(await run(`${declared.join("\n")}\n${source}`)).toContain("`await` is missing");
  });

  it("is told when a cell ends in one that is pending, and only then", async () => {
    expect(await run("new Promise(() => {})")).toMatch(/^Promise \{ <pending> \}\n`await` is missing\?/);
    expect(await run("Promise.resolve(1)")).toBe("Promise { 1 }");
    expect(await run("[new Promise(() => {})]")).toBe("[ Promise { <pending> } ]");
  });
});

describe("the values of earlier cells", () => {
  it("are in Out, by the cell's number, and the last one in _", async () => {
    await run("[20]");
    const number = count;
    await run("22");
    expect(await run("_")).toBe("22");
    await run("const quiet = 1;");
    expect(await run(`Out[${number}][0] + _`)).toBe("42");
  });

  it("leave the names to whoever declares them", async () => {
    expect(await run("const _ = 42; [_].map((_) => _)[0]")).toBe("42");
  });
});
