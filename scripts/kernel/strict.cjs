/** @file Strict type checking for tslab, which itself asks TypeScript for none and offers no way to. */
"use strict";

/** Wraps the TypeScript that tslab bundles, before tslab loads it, so that every program it makes is strict. */
exports.strictTypeScript = () => {
  const file = require.resolve("@tslab/typescript-for-tslab");
  const ts = require(file);
  const createWatchCompilerHost = (files, options, ...rest) =>
    ts.createWatchCompilerHost(
      files,
      { ...options, strict: true, lib: ["lib.es2023.d.ts", "lib.dom.d.ts"], skipLibCheck: true },
      ...rest,
    );
  require.cache[file].exports = { ...ts, createWatchCompilerHost };
};
