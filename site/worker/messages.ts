/** @file What the page and its worker say to each other. */

import type { Signature } from "../../scripts/interpreter/signature.js";
import type { Assets } from "./layout.js";

/** What the page asks. Every question but `interrupt` gets one answer; `redraw` at once, the others in order. */
export type Question =
  | { type: "start"; assets: Assets; site: string; directory: string }
  | { type: "execute"; code: string }
  /** The values of expressions; takes no execution count. */
  | { type: "evaluate"; expressions: readonly string[] }
  /** What is wrong with a cell that is being written, without running it. */
  | { type: "check"; code: string }
  | { type: "complete" | "inspect" | "signature"; code: string; cursor: number }
  /** A figure with knobs, at other values. */
  | { type: "redraw"; display: string; values: Readonly<Record<string, unknown>> };

export interface Problem {
  from: number;
  to: number;
  message: string;
}

export interface Answers {
  start: object;
  execute: { count: number; failed: boolean; published: number; milliseconds: number };
  evaluate: { values: ({ text: string } | { error: string })[] };
  check: { problems: Problem[] };
  complete: { from: number; options: string[] };
  /** What is known of a name, and the address of its source on the site, if it is one of the library's. */
  inspect: { text: string | null; source: string | null };
  /** The call around the cursor. */
  signature: { signature: Signature | null };
  redraw: { data: Record<string, unknown> | null };
}

export type ToWorker = { type: "interrupt" } | (Question & { id: number });

export type FromWorker =
  /** A cell's output, in the form of Jupyter's messages. */
  | { type: "published"; id: number; message: string; content: Record<string, unknown> }
  /** How far the start is, in bytes. */
  | { type: "loading"; what: string; done: number; total: number }
  /** Data that a running cell fetches. */
  | { type: "fetching"; what: string }
  | { type: "answer"; id: number; answer: object }
  | { type: "broken"; id: number; reason: string };
