/** @file Every method of a tensor and every public name shows its documentation, also from inside its parentheses. */

import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { tensor } from "../../lib/index.js";
import { Interpreter } from "../../scripts/interpreter/interpreter.js";

createRequire(import.meta.url)("tslab/dist/jupyter.js");
const interpreter = new Interpreter(process.cwd());
const { editor } = interpreter;
const start = 'import * as f from "foundations";\nimport { tensor } from "foundations";\n';

const completions = (code: string): string[] => editor.handleComplete({ code, cursor_pos: code.length }).matches;
/** The names of completions that come without documentation. */
const bareCompletions = (code: string): string[] => {
  const { metadata } = editor.handleComplete({ code, cursor_pos: code.length });
  type Types = { text: string; documentation: string }[];
  const { _jupyter_types_experimental: types = [] }: { _jupyter_types_experimental?: Types } = metadata;
  return types.filter(({ documentation }) => documentation === "").map(({ text }) => text);
};
const hover = (code: string, cursor_pos: number): string =>
  String((editor.handleInspect({ code, cursor_pos, detail_level: 0 }).data as { "text/plain"?: string })["text/plain"]);
const isDocumented = (text: string): boolean => text.includes("\n\n");

describe("documentation is shown", { timeout: 120_000 }, () => {
  it("of every method of a tensor", () => {
    const code = `${start}tensor([[1, 2], [3, 4]]).`;
    const texts = completions(code).map((name) => hover(code + name, code.length + 1));
    const methods = texts.filter((text) => /^\(method\)|: \w*Method\b|=> /.test(text));
    expect(methods.length).toBeGreaterThan(80);
    expect(methods.filter((text) => !isDocumented(text))).toEqual([]);
  });

  it("of every public name", () => {
    const code = `${start}f.`;
    const names = completions(code);
    expect(names.length).toBeGreaterThan(40);
    const bare = names.filter((name) => !isDocumented(hover(code + name, code.length + 1)));
    // Namespaces, whose members have documentation of their own.
    expect(bare).toEqual(["nn", "optim", "text"]);
  });

  it.each(["matmul(", "matmul( ", "matmul(tensor([1, 2]), "])("of matmul, inside %s", (call) => {
    const code = `${start}tensor([[1, 2], [3, 4]]).${call}`;
    expect(hover(code, code.length)).toMatch(/matmul: .*\n\n/s);
  });

  it("with the labels of its parts", () => {
    const code = `${start}f.train`;
    expect(hover(code, code.length)).toMatch(/@returns .*[\s\S]*@throws /);
  });

  it("with every completion of a tensor and of the library, too", () => {
    expect(completions(`${start}tensor([[1, 2], [3, 4]]).`).length).toBeGreaterThan(80);
    const sample = tensor([[1]]) as unknown as Record<string, unknown>;
    const bare = bareCompletions(`${start}tensor([[1, 2], [3, 4]]).`);
    expect(bare.filter((name) => typeof sample[name] === "function")).toEqual([]);
    expect(bareCompletions(`${start}f.`)).toEqual(["nn", "optim", "text"]);
    expect(bareCompletions(`${start}f.nn.`)).toEqual(["init"]);
  });
});

describe("in a string, completion knows", () => {
  const complete = (code: string) => editor.handleComplete({ code, cursor_pos: code.length });
  const replaced = (code: string) => {
    const { cursor_start, cursor_end, matches } = complete(code);
    return { from: code.slice(cursor_start, cursor_end), matches };
  };
  it("files beside the notebook", () => {
    expect(replaced('import { x } from "./tests/helpers/all')).toEqual({ from: "all", matches: ["allclose"] });
    expect(replaced('import { x } from "./te').matches).toContain("tests");
    expect(replaced('await import("./scripts/interpreter/hov')).toEqual({ from: "hov", matches: ["hover"] });
  });
  it("packages, and what they are split into", () => {
    expect(replaced('import { x } from "founda').matches).toContain("foundations");
    expect(replaced('import { x } from "node:pa').matches).toContain("node:path");
  });
  it("the strings that a type allows", () => {
    expect(replaced(`${start}tensor([1], { dtype: "fl`).matches).toEqual(["float32", "float64"]);
  });
});
