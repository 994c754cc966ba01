/** @file What a cell shows, put together from a kernel's messages as Jupyter's front ends do it. */

import type { Content } from "../../jupyter-wire/wire.js";
import { joined, type Output } from "../notebook/nbformat.js";

/** Messages that change what a cell shows. */
const kinds = ["stream", "display_data", "execute_result", "error", "update_display_data", "clear_output"];

/** The outputs of one cell; grows for as long as the kernel sends any, up to a number of bytes. */
export class CellOutputs {
  readonly list: Output[] = [];
  /** How many messages were received that a kernel counts as published. */
  received = 0;
  /** Set when the cell has ended: what comes then is `late`. */
  ended = false;
  /** What came too late: it would stand in the notebook by chance. */
  readonly late: string[] = [];
  /** Whether later cells can change what is shown here. */
  updatable = false;
  /** Whether there was more output than allowed, and the rest of it was left out. */
  cut = false;
  #size = 0;
  #clearAtNext = false;

  /** @param displays the outputs of all cells that can be updated, by display id, each with the cell that shows it */
  constructor(
    readonly displays: Map<string, { owner: CellOutputs; output: Output }[]>,
    readonly mostBytes: number,
  ) {}

  /** @param bytes the size of the message */
  add(type: string, content: Content, bytes: number): void {
    if (!kinds.includes(type)) return;
    this.received++;
    this.#size += bytes;
    if (this.ended && this.late.length < mostLate) this.late.push(summary(type, content));
    this.cut ||= this.#size > this.mostBytes;
    if (this.cut) return;
    switch (type) {
      case "clear_output":
        if (content.wait) this.#clearAtNext = true;
        else this.list.length = 0;
        return;
      case "update_display_data":
        this.#update(content);
        return;
      default:
        if (this.#clearAtNext) this.list.length = 0;
        this.#clearAtNext = false;
        this.#append(type, content);
    }
  }

  #append(type: string, content: Content): void {
    if (type === "stream") {
      const last = this.list.at(-1);
      if (last?.output_type === "stream" && last.name === content.name) last.text = joined(last.text) + content.text;
      else this.list.push({ output_type: "stream", name: content.name, text: content.text });
    } else if (type === "error") {
      const { ename, evalue, traceback } = content;
      this.list.push({ output_type: "error", ename, evalue, traceback });
    } else {
      const { data = {}, metadata = {}, execution_count, transient } = content;
      const output: Output =
        type === "execute_result"
          ? { output_type: type, data, metadata, execution_count }
          : { output_type: "display_data", data, metadata };
      // What shows under an id that is shown already changes there, too.
      this.#update(content);
      this.list.push(output);
      const id = transient?.display_id;
      if (id) this.displays.set(id, [...(this.displays.get(id) ?? []), { owner: this, output }]);
      this.updatable ||= Boolean(id);
    }
  }

  #update({ data = {}, metadata = {}, transient }: Content): void {
    for (const { output } of this.displays.get(transient?.display_id) ?? []) {
      if ("data" in output) Object.assign(output, { data, metadata });
    }
  }
}

/** As many late messages as are told. */
const mostLate = 10;

/** A late message in a few words. */
function summary(type: string, content: Content): string {
  const text = type === "stream" ? content.text : type === "error" ? `${content.ename}: ${content.evalue}` : "";
  return text ? JSON.stringify(String(text).trim().slice(0, 100)) : type.replaceAll("_", " ");
}
