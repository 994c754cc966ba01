/** @file `show` and `animate`: figures, and whatever else has a rich form, on the page of a notebook or in a terminal. */

import { throttle } from "./throttle.js";
import { type Bundle, inNotebook, send, updatableDisplay } from "./tslab.js";

const displayKey = Symbol.for("Jupyter.display");

/** The forms of a value: those it says itself, or its text. */
export function bundleOf(value: unknown): Bundle {
  const display = (value as Record<symbol, unknown> | null | undefined)?.[displayKey];
  return typeof display === "function" ? (display.call(value) as Bundle) : { "text/plain": String(value) };
}

/**
 * Shows a figure, or anything with a rich form, below the cell. Outside of notebooks its text is printed.
 * @example show(lines({ loss: [3, 2, 1] }, { title: "The loss falls", x: "step", y: "loss" }))
 */
export function show(value: unknown): void {
  const bundle = bundleOf(value);
  if (inNotebook()) send(bundle);
  else console.log(bundle["text/plain"]);
}

/**
 * Shows frames one after the other in one place, as they are made; the last one stays, and alone is stored with the
 * notebook. When frames come faster than can be watched, some are made and not shown.
 * @example
 * function* frames() {
 *   for (const loss of [[3], [3, 2], [3, 2, 1]]) yield lines({ loss }, { title: "Training", x: "step", y: "loss" });
 * }
 * animate(frames())
 */
export function animate(frames: Iterable<unknown>): void {
  const showFrame = inNotebook() ? updatableDisplay() : () => {};
  const isTime = throttle(100);
  let last: unknown;
  let shown: unknown;
  for (const frame of frames) {
    last = frame;
    if (!isTime()) continue;
    showFrame(bundleOf(frame));
    shown = frame;
  }
  if (last === undefined) throw new RangeError("animate: there are no frames");
  if (!inNotebook()) show(last);
  else if (shown !== last) showFrame(bundleOf(last));
}
