/** @file The exercises of every notebook: solutions, mistakes and other attempts, put in the place of the stub. */

import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { transformSync } from "esbuild";
import { setDefaultDtype, tensor } from "foundations";
import { type Exercise, TODO, type Verdict } from "foundations/notebook";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lessons as notebooks } from "../../scripts/lessons.js";
import { attempts } from "./attempts.js";

// biome-ignore lint/suspicious/noExplicitAny: exercises of every kind of function, tried alike
type AnyExercise = Exercise<any[], any>;

interface Cell {
  cell_type: string;
  metadata: { tags?: string[] };
  source: string[];
  outputs: { data: Record<string, string[]> }[];
}

const lessons = await Promise.all(
  notebooks()
    .map((path) => ({ path, name: basename(path, ".ipynb"), solutions: join(dirname(path), "exercises") }))
    .filter(({ solutions, name }) => existsSync(join(solutions, `${name}.ts`)))
    .map(async ({ path, name, solutions }) => {
      const exercises: Record<string, AnyExercise> = await import(join(solutions, `${name}.ts`));
      const cells: Cell[] = JSON.parse(readFileSync(path, "utf8")).cells;
      const stubs = cells.filter(({ metadata }) => metadata.tags?.includes("exercise"));
      return { name, exercises, stubs, fewest: path.includes("excursions") ? 1 : 4 };
    }),
);

/** Runs the stub of an exercise, its TODO replaced by `attempt`, and catches the verdict that it would show. */
function runStub(
  { exercises, stubs }: (typeof lessons)[number],
  name: string,
  attempt?: (...args: never[]) => unknown,
): Verdict | undefined {
  const stub = stubs.find(({ source }) => source.join("").includes(`exercises.${name}.check(`));
  if (!stub) throw new Error(`the notebook has no stub that exercises.${name} checks`);
  const { code } = transformSync(stub.source.join(""), { loader: "ts" });
  const filled = attempt ? code.replace(/\(([^()]*)\) => TODO/, "($1) => attempt($1)") : code;
  let verdict: Verdict | undefined;
  const check = (f: () => unknown) => {
    verdict = exercises[name].judge(f);
  };
  new Function("exercises", "TODO", "attempt", filled)({ [name]: { check } }, TODO, attempt);
  return verdict;
}

const line = (attempt: unknown) => String(attempt).replace(/\s+/g, " ");

beforeAll(() => setDefaultDtype("float64"));
afterAll(() => setDefaultDtype("float32"));

test("notebook 1 is among the lessons", () => {
  expect(lessons.map(({ name }) => name)).toContain("01-linear-algebra");
});

describe.each(lessons)("$name", (lesson) => {
  const all = Object.entries(lesson.exercises);

  test("the lesson has a stub for every exercise, four at least (an excursion, one), and no other", () => {
    expect(all.length).toBeGreaterThanOrEqual(lesson.fewest);
    expect(lesson.stubs.length).toBe(all.length);
  });

  test("a run from top to bottom shows each as not attempted yet", () => {
    for (const { outputs } of lesson.stubs)
      expect(outputs[0].data["text/plain"].join("")).toMatch(/^○ .*: not attempted yet\.$/);
  });

  describe.each(all)("%s", (name, { options }) => {
    test("untouched, it is not attempted yet", () => {
      expect(runStub(lesson, name)?.status).toBe("not attempted");
    });

    test("its solution is right", () => {
      expect(runStub(lesson, name, options.solution)).toEqual({ status: "right", message: options.right });
    });

    test.each(options.mistakes.map(({ says, like, also = [] }) => ({ says, slips: [like, ...also] })))(
      "tells: $says",
      ({ says, slips }) => {
        const verdicts = slips.map((slip) => runStub(lesson, name, slip));
        // One form of a mistake may give what another mistake gives, or, with a lucky step, what is right.
        expect(verdicts[0]).toEqual({ status: "mistake", message: says });
        expect(verdicts.slice(1).filter((verdict) => verdict?.status === "wrong")).toEqual([]);
      },
    );

    test("its solution in float32 is right too", () => {
      setDefaultDtype("float32");
      try {
        expect(runStub(lesson, name, options.solution)?.status).toBe("right");
      } finally {
        setDefaultDtype("float64");
      }
    });

    const { right, wrong } = attempts[lesson.name]?.[name] ?? { right: [], wrong: [] };

    test("is tried with right and wrong answers of other people (tests/lessons/attempts.ts)", () => {
      expect([right.length > 0, wrong.length > 0]).toEqual([true, true]);
    });

    test.each(right.map((attempt) => ({ attempt, code: line(attempt) })))("$code is right", ({ attempt }) => {
      expect(runStub(lesson, name, attempt)).toEqual({ status: "right", message: options.right });
    });

    test.each(wrong.map(([named, attempt]) => ({ named, attempt, code: line(attempt) })))(
      "$code is not",
      ({ named, attempt }) => {
        const verdict = runStub(lesson, name, attempt);
        expect(verdict?.status).toMatch(named === undefined ? /^(wrong|mistake)$/ : /^mistake$/);
        expect(verdict?.message).toContain(named ?? "");
      },
    );

    test("a value shown to the reader is its source, not [Function]", () => {
      const { message } = runStub(lesson, name, () => "nonsense") as Verdict;
      expect(message).toMatch(/^not yet: (?:for .* )?it gives 'nonsense', where .* is right\.$/);
      expect(message).not.toContain("[Function");
    });

    test("an answer with TODO left in it is told that TODO is still there", () => {
      const message = "TODO is still in your code: put the rest of the answer in its place.";
      for (const unfinished of [() => [TODO as number], () => tensor([TODO, 1]), () => TODO + 1])
        expect(runStub(lesson, name, unfinished)).toEqual({ status: "not attempted", message });
    });

    test("no two mistakes are told alike", () => {
      expect(new Set(options.mistakes.map(({ says }) => says)).size).toBe(options.mistakes.length);
    });
  });
});
