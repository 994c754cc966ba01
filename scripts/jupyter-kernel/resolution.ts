/** @file What Node adds to errors on its own: the files of this kernel that looked for a module, and lines of compiled code. */

import Module from "node:module";
import vm from "node:vm";

type Resolve = (request: string, ...rest: unknown[]) => string;

export function hideRequireStack(): void {
  const loader = Module as unknown as { _resolveFilename: Resolve };
  const resolve = loader._resolveFilename;
  loader._resolveFilename = (...args) => {
    try {
      return resolve.apply(loader, args);
    } catch (error) {
      const missing = error as { message: string; requireStack?: string[] };
      if (missing.requireStack) {
        missing.message = missing.message.replace(/\nRequire stack:[\s\S]*/, "");
        delete missing.requireStack;
      }
      throw error;
    }
  };
}

/** Of an error that leaves a script, Node writes the line into its stack; that of a cell is compiled. */
export function hideExcerpts(): void {
  const { runInThisContext } = vm;
  vm.runInThisContext = (code, options) =>
    runInThisContext(code, typeof options === "object" ? { ...options, displayErrors: false } : options);
}
