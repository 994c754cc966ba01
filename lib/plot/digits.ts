/** @file Images of digits, and of whatever else is square and gray or signed, such as a layer's weights. */

import { diverging } from "./color.js";
import { extentOfRows, isNested, type Matrix, matrix, type Numbers, numbers, sameLength } from "./data.js";
import { type Drawing, hstack } from "./drawing.js";
import { Figure } from "./figure.js";
import { entries } from "./legend.js";
import { checkOptions, type FigureOptions } from "./options.js";
import { pixels, quantize } from "./pixels.js";
import { el, text } from "./svg.js";
import { ink, paper, size, textWidth } from "./theme.js";

/** Options of `digits`. */
export interface DigitOptions extends Omit<FigureOptions, "height"> {
  /** One caption for each image, written below it. */
  labels?: readonly (string | number)[];
  /** How many images a row holds; as many as fit well by default. */
  columns?: number;
  /** Color by sign, blue below zero and orange above: for weights. */
  signed?: boolean;
  /** What the values are, for the legend of signed images. */
  value?: string;
}

/** Pixels between images, and of the side of an image that stands alone. */
const [gap, largest] = [8, 168];

/**
 * Square images, dark where values are high: a list of images, or one, each as a row of side² values (784 for MNIST).
 * @example digits(images.slice(0, 20), { title: "Twenty handwritten digits", labels: labels.slice(0, 20) })
 */
export function digits(images: Matrix | Numbers, options: DigitOptions): Figure {
  const figure = "digits";
  checkOptions(figure, options, ["labels", "columns", "signed", "value"]);
  const where = `${figure}: images`;
  const all = isNested(where, images) ? matrix(where, images) : [numbers(where, images)];
  const side = Math.sqrt(all[0].length);
  if (!Number.isInteger(side))
    throw new RangeError(
      `${where}: an image has ${all[0].length} values, which is no square; expected side × side, such as 784`,
    );
  const labels = options.labels?.map(String);
  if (labels) sameLength(figure, labels, all, ["labels", "images"]);
  const columns = options.columns ?? Math.min(all.length, 10);
  if (!(Number.isInteger(columns) && columns > 0))
    throw new RangeError(`${figure}: columns is ${columns}; expected a whole number above 0`);

  const room = (options.width ?? size.width) - 2 * size.padding;
  const scale = Math.min(largest, (room - gap * (columns - 1)) / columns) / side;
  const [low, high] = extentOfRows(all);
  const reach = Math.max(Math.abs(low), Math.abs(high));
  const shade = options.signed ? signedShade(reach) : grayShade(low, high);
  const tiles = all.map((image, i): Drawing => {
    const rows = Array.from({ length: side }, (_, y) => image.slice(y * side, (y + 1) * side).map(shade));
    const edge = side * scale;
    const svg = [
      el("g", { "data-mark": "image", transform: `scale(${scale.toFixed(3)})` }, pixels(rows)),
      el("rect", { width: edge, height: edge, fill: "none", stroke: ink.faint }),
      ...(labels ? [text(labels[i], { x: edge / 2, y: edge + size.tick + 2, "text-anchor": "middle" })] : []),
    ];
    return { svg: svg.join(""), width: edge, height: edge + (labels ? size.tick + 6 : 0) };
  });
  const tooWide = labels?.find((label) => textWidth(label, size.tick) > side * scale + gap);
  if (tooWide)
    throw new RangeError(
      `${figure}: the label "${tooWide}" is wider than its image; give fewer columns than ${columns}, or shorter labels`,
    );

  const steps = Array.from({ length: 24 }, (_, i) => ((2 * i) / 23 - 1) * reach);
  const legend = options.signed
    ? [entries.ramp(options.value ?? "value", steps.map(diverging(0, reach)), [-reach, reach])]
    : [];
  const captions = labels ? `, labeled ${labels.slice(0, 40).join(", ")}${labels.length > 40 ? " …" : ""}` : "";
  const desc = `${all.length} ${all.length === 1 ? "image" : "images"} of ${side} × ${side} pixels${captions}.`;
  return new Figure(options, { desc, legend, body: hstack(tiles, gap, room + 1) });
}

/** Color by sign, in 24 steps up to `reach`. */
function signedShade(reach: number): (value: number) => string {
  const color = diverging(0, reach);
  return (value) => color(quantize(value, -reach, reach, 24));
}

/** Paper at zero and ink at the greatest value, in sixteen steps. */
function grayShade(low: number, high: number): (value: number) => string {
  const floor = Math.min(0, low);
  const colors = Array.from({ length: 17 }, (_, i) => {
    const gray = Math.round(255 - (235 * i) / 16)
      .toString(16)
      .padStart(2, "0");
    return i === 0 ? paper : `#${gray}${gray}${gray}`;
  });
  return (value) => colors[Math.round(((value - floor) / (high - floor || 1)) * 16)];
}
