/** @file Checks of exercises: untouched stubs pass in peace, right ones are praised, likely mistakes are named. */

import { describe, expect, test } from "vitest";
import { tensor } from "../../lib/index.js";
import { alike, exercise, question, TODO } from "../../lib/notebook/exercise.js";
import { inCells, printed } from "./page.js";

const mean = exercise({
  title: "The mean",
  cases: () => [
    { given: [[1, 2, 3]], expect: 2 },
    { given: [[2, 4]], expect: 3 },
  ],
  solution: (values: number[]) => values.reduce((sum, value) => sum + value) / values.length,
  mistakes: [
    { says: "you left the sum undivided.", like: (values) => values.reduce((sum, value) => sum + value) },
    {
      says: "you divided by one too few.",
      like: (values) => values.reduce((sum, value) => sum + value) / (values.length - 1),
    },
    { says: "you took the middle value.", like: (values) => values[1] },
  ],
  right: "right: a mean is a sum over a count.",
});

describe("an untouched stub is not attempted yet", () => {
  const untouched = { status: "not attempted", message: "not attempted yet." };

  test.each<[string, (values: number[]) => number]>([
    ["when it gives TODO back", () => TODO],
    ["when TODO is all there is", TODO],
  ])("%s", (_, stub) => {
    expect(mean.judge(stub)).toEqual(untouched);
  });

  test("when an answer is TODO", () => {
    expect(question({ title: "Six", answer: 6, mistakes: [] }).judge(TODO)).toEqual(untouched);
  });

  test("and TODO used outside a check says what to do", () => {
    expect(() => TODO + 1).toThrow("this exercise is not attempted yet: put your code in the place of TODO");
  });
});

describe("an attempt that still contains TODO is told so", () => {
  const unfinished = {
    status: "not attempted",
    message: "TODO is still in your code: put the rest of the answer in its place.",
  };
  const helper = () => tensor([TODO, 1]);

  test.each<[string, (values: number[]) => unknown]>([
    ["when it reckons with it", (values) => TODO + values[0]],
    ["when it calls it", () => (TODO as () => number)()],
    ["when it looks into it", () => (TODO as number[])[0]],
    ["when it spreads it", () => [...(TODO as number[])]],
    ["when it compares with it", (values) => (values[0] === TODO ? 1 : 0)],
    ["when it branches on it", () => (TODO ? 1 : 2)],
    ["inside a list it gives back", (values) => [values[0], TODO]],
    ["inside a list of another length", () => [[TODO]]],
    ["inside a record it gives back", () => ({ mean: { value: TODO } })],
    ["inside a tensor", () => tensor([1, TODO])],
    [
      "inside a matrix",
      () =>
        tensor([
          [1, 2],
          [TODO, 4],
        ]),
    ],
    ["in the place of a tensor", () => tensor([1, 2]).mul(TODO)],
    ["as a shape", () => tensor([1, 2]).reshape(TODO as never[])],
    ["as an axis", () => tensor([1, 2]).sum(TODO)],
    ["in a template", () => `${TODO}`],
    ["in a function it calls", helper],
  ])("%s", (_, attempt) => {
    expect(mean.judge(attempt as never)).toEqual(unfinished);
  });

  test("but not for a comment that mentions it", () => {
    expect(mean.judge(new Function("values", "/* TODO: prettier */ return 2") as never).status).toBe("wrong");
    expect(mean.judge(new Function("values", "// TODO\nreturn 2") as never).status).toBe("wrong");
  });
});

