/** @file Calls as operations.py writes them, made of our operations. */

import { type Tensor, tensor } from "../../lib/index.js";
import * as operations from "../../lib/ops/index.js";

/** `"$0"` stands for the first input, `":"` for an axis indexed whole. */
export type Argument =
  | null
  | number
  | string
  | { int32: number[] }
  | { float: number[] }
  | { bool: boolean[] }
  | Argument[]
  | object;
export interface Call {
  readonly op: string;
  readonly args: readonly Argument[];
}

/** JSON has no NaN and no ∞: they are written as text. */
export type Written = readonly (number | "NaN" | "Infinity" | "-Infinity")[];

// biome-ignore lint/suspicious/noExplicitAny: a tensor, or what `apply` makes one of
type Operation = (...args: unknown[]) => any;

/** What a call gives for its inputs: of sorted elements their values, of several parts the last. */
export function apply({ op, args }: Call, inputs: readonly Tensor[]): Tensor {
  const [first, ...rest] = args.map((arg) => resolve(arg, inputs));
  if (op in operations) return (operations as unknown as Record<string, Operation>)[op](first, ...rest);
  const member = (first as Record<string, Operation | Tensor>)[op];
  const made: Tensor | { values: Tensor } | Tensor[] =
    typeof member === "function" ? member.apply(first, rest) : member;
  return Array.isArray(made) ? made[made.length - 1] : "values" in made ? made.values : made;
}

function resolve(arg: Argument, inputs: readonly Tensor[]): unknown {
  if (arg === null) return undefined;
  if (arg === ":") return null;
  if (typeof arg === "string") return arg.startsWith("$") ? inputs[Number(arg.slice(1))] : arg;
  if (Array.isArray(arg)) return arg.map((one) => resolve(one, inputs));
  if (typeof arg !== "object") return arg;
  if ("int32" in arg) return tensor(arg.int32 as number[], { dtype: "int32" });
  if ("bool" in arg) return tensor(arg.bool as boolean[], { dtype: "bool" });
  if ("float" in arg) return tensor(arg.float as number[], { dtype: inputs[0].dtype });
  return Object.fromEntries(Object.entries(arg).map(([name, value]) => [name, resolve(value, inputs)]));
}
