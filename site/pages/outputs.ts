/** @file Outputs as HTML: the same function writes the page as it is stored and draws what a running cell shows. */

import { joined, type Output, type Text } from "../../packages/notebook-check/notebook/nbformat.js";
import { escaped } from "./html.js";
import { sanitized } from "./sanitize.js";

/** The media type of figures with knobs (lib/notebook/knobs.ts). */
export const knobsType = "application/vnd.foundations.knobs+json";

export interface KnobSpec {
  readonly name: string;
  readonly kind: "slider" | "point" | "choice" | "text";
  readonly from?: number;
  readonly to?: number;
  readonly step?: number;
  readonly of?: readonly string[];
  readonly at: number | string | readonly number[];
}

/** All outputs of a cell. */
export const renderOutputs = (outputs: readonly Output[]): string =>
  outputs.map((output) => `<div class="output">${renderOutput(output)}</div>`).join("");

function renderOutput(output: Output): string {
  switch (output.output_type) {
    case "stream":
      return `<pre class="${output.name === "stderr" ? "stderr" : "stdout"}" tabindex="0">${escaped(joined(output.text))}</pre>`;
    case "error":
      return renderError(output);
    case "execute_result":
    case "display_data":
      return renderData(output.data);
  }
}

/** The richest form that is safe to show. */
function renderData(data: Readonly<Record<string, unknown>>): string {
  const svg = textOf(data["image/svg+xml"]);
  if (svg) return renderFigure(svg) + renderKnobs(data[knobsType] as { knobs: readonly KnobSpec[] } | undefined);
  for (const type of ["image/png", "image/jpeg"]) {
    const picture = textOf(data[type]);
    if (picture)
      return `<figure><img alt="${escaped(textOf(data["text/plain"]))}" src="data:${type};base64,${escaped(picture.replace(/\s/g, ""))}"></figure>`;
  }
  const html = textOf(data["text/html"]);
  if (html) return `<div class="html">${sanitized(html)}</div>`;
  return `<pre class="result" tabindex="0">${escaped(textOf(data["text/plain"]))}</pre>`;
}

const textOf = (value: unknown): string =>
  typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"))
    ? joined(value as Text)
    : "";

/** A figure as a picture: nothing in it can run, and its words are those that it tells of itself. */
export function renderFigure(svg: string): string {
  const [, width] = /<svg\b[^>]*\bwidth="([\d.]+)"/.exec(svg) ?? [];
  const [, height] = /<svg\b[^>]*\bheight="([\d.]+)"/.exec(svg) ?? [];
  const size = width && height ? ` width="${width}" height="${height}"` : "";
  // What need not be escaped in an address between double quotes stays as it is: it packs better.
  const address = svg.replace(/[%#"&\n]/g, (character) => (character === '"' ? "'" : encodeURIComponent(character)));
  const source = /'/.test(svg) ? encodeURIComponent(svg) : address;
  return `<figure><img alt="${escaped(wordsOf(svg))}"${size} loading="lazy" src="data:image/svg+xml;charset=utf-8,${source}"></figure>`;
}

const plain: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };

function wordsOf(svg: string): string {
  const words = ["title", "desc"].map((tag) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(svg)?.[1] ?? "");
  const sentence = words
    .filter(Boolean)
    .join(". ")
    .replace(/([.?!…])\. /, "$1 ");
  return sentence.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => plain[entity]);
}

/** What the reader can turn. Without a script nothing would happen, so that a script shows it. */
function renderKnobs(content: { knobs: readonly KnobSpec[] } | undefined): string {
  if (!content) return "";
  return `<div class="knobs" hidden>${content.knobs.map(renderKnob).join("")}</div>`;
}

function renderKnob({ name, kind, from, to, step, of, at }: KnobSpec): string {
  const label = `<span>${escaped(name)}</span>`;
  const attributes = `name="${escaped(name)}" data-kind="${kind}"`;
  if (kind === "slider")
    return `<label>${label}<input type="range" ${attributes} min="${Number(from)}" max="${Number(to)}" step="${Number(step)}" value="${Number(at)}"><output>${Number(at)}</output></label>`;
  if (kind === "point")
    return [0, 1]
      .map(
        (axis) =>
          `<label><span>${escaped(name)}, ${"xy"[axis]}</span><input type="number" ${attributes} step="0.1" value="${Number((at as readonly number[])[axis])}"></label>`,
      )
      .join("");
  if (kind === "choice") {
    const options = (of ?? []).map((one) => `<option${one === at ? " selected" : ""}>${escaped(one)}</option>`);
    return `<label>${label}<select ${attributes}>${options.join("")}</select></label>`;
  }
  return `<label>${label}<input type="text" ${attributes} value="${escaped(String(at))}"></label>`;
}

/** The sentence about shapes first, if there is one, whatever the compiler wraps around it. */
function renderError({ ename, evalue, traceback }: Output & { output_type: "error" }): string {
  const wrapped = /'"(\w+: .*?)"'/.exec(evalue);
  const [, place] = /^(\d+:\d+) - /.exec(evalue) ?? [];
  const sentence = wrapped ? wrapped[1] : evalue.replace(/^\d+:\d+ - /, "").split("\n")[0];
  const where = place ? `, line ${place.replace(":", ", column ")}` : "";
  const heading = `${ename}: ${evalue.split("\n")[0]}`;
  const rest = traceback.filter((line, i) => !(i === 0 && line === heading)).join("\n");
  const kind = ename === "TypeScriptError" ? `Type error${where}` : ename;
  return `<div class="error"><p><b>${escaped(kind)}</b> ${escaped(sentence)}</p>${rest ? `<pre tabindex="0">${escaped(rest)}</pre>` : ""}</div>`;
}
