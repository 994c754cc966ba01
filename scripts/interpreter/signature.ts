/** @file What an editor shows inside the parentheses of a call: its signature, and the parameter that is being written. */

import type { SignatureHelpItem, SignatureHelpItems, SymbolDisplayPart } from "@tslab/typescript-for-tslab";

/** One signature of a call. */
export interface Signature {
  readonly label: string;
  /** Where in the label the parameter stands that is being written, if it has one. */
  readonly parameter: readonly [from: number, to: number] | null;
  /** Where the arguments begin in the code. */
  readonly start: number;
  /** What is known of that parameter, or else of the call. */
  readonly documentation: string;
  /** Which overload it is, from 0, and of how many. */
  readonly overload: number;
  readonly overloads: number;
}

const joined = (parts: readonly SymbolDisplayPart[]): string => parts.map(({ text }) => text).join("");

let isAsked = false;
let answer: { items: SignatureHelpItems; position: number } | null = null;

/**
 * To be called where tslab asks the compiler about a name: only there does it hand out the cell's file and types.
 *
 * @returns whether it was the call that somebody asked about, and not the name
 */
export function noteCall(position: number, find: () => SignatureHelpItems | undefined): boolean {
  if (!isAsked) return false;
  const items = find();
  answer = items ? { items, position } : null;
  return true;
}

/** The call around a position in a cell. @param inspect has tslab ask about the position */
export function signatureAt(position: number, inspect: () => void): Signature | null {
  isAsked = true;
  answer = null;
  try {
    inspect();
  } finally {
    isAsked = false;
  }
  // The control flow of types does not see that `inspect` comes back to `noteCall`.
  const found = answer as { items: SignatureHelpItems; position: number } | null;
  // What tslab puts before a cell counts in the compiler's positions.
  return found && readable(found.items, found.position - position);
}

function readable(help: SignatureHelpItems, shift: number): Signature {
  const { items, selectedItemIndex, argumentIndex, applicableSpan } = help;
  const item: SignatureHelpItem = items[selectedItemIndex] ?? items[0];
  const separator = joined(item.separatorDisplayParts);
  const labels = item.parameters.map(({ displayParts }) => joined(displayParts));
  const start = joined(item.prefixDisplayParts);
  // A rest parameter takes all arguments from its place on.
  const index = item.isVariadic ? Math.min(argumentIndex, labels.length - 1) : argumentIndex;
  const before = start.length + labels.slice(0, index).reduce((sum, label) => sum + label.length + separator.length, 0);
  const parameter = item.parameters[index];
  return {
    label: start + labels.join(separator) + joined(item.suffixDisplayParts),
    parameter: parameter ? [before, before + labels[index].length] : null,
    start: applicableSpan.start - shift,
    documentation: (parameter && joined(parameter.documentation)) || joined(item.documentation),
    overload: Math.max(0, selectedItemIndex),
    overloads: items.length,
  };
}
