/**
 * @file The verdict on a run of .ci/run: counts the tests and the notebook cells, and fails for a test that was skipped
 * without a reason in .ci/skips.json. Its last line is `N passed, M failed, K skipped`.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../scripts/build.js";

/** What vitest's JSON reporter writes. */
export interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** A test that may be skipped: its file below the checkout, its name or a part of it, and why. */
export interface Skip {
  readonly file: string;
  readonly test: string;
  readonly reason: string;
}

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Skipped tests that are not on the list, as "file: name". They count as failed. */
  readonly unexplained: readonly string[];
}

/** Judges a report of the tests, and the counts of cells that stock Jupyter ran. A missing report counts as failed. */
export function verdict(
  tests: Report | undefined,
  cells: { readonly passed: number; readonly failed: number } | undefined,
  skips: readonly Skip[],
): Verdict {
  const skipped = (tests?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== "passed" && status !== "failed")
      .map(({ fullName }) => ({ file: name.replaceAll("\\", "/"), test: fullName })),
  );
  const unexplained = skipped
    .filter(({ file, test }) => !skips.some((skip) => file.endsWith(skip.file) && test.includes(skip.test)))
    .map(({ file, test }) => `${file}: ${test}`);
  // A file that does not load fails without a failed test.
  const failedTests = tests ? Math.max(tests.numFailedTests, tests.success ? 0 : 1) : 1;
  return {
    passed: (tests?.numPassedTests ?? 0) + (cells?.passed ?? 0),
    failed: failedTests + (cells?.failed ?? 1) + unexplained.length,
    skipped: skipped.length - unexplained.length,
    unexplained,
  };
}

function read<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8"));
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed, skipped, unexplained } = verdict(
    read(".cache/ci/tests.json"),
    read(".cache/stock/counts.json"),
    read(".ci/skips.json") ?? [],
  );
  for (const test of unexplained) console.log(`skipped without a reason in .ci/skips.json: ${test}`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
