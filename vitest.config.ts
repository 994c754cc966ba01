/**
 * @file The tests, in four projects. `fast`: what a change of the library or a tool breaks first, in less than a minute on
 * an idle machine. `slow`: everything that starts kernels, compilers or trainings, and every cell of every notebook. `page`:
 * the site in a browser. `alone`: what measures time against time, when nothing else runs.
 */

import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { notebooks } from "./packages/notebook-check/vitest.js";
import { lessonFolders } from "./scripts/lessons.js";

// Tests run side by side and fill the cores; those of threads say how many they want.
process.env.OMP_NUM_THREADS ??= "1";

const slow = [
  // every cell of every notebook
  ...lessonFolders.map((folder) => `${folder}/*.ipynb`),
  // kernels and other processes
  "tests/jupyter-kernel/**/*.test.ts",
  "tests/notebook-check/{assertions,command,edits,ending,faults,foreign,mutation,nbconvert,nbformat,package,preparation,readonly,suite}.test.ts",
  "tests/start/{notebook-6,plain-jupyter,start}.test.ts",
  "tests/notebook/same-bytes.test.ts",
  // compilers
  "tests/house/{build,commands,reference}.test.ts",
  "tests/interpreter/redeclaration.test.ts",
  "tests/shape/sentences.test.ts",
  // gigabytes, and trainings
  "tests/backend/{memory,room,threads,without-wasm}.test.ts",
  "tests/text/training.test.ts",
  "tests/text/word-vectors.test.ts",
];

/** Pages in a browser. */
const page = "tests/site/**/*.test.ts";

/** What starts two programs that want all cores, and compares how long they take. */
const alone = "tests/site/ready.test.ts";

export default defineConfig({
  test: {
    maxWorkers: availableParallelism(),
    reporters: process.env.GITHUB_ACTIONS ? ["default", "github-actions"] : ["default"],
    projects: [
      { test: { name: "fast", include: ["tests/**/*.test.ts"], exclude: [...slow, page], testTimeout: 30_000 } },
      { plugins: [notebooks()], test: { name: "slow", include: slow, testTimeout: 30_000 } },
      {
        test: {
          name: "page",
          include: [page],
          exclude: [alone],
          globalSetup: "tests/site/setup.ts",
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "alone",
          include: [alone],
          globalSetup: "tests/site/setup.ts",
          testTimeout: 600_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
