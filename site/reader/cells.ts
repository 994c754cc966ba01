/** @file The code cells of a page: what they hold, where they stand, and what the reader made of them. */

import type { Output } from "../../packages/notebook-check/notebook/nbformat.js";
import type { Editor } from "./editor.js";
import type { Run } from "./kernel.js";

export type CellState = "idle" | "queued" | "running" | "done" | "failed";

const words: Record<CellState, string> = {
  idle: "",
  queued: "waits",
  running: "running …",
  done: "✓ done",
  failed: "✗ failed",
};

export class CodeCell {
  /** The source as the notebook has it. */
  readonly original: string;
  readonly tags: readonly string[];
  readonly outputsElement: HTMLElement;
  readonly tools: HTMLElement;
  readonly source: HTMLElement;
  /** The kernel it last ran in, by its number; 0 for none. */
  ranIn = 0;
  /** How it last ran to its end. */
  lastRun: (Run & { ended: false }) | null = null;
  executionCount: number | null = null;
  editor: Editor | null = null;
  state: CellState = "idle";
  readonly #count: HTMLElement;
  readonly #state = document.createElement("span");
  #edited: string | null = null;

  constructor(readonly element: HTMLElement) {
    this.source = part(element, "pre.source");
    this.original = this.source.textContent ?? "";
    this.tags = (element.dataset.tags ?? "").split(" ").filter(Boolean);
    this.outputsElement = part(element, ".outputs");
    this.tools = part(element, ".tools");
    this.#count = part(element, ".count");
    this.#state.className = "state";
    this.tools.append(this.#state);
  }

  /** The cell's id in the notebook. */
  get id(): string {
    return this.element.id.replace(/^cell-/, "");
  }

  /** The source as it would run now. */
  get code(): string {
    return this.#edited ?? this.original;
  }

  /** What it showed when it last ran. */
  get outputs(): readonly Output[] | null {
    return this.lastRun?.outputs.list ?? null;
  }

  get isEdited(): boolean {
    return this.#edited !== null;
  }

  /** Takes over what the reader wrote. */
  edit(code: string): void {
    this.#edited = code === this.original ? null : code;
    this.element.classList.toggle("edited", this.isEdited);
    if (this.state !== "running" && this.state !== "queued") this.show("idle");
  }

  show(state: CellState): void {
    this.state = state;
    this.element.dataset.state = state;
    const edited = this.isEdited && state === "idle" ? "edited" : "";
    // Beside a wrong answer a check mark would read as praise.
    const ran = state === "done" && this.tags.includes("exercise") ? "has run" : "";
    this.#state.textContent = ran || words[state] || edited;
  }

  /** Says beside an exercise that it has been solved. */
  showSolved(): void {
    if (this.tools.querySelector(".verdict")) return;
    const verdict = document.createElement("span");
    verdict.className = "verdict";
    verdict.textContent = "✓ solved";
    this.#count.after(verdict);
  }

  count(count: number | null): void {
    this.executionCount = count;
    this.#count.textContent = `In [${count ?? "*"}]`;
  }
}

function part(element: HTMLElement, selector: string): HTMLElement {
  const found = element.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the page's cell ${element.id} has no ${selector}`);
  return found;
}
