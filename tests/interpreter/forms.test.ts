/** @file Every form of statement that TypeScript takes at the top of a module runs in a cell. */

import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { asBody } from "../../scripts/interpreter/forms.js";
import { Interpreter } from "../../scripts/interpreter/interpreter.js";
import { keepOlder } from "../../scripts/interpreter/redeclaration.js";

const require = createRequire(import.meta.url);
require("tslab/dist/jupyter.js");
const interpreter = new Interpreter(process.cwd());
let count = 0;

/** The text of a cell's value; of a failure, its sentence. */
async function run(source: string): Promise<string> {
  const outcome = await interpreter.run(source, ++count);
  return "failure" in outcome ? `${outcome.failure.ename}: ${outcome.failure.evalue}` : outcome.data?.["text/plain"];
}

/** Expressions of the value 42 that begin in every way in which an operand of await can. */
const awaited: Record<string, string> = {
  "an arrow called at once": "(async () => 42)()",
  "an async function called at once": "(async function () { return 42; })()",
  parentheses: "(42)",
  "a number": "42",
  "a promise": "Promise.resolve(42)",
  "a new object": "new Promise<number>((resolve) => resolve(42))",
  "an element": "[42][0]",
  "a property": "({ x: 42 }).x",
  "a template": "`42`.length && 42",
  "a unary plus": "+42",
  "another await": "await 42",
  "an import": '(await import("node:os")) && 42',
  "a regular expression": "/x/ && 42",
};
/** Where an await can stand. */
const around: Record<string, (operand: string) => string> = {
  "a statement": (e) => `await ${e}`,
  "a declaration": (e) => `const x: number = await ${e}; x`,
  "a template": (e) => `Number(\`\${await ${e}}\`)`,
  "a condition": (e) => `true ? await ${e} : 0`,
  "a spread": (e) => `[...[await ${e}]][0]`,
  "an argument": (e) => `Math.abs(await ${e})`,
  "a property": (e) => `({ x: await ${e} }).x`,
  "an if": (e) => `let r = 0; if (await ${e}) r = 42; r`,
  "a loop": (e) => `let r = 0; for (const x of [await ${e}]) r = x; r`,
  "a try": (e) => `let r = 0; try { r = await ${e}; } finally { r += 0; } r`,
  "a switch": (e) => `let r = 0; switch (await ${e}) { case 42: r = 42; } r`,
  "a label": (e) => `let r = 0; outer: for (;;) { r = await ${e}; break outer; } r`,
  "a computed name of a class": (e) => `class K { static [\`x\${await ${e}}\`]() {} }\n"x42" in K && 42`,
  "a default in a pattern": (e) => `const { y = await ${e} }: { y?: number } = {}; y`,
};

describe("await", () => {
  const cells = Object.entries(around).flatMap(([where, write]) =>
    Object.entries(awaited).map(([what, operand]) => [where, what, write(operand)] as const),
  );
  it.each(cells)("in %s, before %s", async (_where, _what, source) => {
    expect(await run(source)).toBe("42");
  });

  it.each([
    ["of an array", "let s = 0; for await (const x of [Promise.resolve(40), 2]) s += x; s"],
    ["of a generator", "let s = 0; async function* g() { yield 40; yield 2; }\nfor await (const x of g()) s += x;\ns"],
    ["inside a block", "let s = 40; { for await (const x of [2]) s += x; } s"],
  ])("in a loop %s", async (_, source) => {
    expect(await run(source)).toBe("42");
  });

  it("inside of functions alone leaves the cell as it is", async () => {
    const source = "const f = async () => await 42; class A { async m() { return await 42; } } typeof f()";
    expect(asBody(source)).toEqual({ source, isAsync: false });
    expect(await run(source)).toBe("object");
  });
});

