/** @file Merges, of which byte-pair encoding is made: a text as a chain of ids in which pairs become one, and which pairs do. */

/** Two adjacent ids that become one: the n-th merge makes the n-th id after the bytes. */
export type Merge = readonly [left: number, right: number];

const PAIR = 2 ** 24;
/** A pair as one number, in the order of pairs. */
export const pairKey = (left: number, right: number) => left * PAIR + right;

/** Sequences of ids as one linked list, so that a merge costs the same wherever it is. */
export class Chain {
  /** The id at each place; −1 where it was merged into the one before it. */
  readonly ids: Int32Array;
  /** The place before and after each; −1 at the ends of a sequence. */
  readonly before: Int32Array;
  readonly after: Int32Array;

  constructor(sequences: readonly (readonly number[])[]) {
    const total = sequences.reduce((sum, { length }) => sum + length, 0);
    this.ids = new Int32Array(total);
    this.before = new Int32Array(total).fill(-1);
    this.after = new Int32Array(total).fill(-1);
    let at = 0;
    for (const sequence of sequences) {
      for (const [i, id] of sequence.entries()) {
        this.ids[at] = id;
        if (i > 0) this.before[at] = at - 1;
        if (i < sequence.length - 1) this.after[at] = at + 1;
        at++;
      }
    }
  }

  /** The pair that begins at a place, as its key; −1 if none does. */
  pairAt(at: number): number {
    const [left, next] = [this.ids[at], this.after[at]];
    return left < 0 || next < 0 ? -1 : pairKey(left, this.ids[next]);
  }

  /** Makes the pair at a place one id. */
  merge(at: number, id: number): void {
    const taken = this.after[at];
    this.ids[at] = id;
    this.ids[taken] = -1;
    this.after[at] = this.after[taken];
    if (this.after[at] >= 0) this.before[this.after[at]] = at;
  }
}

/** Numbers, of which the smallest comes out first. */
export class Heap {
  readonly #values: number[] = [];

  push(value: number): void {
    const values = this.#values;
    let at = values.push(value) - 1;
    for (let above = (at - 1) >> 1; at > 0 && values[above] > value; above = (at - 1) >> 1) {
      values[at] = values[above];
      at = above;
    }
    values[at] = value;
  }

  pop(): number | undefined {
    const values = this.#values;
    const [smallest, last] = [values[0], values.pop()];
    if (last === undefined || values.length === 0) return smallest;
    let at = 0;
    for (let below = 1; below < values.length; below = 2 * at + 1) {
      if (values[below + 1] < values[below]) below++;
      if (values[below] >= last) break;
      values[at] = values[below];
      at = below;
    }
    values[at] = last;
    return smallest;
  }
}

/** A piece of text as ids, and its count. */
interface Word {
  readonly ids: readonly number[];
  readonly count: number;
}

/** The merges that make ids `next`, `next` + 1, … `end` − 1. Only the neighbors of a merged pair are recounted. */
export function learnMerges(words: readonly Word[], next: number, end: number): Merge[] {
  const chain = new Chain(words.map(({ ids }) => ids));
  const weights = Int32Array.from(words.flatMap(({ ids, count }) => ids.map(() => count)));
  const counts = new Map<number, number>();
  /** Where each pair was seen to begin; it may have gone from there since. */
  const places = new Map<number, number[]>();
  const enter = (at: number) => {
    const key = chain.pairAt(at);
    if (key < 0) return;
    counts.set(key, (counts.get(key) ?? 0) + weights[at]);
    const seen = places.get(key);
    if (seen) seen.push(at);
    else places.set(key, [at]);
  };
  const leave = (at: number) => {
    const key = chain.pairAt(at);
    if (key < 0) return;
    const left = (counts.get(key) ?? 0) - weights[at];
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  };
  for (let at = 0; at < chain.ids.length; at++) enter(at);
  const merges: Merge[] = [];
  for (let id = next; id < end; id++) {
    let best = -1;
    let most = 1;
    for (const [key, count] of counts) {
      if (count > most || (count === most && key < best)) [best, most] = [key, count];
    }
    if (best < 0) break;
    merges.push([Math.floor(best / PAIR), best % PAIR]);
    for (const at of Int32Array.from(places.get(best) ?? []).sort()) {
      if (chain.pairAt(at) !== best) continue;
      const before = chain.before[at];
      for (const place of [before, at, chain.after[at]]) if (place >= 0) leave(place);
      chain.merge(at, id);
      for (const place of [before, at]) if (place >= 0) enter(place);
    }
    counts.delete(best);
    places.delete(best);
  }
  return merges;
}
