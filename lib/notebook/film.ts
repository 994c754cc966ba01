/** @file Films: a figure at every position of a slider, compressed, with the few lines of script that move through them. */

import { deflateSync, strFromU8, strToU8 } from "fflate";
import type { Figure } from "../plot/index.js";
import { bundleOf } from "./show.js";

/** Characters that a film may add to a notebook. */
const most = 24_000;

/**
 * A figure as HTML that moves without a kernel: the image at `at`, and all frames beside it. Where scripts are stripped it is
 * the image. Frames are left out, every second one at a time, until the rest is small enough; `undefined` if it never is.
 * The bytes are the same on every machine: fflate's, not those of the zlib that comes with Node.
 */
export function filmOf(
  name: string,
  positions: readonly number[],
  at: number,
  draw: (value: number) => Figure,
): string | undefined {
  const all = positions.map((value) => ({ value, svg: draw(value).svg }));
  for (let stride = 1; 2 * stride < all.length; stride *= 2) {
    const frames = all.filter(({ value }, i) => i % stride === 0 || value === at);
    const packed = btoa(strFromU8(deflateSync(strToU8(JSON.stringify(frames)), { level: 9 }), true));
    if (packed.length > most) continue;
    const start = frames.findIndex(({ value }) => value === at);
    const image = String(bundleOf(draw(at))["text/html"]);
    return `<div data-knob="${escaped(name)}" data-start="${start}" data-frames="${packed}">${image}</div><script>${script}</script>`;
  }
  return undefined;
}

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");

/** Finds films that do not move yet: some front ends run a script before what stands beside it is on the page. */
const script = `(() => {
  const start = (tries) => {
    const films = document.querySelectorAll("[data-frames]:not([data-moves])");
    if (films.length === 0 && tries > 0) setTimeout(start, 100, tries - 1);
    for (const film of films) { film.setAttribute("data-moves", ""); move(film); }
  };
  const move = async (film) => {
    const bytes = Uint8Array.from(atob(film.getAttribute("data-frames")), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const frames = JSON.parse(await new Response(stream).text());
    const [image, label, input, output] = [film.firstElementChild, ...["label", "input", "output"].map((name) => document.createElement(name))];
    label.append(film.getAttribute("data-knob") + " ", input, output);
    for (const [name, value] of Object.entries({ type: "range", min: 0, max: frames.length - 1, value: film.getAttribute("data-start") })) input.setAttribute(name, value);
    const show = () => {
      const { value, svg } = frames[Number(input.value)];
      image.setAttribute("src", "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg));
      image.setAttribute("height", svg.match(/ height="(\\d+)"/)[1]);
      output.textContent = " " + value;
      input.setAttribute("aria-valuetext", value);
    };
    input.addEventListener("input", show);
    film.append(label);
    show();
  };
  start(50);
})();`;