describe("an attempt", () => {
  test("that does as the solution is right, and hears why", () => {
    expect(mean.judge(mean.options.solution)).toEqual({
      status: "right",
      message: "right: a mean is a sum over a count.",
    });
  });

  test("with a likely mistake hears its name, each its own", () => {
    for (const { like, says } of mean.options.mistakes)
      expect(mean.judge(like)).toEqual({ status: "mistake", message: says });
  });

  test("that is wrong in another way sees where", () => {
    expect(mean.judge(() => 2)).toEqual({
      status: "wrong",
      message: "not yet: for [ 2, 4 ] it gives 2, where 3 is right.",
    });
  });

  test.each<[string, () => unknown, string]>([
    ["that forgets to return", () => {}, "gives nothing back; is a return missing?"],
    ["that forgets to call", () => Math.max, "gives a function; are the parentheses of a call missing?"],
    ["that forgets to await", async () => 2, "gives a promise; is an await missing?"],
  ])("%s is told so", (_, attempt, sentence) => {
    expect(mean.judge(attempt as never).message).toBe(`for [ 1, 2, 3 ] it ${sentence}`);
  });

  test("with another form of a likely mistake hears its name too", () => {
    const twice = exercise({
      title: "Twice",
      cases: () => [{ given: [3], expect: 6 }],
      solution: (x: number) => 2 * x,
      mistakes: [{ says: "you took a power.", like: (x) => x ** 2, also: [(x) => x ** 3] }],
    });
    expect([(x: number) => x * x, (x: number) => x * x * x].map((attempt) => twice.judge(attempt).message)).toEqual([
      "you took a power.",
      "you took a power.",
    ]);
  });

  test("sees functions among its arguments as their source", () => {
    const apply = exercise<[f: (x: number) => number, others: ((x: number) => number)[]], number>({
      title: "Apply",
      cases: () => [{ given: [(x) => x ** 3, [Math.exp]], expect: 8 }],
      solution: (f) => f(2),
      mistakes: [],
    });
    expect(apply.judge(() => 2).message).toBe("not yet: for (x) => x ** 3, [ Math.exp ] it gives 2, where 8 is right.");
  });

  test("that throws is wrong, and its error is told", () => {
    const verdict = mean.judge(() => {
      throw new RangeError("out of reach");
    });
    expect(verdict).toEqual({ status: "wrong", message: "for [ 1, 2, 3 ] it throws: out of reach" });
  });

  test("may write into its arguments without spoiling the next", () => {
    const spoiler = (values: number[]) => {
      const result = values.reduce((sum, value) => sum + value) / values.length;
      values.fill(0);
      return result;
    };
    expect(mean.judge(spoiler).status).toBe("right");
    expect(mean.judge(mean.options.solution).status).toBe("right");
  });

  test("may be right but for rounding", () => {
    expect(mean.judge((values) => mean.options.solution(values) + 1e-9).status).toBe("right");
    expect(mean.judge((values) => mean.options.solution(values) + 1e-3).status).toBe("wrong");
  });

  test("is not held to a mistake that throws", () => {
    const exacting = exercise({
      title: "One",
      cases: () => [{ given: [], expect: 1 }],
      solution: () => 1,
      mistakes: [{ says: "it broke.", like: () => JSON.parse("{") }],
    });
    expect(exacting.judge(() => 2).status).toBe("wrong");
  });
});

test("an exercise without cases cannot be made", () => {
  expect(() => exercise({ title: "Nothing", cases: () => [], solution: () => 1, mistakes: [] })).toThrow(
    '"Nothing" has no cases',
  );
});

test("a question names the mistake behind a wrong answer", () => {
  const slope = question({
    title: "The slope of x² at 3",
    answer: 6,
    mistakes: [{ answer: 9, says: "that is the height." }],
    right: "right: 2x.",
  });
  expect([6, 9, 7].map((answer) => slope.judge(answer))).toEqual([
    { status: "right", message: "right: 2x." },
    { status: "mistake", message: "that is the height." },
    { status: "wrong", message: "not yet: it gives 7, where 6 is right." },
  ]);
});

describe("answers are alike", () => {
  test.each<[string, unknown, unknown]>([
    ["numbers within the tolerance", 1, 1 + 1e-9],
    ["large numbers relative to their size", 1e9, 1e9 + 1],
    ["NaN and NaN", Number.NaN, Number.NaN],
    ["a typed array and an array", Float64Array.of(1, 2), [1, 2]],
    [
      "a tensor and an array",
      tensor([
        [1, 2],
        [3, 4],
      ]),
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["records with the same fields", { a: 1, b: [2] }, { b: [2], a: 1 }],
    ["the same text", "yes", "yes"],
  ])("%s", (_, a, b) => {
    expect(alike(a, b, 1e-6)).toBe(true);
  });

  test.each<[string, unknown, unknown]>([
    ["numbers apart", 1, 1.1],
    ["a number and NaN", 1, Number.NaN],
    ["lists of two lengths", [1, 2], [1, 2, 3]],
    ["a number and a list of it", 1, [1]],
    ["a list and nothing", [1], undefined],
    ["infinity and a number", Infinity, 1],
    ["records with other fields", { a: 1 }, { b: 1 }],
    ["text and a number", "1", 1],
  ])("but not %s", (_, a, b) => {
    expect(alike(a, b, 1e-6)).toBe(false);
    expect(alike(b, a, 1e-6)).toBe(false);
  });
});

describe("in a notebook a verdict", () => {
  const page = inCells();

  test("is shown as a sentence with a mark", () => {
    mean.check(() => TODO);
    mean.check(mean.options.solution);
    mean.check(() => 0);
    expect(page.outputs().map((output) => output["text/plain"])).toEqual([
      "○ The mean: not attempted yet.",
      "✓ The mean: right: a mean is a sum over a count.",
      "✗ The mean: not yet: for [ 1, 2, 3 ] it gives 0, where 2 is right.",
    ]);
  });

  test("escapes what a reader's code gives back", () => {
    question<string>({ title: "A < B", answer: "b", mistakes: [] }).check("<script>");
    expect(page.outputs()[0]["text/html"]).toBe(
      "<p>✗ <strong>A &lt; B</strong>: not yet: it gives '&lt;script&gt;', where 'b' is right.</p>",
    );
  });
});

describe("in a terminal a verdict", () => {
  const output = printed();

  test("is one line", () => {
    mean.check(() => TODO);
    expect(output).toEqual(["○ The mean: not attempted yet."]);
  });
});
