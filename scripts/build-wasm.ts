/**
 * @file Compiles `lib/backend/wasm/assembly` (AssemblyScript) to WebAssembly and writes it, with the types of its exports, to
 * `lib/backend/wasm/module.generated.ts`. Run after editing: `npx tsx scripts/build-wasm.ts`. The result is committed, so that using
 * the library needs no compiler; a test compiles again and compares.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = "lib/backend/wasm/assembly";
const target = join(root, "lib/backend/wasm/module.generated.ts");

const options = ["--runtime", "stub", "--noAssert", "--enable", "simd", "--use", "abort=", "--importMemory", "-O3"];

/** The text of `module.generated.ts`. */
export async function compile(): Promise<string> {
  const asc = (await import("assemblyscript/asc")).default;
  let binary: Uint8Array = new Uint8Array();
  const { error, stderr } = await asc.main([`${source}/module.ts`, "--outFile", "module.wasm", ...options], {
    readFile: (name, base) => {
      try {
        return readFileSync(normalize(join(root, base, name)), "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (name, contents) => {
      if (name === "module.wasm") binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`WebAssembly: ${error.message}\n${stderr.toString()}`);
  const lines =
    Buffer.from(binary)
      .toString("base64")
      .match(/.{1,100}/g) ?? [];
  return `/** @file The WebAssembly module compiled from assembly/ by scripts/build-wasm.ts: generated, do not edit. */

/** The module's functions; sizes and strides are whole numbers, addresses count bytes. */
export interface Exports {
${signatures().join("\n")}
}

/** The module, in base64. */
export const bytes =
  "${lines.join('" +\n  "')}";
`;
}

/** \`name(a: number, …): number;\` for each function that module.ts exports. */
function signatures(): string[] {
  const module = readFileSync(join(root, source, "module.ts"), "utf8");
  return [...module.matchAll(/export (?:\*|\{([^}]*)\}) from "\.\/(\w+)"/g)].flatMap(([, names, file]) => {
    const wanted = names?.split(",").map((name) => name.trim());
    const text = readFileSync(join(root, dirname(`${source}/module.ts`), `${file}.ts`), "utf8");
    return [...text.matchAll(/^export function (\w+)\(([^)]*)\): (\w+)/gm)]
      .filter(([, name]) => wanted?.includes(name) ?? true)
      .map(([, name, parameters, result]) => {
        const list = parameters
          .split(",")
          .map((parameter) => parameter.trim())
          .filter(Boolean);
        const typed = list.map((parameter) => parameter.replace(/: .*/, ": number"));
        return `  ${name}(${typed.join(", ")}): ${result === "void" ? "void" : "number"};`;
      });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, await compile());
