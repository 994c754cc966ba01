/** @file tslab's modules, unmodified, under the names by which the interpreter and the library look for them. */

import { checkout } from "./layout.js";
import { cache, provide } from "./modules.js";

type Converter = import("tslab/dist/converter.js").Converter;
export type Diagnostic = import("tslab/dist/converter.js").Diagnostic;

const folder = `${checkout}/node_modules/tslab/dist`;

/** Says where tslab is. The compiler must have been provided before its modules are required. */
export function provideTslab(modules: Record<"converter" | "executor" | "jupyter", () => unknown>): void {
  provide(`${folder}/converter.js`, () => remembering(modules.converter() as typeof import("tslab/dist/converter.js")));
  provide(`${folder}/executor.js`, modules.executor);
  provide(`${folder}/jupyter.js`, modules.jupyter);
}

/** The place where the library leaves what it shows, once the interpreter has been loaded. */
export const jupyter = (): { lastWriteDisplayData: unknown } =>
  cache[`${folder}/jupyter.js`]?.exports as { lastWriteDisplayData: unknown };

let check: (code: string) => readonly Diagnostic[] = () => [];

/** What the compiler finds wrong with a cell, after the cells that have run. */
export const diagnosticsOf = (code: string): readonly Diagnostic[] => check(code);

/** tslab's converter, which also remembers what the cells have declared, so that a cell can be checked and not run. */
function remembering(module: typeof import("tslab/dist/converter.js")): typeof import("tslab/dist/converter.js") {
  const createConverter: typeof module.createConverter = (options) => {
    const converter = module.createConverter(options);
    let declared = "";
    // Only now: it asks for the compiler as soon as it is loaded.
    const { asBody } =
      require("../../scripts/interpreter/forms.ts") as typeof import("../../scripts/interpreter/forms.js");
    check = (code) => converter.convert(declared, asBody(code).source).diagnostics;
    const convert: Converter["convert"] = (before, source) => {
      declared = before;
      return converter.convert(before, source);
    };
    return { ...converter, convert };
  };
  return { ...module, createConverter };
}
