/** @file The values of expressions, which a check asks for between cells. */

import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { Interpreter } from "../../scripts/interpreter/interpreter.js";

const require = createRequire(import.meta.url);
require("tslab/dist/jupyter.js");
const interpreter = new Interpreter(process.cwd());

/** Of each expression, its value as text, or its error. */
async function valuesOf(...expressions: string[]): Promise<string[]> {
  const values: string[] = [];
  for (const evaluate of await interpreter.evaluations(expressions)) {
    const outcome = await evaluate();
    values.push(
      "failure" in outcome ? `${outcome.failure.ename}: ${outcome.failure.evalue}` : outcome.data?.["text/plain"],
    );
  }
  return values;
}

it("gives the value of one expression, and of several in turn", async () => {
  await interpreter.run("let n = 1; const o = { a: 1 };", 1);
  expect(await valuesOf("n + 1")).toEqual(["2"]);
  expect(await valuesOf("n++", "n", "undefined", "o", "'x' // a comment")).toEqual([
    "1",
    "2",
    "undefined",
    "{ a: 1 }",
    "x",
  ]);
});

it("tells an error in its place, and gives the others their values", async () => {
  await interpreter.run("const fail = (): number => { throw new RangeError('too far'); };", 2);
  expect(await valuesOf("1", "fail()", "2")).toEqual(["1", "RangeError: too far", "2"]);
});

it("evaluates each once where one of them cannot be compiled, or awaits", async () => {
  await interpreter.run("let calls = 0;", 3);
  const mistake = "TypeScriptError: Cannot find name 'nothing'.";
  expect(await valuesOf("++calls", "nothing", "++calls")).toEqual(["1", mistake, "2"]);
  expect(await valuesOf("++calls", "await Promise.resolve(42)", "++calls")).toEqual(["3", "42", "4"]);
  expect(await valuesOf("++calls", "}", "1), () => (2")).toEqual(["5", expect.stringContaining("expected"), "1"]);
});
