/** @file A small grid to draw on, with mouse, finger or pen, or with the keyboard. */

import type { KnobSpec } from "../pages/knobs.js";
import { type Control, make } from "./controls.js";

/** A place on the grid, in pixels of it. */
export type Place = readonly [x: number, y: number];

/** As a pen of about two pixels leaves it: full ink near the middle of the stroke, none beyond. */
const [core, edge] = [0.75, 1.6];

/** How far a pixel's middle lies from a stroke. */
function distance([px, py]: Place, [ax, ay]: Place, [bx, by]: Place): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length));
  return Math.hypot(px - ax - along * dx, py - ay - along * dy);
}

/** Draws a stroke into an image in 255ths, or takes ink away. @returns whether that changed anything */
export function stroke(ink: Uint8Array, columns: number, from: Place, to: Place, erases: boolean): boolean {
  let isChanged = false;
  for (let i = 0; i < ink.length; i++) {
    const away = distance([(i % columns) + 0.5, Math.floor(i / columns) + 0.5], from, to);
    const share = Math.min(1, Math.max(0, (edge - away) / (edge - core)));
    const next = erases ? Math.min(ink[i], Math.round(255 * (1 - share))) : Math.max(ink[i], Math.round(255 * share));
    isChanged ||= next !== ink[i];
    ink[i] = next;
  }
  return isChanged;
}

const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));

const arrows: Record<string, Place> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function sketch(
  { name, rows, columns, at }: KnobSpec & { readonly kind: "sketch" },
  turned: () => void,
): Control {
  const start = bytesOf(at);
  const ink = Uint8Array.from(start);
  const canvas = make("canvas", { width: columns, height: rows, tabIndex: 0 });
  canvas.style.aspectRatio = `${columns} / ${rows}`;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "grid to draw on");
  const context = canvas.getContext("2d");
  const cursor = make("div", { className: "cursor", hidden: true });
  const heard = make("p", { className: "heard" });
  heard.setAttribute("aria-live", "polite");
  canvas.setAttribute("aria-label", `${name}: arrow keys move, Space puts the pen down or lifts it, Delete erases`);

  const paint = () => {
    if (!context) return;
    const image = context.createImageData(columns, rows);
    for (const [i, value] of ink.entries()) {
      const gray = Math.round(255 - (235 * value) / 255);
      image.data.set([gray, gray, gray, 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
  };
  const change = (isChanged: boolean) => {
    if (!isChanged) return;
    paint();
    turned();
  };
  const fill = (values: ArrayLike<number>) => {
    ink.set(values);
    change(true);
  };

  let last: Place | null = null;
  const placeOf = ({ clientX, clientY }: PointerEvent): Place => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientX - left) / width) * columns, ((clientY - top) / height) * rows];
  };
  const eraser = make("button", { type: "button", textContent: "Erase" });
  eraser.setAttribute("aria-pressed", "false");
  const isErasing = () => eraser.getAttribute("aria-pressed") === "true";
  eraser.addEventListener("click", () => eraser.setAttribute("aria-pressed", String(!isErasing())));

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    last = placeOf(event);
    change(stroke(ink, columns, last, last, isErasing()));
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    cursor.hidden = true;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last || !canvas.hasPointerCapture(event.pointerId)) return;
    let isChanged = false;
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const next = placeOf(one);
      isChanged = stroke(ink, columns, last, next, isErasing()) || isChanged;
      last = next;
    }
    change(isChanged);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const)
    canvas.addEventListener(end, () => {
      last = null;
    });

  // The keyboard's pen: in the middle of a pixel.
  let [column, row] = [Math.floor(columns / 2), Math.floor(rows / 2)];
  let isDown = false;
  const middle = (): Place => [column + 0.5, row + 0.5];
  const say = () => {
    cursor.hidden = false;
    cursor.classList.toggle("down", isDown);
    cursor.style.left = `${(100 * (column + 0.5)) / columns}%`;
    cursor.style.top = `${(100 * (row + 0.5)) / rows}%`;
    heard.textContent = `row ${row + 1}, column ${column + 1}${isDown ? ", pen down" : ""}`;
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = middle();
    const way = arrows[event.key];
    if (way) {
      column = Math.min(columns - 1, Math.max(0, column + way[0]));
      row = Math.min(rows - 1, Math.max(0, row + way[1]));
    } else if (event.key === " ") isDown = !isDown;
    else if (event.key === "Escape") isDown = false;
    else if (event.key !== "Delete" && event.key !== "Backspace") return;
    event.preventDefault();
    say();
    if (event.key === "Delete" || event.key === "Backspace") change(stroke(ink, columns, from, from, true));
    else if (isDown) change(stroke(ink, columns, way ? from : middle(), middle(), isErasing()));
  });
  canvas.addEventListener("blur", () => {
    cursor.hidden = true;
    isDown = false;
  });

  const button = (label: string, values: ArrayLike<number>) => {
    const made = make("button", { type: "button", textContent: label });
    made.addEventListener("click", () => fill(values));
    return made;
  };
  const isBlank = start.every((value) => value === 0);
  const tools = make("div", { className: "pens" }, button("Clear", new Uint8Array(ink.length)), eraser);
  if (!isBlank) tools.append(button("Start over", start));
  paint();
  const element = make(
    "div",
    { className: "sketch" },
    make("span", { className: "name", textContent: `Draw: ${name}` }),
    make("div", { className: "paper" }, canvas, cursor),
    tools,
    heard,
  );
  return { element, value: () => Array.from(ink, (value) => value / 255) };
}
