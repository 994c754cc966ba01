/** @file What continuous integration counts, and what it fails for. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Report, type Skip, verdict } from "../../.ci/verdict.js";
import { root } from "../../scripts/build.js";

const read = (file: string) => readFileSync(join(root, file), "utf8");

/** A report of one file with a test of each status. */
const report = (...statuses: string[]): Report => ({
  success: !statuses.includes("failed"),
  numPassedTests: statuses.filter((status) => status === "passed").length,
  numFailedTests: statuses.filter((status) => status === "failed").length,
  testResults: [
    {
      name: "/home/tests/a.test.ts",
      assertionResults: statuses.map((status, i) => ({ fullName: `test ${i}`, status })),
    },
  ],
});
const cells = { passed: 10, failed: 0 };

describe("the verdict", () => {
  test("adds the cells of stock Jupyter to the tests", () => {
    expect(verdict(report("passed", "passed", "failed"), cells, [])).toMatchObject({ passed: 12, failed: 1 });
  });

  test.each(["skipped", "pending", "todo", "disabled"])("counts a test that is %s as failed and names it", (status) => {
    expect(verdict(report("passed", status), cells, [])).toEqual({
      passed: 11,
      failed: 1,
      skipped: 0,
      unexplained: ["/home/tests/a.test.ts: test 1"],
    });
  });

  test("accepts a skip that is on the list, for that file and test alone", () => {
    const skips: Skip[] = [{ file: "tests/a.test.ts", test: "test 1", reason: "made up" }];
    expect(verdict(report("passed", "skipped", "skipped"), cells, skips)).toMatchObject({
      failed: 1,
      skipped: 1,
      unexplained: ["/home/tests/a.test.ts: test 2"],
    });
  });

  test("fails for what left no report, and for a file that did not load", () => {
    expect(verdict(undefined, cells, [])).toMatchObject({ failed: 1 });
    expect(verdict(report("passed"), undefined, [])).toMatchObject({ failed: 1 });
    expect(verdict({ ...report("passed"), success: false }, cells, [])).toMatchObject({ failed: 1 });
  });
});

test("every skip on the list names a test file that is there, and a reason", () => {
  const skips: Skip[] = JSON.parse(read(".ci/skips.json"));
  expect(skips.filter(({ file, reason }) => !existsSync(join(root, file)) || reason.length < 20)).toEqual([]);
});

test("what the tests look for is installed before they run", () => {
  const run = read(".ci/run");
  expect(run.indexOf(".ci/prepare.ts")).toBeGreaterThan(run.indexOf("npm ci"));
  expect(run.indexOf("npm test")).toBeGreaterThan(run.indexOf(".ci/prepare.ts"));
});
