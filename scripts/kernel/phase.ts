/** @file What the first thread is doing, as the control thread sees it. */

export const Phase = { idle: 0, compiling: 1, running: 2 } as const;
