/** @file Exercises: stubs to fill in, and checks that confirm the answer or name the mistake. */

import { inspect } from "node:util";
import { show } from "./show.js";

/** Marks `TODO` and what it throws. A registered symbol, because a live reload loads this module a second time. */
const notAttempted: unique symbol = Symbol.for("foundations.notAttempted") as never;

/** Thrown by any use of `TODO`. A check takes it for an exercise that is not finished. */
class NotAttempted extends Error {
  override readonly name = "NotAttempted";
  readonly [notAttempted] = true;
  constructor() {
    super("this exercise is not attempted yet: put your code in the place of TODO");
  }
}

/** Whether a value is `TODO` or the error that using it throws. */
const isNotAttempted = (value: unknown): boolean =>
  (typeof value === "object" || typeof value === "function") &&
  value !== null &&
  (value as Record<symbol, unknown>)[notAttempted] === true;

function refuse(): never {
  throw new NotAttempted();
}

/** Whether `TODO` is `value`, or stands in it: in a list or a record, at any depth. */
function containsTodo(value: unknown, seen = new Set<unknown>()): boolean {
  if (isNotAttempted(value)) return true;
  if (typeof value !== "object" || value === null || seen.has(value)) return false;
  seen.add(value);
  const holds = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return holds && Object.values(value).some((item) => containsTodo(item, seen));
}

/** Whether `TODO` stands in the source of a function, outside comments. It finds a `TODO ? 1 : 2`, which throws nothing. */
const mentionsTodo = (f: unknown): boolean =>
  typeof f === "function" && /\bTODO\b/.test(String(f).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""));

/**
 * A placeholder for a reader's code, of a type that fits anywhere:
 *
 *     function similarity(a: number[], b: number[]): number {
 *       return TODO;
 *     }
 *
 * A check recognizes it. Any other use throws, with a sentence that says what to do.
 * @example exercise({ title: "Twice", cases: () => [{ given: [2], expect: 4 }], solution: (x: number) => 2 * x, mistakes: [] }).judge((x) => TODO).message // "not attempted yet."
 */
export const TODO: never = new Proxy<() => void>(function TODO() {}, {
  get: (_, key) => (key === notAttempted ? true : refuse()),
  apply: refuse,
  construct: refuse,
  has: refuse,
  set: refuse,
  ownKeys: refuse,
}) as never;

/** Arguments and the expected result, which is worked out by hand or taken from a source, never by the solution. */
export interface Case<Args extends unknown[], Result> {
  given: Args;
  expect: Result;
}

/** A mistake that readers often make. */
export interface Mistake<Args extends unknown[], Result> {
  /** Names the mistake, as a sentence: "you divided by the sum of the lengths; multiply them". */
  says: string;
  /** Code that makes the mistake. An attempt that gives the same results in all cases has made it too. */
  like: (...args: Args) => Result;
  /** Other code that makes the same mistake but gives other results. */
  also?: readonly ((...args: Args) => Result)[];
}

/** What an exercise asks: its cases, solution and known mistakes. */
export interface ExerciseOptions<Args extends unknown[], Result> {
  title: string;
  /** Called for each attempt, so that code that writes into its arguments spoils nothing. */
  cases: () => readonly Case<Args, Result>[];
  solution: (...args: Args) => Result;
  mistakes: readonly Mistake<Args, Result>[];
  /** What a right attempt is told, as a sentence. */
  right?: string;
  /** How far numbers may differ: relative above 1, absolute below. 1e-6 by default. */
  tolerance?: number;
}

/** The verdict on an attempt. */
export interface Verdict {
  status: "not attempted" | "right" | "mistake" | "wrong";
  /** What the reader is told. */
  message: string;
}

/**
 * An exercise whose answer is a function.
 * @example exercise({ title: "Twice", cases: () => [{ given: [2], expect: 4 }], solution: (x: number) => 2 * x, mistakes: [] }).options.title // "Twice"
 */
export class Exercise<Args extends unknown[], Result> {
  constructor(readonly options: ExerciseOptions<Args, Result>) {
    if (options.cases().length === 0)
      throw new RangeError(`exercise: "${options.title}" has no cases to try an attempt on`);
  }

  /** Shows the verdict on an attempt below the cell. An attempt that throws is wrong, and the cell goes on. */
  check(attempt: (...args: Args) => Result): void {
    show(new Shown(this.options.title, this.judge(attempt)));
  }

  /** The verdict on an attempt. */
  judge(attempt: (...args: Args) => Result): Verdict {
    const { cases, mistakes, right, tolerance = 1e-6 } = this.options;
    const untouched: Verdict = { status: "not attempted", message: "not attempted yet." };
    const unfinished: Verdict = {
      status: "not attempted",
      message: "TODO is still in your code: put the rest of the answer in its place.",
    };
    if (isNotAttempted(attempt)) return untouched;
    const outcomes = cases().map(({ given }) => outcome(attempt, given));
    if (outcomes.every(({ result }) => isNotAttempted(result))) return untouched;
    if (outcomes.some(({ threw, result }) => isNotAttempted(threw) || containsTodo(result))) return unfinished;
    const same = (i: number, expected: unknown) =>
      outcomes[i].threw === undefined && alike(outcomes[i].result, expected, tolerance);
    const wrong = cases().findIndex(({ expect }, i) => !same(i, expect));
    if (wrong < 0) return { status: "right", message: right ?? "right." };
    if (mentionsTodo(attempt)) return unfinished;
    const made = mistakes.find(({ like, also = [] }) =>
      [like, ...also].some((slip) => cases().every(({ given }, i) => same(i, outcome(slip, given).result))),
    );
    if (made) return { status: "mistake", message: made.says };
    return { status: "wrong", message: difference(cases()[wrong], outcomes[wrong]) };
  }
}

