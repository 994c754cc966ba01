/** @file Whether a cell's fresh outputs are the stored ones, and if not, what a person should look at. */

import { compareMarkup } from "./markup.js";
import { isJson, joined, type Mimebundle, type Output, type Text } from "./nbformat.js";
import { compareText, sameNumber, type Tolerance } from "./numbers.js";
import { comparePng } from "./raster.js";

export interface Comparison {
  /** The places, in the list of stored outputs, of those that drifted; null if the lists do not even match. */
  drifted: number[] | null;
  /** A sentence for each thing that differs. */
  messages: string[];
  /** Both lists as text, one line a line; numbers within the tolerance are spelled as stored in both. */
  stored: string;
  fresh: string;
}

export function compareOutputs(stored: readonly Output[], fresh: readonly Output[], tolerance: Tolerance): Comparison {
  const [before, after] = [merged(stored), merged(fresh)];
  const matches = before.length === after.length && before.every((output, i) => kindOf(output) === kindOf(after[i]));
  if (!matches) {
    const kinds = (outputs: Output[]) => outputs.map(kindOf).join("; ") || "none";
    const messages = [`outputs: ${kinds(before)} → ${kinds(after)}`];
    return { drifted: null, messages, stored: render(before), fresh: render(after) };
  }
  const messages: string[] = [];
  const texts: { stored: string; fresh: string }[] = [];
  const drifted: number[] = [];
  for (const [i, output] of before.entries()) {
    const parts = partsOf(output).map((part, k) => comparePart(part, partsOf(after[i])[k], tolerance));
    const heading = kindOf(output);
    texts.push({
      stored: parts.map((part) => part.stored).join("\n"),
      fresh: parts.map((part) => part.fresh).join("\n"),
    });
    if (parts.every((part) => part.same)) continue;
    drifted.push(i);
    const found = parts.flatMap((part) => part.messages);
    messages.push(...(found.length > 0 ? summarize(found) : [`the ${heading} differs`]));
  }
  // Merging changed the places: then all outputs are replaced.
  const sameShape = before.length === stored.length && after.length === fresh.length;
  return {
    drifted: sameShape || drifted.length === 0 ? drifted : null,
    messages,
    stored: texts.map((text) => text.stored).join("\n"),
    fresh: texts.map((text) => text.fresh).join("\n"),
  };
}

/** Outputs as a reader sees them. */
export const render = (outputs: readonly Output[]): string =>
  outputs.flatMap((output) => partsOf(output).map(({ kind, value }) => `«${kind}»\n${textOf(value)}`)).join("\n");

/** Text that a program writes in two halves is still one text. */
function merged(outputs: readonly Output[]): Output[] {
  const result: Output[] = [];
  for (const output of outputs) {
    const last = result.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      result[result.length - 1] = { ...last, text: joined(last.text) + joined(output.text) };
    } else result.push(output);
  }
  return result;
}

/** What kind of output it is: two of different kinds cannot be compared further. */
function kindOf(output: Output): string {
  if (output.output_type === "stream") return output.name;
  if (output.output_type === "error") return "error";
  return `${output.output_type.replace("_", " ")} (${Object.keys(output.data).sort().join(", ")})`;
}

interface Part {
  kind: string;
  value: unknown;
}

function partsOf(output: Output): Part[] {
  switch (output.output_type) {
    case "stream":
      return [{ kind: output.name, value: joined(output.text) }];
    case "error":
      return [
        {
          kind: "error",
          value: `${output.ename}: ${output.evalue}\n${output.traceback.map(withoutPosition).join("\n")}`,
        },
      ];
    default: {
      const parts = bundleParts(output.data);
      const { metadata } = output;
      return Object.keys(metadata).length > 0 ? [...parts, { kind: "metadata", value: metadata }] : parts;
    }
  }
}

function bundleParts(data: Mimebundle): Part[] {
  return Object.keys(data)
    .sort()
    .map((type) => ({ kind: type, value: isJson(type) ? data[type] : joined(data[type] as Text) }));
}

/** Where in a file a function stands moves whenever the file is edited, and says nothing about the cell. */
const withoutPosition = (line: string): string => line.replace(/^(\s+at .*?):\d+:\d+(\)?)$/gm, "$1$2");

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, null, 1));

interface PartComparison {
  same: boolean;
  messages: string[];
  stored: string;
  fresh: string;
}

function comparePart({ kind, value }: Part, fresh: Part, tolerance: Tolerance): PartComparison {
  const heading = `«${kind}»`;
  const opaque = (messages: string[]): PartComparison => {
    // A thousand lines of SVG or base64 help nobody: the messages say where to look.
    const lines = (list: string[]) => [heading, ...list].join("\n");
    return { same: messages.length === 0, messages, stored: heading, fresh: lines(summarize(messages)) };
  };
  if (kind === "image/svg+xml") return opaque(compareMarkup(value as string, fresh.value as string, tolerance, "svg"));
  if (kind === "text/html") return opaque(compareMarkup(value as string, fresh.value as string, tolerance, "html"));
  if (kind === "image/png") {
    const difference = comparePng(value as string, fresh.value as string);
    return opaque(difference ? [difference] : []);
  }
  if (typeof value !== "string") return opaque(compareJson(value, fresh.value, tolerance));
  const { same, settled, messages } = compareText(value, fresh.value as string, tolerance);
  return { same, messages, stored: `${heading}\n${value}`, fresh: `${heading}\n${settled}` };
}

/** What differs between two JSON values, each place as a path. */
export function compareJson(stored: unknown, fresh: unknown, tolerance: Tolerance, path = "$"): string[] {
  if (typeof stored === "number" && typeof fresh === "number") {
    return sameNumber(String(stored), String(fresh), tolerance) ? [] : [`${path}: ${stored} → ${fresh}`];
  }
  const bothObjects = typeof stored === "object" && typeof fresh === "object" && stored && fresh;
  if (!bothObjects || Array.isArray(stored) !== Array.isArray(fresh)) {
    return stored === fresh ? [] : [`${path}: ${JSON.stringify(stored)} → ${JSON.stringify(fresh)}`];
  }
  const [before, after] = [stored, fresh] as [Record<string, unknown>, Record<string, unknown>];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) =>
    compareJson(before[key], after[key], tolerance, Array.isArray(stored) ? `${path}[${key}]` : `${path}.${key}`),
  );
}

/** The first few, and how many more there are. */
function summarize(messages: readonly string[], most = 6): string[] {
  if (messages.length <= most) return [...messages];
  return [...messages.slice(0, most - 1), `… and ${messages.length - most + 1} more`];
}
