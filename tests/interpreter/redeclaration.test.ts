/** @file A name that is declared anew: what was made of the old one keeps its type, and nothing wrong passes the check. */

import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Interpreter } from "../../scripts/interpreter/interpreter.js";
import { temporaryFolder } from "../notebook-check/fixture.js";

createRequire(import.meta.url)("tslab/dist/jupyter.js");
const { folder, remove } = temporaryFolder();
mkdirSync(join(folder, "side"));
for (const field of ["lr", "rate", "third"]) {
  writeFileSync(join(folder, `side/${field}.ts`), `export interface C { ${field}: number }\n`);
}
const started = process.cwd();
process.chdir(folder);
const interpreter = new Interpreter(folder);
afterAll(() => {
  process.chdir(started);
  remove();
});
let count = 0;

/** The text of a cell's value; of a failure, what a notebook shows. */
async function run(source: string): Promise<string> {
  const outcome = await interpreter.run(source, ++count);
  return "failure" in outcome ? outcome.failure.traceback.join("\n") : String(outcome.data?.["text/plain"]);
}

/** The lines that the check of types finds fault with. */
async function refused(source: string): Promise<number[]> {
  const outcome = await interpreter.run(source, ++count);
  if (!("failure" in outcome) || outcome.failure.ename !== "TypeScriptError") return [];
  return outcome.failure.traceback.flatMap((line) => /^(\d+):\d+ - /.exec(line)?.[1] ?? []).map(Number);
}

/** Ways to declare `C`, or what it rests on, with one field; the first cell declares all that the others leave as it is. */
const kinds: Record<string, (field: string, isFirst: boolean) => string> = {
  "a type": (field) => `type C = { ${field}: number };`,
  "an interface": (field) => `interface C { ${field}: number }`,
  "an interface in two parts": (field) => `interface C { ${field}: number }\ninterface C { more?: number }`,
  "a class": (field) => `class C { ${field} = 1; }`,
  "a base class": (field, isFirst) => `class Base { ${field} = 1; }\n${isFirst ? "class C extends Base {}" : ""}`,
  "a base interface": (field, isFirst) =>
    `interface Base { ${field}: number }\n${isFirst ? "interface C extends Base {}" : ""}`,
  "a type with a default": (field) => `type C<T = number> = { ${field}: T };`,
  "a type that is a default": (field, isFirst) =>
    `type Part = { ${field}: number };\n${isFirst ? "type C<T = Part> = T;" : ""}`,
  "an imported type": (field) => `import { C } from "./side/${field}";`,
  "an imported type under another name": (field) => `import type { C as Part } from "./side/${field}";\ntype C = Part;`,
  "a namespace": (field, isFirst) =>
    `namespace Space { export type T = { ${field}: number }; }\n${isFirst ? "type C = Space.T;" : ""}`,
  "a constant whose type is taken": (field, isFirst) =>
    `const model = { ${field}: 1 };\n${isFirst ? "type C = typeof model;" : ""}`,
  "a function whose type is taken": (field, isFirst) =>
    `function model() { return { ${field}: 1 }; }\n${isFirst ? "type C = ReturnType<typeof model>;" : ""}`,
  "a class that becomes a type": (field, isFirst) =>
    isFirst ? `class C { ${field} = 1; }` : `type C = { ${field}: number };`,
  "a type that becomes a class": (field, isFirst) =>
    isFirst ? `type C = { ${field}: number };` : `class C { ${field} = 1; }`,
};

/** What is made of it: by name, how it is declared, used rightly for 42, and used wrongly with `rate` in place of `lr`. */
const uses: Record<string, [declared: string, right: string, wrong: string]> = {
  function: ["function use(c: C) { return c.lr * 2; }", "use({ lr: 21 })", "use({ rate: 21 })"],
  arrow: ["const arrow = (c: C) => c.lr * 2;", "arrow({ lr: 21 })", "arrow({ rate: 21 })"],
  generic: ["function gen<T extends C>(c: T) { return c.lr * 2; }", "gen({ lr: 21 })", "gen({ rate: 21 })"],
  constant: ["const kept: C = { lr: 21 };", "kept.lr * 2", "kept.rate"],
  array: ["const list: C[] = [kept];", "list[0].lr * 2", "list[0].rate"],
  map: ['const map = new Map<string, C>([["a", kept]]);', 'map.get("a")!.lr * 2', 'map.get("a")!.rate'],
  inferred: ["const same = ((c: C) => c)(kept);", "same.lr * 2", "same.rate"],
  type: [
    "type D = { inner: C };",
    "({ inner: { lr: 42 } } satisfies D).inner.lr",
    "({ inner: { rate: 1 } }) satisfies D",
  ],
  chain: [
    "function deep(d: D) { return d.inner.lr * 2; }",
    "deep({ inner: { lr: 21 } })",
    "deep({ inner: { rate: 21 } })",
  ],
  class: ["class Box { constructor(readonly c: C) {} }", "new Box(kept).c.lr * 2", "new Box({ rate: 21 })"],
  shadow: ["function own<C>(c: C) { return c; }", "own(42)", "own(1).rate"],
};
const declared = Object.values(uses).map(([text]) => text);
const right = `[${Object.values(uses).map(([, text]) => text)}].join()`;
const wrong = Object.values(uses).map(([, , text]) => text);
const all42 = wrong.map(() => "42").join();
const everyLine = wrong.map((_, i) => i + 1);

