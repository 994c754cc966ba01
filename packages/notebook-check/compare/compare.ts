/** @file Whether a cell's fresh outputs are the stored ones, and if not, what a person should look at. */

import { exactText, only } from "../notebook/json.js";
import { isJson, joined, type Mimebundle, type Output, type Text } from "../notebook/nbformat.js";
import { compareMarkup } from "./markup.js";
import { compareText, sameNumber, type Tolerance, type Verdict, worst } from "./numbers.js";
import { comparePng } from "./raster.js";
import { asShown, withoutColors } from "./terminal.js";

export interface Comparison {
  verdict: Verdict;
  /** The places, in the list of stored outputs, of those that are not the same; null if the lists do not even match. */
  stale: number[] | null;
  /** A sentence for each thing that differs. */
  messages: string[];
  /** Both lists as text, one line a line; what says the same is spelled as stored in both. */
  stored: string;
  fresh: string;
}

/** What of two outputs is compared, and how closely. */
export interface ComparisonRules {
  readonly tolerance: Tolerance;
  /** What is left out: MIME types, `stdout`, `stderr`, `error`, `traceback`, `metadata`. */
  readonly ignore?: readonly string[];
  /** Whether everything that a cell prints to one stream is one text, however two streams alternate. */
  readonly mergeStreams?: boolean;
  /** Regular expressions, each with what stands for its matches. */
  readonly sanitize?: Readonly<Record<string, string>>;
}

export function compareOutputs(
  stored: readonly Output[],
  fresh: readonly Output[],
  { tolerance, ignore = [], mergeStreams = false, sanitize = {} }: ComparisonRules,
): Comparison {
  const sanitized = sanitizerOf(sanitize);
  const prepared = (outputs: readonly Output[]) =>
    merged(outputs, mergeStreams)
      .map((output) => withoutParts(output, ignore))
      .filter((output) => output !== null);
  const [before, after] = [prepared(stored), prepared(fresh)];
  const matches = before.length === after.length && before.every((output, i) => kindOf(output) === kindOf(after[i]));
  if (!matches) {
    const kinds = (outputs: Output[]) => outputs.map(kindOf).join("; ") || "none";
    const messages = [`outputs: ${kinds(before)} → ${kinds(after)}`];
    return { verdict: "differs", stale: null, messages, stored: render(before), fresh: render(after) };
  }
  const compared = before.map((output, i) => compareOutput(output, after[i], tolerance, sanitized));
  // Front ends keep together what a program writes in pieces.
  const inPieces = merged(stored, mergeStreams).length !== stored.length;
  const stale = compared.flatMap(({ verdict }, i) => (verdict === "same" ? [] : [i]));
  return {
    verdict: worst([...compared.map(({ verdict }) => verdict), ...(inPieces ? ["respelled" as const] : [])]),
    stale: mergeStreams || before.length !== stored.length || after.length !== fresh.length ? null : stale,
    messages: compared.flatMap(({ messages }) => messages),
    stored: compared.map((output) => output.stored).join("\n"),
    fresh: compared.map((output) => output.fresh).join("\n"),
  };
}

interface PartComparison {
  verdict: Verdict;
  messages: string[];
  stored: string;
  fresh: string;
}

function compareOutput(
  stored: Output,
  fresh: Output,
  tolerance: Tolerance,
  sanitized: (text: string) => string,
): PartComparison {
  const clean = ({ value, ...part }: Part): Part => ({
    ...part,
    value: typeof value === "string" ? sanitized(value) : value,
  });
  const [before, after] = [partsOf(stored).map(clean), partsOf(fresh).map(clean)];
  const parts = before.map((part, i) => comparePart(part, after[i], tolerance));
  const verdict = worst([...parts.map((part) => part.verdict), verdictOnErrors(stored, fresh)]);
  const found = parts.flatMap((part) => part.messages);
  const unnamed = verdict === "differs" ? [`the ${kindOf(stored)} differs`] : [];
  return {
    verdict,
    messages: found.length > 0 ? summarize(found) : unnamed,
    stored: parts.map((part) => part.stored).join("\n"),
    fresh: parts.map((part) => part.fresh).join("\n"),
  };
}

