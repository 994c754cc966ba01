/** @file Neural networks: layers of units and the weights between them. */

import { extent, largest, type Matrix, matrix, type Numbers, numbers, sameLength } from "./data.js";
import { Figure } from "./figure.js";
import { entries } from "./legend.js";
import { checkKeys, checkOptions, type FigureOptions } from "./options.js";
import { el, round, text } from "./svg.js";
import { formatWithMinus, ink, palette, paper, size, textWidth } from "./theme.js";

/** A layer of `network`. */
export interface Layer {
  /** How many units. */
  size: number;
  /** Written below the layer. */
  label?: string;
  /** One name for each unit, written beside it, or in it between the first and the last layer. */
  units?: readonly string[];
}

/** Options of `network`. */
export interface NetworkOptions extends FigureOptions {
  /** The weights into each layer but the first, [units of the layer, units of the one before]: thicker is larger, blue negative, orange positive. */
  weights?: readonly Matrix[];
  /** The biases of each layer but the first, written below the units. */
  biases?: readonly Numbers[];
}

/** A layer with more units than this is drawn by its first and last ones, with dots between. */
const most = 9;

/**
 * The diagram of a network, from its inputs at the left.
 * @example network([2, { size: 8, label: "hidden, ReLU" }, 1], { title: "Two inputs, eight hidden units, one output" })
 */
export function network(layers: readonly (number | Layer)[], options: NetworkOptions): Figure {
  checkOptions("network", options, ["weights", "biases"]);
  const all = layers.map((layer, i) => readLayer(layer, i));
  if (all.length < 2) throw new RangeError(`network: needs two layers or more, got ${all.length}`);
  const weights = options.weights && readWeights(options.weights, all);
  const biases = options.biases && readBiases(options.biases, all);

  const drawnUnits = all.map(shownUnits);
  const tallest = largest(drawnUnits.map((units) => units.length));
  const inner = all.slice(1, -1).flatMap(({ units = [] }) => units.map((name) => textWidth(name, size.tick) / 2 + 4));
  const radius = largest(inner, tallest > 5 ? 10 : 13);
  const step = 2 * radius + (tallest > 5 ? 10 : 16) + (biases ? size.tick : 0);
  const named = (layer: Layer) =>
    largest(
      (layer.units ?? []).map((name) => textWidth(name, size.tick) + 10),
      0,
    );
  const below = (layer: number) => [...captionOf(all[layer]), ...((layer > 0 && biases?.[layer - 1].map(bias)) || [])];
  const captionRoom = (layer: number) => largest(below(layer).map((line) => textWidth(line, size.tick))) / 2;
  const width = (options.width ?? size.width) - 2 * size.padding;
  const left = Math.max(named(all[0]) + radius, captionRoom(0));
  const right = Math.max(named(all[all.length - 1]) + radius, captionRoom(all.length - 1));
  const height = tallest * step;
  const x = (layer: number) => left + ((width - left - right) * layer) / (all.length - 1);
  const y = (layer: number, row: number) => height / 2 + (row - (drawnUnits[layer].length - 1) / 2) * step;

  const parts: string[] = [];
  const strongest = weights ? extent(weights.flat(2).map(Math.abs))[1] || 1 : 1;
  for (let layer = 1; layer < all.length; layer++) {
    const lines: string[] = [];
    for (const [i, from] of drawnUnits[layer - 1].entries()) {
      for (const [j, to] of drawnUnits[layer].entries()) {
        if (from === dots || to === dots) continue;
        const weight = weights?.[layer - 1][to][from];
        const d = `M${round(x(layer - 1))},${round(y(layer - 1, i))}L${round(x(layer))},${round(y(layer, j))}`;
        const strength = Math.abs(weight ?? 0) / strongest;
        lines.push(
          weight === undefined
            ? el("path", { d })
            : el("path", {
                d,
                stroke: weight < 0 ? palette[0] : palette[1],
                "stroke-width": 0.4 + 3.6 * strength,
                "stroke-opacity": 0.35 + 0.65 * strength,
              }),
        );
      }
    }
    parts.push(el("g", { "data-mark": "weights", stroke: "#8c959f", "stroke-width": 0.75, fill: "none" }, lines));
  }
  for (const [i, layer] of all.entries()) {
    const side = i === 0 ? -1 : i === all.length - 1 ? 1 : 0;
    const anchor = (["end", "middle", "start"] as const)[side + 1];
    const units = drawnUnits[i].flatMap((unit, row) => {
      const at = { cx: x(i), cy: y(i, row) };
      if (unit === dots)
        return [-6, 0, 6].map((dy) => el("circle", { ...at, cy: at.cy + dy, r: 1.75, fill: ink.muted }));
      const name = layer.units?.[unit];
      return [
        el("circle", {
          ...at,
          r: radius,
          fill: i === 0 ? "#d6e8f5" : i === all.length - 1 ? "#fbe3c8" : "#ffffff",
          stroke: ink.muted,
          "stroke-width": 1.5,
        }),
        ...(name ? [text(name, { x: at.cx + side * (radius + 5), y: at.cy + 4.5, "text-anchor": anchor })] : []),
        ...(biases && i > 0
          ? [
              text(bias(biases[i - 1][unit]), {
                x: at.cx,
                y: at.cy + radius + size.tick,
                "text-anchor": "middle",
                ...halo,
              }),
            ]
          : []),
      ];
    });
    parts.push(el("g", { "data-mark": "layer" }, units));
    const caption = captionOf(layer).map((line, row) =>
      text(line, { x: x(i), y: height + 18 + row * (size.tick + 4), "text-anchor": "middle" }),
    );
    parts.push(caption.join(""));
  }
  const captionLines = largest(all.map((layer) => captionOf(layer).length));
  const body = { svg: parts.join(""), width, height: height + 12 + captionLines * (size.tick + 4) };
  const legend = weights
    ? [entries.line("positive weight", palette[1]), entries.line("negative weight", palette[0])]
    : [];
  const words = all.map(({ size: units, label, units: names }) => {
    const said = [label, names?.join(" ")].filter(Boolean).join(": ");
    return said ? `${units} (${said})` : String(units);
  });
  const desc = `Network of ${all.length} layers, fully connected; units from the left: ${words.join(", ")}.`;
  return new Figure(options, { desc, legend, body });
}

