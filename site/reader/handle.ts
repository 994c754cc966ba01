/** @file A point of a figure that is dragged: a handle on the picture, and two fields for its numbers below. */

import type { Axes, AxisSpan, KnobSpec } from "../pages/knobs.js";
import { type Control, make } from "./controls.js";

export interface Handle extends Control {
  /** What lies on the picture. */
  readonly grip: HTMLElement;
  /** Puts the grip where the point is now. @param size of the figure, in its own pixels */
  place(axes: Axes, size: { width: number; height: number }): void;
}

/** The round number, 1, 2 or 5 times a power of ten, that divides an axis into 80 to 200 steps. */
export function stepOf({ domain: [from, to] }: AxisSpan): number {
  const least = Math.abs(to - from) / 200;
  const power = 10 ** Math.floor(Math.log10(least));
  return Number((([1, 2, 5].find((factor) => factor * power >= least) ?? 10) * power).toPrecision(12));
}

/** From a value to the share of an axis that lies before it, and back; the back way is rounded and stays on the axis. */
export function shareOf({ domain: [from, to], log }: AxisSpan, value: number): number {
  return log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
}

export function valueAt(axis: AxisSpan, share: number): number {
  const [from, to] = axis.domain;
  const within = Math.min(1, Math.max(0, share));
  if (axis.log) return Number((from * (to / from) ** within).toPrecision(2));
  const step = stepOf(axis);
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const rounded = Math.round((from + within * (to - from)) / step) * step;
  return Number(Math.min(high, Math.max(low, rounded)).toPrecision(12)) || 0;
}

const pixelOf = (axis: AxisSpan, value: number): number =>
  axis.pixels[0] + shareOf(axis, value) * (axis.pixels[1] - axis.pixels[0]);
const shareAt = ({ pixels: [from, to] }: AxisSpan, pixel: number): number => (pixel - from) / (to - from);

/** Arrow keys, and the way they go on a page. */
const arrows: Record<string, readonly [right: number, up: number]> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export function handle({ name, at }: KnobSpec & { readonly kind: "point" }, turned: () => void): Handle {
  let [x, y] = at;
  let shown: { axes: Axes; size: { width: number; height: number } } | null = null;
  const grip = make("div", { className: "grip", tabIndex: 0, title: `Drag ${name}, or move it with the arrow keys` });
  grip.setAttribute("role", "slider");
  grip.setAttribute("aria-roledescription", "point");
  grip.setAttribute("aria-label", name);
  const fields = [0, 1].map(() => make("input", { type: "number", step: "any" }));
  const element = make("div", { className: "point" }, make("span", { className: "name", textContent: name }));
  for (const [i, field] of fields.entries()) {
    field.setAttribute("aria-label", `${name}, ${"xy"[i]}`);
    element.append(make("label", {}, "xy"[i], field));
  }

  const say = () => {
    grip.setAttribute("aria-valuenow", String(x));
    grip.setAttribute("aria-valuetext", `x = ${x}, y = ${y}`);
    if (!shown) return;
    const { axes, size } = shown;
    grip.style.left = `${(100 * pixelOf(axes.x, x)) / size.width}%`;
    grip.style.top = `${(100 * pixelOf(axes.y, y)) / size.height}%`;
  };
  const move = (to: readonly [number, number], from?: HTMLElement) => {
    if (to[0] === x && to[1] === y) return;
    [x, y] = to;
    for (const [i, field] of fields.entries()) if (field !== from) field.value = String(to[i]);
    say();
    turned();
  };
  for (const [i, field] of fields.entries()) {
    field.value = String(at[i]);
    field.addEventListener("input", () => {
      const value = field.valueAsNumber;
      if (Number.isFinite(value)) move(i === 0 ? [value, y] : [x, value], field);
    });
  }
  grip.addEventListener("pointerdown", (event) => {
    grip.setPointerCapture(event.pointerId);
    grip.focus({ preventScroll: true });
    event.preventDefault();
  });
  grip.addEventListener("pointermove", (event) => {
    const stage = grip.parentElement?.getBoundingClientRect();
    if (!shown || !stage || !grip.hasPointerCapture(event.pointerId)) return;
    const { axes, size } = shown;
    const pixel = [
      ((event.clientX - stage.left) / stage.width) * size.width,
      ((event.clientY - stage.top) / stage.height) * size.height,
    ];
    move([valueAt(axes.x, shareAt(axes.x, pixel[0])), valueAt(axes.y, shareAt(axes.y, pixel[1]))]);
  });
  grip.addEventListener("keydown", (event) => {
    const way = arrows[event.key];
    if (!shown || !way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const { axes } = shown;
    const steps = event.shiftKey ? 10 : 1;
    // A hundredth of a logarithmic axis at a time.
    const next = (axis: AxisSpan, value: number, by: number) => {
      const sign = Math.sign(axis.pixels[1] - axis.pixels[0]) * (axis === axes.y ? -1 : 1);
      const share = axis.log ? 0.01 : stepOf(axis) / Math.abs(axis.domain[1] - axis.domain[0]);
      return by === 0 ? value : valueAt(axis, shareOf(axis, value) + sign * by * steps * share);
    };
    move([next(axes.x, x, way[0]), next(axes.y, y, way[1])]);
  });
  return {
    element,
    grip,
    value: () => [x, y],
    place: (axes, size) => {
      shown = { axes, size };
      say();
    },
  };
}
