/** @file What the reader wrote, kept in this browser: by the notebook and the cell, beside the text it was made from. */

export interface Edit {
  readonly code: string;
  /** Whether the notebook's own text has changed since. */
  readonly isOutdated: boolean;
}

interface Stored {
  readonly code: string;
  readonly original: string;
}

/** A short hash of a text (FNV-1a, 32 bits), by which a newer text is told from the one that was edited. */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

export class Edits {
  constructor(
    readonly notebook: string,
    readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  ) {}

  read(cell: string, original: string): Edit | null {
    const stored = this.#parsed(this.#key(cell));
    return stored && { code: stored.code, isOutdated: stored.original !== hashOf(original) };
  }

  write(cell: string, original: string, code: string): void {
    if (code === original) this.storage.removeItem(this.#key(cell));
    else this.storage.setItem(this.#key(cell), JSON.stringify({ code, original: hashOf(original) } satisfies Stored));
  }

  /** Exercises that the reader has solved. */
  get solved(): readonly string[] {
    return JSON.parse(this.storage.getItem(`foundations/${this.notebook}/solved`) ?? "[]");
  }

  solve(cell: string): void {
    const all = [...new Set([...this.solved, cell])];
    this.storage.setItem(`foundations/${this.notebook}/solved`, JSON.stringify(all));
  }

  #key(cell: string): string {
    return `foundations/${this.notebook}/edit/${cell}`;
  }

  #parsed(key: string): Stored | null {
    try {
      const stored = JSON.parse(this.storage.getItem(key) ?? "null");
      return typeof stored?.code === "string" && typeof stored.original === "string" ? stored : null;
    } catch {
      return null;
    }
  }
}
