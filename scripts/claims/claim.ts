/** @file A claim: a statement of a notebook that is measured over several seeds, because it takes too long for a cell. */

export interface Claim {
  /** The sentence that must hold. */
  readonly says: string;
  readonly seeds: readonly number[];
  /** The measured numbers of one seed, by name. */
  measure(seed: number): Promise<Readonly<Record<string, number>>>;
  /** Whether the sentence holds for a seed. */
  holds(values: Readonly<Record<string, number>>): boolean;
  /** The number of seeds for which it must hold; all by default. */
  readonly atLeast?: number;
  /** Decimals to print. */
  readonly digits?: number;
}
