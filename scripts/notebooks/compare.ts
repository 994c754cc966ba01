/** @file Whether a cell's fresh outputs are the stored ones: numbers within a tolerance, everything else to the letter. */

import { joined, type Output } from "./nbformat.js";

export interface Tolerance {
  /** |fresh − stored| ≤ atol + rtol · |stored| */
  rtol: number;
  atol: number;
}
export const defaultTolerance: Tolerance = { rtol: 1e-9, atol: 1e-12 };

/** A decimal number with a fraction or an exponent: whole numbers are compared to the letter. */
const decimal = /[-+]?(?:\d+\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\.\d+)/g;

/** Outputs as a reader sees them, one line a line, so that a difference reads as one. */
export function render(outputs: readonly Output[]): string {
  return outputs.map(renderOne).join("\n");
}

function renderOne(output: Output): string {
  switch (output.output_type) {
    case "stream":
      return `«${output.name}»\n${joined(output.text)}`;
    case "error":
      return `«error»\n${output.ename}: ${output.evalue}`;
    default:
      return Object.keys(output.data)
        .sort()
        .map((type) => `«${output.output_type} ${type}»\n${renderData(output.data[type])}`)
        .join("\n");
  }
}

const renderData = (data: unknown): string =>
  typeof data === "string" || Array.isArray(data)
    ? joined(data as string | string[]).replaceAll("><", ">\n<")
    : JSON.stringify(data, null, 1);

/** `fresh` with the stored spelling of every number that agrees within the tolerance: what still differs has drifted. */
export function settle(fresh: string, stored: string, { rtol, atol }: Tolerance): string {
  const words = fresh.split(decimal);
  const storedWords = stored.split(decimal);
  if (words.length !== storedWords.length || words.some((word, i) => word !== storedWords[i])) return fresh;
  const spellings = stored.match(decimal) ?? [];
  let next = 0;
  return fresh.replace(decimal, (number) => {
    const spelling = spellings[next++];
    return Math.abs(Number(number) - Number(spelling)) <= atol + rtol * Math.abs(Number(spelling)) ? spelling : number;
  });
}
