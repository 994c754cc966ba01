/** @file Jupyter's wire format: messages as signed lists of frames (messaging protocol 5.3, "The wire protocol"). */

import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** What a message holds depends on its type. */
// biome-ignore lint/suspicious/noExplicitAny: each type of message has its own fields
export type Content = Record<string, any>;

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

export interface Message {
  /** Where a router got the message from, and so where the reply goes. */
  identities: Buffer[];
  header: Header;
  /** The header of the request that this message answers. */
  parent: Partial<Header>;
  metadata: Content;
  content: Content;
}

const delimiter = Buffer.from("<IDS|MSG>");

/** Signs and reads the messages of one connection. */
export class Wire {
  readonly #session = randomUUID();
  readonly #seen = new Set<string>();

  /** @param parse reads JSON, if `JSON.parse` is not to */
  constructor(
    readonly key: string,
    readonly parse: (json: string) => unknown = JSON.parse,
  ) {}

  message(type: string, content: Content, to: Partial<Message> = {}): Message {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.#session,
      username: "notebooks",
      date: new Date().toISOString(),
      version: "5.3",
    };
    return { identities: to.identities ?? [], header, parent: to.header ?? {}, metadata: {}, content };
  }

  encode({ identities, header, parent, metadata, content }: Message): (string | Buffer)[] {
    const parts = [header, parent, metadata, content].map(jsonOf);
    return [...identities, delimiter, this.#sign(parts), ...parts];
  }

  /**
   * The message in `frames`, or null if it is none, was not signed with this connection's key, or came before: its
   * signature is then taken for a copy. A part that is no JSON object, or is missing, becomes an empty one.
   */
  decode(frames: readonly Buffer[]): Message | null {
    const start = frames.findIndex((frame) => frame.equals(delimiter));
    if (start < 0) return null;
    const [signature, ...parts] = frames.slice(start + 1, start + 6);
    const expected = Buffer.from(this.#sign(parts));
    if (this.key !== "") {
      if (signature?.length !== expected.length || !timingSafeEqual(signature, expected)) return null;
      if (this.#isCopy(`${signature}`)) return null;
    }
    const [header, parent, metadata, content] = [0, 1, 2, 3].map((i) => objectIn(parts[i], this.parse));
    return { identities: frames.slice(0, start), header: header as Header, parent, metadata, content };
  }

  #isCopy(signature: string): boolean {
    if (this.#seen.has(signature)) return true;
    this.#seen.add(signature);
    if (this.#seen.size > 65_536) this.#seen.delete(this.#seen.values().next().value as string);
    return false;
  }

  /** An empty key means that nothing is signed. */
  #sign(parts: readonly (string | Buffer)[]): string {
    if (this.key === "") return "";
    const hmac = createHmac("sha256", this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

/** JSON, in which half a pair of UTF-16 units is � as in UTF-8: whoever reads it could not write it. */
function jsonOf(part: object): string {
  const json = JSON.stringify(part);
  if (!json.includes("\\ud")) return json;
  return json.replace(/\\(?:(ud[89a-f][0-9a-f]{2})|.)/g, (written, half) => (half ? "\ufffd" : written));
}

/** What a frame holds, if it is a JSON object. */
function objectIn(frame: Buffer | undefined, parse: (json: string) => unknown): Content {
  try {
    const value = parse(`${frame}`);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** What a connection file says: where the five sockets of a kernel are, and the key that signs. */
export interface Connection {
  transport: string;
  ip: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
  key: string;
  signature_scheme: string;
}

export function address({ transport, ip }: Connection, port: number): string {
  return `${transport}://${ip}${transport === "ipc" ? "-" : ":"}${port}`;
}
