/**
 * @file Storage used again. A backward pass makes large arrays that only the library ever sees, and soon drops them. A new
 * array costs more than its numbers: the system hands it out page by page, zeroed, and the garbage collector takes it
 * back. So the pass counts who holds each array it makes, and the next result gets the storage of one that nobody holds.
 */

import type { Data } from "./kernels.js";

/** Smaller arrays are cheap to make. */
const WORTH = 4096;
/** What is kept idle, at most, in numbers: 64 MB. */
const MOST_IDLE = 2 ** 24;

const idle = new Map<number, Float32Array[]>();
let idleNumbers = 0;
let current: Recycling | null = null;

/** An array of n numbers, to be filled whole: their values are what happens to be there. */
export function roomFor(n: number): Float32Array {
  if (n < WORTH) return new Float32Array(n);
  const found = idle.get(n)?.pop();
  if (found) idleNumbers -= n;
  const room = found ?? new Float32Array(n);
  current?.made(room);
  return room;
}

function lay(array: Float32Array): void {
  // Sizes that were in use once may never be asked for again.
  if (idleNumbers + array.length > MOST_IDLE) {
    idle.clear();
    idleNumbers = 0;
  }
  const alike = idle.get(array.length);
  if (alike) alike.push(array);
  else idle.set(array.length, [array]);
  idleNumbers += array.length;
}

/** The arrays made from `start()` to `end()`, and how many gradients hold each. */
export class Recycling {
  readonly #outer = current;
  /** Nothing is written down before there is an array worth it. */
  #books: { mine: Set<Data>; holders: Map<Data, number>; loose: Data[] } | null = null;

  static start(): Recycling {
    current = new Recycling();
    return current;
  }

  made(array: Float32Array): void {
    this.#books ??= { mine: new Set(), holders: new Map(), loose: [] };
    this.#books.mine.add(array);
    this.#books.loose.push(array);
  }

  hold(data: Data): void {
    if (!this.#books?.mine.has(data)) return;
    const { holders } = this.#books;
    holders.set(data, (holders.get(data) ?? 0) + 1);
  }

  letGo(data: Data): void {
    const count = this.#books?.holders.get(data);
    if (!this.#books || count === undefined) return;
    const { holders, loose } = this.#books;
    if (count > 1) {
      holders.set(data, count - 1);
    } else {
      holders.delete(data);
      loose.push(data);
    }
  }

  /** Leaves an array for good to someone outside. */
  giveAway(data: Data): void {
    this.#books?.mine.delete(data);
  }

  /** Takes back what nobody holds. */
  sweep(): void {
    if (!this.#books) return;
    const { mine, holders, loose } = this.#books;
    for (const array of loose) if (!holders.has(array) && mine.delete(array)) lay(array as Float32Array);
    loose.length = 0;
  }

  end(): void {
    current = this.#outer;
  }
}
