/** @file The tests: the library's and the tools', and every lesson notebook with a test for each of its cells. */

import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { notebooks } from "./scripts/check-notebooks/vitest.js";

export default defineConfig({
  plugins: [notebooks()],
  test: {
    // Folders below notebooks/ hold solutions to exercises: tests of their own run those.
    include: ["tests/**/*.test.ts", "notebooks/*.ipynb"],
    maxWorkers: availableParallelism(),
    testTimeout: 30_000,
    reporters: process.env.GITHUB_ACTIONS ? ["default", "github-actions"] : ["default"],
  },
});
