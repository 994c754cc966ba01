/** @file What runs for long tells how far it is, lets others have their turn, and can be stopped. */

/** Who is told how far training is: a progress bar, for one. */
export interface Progress {
  /** `done` of `total` steps are taken; `values` — the loss, the learning rate — are there to be shown. */
  update(done: number, total: number, values: Readonly<Record<string, number>>): void;
  /** No update will follow, be it that training is complete, was stopped or failed. */
  end(): void;
}

/**
 * How often someone asked for what is running to stop. A notebook's stop button only ends the wait of its cell; whoever
 * hears of it counts here, and training ends at its next pause. (Shared by all copies of this module.)
 */
// biome-ignore lint/suspicious/noAssignInExpressions: the first copy to load makes it
export const interrupts = ((globalThis as { [key: symbol]: unknown })[Symbol.for("foundations.interrupts")] ??= {
  count: 0,
}) as { count: number };

/**
 * A function to await often: every 50 ms it lets timers, messages and interrupts have their turn.
 * @throws (the function) the signal's reason, once it is aborted; "interrupted", once that is counted
 */
export function pauses(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let last = performance.now();
  const before = interrupts.count;
  const turn = async () => {
    await new Promise((resume) => setTimeout(resume));
    signal?.throwIfAborted();
    if (interrupts.count > before) throw new Error("interrupted");
    last = performance.now();
  };
  signal?.throwIfAborted();
  return () => (performance.now() - last < 50 ? undefined : turn());
}
