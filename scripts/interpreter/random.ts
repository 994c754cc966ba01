/** @file `Math.random` from a seed, so that a package that draws from it gives the same notebook twice. */

/** Replaces `Math.random` by mulberry32 (T. Ettinger, 2017): period 2³², uniform in [0, 1). */
export function seedMathRandom(seed: number): void {
  let state = seed;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
