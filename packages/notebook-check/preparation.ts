/** @file The command that comes before notebooks, such as a build. */

import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How long its last words may take to arrive, and how long it may take to end when it is asked to, in milliseconds. */
const grace = { words: 200, end: 2000 };

/** Windows has no process groups. */
const hasGroups = process.platform !== "win32";

/** A shell command, in a process group of its own: with it, what it has started can be ended. */
export class Preparation {
  readonly #child: ChildProcess;
  readonly #exit: Promise<boolean>;
  readonly #closed: Promise<void>;
  #printed = "";

  constructor(command: string, folder: string) {
    const child = spawn(command, { cwd: folder, shell: true, detached: hasGroups, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#printed = (this.#printed + chunk).slice(-100_000);
      });
    }
    this.#child = child;
    this.#exit = new Promise((resolve) => {
      child.once("exit", (code) => resolve(code === 0));
      child.once("error", (error) => {
        this.#printed += `${error.message}\n`;
        resolve(false);
      });
    });
    this.#closed = new Promise((resolve) => child.once("close", () => resolve()));
  }

  /**
   * Whether the command succeeded, and the end of what it printed. What it has started in the background may run on, as a
   * server would, and print on.
   */
  async result(): Promise<{ succeeded: boolean; printed: string }> {
    const succeeded = await this.#exit;
    // Whatever it left running holds the pipes open for ever.
    await Promise.race([this.#closed, sleep(grace.words)]);
    const printed = this.#printed;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.removeAllListeners("data").resume();
      (stream as Socket | null)?.unref();
    }
    return { succeeded, printed };
  }

  /** Asks the command to end, and what it has started; ends what has not done so in time. */
  async abort(): Promise<void> {
    this.#signal("SIGTERM");
    for (let waited = 0; waited < grace.end && this.#signal(0); waited += 20) await sleep(20);
    this.#signal("SIGKILL");
    await Promise.race([this.#exit, sleep(grace.end)]);
  }

  /** Whether there was anything to be signaled: 0 only asks. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined) return false;
    if (!hasGroups) return exitCode === null && signalCode === null && this.#child.kill(signal);
    try {
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  }
}
