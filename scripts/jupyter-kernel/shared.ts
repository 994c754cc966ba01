/** @file What the kernel's two threads share: a few numbers that each can read while the other is busy. */

/** The places in the shared array. */
export const State = {
  /** How many interrupts the first thread has handled. */
  interruptsHandled: 0,
  /** Which execute request is being answered, counted from 1; 0 between them. */
  executing: 1,
  /** 1 while the first thread stands still in the middle of a cell's code, waiting to be terminated. */
  holding: 2,
  /** 1 when the control thread's sockets are closed: Node must not end before. */
  closed: 3,
} as const;

export const sharedState = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * Object.keys(State).length));

/** The name, on the global object, of the function that the control thread calls in the middle of a cell. */
export const holdName = "kernel.holdForTermination";