function readLayer(given: number | Layer, index: number): Layer {
  const layer = typeof given === "number" ? { size: given } : given;
  const where = `network: layer ${index}`;
  checkKeys(where, layer, ["size", "label", "units"]);
  if (!(Number.isInteger(layer.size) && layer.size > 0))
    throw new RangeError(`${where}: size is ${layer.size}; expected a whole number above 0`);
  if (layer.units && layer.units.length !== layer.size)
    throw new RangeError(`${where}: has ${layer.size} units and ${layer.units.length} names for them; they must match`);
  return layer;
}

function readWeights(given: readonly Matrix[], layers: readonly Layer[]): number[][][] {
  if (given.length !== layers.length - 1)
    throw new RangeError(
      `network: ${layers.length} layers have ${layers.length - 1} matrices of weights between them, got ${given.length}`,
    );
  return given.map((weight, i) => {
    const read = matrix(`network: weights[${i}]`, weight);
    if (read.length === layers[i + 1].size && read[0].length === layers[i].size) return read;
    throw new RangeError(
      `network: weights[${i}] is ${read.length} × ${read[0].length}; expected ${layers[i + 1].size} × ${layers[i].size}, a row for each unit of the layer it leads to`,
    );
  });
}

function readBiases(given: readonly Numbers[], layers: readonly Layer[]): number[][] {
  sameLength("network", given, layers.slice(1), ["biases", "the layers but the first"]);
  return given.map((row, i) => {
    const read = numbers(`network: biases[${i}]`, row);
    sameLength("network", read, { length: layers[i + 1].size }, [`biases[${i}]`, `layer ${i + 1}`]);
    return read;
  });
}

const bias = (value: number): string => `b = ${formatWithMinus(value)}`;

/** Text that crosses lines stands on paper. */
const halo = { stroke: paper, "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round" };

const dots = -1;

/** The units that are drawn, `dots` standing for those left out. */
function shownUnits({ size: units }: Layer): number[] {
  if (units <= most) return Array.from({ length: units }, (_, i) => i);
  const head = Array.from({ length: most - 3 }, (_, i) => i);
  return [...head, dots, units - 1];
}

const captionOf = ({ size: units, label }: Layer): string[] => [
  ...(label ? [label] : []),
  units === 1 ? "1 unit" : `${units.toLocaleString("en-US")} units`,
];
