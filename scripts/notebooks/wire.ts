/** @file Jupyter's wire format: messages as signed lists of frames (messaging protocol 5.3, "The wire protocol"). */

import { createHmac, randomUUID } from "node:crypto";

// biome-ignore lint/suspicious/noExplicitAny: what a message holds depends on its type, and a kernel may send anything
export type Content = Record<string, any>;

export interface Message {
  readonly channel: "shell" | "control" | "iopub";
  readonly type: string;
  /** The id of the request this answers. */
  readonly parent: string | undefined;
  readonly content: Content;
}

const delimiter = "<IDS|MSG>";

/** Signs and reads messages for one connection. */
export class Wire {
  readonly key = randomUUID();
  readonly #session = randomUUID();

  encode(type: string, content: Content): { id: string; frames: string[] } {
    const id = randomUUID();
    const header = {
      msg_id: id,
      session: this.#session,
      username: "notebooks",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    return { id, frames: [delimiter, this.#sign(parts), ...parts] };
  }

  /** The message in `frames`, or null if it is not one, or not signed with this connection's key. */
  decode(channel: Message["channel"], frames: readonly Buffer[]): Message | null {
    const start = frames.findIndex((frame) => frame.toString() === delimiter);
    if (start < 0) return null;
    const [signature, ...parts] = frames.slice(start + 1, start + 6);
    if (signature?.toString() !== this.#sign(parts)) return null;
    const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()));
    return { channel, type: header.msg_type, parent: parent.msg_id, content };
  }

  #sign(parts: readonly (string | Buffer)[]): string {
    const hmac = createHmac("sha256", this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}
