/** @file Values as display data. */

import { inspect } from "node:util";

/** What an output or a message holds depends on its type. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Content = Record<string, any>;

/** A value that knows how to show itself, by the convention that Deno's kernel made: a method that gives a MIME bundle. */
const displayMethod = Symbol.for("Jupyter.display");

const pendingNote = "\n`await` is missing? Before a promise, it waits for the promise's value.";

const isPending = (value: unknown): boolean =>
  value instanceof Promise && inspect(value).startsWith("Promise { <pending>");

/** The rich form of a value, if it has one, and its text; a string is shown as it is, without quotes. */
export async function bundle(value: unknown): Promise<Content> {
  const text = typeof value === "string" ? value : `${inspect(value)}${isPending(value) ? pendingNote : ""}`;
  const method = (value as { [displayMethod]?: () => Content } | null | undefined)?.[displayMethod];
  const rich = typeof method === "function" ? await method.call(value) : undefined;
  return { "text/plain": text, ...rich };
}
