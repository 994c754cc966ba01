/**
 * @file Threads, where the host is Node: workers that run the module on a memory they share with this thread.
 *
 * A job is one function of the module, applied to parts of its work: part after part is claimed by whichever thread is free,
 * so a thread that the system keeps waiting holds nobody up. What a part computes does not depend on who computes it, so
 * results have the same bits for any number of threads. Workers watch for the next job for a few microseconds, then sleep.
 */

import { shared } from "../../runtime/shared.js";
import type { Exports } from "./module.generated.js";

/** What of Node's modules is used here: the library is also compiled where their types are unknown. */
interface NodeWorker {
  on(event: "exit" | "error", listener: (problem: unknown) => void): void;
  unref(): void;
  terminate(): void;
}
type NodeWorkerConstructor = new (source: string, options: object) => NodeWorker;
interface Host {
  readonly getBuiltinModule?: (name: string) => Record<string, unknown> | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stderr?: { write(text: string): unknown };
}
const host = (globalThis as { process?: Host }).process;

/** The most threads that take part. */
const MOST = 16;

function defaultThreads(): number {
  const asked = host?.env?.OMP_NUM_THREADS;
  if (asked !== undefined && asked !== "") return Math.min(MOST, Math.max(1, Math.floor(Number(asked)) || 1));
  const cores = host?.getBuiltinModule?.("node:os")?.availableParallelism as (() => number) | undefined;
  return Math.min(MOST, cores?.() ?? 1);
}

let wanted: number | undefined;

/** How many threads compute large operations, this one included. */
export const threads = (): number => {
  wanted ??= defaultThreads();
  return wanted;
};

/**
 * Sets how many threads share the work of large operations, this one included; the results are the same bits for any number.
 *
 * The default is one for each core, or what the environment variable OMP_NUM_THREADS says. In a web page it is one.
 * @throws if `count` is not a whole number from 1 to 16
 * @example
 * setThreads(1);
 * ones([2]).add(1) // Tensor<[2]> [2, 2]
 */
export function setThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    throw new RangeError(`setThreads: takes a whole number from 1 to ${MOST}, got ${count}`);
  }
  if (count === threads() && pool?.size === count) return;
  pool?.close();
  pool = undefined;
  wanted = count;
}

// Words of the block that threads talk through. TICKET is the job's number times 256, plus the parts nobody has claimed.
const TICKET = 0;
const DONE = 1;
const READY = 2;
const NAME = 3;
const PARTS = 4;
const WIDE = 5;
const COUNT = 6;
const CHUNK = 7;
const TOTAL = 8;
/** Arguments, and how they change from part to part and from thread to thread: 32 float64 each, from this byte on. */
const NUMBERS = 64;
const MOST_ARGUMENTS = 32;

/** Runs one part of the job that the block describes. It is part of the workers' source too, so it stands as text. */
const runPart = `(words, numbers, functions, names, thread, part) => {
  const args = [Math.min(words[${CHUNK}], words[${TOTAL}] - part * words[${CHUNK}])];
  for (let i = 1; i < words[${COUNT}]; i++) {
    args.push(numbers[i] + part * numbers[${MOST_ARGUMENTS} + i] + thread * numbers[${2 * MOST_ARGUMENTS} + i]);
  }
  functions.useWideTile(words[${WIDE}]);
  functions[names[words[${NAME}]]](...args);
}`;

const workerSource = `
const { module, memory, block, names, thread } = require("node:worker_threads").workerData;
const functions = new WebAssembly.Instance(module, { env: { memory } }).exports;
const words = new Int32Array(block);
const numbers = new Float64Array(block, ${NUMBERS});
const runPart = ${runPart};
functions.useThread(thread);
Atomics.add(words, ${READY}, 1);
for (;;) {
  for (let i = 0; i < 20000 && (Atomics.load(words, ${TICKET}) & 255) === 0; i++);
  const ticket = Atomics.load(words, ${TICKET});
  const left = ticket & 255;
  if (left === 0) {
    Atomics.wait(words, ${TICKET}, ticket);
    continue;
  }
  const part = words[${PARTS}] - left;
  if (Atomics.compareExchange(words, ${TICKET}, ticket, ticket - 1) !== ticket) continue;
  runPart(words, numbers, functions, names, thread, part);
  Atomics.add(words, ${DONE}, 1);
  Atomics.notify(words, ${DONE});
}`;

type Run = (
  words: Int32Array,
  numbers: Float64Array,
  functions: Exports,
  names: readonly string[],
  thread: number,
  part: number,
) => void;

/** How long to wait for a worker's part, in milliseconds, before it counts as dead. */
const PATIENCE = 30_000;

/** The workers, and what they share with this thread. */
class Pool {
  readonly memory: WebAssembly.Memory;
  readonly functions: Exports;
  readonly #names: string[];
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #workers: NodeWorker[] = [];
  readonly #run: Run;
  #alive = 0;
  /** Parts of the running job that this thread has claimed; null when no job runs. */
  #claimed: number | null = null;

