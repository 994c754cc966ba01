/** @file The exercises of notebook 1: the solution and each planted mistake, put in the place of the stub. */

import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { setDefaultDtype } from "foundations";
import { type Exercise, TODO, type Verdict } from "foundations/notebook";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as exercises from "../../notebooks/exercises/01-linear-algebra.js";

// biome-ignore lint/suspicious/noExplicitAny: exercises of every kind of function, tried alike
type AnyExercise = Exercise<any[], any>;
const all = Object.entries(exercises) as [string, AnyExercise][];

interface Cell {
  cell_type: string;
  metadata: { tags?: string[] };
  source: string[];
  outputs: { data: Record<string, string[]> }[];
}
const notebook = new URL("../../notebooks/01-linear-algebra.ipynb", import.meta.url);
const stubs = (JSON.parse(readFileSync(notebook, "utf8")).cells as Cell[]).filter(({ metadata }) =>
  metadata.tags?.includes("exercise"),
);

/** Runs a stub of the notebook, its TODO replaced by `attempt`, and catches the verdict that it would show. */
function runStub(name: string, attempt?: (...args: never[]) => unknown): Verdict | undefined {
  const stub = stubs.find(({ source }) => source.join("").includes(`exercises.${name}.check(`));
  if (!stub) throw new Error(`the notebook has no stub that exercises.${name} checks`);
  const { code } = transformSync(stub.source.join(""), { loader: "ts" });
  const filled = attempt ? code.replace(/\(([^()]*)\) => TODO/, "($1) => attempt($1)") : code;
  let verdict: Verdict | undefined;
  const check = (f: () => unknown) => {
    verdict = (exercises as unknown as Record<string, AnyExercise>)[name].judge(f);
  };
  new Function("exercises", "TODO", "attempt", filled)({ [name]: { check } }, TODO, attempt);
  return verdict;
}

beforeAll(() => setDefaultDtype("float64"));
afterAll(() => setDefaultDtype("float32"));

test("the lesson has a stub for every exercise, four at least, and no other", () => {
  expect(all.length).toBeGreaterThanOrEqual(4);
  expect(stubs.length).toBe(all.length);
});

test("a run from top to bottom shows each as not attempted yet", () => {
  for (const { outputs } of stubs)
    expect(outputs[0].data["text/plain"].join("")).toMatch(/^○ .*: not attempted yet\.$/);
});

describe.each(all)("%s", (name, { options }) => {
  test("untouched, it is not attempted yet", () => {
    expect(runStub(name)?.status).toBe("not attempted");
  });

  test("its solution is right", () => {
    expect(runStub(name, options.solution)).toEqual({ status: "right", message: options.right });
  });

  test.each(options.mistakes.map(({ says, like }) => ({ says, like })))("tells: $says", ({ says, like }) => {
    expect(runStub(name, like)).toEqual({ status: "mistake", message: says });
  });

  test("no two mistakes are told alike", () => {
    expect(new Set(options.mistakes.map(({ says }) => says)).size).toBe(options.mistakes.length);
  });
});
