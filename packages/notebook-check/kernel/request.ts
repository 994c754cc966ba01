/** @file A request to a kernel on its way, and what has come in answer. */

import type { Message } from "../../jupyter-wire/wire.js";
import type { CellOutputs } from "./outputs.js";

export class Request {
  reply: Message | null = null;
  idle = false;
  /** Called at every change. */
  progress: () => void = () => {};

  /** @param outputs where what the request shows is collected, if it is a cell */
  constructor(readonly outputs: CellOutputs | null) {}

  get answered(): boolean {
    return this.reply !== null && this.idle;
  }

  /**
   * Waits until both the reply and the idle status after it have come: for `limit` milliseconds, and once one of them is
   * there, for `grace` more at the most. Ends early when there is nothing to wait for any more: when the kernel is dead.
   */
  wait(limit: number, grace: number, isHopeless: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      let timer = setTimeout(resolve, limit);
      let half = false;
      this.progress = () => {
        if (this.answered || isHopeless()) {
          clearTimeout(timer);
          resolve();
        } else if (!half && (this.reply || this.idle)) {
          half = true;
          clearTimeout(timer);
          timer = setTimeout(resolve, grace);
        }
      };
      this.progress();
    });
  }
}
