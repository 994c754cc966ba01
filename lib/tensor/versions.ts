/** @file Which storage was written to, and when: so that `backward()` never uses values that have changed since. */

import type { Data, View } from "../backend/index.js";
import { shared } from "../runtime/shared.js";

const clock = shared("versions", () => ({ now: 0, written: new WeakMap<Data, number>() }));

/** The number of writes so far, to any storage. */
export function versionClock(): number {
  return clock.now;
}

/** Counts a write to the view's storage. Call it after every one. */
export function bumpVersion(view: View): void {
  clock.written.set(view.data, ++clock.now);
}

/** Whether the view's storage was written to after `version`. */
export function modifiedSince(view: View, version: number): boolean {
  return (clock.written.get(view.data) ?? 0) > version;
}
