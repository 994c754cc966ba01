/** @file What a finding of the compiler usually means in a notebook, as a sentence after the compiler's own. */

import { createRequire } from "node:module";
import { join } from "node:path";
import type { Diagnostic, DiagnosticMessageChain } from "@tslab/typescript-for-tslab";

const require = createRequire(__filename);
const ts: typeof import("@tslab/typescript-for-tslab") = require("@tslab/typescript-for-tslab");

/** TypeScript's numbers for what it finds. */
const codes = {
  noName: 2304,
  noNamespace: 2503,
  noNameButLike: 2552,
  forgotAwait: 2773,
  promiseAsCondition: 2801,
};

/** The finding, with a hint as its last sentence where there is one. */
export function withHint(diagnostic: Diagnostic): Diagnostic {
  const hint = hintFor(diagnostic);
  if (!hint) return diagnostic;
  const { messageText, category, code } = diagnostic;
  const chain: DiagnosticMessageChain =
    typeof messageText === "string" ? { messageText, category, code } : { ...messageText };
  chain.next = [...(chain.next ?? []), { messageText: hint, category, code }];
  return { ...diagnostic, messageText: chain };
}

function hintFor({ code, messageText, relatedInformation = [] }: Diagnostic): string | null {
  if (code === codes.promiseAsCondition || relatedInformation.some((related) => related.code === codes.forgotAwait))
    return "`await` is missing: this is a promise, and `await` before it gives its value.";
  if (![codes.noName, codes.noNamespace, codes.noNameButLike].includes(code)) return null;
  const [, name] = /'([^']*)'/.exec(ts.flattenDiagnosticMessageText(messageText, "\n")) ?? [];
  if (libraryNames().has(name)) return `'${name}' comes from "foundations": run the cells above first, or import it.`;
  return code === codes.noNameButLike ? null : `If a cell above declares '${name}', run that cell first.`;
}

let names: Set<string> | undefined;

/** What the library exports, types included. */
function libraryNames(): Set<string> {
  if (names) return names;
  const options = { noLib: true, types: [], moduleResolution: ts.ModuleResolutionKind.Node10 };
  const here = join(process.cwd(), "cell.ts");
  const { resolvedModule } = ts.resolveModuleName("foundations", here, options, ts.sys);
  const program = ts.createProgram(resolvedModule ? [resolvedModule.resolvedFileName] : [], options);
  const checker = program.getTypeChecker();
  const [file] = program.getRootFileNames();
  const module =
    file &&
    checker.getSymbolAtLocation(program.getSourceFile(file) as import("@tslab/typescript-for-tslab").SourceFile);
  names = new Set(module ? checker.getExportsOfModule(module).map(({ name }) => name) : []);
  return names;
}
