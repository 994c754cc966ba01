/** @file The tests: the library's and the tools', and every lesson notebook with a test for each of its cells. */

import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { notebooks } from "./scripts/check-notebooks/vitest.js";
import { lessonFolders } from "./scripts/lessons.js";

export default defineConfig({
  plugins: [notebooks()],
  test: {
    include: ["tests/**/*.test.ts", ...lessonFolders.map((folder) => `${folder}/*.ipynb`)],
    maxWorkers: availableParallelism(),
    testTimeout: 30_000,
    reporters: process.env.GITHUB_ACTIONS ? ["default", "github-actions"] : ["default"],
  },
});