/**
 * What the text of two errors does not show: where the name and the message end, and how the traceback is cut. Of texts that
 * differ it says nothing.
 */
function verdictOnErrors(stored: Output, fresh: Output): Verdict {
  if (stored.output_type !== "error" || fresh.output_type !== "error") return "same";
  const [text, other] = [stored, fresh].map((output) => partsOf(output)[0].value);
  if (text !== other) return "same";
  if (stored.ename !== fresh.ename || stored.evalue !== fresh.evalue) return "differs";
  return JSON.stringify(stored.traceback) === JSON.stringify(fresh.traceback) ? "same" : "respelled";
}

/** Outputs as a reader sees them. */
export const render = (outputs: readonly Output[]): string =>
  outputs.flatMap((output) => partsOf(output).map(({ kind, value }) => `«${kind}»\n${textOf(value)}`)).join("\n");

/** Text that a program writes in two halves is still one text; if asked, whatever comes between the halves. */
function merged(outputs: readonly Output[], acrossOthers: boolean): Output[] {
  const result: Output[] = [];
  for (const output of outputs) {
    const continues = (one: Output) =>
      output.output_type === "stream" && one.output_type === "stream" && one.name === output.name;
    const place = acrossOthers ? result.findIndex(continues) : result.length - 1;
    const before = result[place];
    if (output.output_type === "stream" && before?.output_type === "stream" && continues(before)) {
      result[place] = { ...before, text: joined(before.text) + joined(output.text) };
    } else result.push(output);
  }
  return acrossOthers ? streamsInOrder(result) : result;
}

/** Which of two streams comes first is left to chance. */
function streamsInOrder(outputs: readonly Output[]): Output[] {
  const isStream = ({ output_type }: Output) => output_type === "stream";
  const streams = outputs.filter(isStream).sort((a, b) => (kindOf(a) < kindOf(b) ? 1 : -1));
  return outputs.map((output) => (isStream(output) ? (streams.pop() as Output) : output));
}

/** An output without the parts that are not compared; null if nothing is left. */
function withoutParts(output: Output, ignore: readonly string[]): Output | null {
  if (output.output_type === "stream") return ignore.includes(output.name) ? null : output;
  if (output.output_type === "error") {
    if (ignore.includes("error")) return null;
    return ignore.includes("traceback") ? { ...output, traceback: [] } : output;
  }
  const data = { ...output.data };
  for (const type of ignore) delete data[type];
  const metadata = ignore.includes("metadata") ? {} : output.metadata;
  return Object.keys(data).length === 0 && Object.keys(output.data).length > 0 ? null : { ...output, data, metadata };
}

function sanitizerOf(patterns: Readonly<Record<string, string>>): (text: string) => string {
  const all = Object.entries(patterns).map(([pattern, stand]) => [new RegExp(pattern, "gm"), stand] as const);
  return (text) => all.reduce((rest, [pattern, stand]) => rest.replace(pattern, stand), text);
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
  /** Of JSON: what holds the value under its kind, and knows how its numbers were spelled. */
  owner: object;
}

function partsOf(output: Output): Part[] {
  if (output.output_type === "stream")
    return [{ kind: output.name, value: asShown(joined(output.text)), owner: output }];
  if (output.output_type === "error") {
    const { ename, evalue, traceback } = output;
    return [{ kind: "error", value: `${ename}: ${evalue}\n${traceback.join("\n")}`, owner: output }];
  }
  return [...bundleParts(output.data), { kind: "metadata", value: output.metadata, owner: output }];
}

function bundleParts(data: Mimebundle): Part[] {
  return Object.keys(data)
    .sort()
    .map((type) => ({ kind: type, value: isJson(type) ? data[type] : joined(data[type] as Text), owner: data }));
}

/** Where in a file a function stands moves whenever the file is edited, and says nothing about the cell. */
const withoutPositions = (text: string): string => text.replace(/^(\s+at .*?):\d+:\d+(\)?)$/gm, "$1$2");

const textOf = (value: unknown): string =>
  typeof value === "string" ? withoutColors(value) : JSON.stringify(value, null, 1);

