/** @file Kinds of argument: every check says whose argument it is, what it has to be, and what was given instead. */

import { describe } from "./rules.js";

/** @throws unless `value` is a string */
export function checkText(owner: string, name: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw new TypeError(`${owner}: ${name} is text, got ${describe(value)}`);
}

/** @throws unless `value` is an array */
export function checkArray(owner: string, name: string, value: unknown): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${owner}: ${name} is an array, got ${describe(value)}`);
}

/** @throws unless `value` is an array of strings */
export function checkTexts(owner: string, name: string, value: unknown): asserts value is readonly string[] {
  checkArray(owner, name, value);
  const odd = value.findIndex((one) => typeof one !== "string");
  if (odd >= 0)
    throw new TypeError(`${owner}: ${name} is an array of text, at place ${odd} is ${describe(value[odd])}`);
}

/** @throws unless `value` can be iterated, as arrays can; text, whose characters could be, does not count */
export function checkIterable(owner: string, name: string, value: unknown): asserts value is Iterable<unknown> {
  const iterable = typeof value === "object" && value !== null && Symbol.iterator in value;
  if (!iterable) throw new TypeError(`${owner}: ${name} is an array or another iterable, got ${describe(value)}`);
}

/** @throws unless `value` is a function */
export function checkFunction(owner: string, name: string, value: unknown): void {
  if (typeof value !== "function") throw new TypeError(`${owner}: ${name} is a function, got ${describe(value)}`);
}
