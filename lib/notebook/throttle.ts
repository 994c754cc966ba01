/** @file How often a page is redrawn: often enough to watch, seldom enough to cost nothing. */

/**
 * A function that says whether it is time to draw again. The first time is now; then at most ten times a second, and after
 * six seconds ever more seldom, by a sixtieth of the time gone by: half an hour takes some 400 drawings, for tslab's sockets
 * refuse the 513th message of a cell that never pauses.
 */
export function throttle(now: () => number = () => performance.now()): () => boolean {
  const start = now();
  let next = start;
  return () => {
    const time = now();
    if (time < next) return false;
    next = time + Math.max(100, (time - start) / 60);
    return true;
  };
}