  constructor(module: WebAssembly.Module, Worker: NodeWorkerConstructor, count: number) {
    this.memory = new WebAssembly.Memory({ initial: 256, maximum: 32768, shared: true });
    this.functions = { ...new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports } as never;
    this.#names = Object.keys(this.functions);
    const block = new SharedArrayBuffer(NUMBERS + 3 * MOST_ARGUMENTS * 8);
    this.#words = new Int32Array(block);
    this.#numbers = new Float64Array(block, NUMBERS);
    // The text that the workers run, so that the two cannot differ.
    this.#run = new Function(`return ${runPart}`)();
    for (let thread = 1; thread < count; thread++) {
      const workerData = { module, memory: this.memory, block, names: this.#names, thread };
      const worker = new Worker(workerSource, { eval: true, workerData, execArgv: [], name: "foundations" });
      worker.unref();
      worker.on("error", () => {});
      worker.on("exit", () => this.#lose(worker));
      this.#workers.push(worker);
      this.#alive++;
    }
  }

  /** Whether a worker is there to share the work. */
  get ready(): boolean {
    return this.#alive > 0 && Atomics.load(this.#words, READY) > 0;
  }

  get size(): number {
    return this.#alive + 1;
  }

  #lose(worker: NodeWorker): void {
    if (!this.#workers.includes(worker)) return;
    this.#workers.splice(this.#workers.indexOf(worker), 1);
    this.#alive--;
    host?.stderr?.write(`foundations: a thread ended; going on with ${this.size}\n`);
  }

  close(): void {
    const workers = this.#workers.splice(0);
    this.#alive = 0;
    for (const worker of workers) worker.terminate();
  }

  /** Runs the parts that nobody else takes, and waits for the others. */
  run(name: keyof Exports, total: number, chunk: number, wide: boolean, steps: Steps): void {
    this.settle();
    const parts = Math.ceil(total / chunk);
    const words = this.#words;
    words[NAME] = this.#names.indexOf(name);
    words[PARTS] = parts;
    words[WIDE] = wide ? 1 : 0;
    words[COUNT] = steps.args.length + 1;
    words[CHUNK] = chunk;
    words[TOTAL] = total;
    for (let i = 0; i < steps.args.length; i++) {
      this.#numbers[i + 1] = steps.args[i];
      this.#numbers[MOST_ARGUMENTS + i + 1] = (steps.byItem[i] ?? 0) * chunk;
      this.#numbers[2 * MOST_ARGUMENTS + i + 1] = steps.byThread?.[i] ?? 0;
    }
    words[DONE] = 0;
    this.#claimed = 0;
    const job = ((Atomics.load(words, TICKET) >>> 8) + 1) << 8;
    Atomics.store(words, TICKET, job + parts);
    Atomics.notify(words, TICKET);
    for (;;) {
      const ticket = Atomics.load(words, TICKET);
      const left = ticket & 255;
      if (left === 0) break;
      if (Atomics.compareExchange(words, TICKET, ticket, ticket - 1) !== ticket) continue;
      this.#claimed++;
      this.#run(words, this.#numbers, this.functions, this.#names, 0, parts - left);
    }
    this.#join(parts - this.#claimed);
  }

  /** A job that an interrupt has cut short is ended: nobody may write into the memory after that. */
  settle(): void {
    if (this.#claimed === null) return;
    const words = this.#words;
    let left: number;
    for (;;) {
      const ticket = Atomics.load(words, TICKET);
      left = ticket & 255;
      if (Atomics.compareExchange(words, TICKET, ticket, ticket - left) === ticket) break;
    }
    this.#join(words[PARTS] - left - this.#claimed);
  }

  /** Waits until the workers have done `count` parts. */
  #join(count: number): void {
    const words = this.#words;
    for (let i = 0; i < 20_000 && Atomics.load(words, DONE) < count; i++);
    const end = Date.now() + PATIENCE;
    for (let done = Atomics.load(words, DONE); done < count; done = Atomics.load(words, DONE)) {
      Atomics.wait(words, DONE, done, PATIENCE);
      if (Date.now() < end) continue;
      this.close();
      throw new Error("a thread of the library does not answer; run this again, which uses one thread from now on");
    }
    this.#claimed = null;
  }
}

/** How a function's arguments, its first left out, change: by so much for each item, and for each thread. */
export interface Steps {
  readonly args: readonly number[];
  readonly byItem: readonly number[];
  readonly byThread?: readonly number[];
}

/** Undefined before it is first asked for, null where there is none. */
let pool: Pool | null | undefined;
/** A reload of the library leaves the threads of its old copy behind: they end when the new copy starts its own. */
const running = shared("threads", () => ({ close: () => {} }));

/** The workers, started when first asked for; null until one is ready, and where there are none. */
export function readyPool(compile: () => WebAssembly.Module): Pool | null {
  if (pool === undefined) pool = start(compile);
  return pool?.ready ? pool : null;
}

function start(compile: () => WebAssembly.Module): Pool | null {
  const count = threads();
  const Worker = host?.getBuiltinModule?.("node:worker_threads")?.Worker as NodeWorkerConstructor | undefined;
  if (count === 1 || !Worker) return null;
  running.close();
  try {
    const started = new Pool(compile(), Worker, count);
    running.close = () => started.close();
    return started;
  } catch {
    return null; // a host that grants no shared memory or no thread
  }
}

export type { Pool };
