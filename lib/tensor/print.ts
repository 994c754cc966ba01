/** @file How a tensor looks to a reader: `Tensor<[2, 3]> [[1.0000, 2.0000, 3.0000], …`, aligned, rounded, summarized. */

import type { View } from "../backend/index.js";
import { show, sizeOf } from "../shape/rules.js";

/** Tensors with more elements than this print only the first and last three entries of each axis; of many axes, fewer. */
const summarizeAbove = 1000;
const maxDecimals = 4;

interface Printable extends View {
  readonly dtype: string;
  readonly requiresGrad: boolean;
}

export function inspect(tensor: Printable): string {
  const { shape, dtype } = tensor;
  const notes = [
    ...(dtype === "float32" || dtype === "float64" ? [] : [dtype]),
    ...(tensor.requiresGrad ? ["requiresGrad"] : []),
  ];
  const head = `Tensor<${show(shape)}>${notes.length > 0 ? ` (${notes.join(", ")})` : ""}`;
  if (sizeOf(shape) === 0) return `${head} []`;
  const rows = visible(tensor);
  const format = formatter(rows.values, dtype);
  const texts = rows.values.map(format);
  const width = shape.length === 0 ? 0 : texts.reduce((longest, text) => Math.max(longest, text.length), 0);
  let next = 0;
  const print = (axis: number, indent: number): string => {
    if (axis === shape.length) return texts[next++].padStart(width);
    const last = axis === shape.length - 1;
    const parts = rows.entries[axis].map((i) => (i === null ? "…" : print(axis + 1, indent + 1)));
    const gap = last ? ", " : `,${"\n".repeat(shape.length - axis - 1)}${" ".repeat(indent + 1)}`;
    return `[${parts.join(gap)}]`;
  };
  const body = print(0, 0);
  return shape.length > 1 ? `${head}\n${body}` : `${head} ${body}`;
}

/** The entries of each axis that are shown (`null` stands for the rest), and their values in order. */
function visible({ data, offset, shape, strides }: View) {
  const all = sizeOf(shape) <= summarizeAbove;
  const printed = (edge: number) => sizeOf(shape.map((size) => Math.min(size, 2 * edge)));
  const edge = [3, 2].find((edge) => printed(edge) <= summarizeAbove) ?? 1;
  const entries = shape.map((size) =>
    all || size <= 2 * edge
      ? Array.from({ length: size }, (_, i): number | null => i)
      : [
          ...Array.from({ length: edge }, (_, i): number | null => i),
          null,
          ...Array.from({ length: edge }, (_, i) => size - edge + i),
        ],
  );
  const values: number[] = [];
  const walk = (axis: number, at: number): void => {
    if (axis === shape.length) values.push(data[at]);
    else for (const i of entries[axis]) if (i !== null) walk(axis + 1, at + i * strides[axis]);
  };
  walk(0, offset);
  return { entries, values };
}

/** One format for all values, so that they line up: up to four decimals, or powers of ten where those do not suffice. */
function formatter(values: readonly number[], dtype: string): (value: number) => string {
  if (dtype === "bool") return (value) => (value ? "true" : "false");
  if (dtype === "int32") return String;
  const sizes = values
    .filter(Number.isFinite)
    .map(Math.abs)
    .filter((size) => size > 0);
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const smallest = sizes.reduce((a, b) => Math.min(a, b), Infinity);
  const format =
    largest >= 1e7 || smallest < 10 ** -maxDecimals
      ? (value: number) => value.toExponential(maxDecimals)
      : decimals(sizes.map(decimalsNeeded).reduce((a, b) => Math.max(a, b), 0));
  return (value) => (Number.isFinite(value) ? format(value) : specials(value));
}

const decimals = (n: number) => (value: number) => (Object.is(value, -0) ? "-0" : value.toFixed(n));

/** The fewest decimals that print `size` as exactly as the most allowed do, up to float32 rounding. */
function decimalsNeeded(size: number): number {
  const shown = size.toFixed(maxDecimals);
  if (Math.abs(Number(shown) - size) > size * 1e-7) return maxDecimals;
  return shown.replace(/\.?0+$/, "").split(".")[1]?.length ?? 0;
}

function specials(value: number): string {
  return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
}
