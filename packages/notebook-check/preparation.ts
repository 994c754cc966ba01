/** @file The command that comes before notebooks, such as a build. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** How long its last words may take to arrive, and how long it may take to end when it is asked to, in milliseconds. */
const grace = { words: 200, end: 2000 };

/** A shell command, in a process group of its own: what ends this program ends all of it. */
export class Preparation {
  readonly #child: ChildProcess;
  readonly #exit: Promise<boolean>;
  #printed = "";

  constructor(command: string, folder: string) {
    const child = spawn(command, { cwd: folder, shell: true, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk: Buffer) => {
      this.#printed = (this.#printed + chunk).slice(-100_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    this.#child = child;
    this.#exit = new Promise((resolve) => {
      child.once("exit", (code) => resolve(code === 0));
      child.once("error", (error) => {
        this.#printed += `${error.message}\n`;
        resolve(false);
      });
    });
  }

  /** Whether the command succeeded, and the end of what it printed. What it started may run on, as a server would. */
  async result(): Promise<{ succeeded: boolean; printed: string }> {
    const closed = once(this.#child, "close");
    const succeeded = await this.#exit;
    // Whatever it left running holds the pipes open for ever.
    await Promise.race([closed, sleep(grace.words)]);
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    return { succeeded, printed: this.#printed };
  }

  /** Asks the command to end, and what it has started; then ends them. */
  async abort(): Promise<void> {
    this.#signal("SIGTERM");
    await Promise.race([this.#exit, sleep(grace.end)]);
    this.#signal("SIGKILL");
    await this.#exit;
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
    } catch {
      // All of it has ended.
    }
  }
}
