/** @file The API reference: every public name has a summary and every value an example, which gives what it says. */

import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/build.js";
import { runExample } from "../helpers/example.js";

/** TypeDoc's TypeScript: the current one has no JavaScript API. */
const ts = createRequire(join(root, "docs/reference/package.json"))("typescript");

interface Name {
  readonly name: string;
  readonly place: string;
  readonly isValue: boolean;
  readonly summary: string;
  readonly examples: readonly string[];
}

/** The public names of the library as the compiler sees them, those of `nn`, `optim` and `text` included. */
function publicNames(): Name[] {
  const entries = ["index.ts", "plot/index.ts", "data/index.ts", "notebook/index.ts"].map((file) =>
    join(root, "lib", file),
  );
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  const program = ts.createProgram(entries, options);
  const checker = program.getTypeChecker();
  const names = new Map<unknown, Name>();
  // biome-ignore lint/suspicious/noExplicitAny: the compiler's types are of another version than the project's
  const visit = (symbol: any, path: string): void => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const name = path + symbol.name;
    if (target.flags & ts.SymbolFlags.ValueModule) {
      for (const member of checker.getExportsOfModule(target)) visit(member, `${name}.`);
    } else if (!names.has(target)) {
      names.set(target, {
        name,
        place: relative(root, target.declarations[0].getSourceFile().fileName),
        isValue: (target.flags & ts.SymbolFlags.Value) !== 0,
        summary: ts.displayPartsToString(target.getDocumentationComment(checker)).trim(),
        examples: target
          .getJsDocTags(checker)
          // biome-ignore lint/suspicious/noExplicitAny: as above
          .flatMap((tag: any) => (tag.name === "example" ? [ts.displayPartsToString(tag.text)] : [])),
      });
    }
  };
  for (const entry of entries)
    for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry))))
      visit(symbol, "");
  return [...names.values()];
}

const names = publicNames();
const inPlot = ({ place }: Name) => place.startsWith("lib/plot/");

test("every public name has a summary", () => {
  expect(names.length).toBeGreaterThan(200);
  expect(names.filter(({ summary }) => summary === "").map(({ name, place }) => `${place}: ${name}`)).toEqual([]);
});

test("every function, class and constant has an example", () => {
  const without = names.filter(({ isValue, examples }) => isValue && examples.length === 0);
  expect(without.map(({ name, place }) => `${place}: ${name}`)).toEqual([]);
});

// Figures take data that an example of one line has no room for: tests/plot/gallery.ts draws each of them.
const run = names.filter((name) => !inPlot(name) || name.name === "Figure");

describe("an example gives what it says", () => {
  test.each(run.flatMap(({ name, place, examples }) => examples.map((code) => ({ name, place, code }))))(
    "$name in $place",
    async ({ code }) => {
      for (const { says, gives } of await runExample(code)) expect(gives).toBe(says);
    },
  );
});

test("a comment that is not what an example gives is noticed", async () => {
  expect(await runExample("tensor([1, 2]).sum() // Tensor<[]> 4")).toEqual([
    { says: "Tensor<[]> 4", gives: "Tensor<[]> 3" },
  ]);
});
