/** @file Runs an example as documentation shows it: `tensor([1, 2]).sum() // Tensor<[]> 3`. */

import { inspect } from "node:util";
import { transform } from "esbuild";
import * as foundations from "foundations";
import * as data from "foundations/data";
import * as notebook from "foundations/notebook";
import * as plot from "foundations/plot";

/** What examples may use without importing it: every public name, and those of `plot` also by `plot`. */
const scope: Record<string, unknown> = { ...plot, ...data, ...notebook, ...foundations, plot, data };

/** One line of white space and no other spacing, so that an example may break its lines differently. */
const squeezed = (text: string) => text.replace(/\s+/g, " ").trim();

/** A value as an example's comment spells it. */
const shown = (value: unknown) =>
  squeezed(typeof value === "string" ? JSON.stringify(value) : inspect(value, { depth: 4 }));

/**
 * Runs `code` with the public names in scope. After each line that ends in `// what it gives`, the value of that line's
 * expression must print as this; `// throws: sentence` says how it fails. Other comments start with a small letter or a
 * dash and are not read.
 * @returns each value beside what its comment says
 */
export async function runExample(code: string): Promise<{ readonly says: string; readonly gives: string }[]> {
  const results: { says: string; gives: string }[] = [];
  const lines = code.split("\n").filter((line) => !/^import /.test(line));
  const program = lines.map((line) => {
    const [, expression, says] = /^(.*?);?\s*\/\/ (\S.*)$/.exec(line) ?? [];
    if (says === undefined || expression.trim() === "" || !/^(-?[\d[{"'A-Z∞]|throws: |true|false)/.test(says))
      return line;
    const [, declaration = "", value] = /^((?:const|let) \w+ = )?(.*)$/.exec(expression) ?? [];
    return `${declaration}await given(${JSON.stringify(says)}, () => (${value}));`;
  });
  const given = async (says: string, f: () => unknown) => {
    try {
      const value = await f();
      // A comment may leave out the shape that a tensor prints before its elements.
      const gives = says.startsWith("Tensor") ? shown(value) : shown(value).replace(/^Tensor<\[[^\]]*\]> /, "");
      results.push({ says: squeezed(says), gives });
      return value;
    } catch (error) {
      results.push({ says: squeezed(says), gives: `throws: ${error instanceof Error ? error.message : error}` });
    }
  };
  const wrapped = `export default async (scope, given) => { const { ${Object.keys(scope).join(", ")} } = scope;\n{${program.join("\n")}\n}}`;
  const { code: javascript } = await transform(wrapped, { loader: "ts", format: "cjs" });
  const module = { exports: {} as { default?: (...args: unknown[]) => Promise<void> } };
  new Function("module", "exports", javascript)(module, module.exports);
  await module.exports.default?.(scope, given);
  return results;
}
