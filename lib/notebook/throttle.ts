/** @file Throttling: when to redraw a page so that it can be watched and costs little. */

/**
 * A function that says whether it is time to draw again. The first time is now; then every `interval` milliseconds, and in
 * the long run every sixtieth of the time gone by: half an hour takes some 400 drawings at most, for tslab's sockets refuse
 * the 513th message of a cell that never pauses.
 */
export function throttle(interval: number): () => boolean {
  const start = performance.now();
  let next = start;
  return () => {
    const now = performance.now();
    if (now < next) return false;
    next = now + Math.max(interval, (now - start) / 60);
    return true;
  };
}
