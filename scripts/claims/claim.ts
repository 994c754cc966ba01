/** @file A claim: what a notebook says of one seed, measured over several, because it takes too long for a cell. */

export interface Claim {
  /** The sentence that must hold. */
  readonly says: string;
  readonly seeds: readonly number[];
  /** What one seed gives, by name. */
  measure(seed: number): Promise<Readonly<Record<string, number>>>;
  /** Whether the sentence holds for a seed. */
  holds(values: Readonly<Record<string, number>>): boolean;
  /** For how many of the seeds it must hold: for all, if not said. */
  readonly atLeast?: number;
  /** Decimals to print. */
  readonly digits?: number;
}
