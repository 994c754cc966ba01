/** @file A page that keeps what cells send it, as a notebook's front end would. */

import { createRequire } from "node:module";
import { afterEach, beforeEach, vi } from "vitest";

export interface Message {
  data: Record<string, string>;
  id: string | undefined;
  update: boolean;
}

/** The messages sent, and what is left of them: an output for each message that updates no other. */
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
      const outputs: Message[] = [];
      for (const message of page.messages) {
        if (!message.update) outputs.push({ ...message });
        for (const output of outputs) if (message.update && output.id === message.id) output.data = message.data;
      }
      return outputs.map(({ data }) => data);
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
