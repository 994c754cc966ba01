/** @file What a client may not send, and the answer to it: a refusal that says why, never silence. */

import type { Content, Message } from "../../packages/jupyter-wire/wire.js";

/** What each request must say, by the type of what is said. */
const needed: Record<string, Record<string, string>> = {
  execute_request: { code: "string" },
  complete_request: { code: "string", cursor_pos: "number" },
  inspect_request: { code: "string", cursor_pos: "number" },
  is_complete_request: { code: "string" },
};

export const isRequest = ({ header }: Message): boolean => `${header.msg_type}`.endsWith("_request");

/** What is wrong with a message, or null. */
export function problemWith({ header, content }: Message): string | null {
  if (typeof header.msg_type !== "string") return "the header must have a msg_type";
  for (const [key, type] of Object.entries(Object.hasOwn(needed, header.msg_type) ? needed[header.msg_type] : {})) {
    if (typeof content[key] !== type) return `${header.msg_type} must have "${key}", a ${type}`;
  }
  const { user_expressions = {} } = content;
  const expressions: unknown[] = Object.values(user_expressions ?? {});
  if (!expressions.every((expression) => typeof expression === "string")) {
    return `${header.msg_type} must have "user_expressions" that are strings`;
  }
  return null;
}

export const refusal = (evalue: string): Content => ({
  status: "error",
  ename: "RequestError",
  evalue,
  traceback: [`RequestError: ${evalue}`],
});
