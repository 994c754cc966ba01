/** @file A figure: a drawing on paper, with its title, its legend and its text alternative, as one self-contained SVG. */

import type { Axes, AxisSpan, Drawing } from "./drawing.js";
import type { LegendEntry } from "./legend.js";
import type { FigureOptions } from "./options.js";
import { el, escaped, round, text } from "./svg.js";
import { balanced, fontFamily, ink, paper, size, textWidth } from "./theme.js";

/** What a kind of figure brings: everything but the title. */
export interface FigureParts {
  /** What the figure shows, in words, unless the caller has words of their own. */
  desc: string;
  body: Drawing;
  legend?: readonly LegendEntry[];
}

/**
 * A drawn figure. `svg` holds everything it needs (no script, no style sheet, no outside reference), so that it survives
 * viewers that strip those.
 * @example lines({ loss: [3, 2, 1] }, { title: "The loss falls", x: "step", y: "loss" }).title // "The loss falls"
 */
export class Figure {
  /** The message, in a sentence. */
  readonly title: string;
  /** What the figure shows, in words: the SVG's `<desc>`. */
  readonly desc: string;
  readonly legend: readonly LegendEntry[];
  readonly #options: FigureOptions;
  readonly #body: Drawing;
  #page: { svg: string; height: number } | undefined;

  constructor(options: FigureOptions, { desc, body, legend = [] }: FigureParts) {
    const { title, subtitle } = options;
    this.title = title;
    this.desc = options.desc ?? (subtitle ? `${subtitle}. ${desc}` : desc);
    this.legend = legend;
    this.#options = options;
    this.#body = body;
  }

  /** Pixels. */
  get width(): number {
    return Math.ceil(this.#options.width ?? size.width);
  }

  /** Pixels. */
  get height(): number {
    return this.#onPaper().height;
  }

  /** The whole document, opening tag to closing tag. */
  get svg(): string {
    return this.#onPaper().svg;
  }

  /** Composed when it is first asked for: a panel of a page never is. */
  #onPaper() {
    this.#page ??= onPaper(this.title, this.desc, this.panel());
    return this.#page;
  }

  /** Where the two axes stand in the SVG, in its pixels: what a point that is dragged needs. Only charts on numbers have them. */
  get axes(): Axes | undefined {
    const { axes } = this.#body;
    if (!axes) return undefined;
    const { padding } = size;
    const top = header(this.#options, this.legend, this.width).height;
    const moved = (axis: AxisSpan, by: number): AxisSpan => ({
      ...axis,
      pixels: [round(axis.pixels[0] + by), round(axis.pixels[1] + by)],
    });
    return { x: moved(axes.x, padding), y: moved(axes.y, top) };
  }

  /** The drawing with its title and legend, without paper: a panel among others. */
  panel(): Drawing {
    return panel(this.#options, this.legend, this.#body);
  }

  /** The same for a page whose panels share one legend. */
  withoutLegend(): Drawing {
    return panel(this.#options, [], this.#body);
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

/** Title, subtitle and legend above the body. */
function panel(options: FigureOptions, legend: readonly LegendEntry[], body: Drawing): Drawing {
  const width = options.width ?? size.width;
  const head = header(options, legend, width);
  return {
    svg: head.svg + el("g", { transform: `translate(${size.padding},${round(head.height)})` }, body.svg),
    width,
    height: head.height + body.height + size.padding,
  };
}

/** Title, subtitle and legend, each on as many lines as the width asks for. */
function header({ title, subtitle }: FigureOptions, legend: readonly LegendEntry[], width: number): Drawing {
  const room = width - 2 * size.padding;
  let y = size.padding;
  const parts: string[] = [];
  const paragraph = (content: string, fontSize: number, attributes: Record<string, string | number>) => {
    const bold = attributes["font-weight"] ? 1.08 : 1; // bold letters are so much wider
    for (const line of balanced(content, room / bold, fontSize)) {
      parts.push(text(line, { x: size.padding, y: y + fontSize - 3, "font-size": fontSize, ...attributes }));
      y += fontSize + 6;
    }
  };
  paragraph(title, width < 360 ? size.title - 2 : size.title, { "font-weight": 600 });
  if (subtitle) {
    y += 1;
    paragraph(subtitle, size.legend, { fill: ink.muted });
  }
  if (legend.length > 0) {
    let [x, below] = [0, 0];
    y += 4;
    for (const entry of legend) {
      const drawn = entry.width ?? 22;
      const advance = drawn + 8 + textWidth(entry.label, size.legend) + 18;
      if (x > 0 && x + advance - 18 > room) {
        y += size.legend + 8 + below;
        [x, below] = [0, 0];
      }
      parts.push(
        el(
          "g",
          { transform: `translate(${round(size.padding + x)},${y + 9})` },
          entry.drawing,
          text(entry.label, { x: drawn + 8, y: 5 }),
        ),
      );
      x += advance;
      below = Math.max(below, entry.below ?? 0);
    }
    y += size.legend + 6 + below;
  }
  return { svg: el("g", { "data-part": "header", "font-size": size.legend }, parts), width, height: y + 6 };
}

/** Wraps a drawing in a self-contained `<svg>`. */
function onPaper(title: string, desc: string, content: Drawing): { svg: string; height: number } {
  const [width, height] = [Math.ceil(content.width), Math.ceil(content.height)];
  const svg = el(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      role: "img",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      style: "max-width:100%;height:auto",
      "font-family": fontFamily,
      "font-size": size.tick,
      fill: ink.text,
    },
    `<title>${escaped(title)}</title><desc>${escaped(desc)}</desc>`,
    el("rect", { width, height, fill: paper }),
    content.svg,
  );
  return { svg, height };
}
