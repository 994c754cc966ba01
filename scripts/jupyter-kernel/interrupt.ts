/** @file The control thread's part in an interrupt: the first thread is asked, and if it is too busy to hear, stopped. */

import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { signalDescendants } from "./children.js";
import { holdName, State } from "./shared.js";

/** How long code may take to return to the event loop by itself, in milliseconds. */
const patience = 200;
/** How long a call into native code may take before the processes that it may be waiting for are signaled. */
const nativePatience = 1000;
/**
 * How long to look without a pause, in milliseconds. In an endless chain of promises one look in hundreds finds the
 * cell's code, the others Node's bookkeeping: with a pause after each, such a chain ran on for half a minute.
 */
const burst = 200;

/** How an interrupt ended, or that its code is in a native call that nothing can end but the kernel's own end. */
export type Outcome = "handled" | "blocked";

/** Interrupts the first thread, again and again until it has handled it. */
export class Interrupter {
  #stopping: Promise<void> | null = null;

  /** @param ask tells the first thread of an interrupt, which it hears once it returns to its event loop */
  constructor(
    readonly state: Int32Array,
    readonly ask: () => void,
  ) {}

  /** Resolves once the interrupt is handled, or is known not to be for a while; it goes on being tried then. */
  async interrupt(): Promise<Outcome> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = null;
    });
    const handled = this.#stopping.then(() => "handled" as const);
    return Promise.race([handled, sleep(patience + 5 * nativePatience, "blocked" as const)]);
  }

  async #stop(): Promise<void> {
    const execution = Atomics.load(this.state, State.executing);
    const session = new Session();
    session.connectToMainThread();
    try {
      // What the cell has put off may begin to loop once the cell is given up, and before its end is told.
      do await this.#stopOnce(session);
      while (execution !== 0 && Atomics.load(this.state, State.executing) === execution);
    } finally {
      session.disconnect();
    }
  }

  /** Asks the first thread to give up what it awaits, and terminates what keeps it from hearing that. */
  async #stopOnce(session: Session): Promise<void> {
    const before = Atomics.load(this.state, State.interruptsHandled);
    const isHandled = () => Atomics.load(this.state, State.interruptsHandled) !== before;
    this.ask();
    for (let waited = 0; waited < patience && !isHandled(); waited += 10) await sleep(10);
    while (!isHandled()) {
      const end = performance.now() + burst;
      while (!(await this.#terminate(session)) && !isHandled() && performance.now() < end);
      await sleep(10);
    }
  }

  /**
   * Terminates what the first thread runs, if that is a cell's code. It is interrupted as by a debugger, looks at its own
   * stack, and stands still until the order to terminate has been sent after it.
   *
   * @returns whether it was terminated
   */
  async #terminate(session: Session): Promise<boolean> {
    const post = (method: string, params = {}) => new Promise((resolve) => session.post(method, params, resolve));
    let answered = false;
    const looked = post("Runtime.evaluate", { expression: `globalThis[Symbol.for("${holdName}")]()` }).then(() => {
      answered = true;
    });
    const began = performance.now();
    const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGKILL"];
    while (!answered) {
      if (Atomics.load(this.state, State.holding) === 1) {
        const terminated = post("Runtime.terminateExecution");
        Atomics.store(this.state, State.holding, 0);
        await Promise.all([looked, terminated]);
        return true;
      }
      const blocked = performance.now() - began;
      const signal = blocked > nativePatience * (4 - signals.length) ? signals.shift() : undefined;
      if (signal) signalDescendants(signal);
      await Promise.race([looked, sleep(5)]);
    }
    return false;
  }
}
