/** @file Small multiples: several figures on one sheet. */

import { hstack } from "./drawing.js";
import { Figure } from "./figure.js";
import { checkOptions, type FigureOptions } from "./options.js";
import { el } from "./svg.js";
import { size } from "./theme.js";

/** Options of `multiples`. */
export interface MultiplesOptions extends Omit<FigureOptions, "height"> {
  /** How many figures stand side by side; 2 by default. */
  columns?: number;
}

/**
 * Lays figures side by side under one title. Each is drawn for its share of the width, which `draw` is given. A legend that
 * is the same for all stands once, above them.
 * @example multiples(rates, (rate, width) => lines({ loss: losses[rate] }, { title: `η = ${rate}`, x: "step", y: "loss", width, height: 160 }), { title: "Too bold a step diverges" })
 */
export function multiples<T>(
  items: readonly T[],
  draw: (item: T, width: number) => Figure,
  options: MultiplesOptions,
): Figure {
  checkOptions("multiples", options, ["columns"]);
  if (!items?.length) throw new RangeError("multiples: has no items to draw");
  const columns = options.columns ?? 2;
  if (!(Number.isInteger(columns) && columns > 0))
    throw new RangeError(`multiples: columns is ${columns}; expected a whole number above 0`);
  const share = Math.floor((options.width ?? size.width) / columns);
  const figures = items.map((item) => draw(item, share));
  const stranger = figures.findIndex((figure) => !(figure instanceof Figure) || figure.width > share);
  if (stranger >= 0)
    throw new RangeError(
      `multiples: item ${stranger} is not drawn ${share} pixels wide; pass the width that draw is given on to the figure`,
    );
  const [{ legend }] = figures;
  const shared =
    figures.length > 1 && figures.every((figure) => JSON.stringify(figure.legend) === JSON.stringify(legend));
  const panels = figures.map((figure) => (shared ? figure.withoutLegend() : figure.panel()));
  const sheet = hstack(panels, 0, share * columns);
  const flush = el("g", { transform: `translate(${-size.padding},0)` }, sheet.svg); // panels bring their own padding
  const desc = figures.map((figure) => `${figure.title}: ${figure.desc}`).join(" ");
  return new Figure(options, { desc, legend: shared ? legend : [], body: { ...sheet, svg: flush } });
}