describe.each(Object.entries(kinds))("%s, declared anew", { timeout: 60_000 }, (_, write) => {
  it("leaves what was made of the old one as it was", async () => {
    expect(await run(write("lr", true))).toBe("undefined");
    expect(await run(declared.join("\n"))).toBe("undefined");
    expect(await run(right)).toBe(all42);
    await run(`${write("rate", false)}\n1`);
    expect(await run(right)).toBe(all42);
    expect(await refused(wrong.join(";\n"))).toEqual(everyLine);
    await run(`${write("third", false)}\n1`);
    await run("'a cell between'");
    expect(await run(right)).toBe(all42);
    expect(await refused(wrong.join(";\n"))).toEqual(everyLine);
    // What is run again is of the new one.
    await run(write("lr", true));
    expect(await run(declared.join("\n"))).toBe("undefined");
    expect(await run(right)).toBe(all42);
  });

  it("is checked so in the cell that declares it, too", async () => {
    await run(write("lr", true));
    await run(declared.join("\n"));
    const lines = write("rate", false).split("\n").length;
    const found = await refused(`${write("rate", false)}\n${wrong.join(";\n")}`);
    expect(found).toEqual(everyLine.map((line) => line + lines));
    expect(await run(`${write("rate", false)}\n${right}`)).toBe(all42);
  });
});

/** Types of which two are not the same, though they are written alike. */
const nominal: Record<string, { cell: string; made: string }> = {
  "a class with a private field": { cell: "class P { #x = 42; get() { return this.#x; } }", made: "new P().get()" },
  "a class with a private member": {
    cell: "class P { private x = 42; get() { return this.x; } }",
    made: "new P().get()",
  },
  "a class and a base class": {
    cell: "class Q { #x = 42; get() { return this.#x; } }\nclass P extends Q {}",
    made: "new P().get()",
  },
  "classes that name each other": {
    cell: "class Q { #x = 42; constructor(readonly p?: P) {} }\nclass P { #q = new Q(); get() { return this.#q && 42; } }",
    made: "new P().get()",
  },
  "an enum": { cell: "enum P { A = 42 }", made: "P.A" },
};

describe.each(Object.entries(nominal))("%s, run again unchanged", (_, { cell, made }) => {
  const takes = `function take(p: typeof made) { return p; }`;
  const given = made.replace(".get()", "");
  it("is the same", async () => {
    await run(cell);
    await run(`let made = ${given};\n${takes}`);
    await run(cell);
    expect(await run(`made = ${given};\n${made.replace(given, "take(made)")}`)).toBe("42");
  });
});

it("of an enum takes the older members only, where the older enum is asked for", async () => {
  await run("enum Mode { On = 42, Off }\nfunction set(mode: Mode) { return mode; }\nconst on = Mode.On;");
  await run('enum Mode { Fast = "fast" }');
  expect(await refused("set(Mode.Fast)")).toEqual([1]);
  expect(await run("set(on)")).toBe("42");
});

it("of a class as a type leaves the class itself, with its type", async () => {
  await run("class Both { x = 42; }\nconst both = new Both();");
  await run("type Both = string;");
  expect(await run('const text: Both = "a";\nnew Both().x')).toBe("42");
  expect(await refused("new Both().y")).toEqual([1]);
});

it("names the older one by the cell that replaced it, and says what to do", async () => {
  await run("type Config = { lr: number };\nfunction fit(c: Config) { return c.lr; }");
  await run("type Config = { rate: number };");
  const text = await run("const config: Config = { rate: 1 };\nfit(config)");
  expect(text).toContain(`not assignable to parameter of type 'Config_before_cell_${count - 1}'`);
  expect(text).toContain(
    `Config_before_cell_${count - 1} is Config as it was until cell [${count - 1}] declared it anew: run the cells that use it again.`,
  );
});

it("leaves nothing behind once nothing is made of the older one", async () => {
  for (const field of ["a", "b", "c"]) {
    await run(`class Gone { #x = 1; ${field} = 1; }`);
    await run("function useGone(g: Gone) { return g; }\nconst gone = new Gone();");
  }
  expect(interpreter.editor.handleComplete({ code: "Gone", cursor_pos: 4 }).matches).toEqual(
    expect.not.arrayContaining([expect.stringContaining("_before_cell_")]),
  );
});
