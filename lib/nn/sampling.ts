/** @file Sampling: choosing the next token from logits, greedily or at random. */

import { math } from "../backend/index.js";
import { checkNumber, checkWhole } from "../shape/numbers.js";
import { describe } from "../shape/rules.js";
import { type Generator, generatorOf } from "../tensor/random.js";

/** Options of `sample`. */
export interface SamplingOptions {
  /** Divides the logits. Below 1 favors likely tokens, above 1 unlikely ones; 0 takes the most likely (greedy). 1 by default. */
  temperature?: number;
  /** Choose among the k most likely tokens only; among all by default. */
  topK?: number;
  /** Source of the choice: by default the stream that `manualSeed` starts. */
  generator?: Generator;
}

/** @throws in the name of the function called, if the options do not say how to draw a token */
export function checkSampling(name: string, { temperature = 1, topK = 1, generator }: SamplingOptions): void {
  checkNumber(name, "temperature", temperature, { from: 0 });
  checkWhole(name, "topK", topK, 1);
  generatorOf(name, generator);
}

/**
 * Draws a token with probabilities softmax(logits / temperature) from the `topK` most likely ones. Of equal logits the first
 * ranks higher; a token with logit −∞ is never drawn.
 * @param logits [V], one number per token
 * @throws if there is no logit, one is NaN or ∞, or all are −∞
 * @example nn.sample([0, 100, 0]) // 1
 */
export function sample(
  logits: ArrayLike<number>,
  { temperature = 1, topK = logits?.length, generator }: SamplingOptions = {},
): number {
  if (!(typeof logits === "object" && logits?.length > 0)) {
    throw new RangeError(`sample: needs an array of one logit or more, got ${describe(logits)}`);
  }
  const odd = Array.prototype.findIndex.call(logits, (logit) => !(typeof logit === "number" && logit < Infinity));
  if (odd >= 0)
    throw new RangeError(`sample: logits are numbers or −∞, that of token ${odd} is ${describe(logits[odd])}`);
  checkSampling("sample", { temperature, topK, generator });
  const ranked = Array.from(logits, (_, token) => token).sort((a, b) => logits[b] - logits[a] || a - b);
  if (logits[ranked[0]] === -Infinity) throw new RangeError("sample: every logit is −∞, which leaves no token to draw");
  if (temperature === 0) return ranked[0];
  const candidates = ranked.slice(0, topK);
  const weights = candidates.map((token) => math.exp((logits[token] - logits[ranked[0]]) / temperature));
  let left = generatorOf("sample", generator).uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  let i = 0;
  while (i < candidates.length - 1 && left >= weights[i]) left -= weights[i++];
  return candidates[i];
}
