/** @file What of a kernel still works after its last cell: timers, servers, requests, workers, computations. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "./client.js";
import { secondsOf, threadsOf } from "./processes.js";

/** How long a notebook's end is watched even when nothing seems to work any more. */
const quietMs = 500;

export interface Leftover {
  cell: number;
  /** A sentence about the cell. */
  message: string;
}

/** Watches what cells leave at work in a kernel, so that it can be told by its cell. */
export class Leftovers {
  /** What worked before the first cell, as Node names it. */
  #before: readonly string[] = [];
  readonly #after = new Map<number, readonly string[]>();
  #workers = 0;
  #threads = 0;

  /** @param grace how many milliseconds what is left may take to end by itself */
  constructor(
    readonly kernel: Host,
    readonly grace: number,
  ) {}

  /** Looks before the first cell. */
  async begin(): Promise<void> {
    await this.#countWorkers();
    this.#before = [...((await this.kernel.activeResources()) ?? []), ...this.#asResources()];
  }

  /** Looks after a cell. @param resources what the event loop then works at */
  async look(cell: number, resources: readonly string[]): Promise<void> {
    const { pid } = this.kernel;
    // Each worker is a thread, and asking for workers takes time.
    if (pid !== null && threadsOf(pid) > this.#threads) await this.#countWorkers();
    this.#after.set(cell, [...resources, ...this.#asResources()]);
  }

  /** Waits until nothing works any more, or the time is up. @returns what still does */
  async left(last: number): Promise<Leftover[]> {
    const began = performance.now();
    for (;;) {
      const resources = await this.kernel.activeResources();
      const isComputing = await computes(this.kernel, began + this.grace);
      if (this.kernel.death !== null) return [];
      const pending = beyond(resources ?? [], this.#before);
      const passed = performance.now() - began;
      if (passed < quietMs || ((isPending(pending) || isComputing) && passed < this.grace)) continue;
      const timers = await this.#countWorkers();
      const next = Math.min(...timers.filter((ms) => ms < this.grace - passed));
      if (Number.isFinite(next)) {
        await sleep(next);
        continue;
      }
      const left = beyond([...(resources ?? []), ...this.#asResources()], this.#before);
      if (left.size === 0 && isComputing) left.set(computation, 1);
      return [...left].map(([kind, n]) => ({ cell: this.#startedBy(kind) ?? last, message: sentenceOn(kind, n) }));
    }
  }

  /** @returns in how many milliseconds timers fire that keep nothing alive */
  async #countWorkers(): Promise<readonly number[]> {
    const { pid } = this.kernel;
    if (pid !== null) this.#threads = threadsOf(pid);
    const { workers, timers } = (await this.kernel.diagnose()) ?? { workers: 0, timers: [] };
    this.#workers = workers;
    return timers;
  }

  #asResources = (): string[] => Array(this.#workers).fill("Worker");

  /** The cell that a thing left at the end comes from: the last after which there was more of its kind than before. */
  #startedBy(kind: string): number | null {
    let [cell, most]: [number | null, number] = [null, count(this.#before, kind)];
    for (const [index, resources] of this.#after) {
      const now = count(resources, kind);
      if (now > most) cell = index;
      most = now;
    }
    return cell;
  }
}

/**
 * Whether a kernel that is asked for nothing computes, on a worker, on Node's thread pool, or on threads of another kind:
 * waits until it is at rest, or until a time. Some windows are always waited for: engines tidy up after a request.
 */
async function computes({ pid }: Host, until: number): Promise<boolean> {
  const seconds = () => (pid === null ? null : secondsOf(pid));
  for (let busy = 1; ; busy++) {
    const before = seconds();
    await sleep(windowMs);
    const after = seconds();
    if (before === null || after === null || 1000 * (after - before) < leastShare * windowMs) return false;
    if (busy >= 5 && performance.now() >= until) return true;
  }
}
const windowMs = 300;
/** Of one core. A thread gets that much even where several programs share the cores; a kernel at rest takes nothing. */
const leastShare = 0.1;

/** The kind of what is seen by the time it takes alone. */
const computation = "computation";

/** What comes and goes by itself: pipes and terminals of the kernel, sockets kept for the next request; processes are looked at elsewhere. */
const harmless = /^(PipeWrap|TTYWrap|ProcessWrap|TCPSocketWrap|TLSWrap|SignalWrap|MessagePort|CheckWrap|Immediate)$/;

/** What stays until it is closed; all else ends by itself, or would keep a program from ending. */
const lasting = /(Server|ServerWrap|UDPWrap|FSEventWrap|StatWatcher|Worker)$/;

const count = (list: readonly string[], kind: string): number => list.filter((one) => one === kind).length;

/** The kinds of which there are more than there were, each with how many more. */
function beyond(resources: readonly string[], before: readonly string[]): Map<string, number> {
  const kinds = [...new Set(resources)].filter((kind) => kind && !harmless.test(kind));
  return new Map(
    kinds.map((kind) => [kind, count(resources, kind) - count(before, kind)] as const).filter(([, n]) => n > 0),
  );
}

/** Whether waiting may help. */
const isPending = (left: ReadonlyMap<string, number>): boolean => [...left.keys()].some((kind) => !lasting.test(kind));

function sentenceOn(kind: string, n: number): string {
  if (kind === computation) return "it left a computation running: await what the cell starts";
  if (kind === "Timeout")
    return `it left ${n} ${n === 1 ? "timer" : "timers"} running: await or clear what the cell starts`;
  if (kind === "Worker")
    return `it left ${n === 1 ? "a worker" : `${n} workers`} running: terminate what the cell starts`;
  if (/^(TCPServer|PipeServer|TCPServerWrap|PipeServerWrap|UDPWrap)$/.test(kind))
    return `it left ${n === 1 ? "a server" : `${n} servers`} listening (${kind}): close what the cell opens`;
  return `it left ${n === 1 ? "something" : `${n} things`} open (${kind}): close what the cell opens`;
}
