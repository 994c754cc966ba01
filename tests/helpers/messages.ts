/** @file What an error says. */

/** The message of the error that `run` throws. */
export function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : `thrown, and not an error: ${error}`;
  }
  return "(no error)";
}
