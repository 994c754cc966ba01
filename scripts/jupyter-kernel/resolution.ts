/** @file What an error says about a module that is not found: the module, not the files of this kernel that looked for it. */

import Module from "node:module";

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
