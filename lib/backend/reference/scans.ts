/** @file Running totals. */

import type { Data } from "../backend.js";

/** Running sums, in place, of n numbers `step` apart. */
export function accumulate(values: Data, start: number, step: number, n: number): void {
  let total = 0;
  let lost = 0;
  for (let i = start, left = n; left > 0; left--, i += step) {
    const next = total + values[i];
    const added = next - total;
    lost += total - (next - added) + (values[i] - added);
    total = next;
    values[i] = Number.isFinite(lost) ? total + lost : total;
  }
}
