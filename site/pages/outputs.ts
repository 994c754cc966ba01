/** @file Outputs as HTML: the same function writes the page as it is stored and draws what a running cell shows. */

import { withoutColors } from "../../packages/notebook-check/compare/terminal.js";
import { joined, type Output, type Text } from "../../packages/notebook-check/notebook/nbformat.js";
import { renderFigure } from "./figure.js";
import { escaped } from "./html.js";
import { knobsType, readKnobs } from "./knobs.js";
import { sanitized } from "./sanitize.js";
import { colored } from "./terminal.js";

/** Puts the frames of a figure that moves where a page can fetch them, and says where. */
export type KeepFilm = (film: Uint8Array) => string;

/** All outputs of a cell. @param keepFilm for pages that are stored: figures then move before there is a kernel */
export const renderOutputs = (outputs: readonly Output[], keepFilm?: KeepFilm): string =>
  outputs.map((output) => `<div class="output">${renderOutput(output, keepFilm)}</div>`).join("");

function renderOutput(output: Output, keepFilm: KeepFilm | undefined): string {
  switch (output.output_type) {
    case "stream":
      return `<pre class="${output.name === "stderr" ? "stderr" : "stdout"}" tabindex="0">${colored(joined(output.text))}</pre>`;
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
  return `<pre class="result" tabindex="0">${colored(textOf(data["text/plain"]))}</pre>`;
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

/** What is wrong as a sentence, which is the traceback's first line where it begins with the name, then the rest. */
function renderError({ ename, evalue, traceback }: Output & { output_type: "error" }): string {
  const first = withoutColors(traceback[0] ?? "");
  const [sentence, rest] = first.startsWith(`${ename}: `)
    ? [first.slice(ename.length + 2), traceback.slice(1)]
    : [evalue.replace(/^\d+:\d+ - /, "").split("\n")[0], traceback];
  const [, place] = /^(\d+:\d+) - /.exec(evalue) ?? [];
  const where = place ? `, line ${place.replace(":", ", column ")}` : "";
  const kind = ename === "TypeScriptError" ? `Type error${where}` : ename;
  const lines = rest.length > 0 ? `<pre tabindex="0">${colored(rest.join("\n"))}</pre>` : "";
  return `<div class="error"><p><b>${escaped(kind)}</b> ${escaped(withoutColors(sentence))}</p>${lines}</div>`;
}
