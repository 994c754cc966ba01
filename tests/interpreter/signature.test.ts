/** @file Inside the parentheses of a call, its signature is shown, and the parameter that is being written. */

import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { Interpreter } from "../../scripts/interpreter/interpreter.js";

createRequire(import.meta.url)("tslab/dist/jupyter.js");
const interpreter = new Interpreter(process.cwd());
const start = 'import { tensor, zeros, randint, train } from "foundations";\n';

/** What is shown at the end of the code, with the parameter that is being written between bars. */
const shown = (code: string): string | null => {
  const found = interpreter.signature(start + code, (start + code).length);
  if (!found?.parameter) return found?.label ?? null;
  const [from, to] = found.parameter;
  return `${found.label.slice(0, from)}|${found.label.slice(from, to)}|${found.label.slice(to)}`;
};

describe("inside parentheses", { timeout: 60_000 }, () => {
  it.each([
    ["Math.pow(", "pow(|x: number|, y: number): number"],
    ["Math.pow(2", "pow(|x: number|, y: number): number"],
    ["Math.pow(2, ", "pow(x: number, |y: number|): number"],
    ["Math.pow(2, Math.sqrt(", "sqrt(|x: number|): number"],
    ["Math.pow(2, Math.sqrt(4), ", "pow(x: number, y: number): number"],
    ["Math.max(1, 2, 3, ", "max(|...values: number[]|): number"],
  ])("%s", (code, expected) => {
    expect(shown(code)).toBe(expected);
  });

  it("the library's functions are documented", () => {
    const code = `${start}randint(`;
    const found = interpreter.signature(code, code.length);
    expect(found?.label).toMatch(/^randint\(/);
    expect(found?.documentation).not.toBe("");
  });

  it("a call that has several signatures tells which one it is", () => {
    const code = 'const text = ["a"]; text.reduce(';
    expect(interpreter.signature(code, code.length)).toMatchObject({ start: code.length, overload: 0, overloads: 3 });
  });

  it("nothing is shown outside, and a name is inspected afterward as before", () => {
    expect(shown("Math.pow(2, 3)")).toBeNull();
    expect(shown("const x = 3;")).toBeNull();
    const reply = interpreter.editor.handleInspect({ code: "Math.sqrt", cursor_pos: 6, detail_level: 0 });
    expect(reply.data["text/plain"]).toContain("sqrt(x: number): number");
  });
});

describe("a name of the library is declared", () => {
  const placeOf = (code: string) =>
    interpreter.editor.handleInspect({ code: start + code, cursor_pos: (start + code).length, detail_level: 0 })
      .metadata;

  it.each([
    ["tensor", "/lib/tensor/create.ts"],
    ["tensor([1]).softmax", "/lib/ops/softmax.ts"],
    ["train", "/lib/train/train.ts"],
  ])("%s in its source", (code, file) => {
    expect(placeOf(code)).toMatchObject({
      place: { file: expect.stringMatching(new RegExp(`${file}$`)), name: code.split(".").at(-1) },
    });
  });
});