function comparePart({ kind, value, owner }: Part, fresh: Part, tolerance: Tolerance): PartComparison {
  const heading = `«${kind}»`;
  const same =
    typeof value === "string" ? value === fresh.value : sortedJson(owner, kind) === sortedJson(fresh.owner, kind);
  if (same) return { verdict: "same", messages: [], stored: heading, fresh: heading };
  const opaque = (messages: string[]): PartComparison => ({
    verdict: messages.length > 0 ? "differs" : "respelled",
    messages,
    stored: heading,
    // A thousand lines of SVG or base64 help nobody: the messages say where to look.
    fresh: [heading, ...summarize(messages)].join("\n"),
  });
  if (kind === "image/svg+xml") return opaque(compareMarkup(value as string, fresh.value as string, tolerance, "svg"));
  if (kind === "text/html") return opaque(compareMarkup(value as string, fresh.value as string, tolerance, "html"));
  if (kind === "image/png") {
    const difference = comparePng(value as string, fresh.value as string);
    return opaque(difference ? [difference] : []);
  }
  if (typeof value !== "string") return opaque(compareHeld(owner, fresh.owner, kind, tolerance, "$"));
  if (!/^(text\/|std|error$)/.test(kind)) return opaque([`the bytes of ${kind} differ`]);
  const [before, after] = [withoutColors(value), withoutColors(fresh.value as string)];
  const { verdict, settled, messages } = compareText(before, after, tolerance);
  const [unmoved, moved] = [before, after].map((text) => (kind === "error" ? withoutPositions(text) : text));
  const isSpelling = verdict === "same" || compareText(unmoved, moved, tolerance).verdict !== "differs";
  const texts = { stored: `${heading}\n${before}`, fresh: `${heading}\n${settled}` };
  return isSpelling ? { verdict: "respelled", messages: [], ...texts } : { verdict, messages, ...texts };
}

/** The JSON that an object holds under a key, as notebooks store it: its keys are sorted whatever order a cell gave them. */
function sortedJson(owner: object, key: string): string {
  const isObject = (held: unknown) => typeof held === "object" && held !== null && !Array.isArray(held);
  // How numbers were spelled is kept under a symbol.
  const keysOf = (held: object) => [...Object.keys(held).sort(), ...Object.getOwnPropertySymbols(held)];
  const sorted = (held: object) => Object.fromEntries(keysOf(held).map((key) => [key, Reflect.get(held, key)]));
  // −0 would be written as 0, what is infinite as null, and large whole numbers as JavaScript rounds them.
  const odd = (held: unknown): held is number =>
    typeof held === "number" && (Object.is(held, -0) || !(Math.abs(held) <= Number.MAX_SAFE_INTEGER));
  return JSON.stringify(only(owner, key), function (this: object, name, held) {
    if (odd(held)) return `\0${exactText(this, name, held)}`;
    return isObject(held) ? sorted(held) : held;
  });
}

/** What differs between the JSON that two objects or lists hold under a key, each place as a path. */
function compareHeld(before: object, after: object, key: string, tolerance: Tolerance, path: string): string[] {
  const [stored, fresh] = [before, after].map((owner) =>
    Object.hasOwn(owner, key) ? (owner as Record<string, unknown>)[key] : undefined,
  );
  if (typeof stored === "number" && typeof fresh === "number") {
    const [a, b] = [exactText(before, key, stored), exactText(after, key, fresh)];
    return sameNumber(a, b, tolerance) ? [] : [`${path}: ${a} → ${b}`];
  }
  const bothObjects = typeof stored === "object" && typeof fresh === "object" && stored && fresh;
  if (!bothObjects || Array.isArray(stored) !== Array.isArray(fresh)) {
    return stored === fresh ? [] : [`${path}: ${JSON.stringify(stored)} → ${JSON.stringify(fresh)}`];
  }
  const keys = [...new Set([...Object.keys(stored), ...Object.keys(fresh)])];
  return keys.flatMap((one) =>
    compareHeld(stored, fresh, one, tolerance, Array.isArray(stored) ? `${path}[${one}]` : `${path}.${one}`),
  );
}

/** The first few, and how many more there are. */
function summarize(messages: readonly string[], most = 6): string[] {
  if (messages.length <= most) return [...messages];
  return [...messages.slice(0, most - 1), `… and ${messages.length - most + 1} more`];
}