describe("a cell may hold", () => {
  it.each([
    ["an exported constant", "export const x1 = 42; x1", "42"],
    ["several exported variables", "export let x2 = 40, x3 = 2;\nx2 + x3", "42"],
    ["an exported function", "export function f1() { return 42; }\nf1()", "42"],
    ["an exported async function", "export async function f2() { return 42; }\nawait f2()", "42"],
    ["an exported class", "export class A1 { x = 42 }\nnew A1().x", "42"],
    ["an exported abstract class", "export abstract class A2 { static x = 42 }\nA2.x", "42"],
    ["an exported enum", "export enum E1 { A = 42 }\nE1.A", "42"],
    ["an exported constant enum", "export const enum E2 { A = 42 }\nE2.A", "42"],
    ["an exported type", "export type T1 = number; const t1: T1 = 42; t1", "42"],
    ["an exported interface", "export interface I1 { x: number }\nconst i1: I1 = { x: 42 }; i1.x", "42"],
    ["an exported namespace", "export namespace N1 { export const x = 42; }\nN1.x", "42"],
    ["an exported pattern", "export const { p1, ...p2 } = { p1: 40, q: 2 };\np1 + p2.q", "42"],
    ["an exported declaration", "export declare const nowhere: number; 42", "42"],
    ["a list of exports", "const x4 = 42; export { x4 }; x4", "42"],
    ["a list of exports under other names", "const x5 = 42; export { x5 as other }; x5", "42"],
    ["a list of exports over lines", "const x6 = 42;\nexport {\n  x6,\n};\nx6", "42"],
    ["a list of exported types", "type T2 = number; export type { T2 }; 42", "42"],
    ["an empty export", "export {}; 42", "42"],
    ["exports of another module", 'export { sep as s1 } from "node:path"; 42', "42"],
    ["all exports of another module", 'export * from "node:os"; 42', "42"],
    ["a default export", "export default 42", "42"],
    ["a default export of an object", "export default { x: 42 }", "{ x: 42 }"],
    ["a default function", "export default function f3() { return 42; }\nf3()", "42"],
    ["a nameless default function", "export default function () { return 42; }", "[Function (anonymous)]"],
    ["a nameless default class", "export default class { static x = 42 }", "[class (anonymous)] { x: 42 }"],
    ["an assigned export", "export = 42", "42"],
    ["a nameless arrow at its end", "(x: number) => x", "[Function (anonymous)]"],
    ["a nameless asynchronous arrow at its end", "async () => {}", "[AsyncFunction (anonymous)]"],
    ["a nameless function at its end", "(function () {})", "[Function (anonymous)]"],
    ["a nameless class at its end", "(class { x = 1 })", "[class (anonymous)]"],
    ["a function with a name at its end", "const named1 = () => 42;\nnamed1", "[Function: named1]"],
    ["a side-effect import", 'import "node:path"; 42', "42"],
    ["an import of a type", 'import type { Stats } from "node:fs"; const s2: Stats | number = 42; s2', "42"],
    [
      "an import of a type among values",
      'import { type Stats as S3, existsSync } from "node:fs"; existsSync("/") && 42',
      "42",
    ],
    ["an assigned import", 'import path1 = require("node:path");\npath1.join("4", "2")', "4/2"],
    ["an assigned import of a function", 'import assert1 = require("node:assert");\nassert1(true); 42', "42"],
    ["an assigned import of a package", 'import check1 = require("fast-check");\ncheck1.integer() && 42', "42"],
    ["an assigned alias", "namespace N2 { export const x = 42; }\nimport x7 = N2.x;\nx7", "42"],
    ["a decorator", "function d(c: Function) {}\n@d class D1 { x = 42 }\nnew D1().x", "42"],
    ["an enum", "enum E3 { A = 40, B = 2 }\nE3.A + E3.B", "42"],
    ["a namespace", "namespace N3 { export namespace M { export const x = 42; } }\nN3.M.x", "42"],
    ["a labeled loop", "let n1 = 0; outer: for (;;) { for (;;) { n1 = 42; break outer; } }\nn1", "42"],
    ["patterns", "const [a1, { b: [b1] }] = [40, { b: [2] }] as const; a1 + b1", "42"],
    ["a generator", "function* g2() { yield 42; }\n[...g2()][0]", "42"],
    [
      "overloads",
      "function o1(x: string): string; function o1(x: number): number; function o1(x: any) { return x; }\no1(42)",
      "42",
    ],
    ["an ambient declaration", "declare function nowhere2(): void; 42", "42"],
    ["a type guard", "function is42(x: unknown): x is 42 { return x === 42; }\nis42(42) && 42", "42"],
    ["satisfies", "({ x: 42 } satisfies { x: number }).x", "42"],
    ["private fields", "class P1 { #x = 42; get x() { return this.#x; } static { } }\nnew P1().x", "42"],
    ["an accessor", "class P2 { static accessor x = 42 }\nP2.x", "42"],
    ["var, again and again", "var v1 = 1; var v1 = 42; v1", "42"],
    ["a block, an empty statement and a directive", '"use strict"; ; { } 42', "42"],
    ["the first line of a script", "#!/usr/bin/env node\nconst h1 = 42; h1", "42"],
    ["a separator of lines in a string", 'const u1 = "4\u2028\u20292"; u1.length === 4 && 42', "42"],
    ["a separator of lines in a template and a comment", "const u2 = `\u2028`; // \u2028u2.length && 42", "42"],
    ["import.meta", 'export const m1 = new URL("./x.txt", import.meta.url).href.endsWith("/x.txt") && 42; m1', "42"],
    ["a folder of import.meta", "import.meta.dirname === process.cwd() && 42", "42"],
    ["methods of ES2023", "[3, 1].toSorted().concat([1].with(0, 2)).findLast((x) => x > 0)", "2"],
    ["methods of ES2023 on typed arrays", "new Float64Array([3, 1]).toSorted().with(0, 42)[0]", "42"],
  ])("%s", async (_, source, expected) => {
    expect(await run(source)).toBe(expected);
  });

  it.each([
    ["a function", "export function kept1() { return 42; }", "kept1()"],
    [
      "a namespace",
      "namespace Kept2 { export const x = 42; export type T = number; }",
      "const k2: Kept2.T = Kept2.x; k2",
    ],
    ["an enum", "enum Kept3 { A = 42 }", "Kept3.A"],
    ["a constant enum", "const enum Kept4 { A = 42 }", "Kept4.A"],
    ["an assigned import", 'import kept5 = require("node:path");', 'kept5.join("4", "2").length && 42'],
    [
      "what is declared for all modules",
      "declare global { var kept7: number }\nglobalThis.kept7 = 40;\ndeclare global { interface Array<T> { two: T } }",
      "kept7 + ((): number[] => Object.assign([1], { two: 2 }))().two",
    ],
    [
      "what is declared for a module",
      'declare module "node:path" { interface PlatformPath { kept8?: 42 } }\nimport path8 from "node:path";',
      'const t8: (typeof path8)["kept8"] = 42; t8',
    ],
    [
      "overloads",
      "function kept6(x: string): string; function kept6(x: number): number; function kept6(x: any) { return x; }",
      "kept6(42)",
    ],
  ])("%s, which stays for all cells after it", async (_, source, use) => {
    await run(source);
    await run("declare global { var between: string }\nglobalThis.between = 'between'; const name = 'a variable';");
    expect(await run("'and ' + between")).toBe("and between");
    expect(await run(use)).toBe("42");
  });

  it.each([
    ["using", "using file = open();", "5.2"],
    ["await using", "await using file = open();", "5.2"],
    ["a loop that uses", "for (using x of []) {}", "5.2"],
    ["an import with attributes", 'import data from "./x.json" with { type: "json" };', "5.3"],
    ["a deferred import", 'import defer * as x from "node:path";', "5.9"],
  ])("no %s, and says which TypeScript could", async (_, source, version) => {
    expect(await run(source)).toContain(`needs TypeScript ${version}; cells are compiled by 5.0`);
  });
});

it("keeps errors at their places after an export", async () => {
  expect(await run("export const bad: string = 42;")).toBe(
    "TypeScriptError: 1:14 - Type 'number' is not assignable to type 'string'.",
  );
});

it("data in one literal may be as long as an author likes", () => {
  const source = `const data = [${"0.5, ".repeat(130_000)}];\nconst names = [${"data, ".repeat(130_000)}];\n`;
  expect(asBody(source)).toEqual({ source, isAsync: false });
  expect(asBody(`${source}await 1`).isAsync).toBe(true);
  const declared = "declare type Row = number;\ndeclare let data: Row[];\n";
  expect(keepOlder(declared, `type Row = string;\n${source}`, 2).text).toContain("Row_before_cell_2");
});
