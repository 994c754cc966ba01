/** @file One execution of a cell: where its output goes, and what went wrong in it. */

import { inColor } from "./color.js";
import type { Content } from "./display.js";
import type { Failure } from "./failure.js";
import { Pieces } from "./pieces.js";

/** Text that belongs together is sent together, but nobody waits longer than this for a line, in milliseconds. */
const patience = 50;
/** As many bytes, or UTF-16 units, as go into one message: no string holds all that a cell can print. */
const most = 2 ** 20;

/** Marks a timer's callback that is called although the cell it comes from was interrupted. */
export const survives = <F extends () => unknown>(callback: F): F =>
  Object.assign(callback, { [Symbol.for("foundations.survives")]: true });

export class Execution {
  readonly failures: Failure[] = [];
  /** How many messages a client must have received to have all of the output. */
  published = 0;
  running = true;
  /** Whether it was stopped: what it left to timers does not happen then. */
  interrupted = false;
  readonly #publish: (type: string, content: Content) => void;
  readonly #pieces = { stdout: new Pieces(), stderr: new Pieces() };
  #pending: { name: string; texts: string[]; size: number; since: number } | null = null;

  /** @param publish sends a message that names this request as its cause; for a silent request, nothing */
  constructor(publish: ((type: string, content: Content) => void) | null) {
    this.#publish = (type, content) => {
      if (!publish) return;
      publish(type, content);
      this.published++;
    };
  }

  stream(name: "stdout" | "stderr", piece: string | Uint8Array): void {
    for (let at = 0; at < piece.length; at += most) {
      const part = typeof piece === "string" ? piece.slice(at, at + most) : piece.subarray(at, at + most);
      this.#write(name, this.#pieces[name].take(part));
    }
  }

  #write(name: "stdout" | "stderr", text: string): void {
    if (text === "") return;
    const now = performance.now();
    if (this.#pending?.name !== name) this.flush();
    if (this.#pending) this.#pending.texts.push(text);
    else {
      this.#pending = { name, texts: [text], size: 0, since: now };
      // Not setImmediate: Node forgets its other immediates when it terminates one.
      setTimeout(survives(() => this.flush()));
    }
    this.#pending.size += text.length;
    if (now - this.#pending.since > patience || this.#pending.size >= most) this.flush();
  }

  show(type: "display_data" | "update_display_data" | "execute_result", content: Content): void {
    this.flush();
    this.#publish(type, content);
  }

  fail(failure: Failure): void {
    const colored = inColor(failure);
    this.failures.push(colored);
    this.flush();
    this.#publish("error", { ...colored });
  }

  flush(): void {
    if (!this.#pending) return;
    const { name, texts } = this.#pending;
    this.#pending = null;
    this.#publish("stream", { name, text: texts.join("") });
  }

  /** The cell has ended: what waits is sent. */
  end(): void {
    for (const name of ["stdout", "stderr"] as const) this.#write(name, this.#pieces[name].rest());
    this.flush();
    this.running = false;
  }
}
