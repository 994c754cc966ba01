/** @file Recording turned on or off for the duration of a function. */

import { gradMode } from "../tensor/tensor.js";

/** Runs `f` with operations recorded or not, and restores what was before, also if `f` throws. */
export function withGradMode<T>(enabled: boolean, f: () => T): T {
  const before = gradMode.enabled;
  gradMode.enabled = enabled;
  try {
    return f();
  } finally {
    gradMode.enabled = before;
  }
}