/**
 * Makes an exercise whose answer is a function.
 * @example exercise({ title: "Twice", cases: () => [{ given: [2], expect: 4 }], solution: (x: number) => 2 * x, mistakes: [] }).judge((x) => x + x).status // "right"
 */
export const exercise = <Args extends unknown[] | [], Result>(
  options: ExerciseOptions<Args, Result>,
): Exercise<Args, Result> => new Exercise(options);

/** What a question asks: its answer and known mistakes. */
export interface QuestionOptions<Answer> {
  title: string;
  answer: Answer;
  mistakes: readonly { says: string; answer: Answer }[];
  right?: string;
  tolerance?: number;
}

/**
 * An exercise whose answer is a value: `const slope: number = TODO;` and then `check(slope)`.
 * @example question({ title: "2 + 2", answer: 4, mistakes: [] }).judge(4).status // "right"
 */
export class Question<Answer> {
  readonly #exercise: Exercise<[], Answer>;

  constructor(readonly options: QuestionOptions<Answer>) {
    const { answer, mistakes, ...rest } = options;
    this.#exercise = new Exercise<[], Answer>({
      ...rest,
      cases: () => [{ given: [], expect: answer }],
      solution: () => answer,
      mistakes: mistakes.map((mistake) => ({ says: mistake.says, like: () => mistake.answer })),
    });
  }

  /** Shows the verdict on an answer below the cell. */
  check(answer: Answer): void {
    this.#exercise.check(() => answer);
  }

  /** The verdict on an answer. */
  judge(answer: Answer): Verdict {
    return this.#exercise.judge(() => answer);
  }
}

/**
 * Makes an exercise whose answer is a value.
 * @example question({ title: "2 + 2", answer: 4, mistakes: [{ says: "that is 2 · 3.", answer: 6 }] }).judge(6).message // "that is 2 · 3."
 */
export const question = <Answer>(options: QuestionOptions<Answer>): Question<Answer> => new Question(options);

interface Outcome {
  result?: unknown;
  threw?: unknown;
}

function outcome<Args extends unknown[]>(f: (...args: Args) => unknown, given: Args): Outcome {
  try {
    return { result: f(...given) };
  } catch (threw) {
    return { threw: threw ?? new Error(String(threw)) };
  }
}

/** Describes the first case that failed. */
function difference<Args extends unknown[]>(
  { given, expect }: Case<Args, unknown>,
  { result, threw }: Outcome,
): string {
  const call = given.length > 0 ? `for ${given.map(brief).join(", ")} it` : "it";
  if (threw !== undefined) return `${call} throws: ${threw instanceof Error ? threw.message : brief(threw)}`;
  if (result === undefined) return `${call} gives nothing back; is a return missing?`;
  if (typeof result === "function") return `${call} gives a function; are the parentheses of a call missing?`;
  if (result instanceof Promise) return `${call} gives a promise; is an await missing?`;
  return `not yet: ${call} gives ${brief(result)}, where ${brief(expect)} is right.`;
}

/** Whether two values are equal, numbers within a tolerance. Tensors and typed arrays equal arrays of their elements. */
export function alike(a: unknown, b: unknown, tolerance: number): boolean {
  if (Number.isFinite(a) && Number.isFinite(b)) {
    const [x, y] = [a as number, b as number];
    return Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x), Math.abs(y));
  }
  const [listA, listB] = [listOf(a), listOf(b)];
  if (listA && listB)
    return listA.length === listB.length && listA.every((item, i) => alike(item, listB[i], tolerance));
  if (listA || listB || typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return Object.is(a, b);
  const [keysA, keysB] = [Object.keys(a), Object.keys(b)];
  return keysA.length === keysB.length && keysA.every((key) => alike(a[key as never], b[key as never], tolerance));
}

function listOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<unknown>);
  const { toArray } = value as { toArray?: () => unknown };
  if (typeof toArray !== "function") return undefined;
  const array = toArray.call(value);
  return Array.isArray(array) ? array : [array];
}

/** The source of a function as an expression: `(x) => x ** 3`, `Math.exp`. */
function source(f: (...args: never[]) => unknown): string {
  if (Object.getOwnPropertyDescriptor(Math, f.name)?.value === f) return `Math.${f.name}`;
  const text = Function.prototype.toString.call(f);
  return text.includes("[native code]") ? f.name : text;
}

/** A value in which functions are inspected as their source. */
function readable(value: unknown): unknown {
  if (typeof value === "function") return { [inspect.custom]: () => source(value as never) };
  return Array.isArray(value) ? value.map(readable) : value;
}

/** A value in one line. */
function brief(value: unknown): string {
  const line = inspect(readable(value), { breakLength: Infinity, depth: 3, maxArrayLength: 12 }).replace(/\s+/g, " ");
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

const marks = { "not attempted": "○", right: "✓", mistake: "✗", wrong: "✗" } as const;

/** A verdict as it appears below a cell. */
class Shown {
  constructor(
    readonly title: string,
    readonly verdict: Verdict,
  ) {}

  [Symbol.for("Jupyter.display")]() {
    const mark = marks[this.verdict.status];
    const html = `<p>${mark} <strong>${escaped(this.title)}</strong>: ${escaped(this.verdict.message)}</p>`;
    return { "text/html": html, "text/plain": `${mark} ${this.title}: ${this.verdict.message}` };
  }
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => entities[character]);
