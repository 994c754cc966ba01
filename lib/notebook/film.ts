/** @file Films: a figure at every position of a knob, compressed, and the few lines of script that move through them. */

import { gzipSync, strFromU8, strToU8 } from "fflate";
import type { Figure } from "../plot/index.js";
import { bundleOf } from "./show.js";

/** As many frames as a film has, and as many characters as they take in a notebook. */
const [mostFrames, mostCharacters] = [61, 30_000];

/**
 * A figure as HTML that moves without a kernel: the image at `at`, and beside it all frames, by what they show ("η = 0.1").
 * Where scripts are stripped it is the image. Frames are left out evenly until the rest is small enough; `undefined` if
 * fewer than five would be left. The bytes are the same on every machine: fflate's, not those of the zlib that comes with
 * Node.
 */
export function filmOf<Value extends string | number>(
  name: string,
  positions: readonly Value[],
  at: Value,
  draw: (value: Value) => Figure,
): string | undefined {
  const drawn = new Map<Value, Figure>();
  const figureAt = (value: Value): Figure => {
    const figure = drawn.get(value) ?? draw(value);
    drawn.set(value, figure);
    return figure;
  };
  for (let stride = Math.ceil(positions.length / mostFrames); ; stride *= 2) {
    const kept = positions.filter((value, i) => i % stride === 0 || value === at || i === positions.length - 1);
    if (stride > 1 && kept.length < 5) return undefined;
    const frames = Object.fromEntries(kept.map((value) => [`${name} = ${value}`, figureAt(value).svg]));
    const packed = btoa(strFromU8(gzipSync(strToU8(JSON.stringify(frames)), { level: 9, mtime: 0 }), true));
    if (packed.length > mostCharacters) continue;
    const image = String(bundleOf(figureAt(at))["text/html"]).replace(/^<img /, `<img onload="${escaped(script)}" `);
    const film = `data-film="data:application/gzip;base64,${packed}"`;
    return `<div data-knob="${escaped(name)}" data-start="${kept.indexOf(at)}" ${film}>${image}</div>`;
  }
}

const escaped = (text: string): string => text.replace(/[&"<]/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * Runs once the image is shown, wherever that is: front ends that put HTML on a page in their own way do not run a script
 * element that stands in it, or run it before what stands beside it is there.
 */
const script = `(async () => {
  this.onload = null;
  const { film, knob, start } = this.parentNode.dataset;
  const bytes = Uint8Array.from(atob(film.split(',')[1]), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const frames = Object.entries(JSON.parse(await new Response(stream).text()));
  const [label, input, output] = ['label', 'input', 'output'].map((name) => document.createElement(name));
  const attributes = { type: 'range', max: frames.length - 1, value: start, 'aria-label': knob, style: 'width: min(60%, 20rem); height: 2rem; vertical-align: middle' };
  for (const name in attributes) input.setAttribute(name, attributes[name]);
  const say = (words) => { output.textContent = ' ' + words; input.setAttribute('aria-valuetext', words); };
  input.addEventListener('input', () => {
    const [words, svg] = frames[input.value];
    const figure = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    this.alt = ['title', 'desc'].map((name) => figure.querySelector(name).textContent).join('. ');
    this.height = figure.getAttribute('height');
    this.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(svg);
    say(words);
  });
  say(frames[start][0]);
  label.append(input, output);
  this.after(label);
})();`;
