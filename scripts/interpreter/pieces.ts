/** @file Text that a program writes in pieces, of which each may end within a character. */

/** One stream: what is not whole yet waits for the rest of it. */
export class Pieces {
  readonly #bytes = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The first half of a character of two UTF-16 units. */
  #half = "";

  /** The whole characters that a piece completes; bytes are UTF-8. */
  take(piece: string | Uint8Array): string {
    const text = this.#half + (typeof piece === "string" ? piece : this.#bytes.decode(piece, { stream: true }));
    const isHalf = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
    this.#half = isHalf ? text.slice(-1) : "";
    return isHalf ? text.slice(0, -1) : text;
  }

  /** What waits in vain, as far as it can be read. */
  rest(): string {
    const left = this.#half + this.#bytes.decode();
    this.#half = "";
    return left;
  }
}
