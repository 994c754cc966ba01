/** @file What the kernel's two threads share: a few numbers that each can read while the other is busy. */

/** The places in the shared array. */
export const State = {
  /** What the first thread is doing, a `Phase`. */
  phase: 0,
  /** How many interrupts it has heeded. */
  heeded: 1,
  /** 1 from when its code was torn out of its hands until it has tidied up. */
  torn: 2,
  /** 1 when the control thread's sockets are closed: Node must not end before. */
  closed: 3,
} as const;

export const Phase = { idle: 0, compiling: 1, running: 2 } as const;

export const sharedState = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * Object.keys(State).length));

/** The name, on the global object, of a function that the control thread calls in the middle of a cell. */
export const untrack = "kernel.untrack";
