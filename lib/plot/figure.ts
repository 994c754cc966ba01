/** @file A figure: one self-contained SVG with its text alternative. */

import type { Body } from "./frame.js";
import type { Key } from "./keys.js";
import { el } from "./svg.js";

/** The parts of a figure, as the frame puts them together. */
export interface FigureParts {
  /** The whole document, opening tag to closing tag. */
  svg: string;
  /** The message, in a sentence. */
  title: string;
  /** What the figure shows, in words: the SVG's `<desc>`. */
  desc: string;
  /** Pixels. */
  width: number;
  height: number;
  /** The drawing alone, without its tags, paper and text alternative: what a page of several figures needs. */
  content: string;
  /** Its legend, and the drawing without it: what a page needs whose figures share theirs. */
  legend: readonly Key[];
  unkeyed: Body;
}

/**
 * A drawn figure. `svg` holds everything it needs — no script, no style sheet, no outside reference — so that it survives
 * viewers that strip those.
 */
export class Figure implements Readonly<FigureParts> {
  readonly svg!: string;
  readonly title!: string;
  readonly desc!: string;
  readonly width!: number;
  readonly height!: number;
  readonly content!: string;
  readonly legend!: readonly Key[];
  readonly unkeyed!: Body;

  constructor(parts: FigureParts) {
    Object.assign(this, parts);
  }

  toString(): string {
    return this.svg;
  }

  /**
   * The forms a notebook may choose from, by media type. The HTML is the same SVG as an image: viewers that take inline SVG
   * apart, or do not show it before a notebook is trusted (nbconvert 6.5, nbviewer, Jupyter), leave images alone.
   */
  [Symbol.for("Jupyter.display")](): Record<"image/svg+xml" | "text/html" | "text/plain", string> {
    return { "image/svg+xml": this.svg, "text/html": this.#image(), "text/plain": this.#words() };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.#words();
  }

  #words(): string {
    return `Figure: ${this.title}\n${this.desc}`;
  }

  #image(): string {
    const source = `data:image/svg+xml;charset=utf-8,${this.svg.replace(/[%#&"<>\n]/g, encodeURIComponent)}`;
    const { width, height } = this;
    return el("img", {
      alt: `${this.title}. ${this.desc}`,
      width,
      height,
      style: "max-width:100%;height:auto",
      src: source,
    });
  }
}
