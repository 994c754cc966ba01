import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { notebooks } from "./scripts/notebooks/vitest.js";

export default defineConfig({
  plugins: [notebooks()],
  test: {
    include: ["tests/**/*.test.ts", "notebooks/*.ipynb"],
    maxWorkers: availableParallelism(),
    testTimeout: 30_000,
    reporters: process.env.GITHUB_ACTIONS ? ["default", "github-actions"] : ["default"],
  },
});
