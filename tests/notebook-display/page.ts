/** @file A page that keeps what cells send it, as a notebook's front end would. */

import { createRequire } from "node:module";
import { afterEach, beforeEach, vi } from "vitest";

export interface Message {
  data: Record<string, string>;
  id: string | undefined;
  update: boolean;
}

/** The messages sent, and what is left of them: one output for each place, the last that was put there. */
export interface Page {
  messages: Message[];
  outputs(): Record<string, string>[];
}

const require = createRequire(import.meta.url);

/**
 * In the tests around it, code runs as in a cell: tslab's own executor is made, and what tslab's own display function is
 * given lands on the page.
 */
export function inCells(): Page {
  const page: Page = {
    messages: [],
    outputs: () => {
      const places = new Map<string | symbol, Record<string, string>>();
      for (const { data, id, update } of page.messages) {
        if (update && !places.has(id as string)) throw new Error(`update of ${id}, which was never shown`);
        places.set(id ?? Symbol("its own"), data);
      }
      return [...places.values()];
    },
  };
  beforeEach(() => {
    page.messages = [];
    const { createExecutor } = require("tslab/dist/executor.js");
    const jupyter = require("tslab/dist/jupyter.js");
    createExecutor(process.cwd(), { node: {}, close: () => {} }, console);
    jupyter.lastWriteDisplayData = (
      content: { data: Message["data"]; transient: { display_id?: string } },
      update = false,
    ) => page.messages.push({ data: content.data, id: content.transient.display_id, update });
  });
  afterEach(() => {
    delete (globalThis as { __tslab__?: unknown }).__tslab__;
  });
  return page;
}

/** In the tests around it, `console.log` is kept instead of printed. */
export function printed(): string[] {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  });
  afterEach(() => void vi.restoreAllMocks());
  return lines;
}
