/**
 * @file A figure with knobs on the page. With a kernel the worker draws it anew as they are turned, and frames that come
 * too fast are left out. Before that a figure that has stored its frames moves through them, and others offer to run.
 */

import { type Picture, pictureOf } from "../pages/figure.js";
import { type Axes, type KnobSpec, knobsType, readKnobs } from "../pages/knobs.js";
import { type Control, choice, make, slider, text, toggle } from "./controls.js";
import { fetchFilm } from "./film.js";
import { type Handle, handle } from "./handle.js";
import { sketch } from "./sketch.js";

/** What a figure asks of the page around it. */
export interface KnobHost {
  /** The forms of the figure at other values, or null where no kernel can draw it. @throws if drawing fails */
  redraw(values: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>> | null>;
  /** Runs the cell of the figure, and what it needs above. */
  run(): void;
}

/** Milliseconds after the last frame until it is said what it shows. */
const rest = 500;

export class Knobs {
  readonly #specs: readonly KnobSpec[];
  readonly #controls: Control[] = [];
  readonly #handles: Handle[] = [];
  readonly #problem = make("p", { className: "problem" });
  readonly #heard = make("p", { className: "heard" });
  #axes: Axes | null;
  #film: Promise<ReadonlyMap<string, string>> | null = null;
  #isDrawing = false;
  #isStale = false;
  #timer = 0;

  /**
   * @param box what the knobs stand in, as `renderOutputs` made it
   * @param isLive whether a kernel has just drawn the figure
   */
  constructor(
    readonly box: HTMLElement,
    readonly image: HTMLImageElement,
    readonly host: KnobHost,
    isLive: boolean,
  ) {
    const { knobs, axes } = readKnobs(JSON.parse(box.dataset.knobs ?? "null")) ?? { knobs: [], axes: null };
    this.#specs = knobs;
    this.#axes = axes;
    for (const part of [this.#problem, this.#heard]) part.setAttribute("aria-live", "polite");
    box.hidden = knobs.length === 0;
    if (isLive) this.#showControls();
    else if (box.dataset.film && knobs.length === 1) {
      this.#showControls();
      for (const touch of ["pointerdown", "focusin"])
        box.addEventListener(touch, () => void this.#getFilm().catch(() => {}));
    } else this.#offer();
  }

  #showControls(): void {
    const turned = () => void this.#turn();
    for (const knob of this.#specs) {
      if (knob.kind === "point") {
        const made = handle(knob, turned);
        this.#handles.push(made);
        this.#controls.push(made);
      } else this.#controls.push(controlOf(knob, turned));
    }
    this.box.replaceChildren(...this.#controls.map(({ element }) => element), this.#problem, this.#heard);
    // See #show.
    addEventListener("resize", () => this.image.closest("figure")?.style.removeProperty("min-height"));
    if (this.#handles.length === 0) return;
    const stage = make("div", { className: "stage" });
    this.image.replaceWith(stage);
    stage.append(this.image, ...this.#handles.map(({ grip }) => grip));
    this.#placeHandles();
  }

  /** Where there is nothing to draw with yet. */
  #offer(): void {
    for (const { grip } of this.#handles) grip.remove();
    const title = "Run this cell, and what it needs above, to move its knobs";
    const run = make("button", { type: "button", textContent: "Run to move", title });
    run.addEventListener("click", () => this.host.run());
    const names = this.#specs.map(({ name }) => name).join(", ");
    this.box.replaceChildren(make("p", { className: "offer" }, run, make("span", { textContent: names })));
  }

  /** Draws until the figure is as the knobs stand; positions that are passed meanwhile are never drawn. */
  async #turn(): Promise<void> {
    this.#isStale = true;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    while (this.#isStale) {
      this.#isStale = false;
      try {
        await this.#draw();
        this.#problem.textContent = "";
      } catch (error) {
        this.#problem.textContent = `Not drawn: ${(error as Error).message}`;
      }
    }
    this.#isDrawing = false;
  }

  async #draw(): Promise<void> {
    if (this.box.dataset.film) {
      const frames = await this.#getFilm();
      // Only now: a slider has lost the positions that have no frame.
      const svg = frames.get(`${this.#specs[0].name} = ${this.#controls[0].value()}`);
      if (svg !== undefined) await this.#show(svg);
      return;
    }
    const values = Object.fromEntries(this.#specs.map(({ name }, i) => [name, this.#controls[i].value()]));
    const data = await this.host.redraw(values);
    const svg = data?.["image/svg+xml"];
    if (!data) this.#offer();
    else if (typeof svg === "string") {
      this.#axes = readKnobs(data[knobsType])?.axes ?? this.#axes;
      await this.#show(svg);
    }
  }

  #getFilm(): Promise<ReadonlyMap<string, string>> {
    this.#film ??= (async () => {
      const frames = await fetchFilm(this.box.dataset.film ?? "");
      const [knob] = this.#specs;
      const of = "of" in knob ? knob.of : [];
      this.#controls[0].restrict?.(of.filter((value) => frames.has(`${knob.name} = ${value}`)));
      return frames;
    })();
    // Whoever turns the knob hears of it; and the next touch tries again.
    this.#film.catch(() => {
      this.#film = null;
    });
    return this.#film;
  }

  async #show(svg: string): Promise<void> {
    const picture = pictureOf(svg);
    // A lower figure leaves the knobs below it where they are: under the pointer.
    const figure = this.image.closest("figure");
    if (figure) figure.style.minHeight = `${figure.offsetHeight}px`;
    this.image.src = picture.address;
    this.image.alt = picture.words;
    if (picture.size) {
      this.image.setAttribute("width", picture.size.width);
      this.image.setAttribute("height", picture.size.height);
    }
    this.#placeHandles();
    this.#tell(picture);
    // The next frame waits until this one can be seen.
    await this.image.decode().catch(() => {});
  }

  #placeHandles(): void {
    const size = { width: Number(this.image.getAttribute("width")), height: Number(this.image.getAttribute("height")) };
    if (this.#axes) for (const { place } of this.#handles) place(this.#axes, size);
  }

  #tell({ title }: Picture): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#heard.textContent = title;
    }, rest);
  }
}

function controlOf(knob: Exclude<KnobSpec, { kind: "point" }>, turned: () => void): Control {
  switch (knob.kind) {
    case "slider":
      return slider(knob, turned);
    case "choice":
      return choice(knob, turned);
    case "switch":
      return toggle(knob, turned);
    case "text":
      return text(knob, turned);
    case "sketch":
      return sketch(knob, turned);
  }
}
