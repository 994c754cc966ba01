/** @file `Math.random` from a seed, so that a package that draws from it gives the same notebook twice. */
"use strict";

/** Replaces `Math.random` by mulberry32. */
exports.seedMathRandom = (seed) => {
  let state = seed;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};
