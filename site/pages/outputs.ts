/** @file Outputs as HTML: the same function writes the page as it is stored and draws what a running cell shows. */

import { joined, type Output, type Text } from "../../packages/notebook-check/notebook/nbformat.js";
import { renderFigure } from "./figure.js";
import { escaped } from "./html.js";
import { knobsType, readKnobs } from "./knobs.js";
import { sanitized } from "./sanitize.js";

/** Puts the frames of a figure that moves where a page can fetch them, and says where. */
export type KeepFilm = (film: Uint8Array) => string;

/** All outputs of a cell. @param keepFilm for pages that are stored: figures then move before there is a kernel */
export const renderOutputs = (outputs: readonly Output[], keepFilm?: KeepFilm): string =>
  outputs.map((output) => `<div class="output">${renderOutput(output, keepFilm)}</div>`).join("");

function renderOutput(output: Output, keepFilm: KeepFilm | undefined): string {
  switch (output.output_type) {
    case "stream":
      return `<pre class="${output.name === "stderr" ? "stderr" : "stdout"}" tabindex="0">${escaped(joined(output.text))}</pre>`;
    case "error":
      return renderError(output);
    case "execute_result":
    case "display_data":
      return renderData(output.data, keepFilm);
  }
}

/** The richest form that is safe to show. */
function renderData(data: Readonly<Record<string, unknown>>, keepFilm: KeepFilm | undefined): string {
  const svg = textOf(data["image/svg+xml"]);
  if (svg)
    return renderFigure(svg) + renderKnobs(data[knobsType], keepFilm && filmIn(textOf(data["text/html"]), keepFilm));
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

/** Where the frames are kept that stand in the HTML form of a figure (lib/notebook/film.ts); "" if there are none. */
function filmIn(html: string, keepFilm: KeepFilm): string {
  const [, packed] = /\bdata-film="data:application\/gzip;base64,([\w+/=]+)"/.exec(html) ?? [];
  return packed ? keepFilm(Uint8Array.from(atob(packed), (character) => character.charCodeAt(0))) : "";
}

/** What the reader can turn. Without a script nothing would happen, so that a script shows it. */
function renderKnobs(content: unknown, film = ""): string {
  if (!readKnobs(content)) return "";
  const frames = film ? ` data-film="${escaped(film)}"` : "";
  return `<div class="knobs" hidden data-knobs="${escaped(JSON.stringify(content))}"${frames}></div>`;
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
