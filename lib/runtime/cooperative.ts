/** @file Long-running loops: progress, yielding to the event loop, cancellation. */

import { shared } from "./shared.js";

/** Who is told how far training is: a progress bar, for one. */
export interface Progress {
  /** `done` of `total` steps are taken; `values` (the loss, the learning rate) are there to be shown. */
  update(done: number, total: number, values: Readonly<Record<string, number>>): void;
  /** No update will follow, whether training is complete, was stopped, or failed. */
  end(): void;
}

/**
 * How often someone asked for what is running to stop. A notebook's stop button only ends the wait of its cell; whoever
 * hears of it counts here, and training ends the next time it yields.
 */
export const interrupts = shared("interrupts", () => ({ count: 0 }));

/**
 * A function to await once per step: at most every 50 ms it yields to the event loop.
 * @throws (the function) the signal's reason, once it is aborted; "interrupted", once an interrupt is counted
 */
export function yieldRegularly(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let last = performance.now();
  const before = interrupts.count;
  const turn = async () => {
    // A kernel that stops a cell drops its timers, but for those with this mark: this one is to see the interrupt.
    await new Promise((resume) =>
      setTimeout(Object.assign(() => resume(null), { [Symbol.for("foundations.survives")]: true })),
    );
    signal?.throwIfAborted();
    if (interrupts.count > before) throw new Error("interrupted");
    last = performance.now();
  };
  signal?.throwIfAborted();
  return () => (performance.now() - last < 50 ? undefined : turn());
}
