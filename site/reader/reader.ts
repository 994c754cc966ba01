/** @file A notebook's page, alive: its buttons, what runs in which order, and what is said about it. */

import type { CellOutputs } from "../../packages/notebook-check/kernel/outputs.js";
import type { Notebook } from "../../packages/notebook-check/notebook/nbformat.js";
import { CodeCell } from "./cells.js";
import { edited, save } from "./download.js";
import { Edits } from "./edits.js";
import { explainNames } from "./hover.js";
import { Kernel, type KernelState, type Settings } from "./kernel.js";
import { Knobs } from "./knobs.js";

type Outputs = typeof import("../pages/outputs.js");

export class Reader {
  readonly cells: readonly CodeCell[];
  readonly kernel: Kernel;
  readonly edits: Edits;
  readonly #status = document.createElement("span");
  readonly #stop: HTMLButtonElement;
  #was: KernelState = "off";
  #renderer: Promise<Outputs> | null = null;
  /** Runs of cells that were asked for, one after the other. */
  #queue: Promise<void> = Promise.resolve();
  /** Raised to call off what waits in the queue. */
  #round = 0;

  constructor(readonly settings: Settings) {
    this.edits = new Edits(settings.notebook, localStorage);
    this.cells = [...document.querySelectorAll<HTMLElement>(".cell.code")].map((element) => new CodeCell(element));
    this.kernel = new Kernel(
      settings,
      (state) => this.#kernelIs(state),
      (what, fraction) =>
        this.say(
          fraction === null
            ? `loading ${what} …`
            : fraction < 1
              ? `loading ${what}: ${5 * Math.floor(20 * fraction)} %`
              : `starting ${what} …`,
        ),
    );
    this.#stop = button("Stop", () => void this.stop());
    this.#stop.disabled = true;
    this.#status.className = "status";
    this.#status.setAttribute("role", "status");
    const controls = document.querySelector(".controls");
    controls?.append(
      this.#status,
      button("Run all", () => void this.runAll()),
      this.#stop,
      button("Restart", () => this.restart()),
      button("Download", () => void this.download(), "Download this notebook, with your edits, for Jupyter"),
    );
    for (const cell of this.cells) this.#dress(cell);
    this.#countSolved();
    this.#followContents();
    explainNames(settings.names);
  }

  say(text: string): void {
    // What is said again would be heard again.
    if (text === this.#status.textContent) return;
    this.#status.textContent = text;
    this.#status.classList.toggle("at-rest", text === "ready");
  }

  /** Runs a cell, and before it what stands above it and has not run. */
  run(cell: CodeCell): Promise<void> {
    const above = this.cells.slice(0, this.cells.indexOf(cell)).filter((one) => !this.#hasRun(one));
    return this.#enqueue([...above, cell]);
  }

  runAll(): Promise<void> {
    return this.#enqueue(this.cells.filter((cell) => !cell.tags.includes("skip-execution")));
  }

  /** Stops what runs and calls off what waits. */
  async stop(): Promise<void> {
    this.#callOff();
    this.say("stopping …");
    if ((await this.kernel.stop()) === "interrupted") this.say("stopped");
    else this.#begunAnew("Stopped");
  }

  /** Ends the kernel: the next run begins with the first cell. */
  restart(): void {
    this.#callOff();
    this.kernel.end();
    this.#begunAnew("Restarted");
  }

  async download(): Promise<void> {
    const response = await fetch(`${this.settings.notebook}.ipynb`).catch(() => null);
    if (!response?.ok) return this.say("the notebook could not be loaded; check the connection and try again");
    const notebook = edited((await response.json()) as Notebook, this.cells);
    save(`${JSON.stringify(notebook, null, 1)}\n`, `${this.settings.notebook}.ipynb`);
  }

  #hasRun(cell: CodeCell): boolean {
    return cell.ranIn === this.kernel.generation && this.kernel.state !== "off";
  }

  #callOff(): void {
    this.#round++;
    for (const cell of this.cells) if (cell.state === "queued") cell.show("idle");
  }

  #begunAnew(word: string): void {
    const ran = this.cells.filter(({ ranIn }) => ranIn > 0).length;
    for (const cell of this.cells) {
      cell.ranIn = 0;
      if (cell.state !== "failed") cell.show("idle");
    }
    this.say(ran > 0 ? `${word}: what stands above a cell will be run again before it` : word);
  }

  #enqueue(list: readonly CodeCell[]): Promise<void> {
    const round = this.#round;
    for (const cell of list) if (cell.state !== "running") cell.show("queued");
    this.#queue = this.#queue.then(async () => {
      for (const cell of list) {
        if (round !== this.#round) return;
        if (cell !== list.at(-1) && this.#hasRun(cell) && list.length > 1 && cell.state === "done") continue;
        const succeeded = await this.#runOne(cell);
        if (!succeeded && round === this.#round) this.#callOff();
      }
    });
    return this.#queue;
  }

  /** Whether the cells after it may run. */
  async #runOne(cell: CodeCell): Promise<boolean> {
    const number = this.cells.indexOf(cell) + 1;
    const round = this.#round;
    try {
      const [renderer] = await Promise.all([this.#render(), this.kernel.start()]);
      cell.show("running");
      cell.count(null);
      this.say(`running cell ${number} of ${this.cells.length}`);
      const draw = perFrame((outputs: CellOutputs) => {
        cell.outputsElement.innerHTML = renderer.renderOutputs(outputs.list);
      });
      const run = await this.kernel.execute(cell.code, draw.soon);
      draw.now(run.outputs);
      this.#uncover(cell);
      if (run.ended) {
        cell.show("failed");
        return false;
      }
      cell.ranIn = this.kernel.generation;
      cell.lastRun = run;
      cell.count(run.count);
      const failed = run.failed && !cell.tags.includes("raises-exception");
      cell.show(failed ? "failed" : "done");
      this.#connectKnobs(cell, run.outputs);
      this.#noteVerdict(cell);
      // Unless it was stopped: then that is what is said.
      if (round === this.#round) this.say(failed ? `cell ${number} failed` : "ready");
      return !failed;
    } catch (error) {
      cell.show("failed");
      this.say((error as Error).message);
      return false;
    }
  }

  #render(): Promise<Outputs> {
    this.#renderer ??= import("../pages/outputs.js");
    return this.#renderer;
  }

  #kernelIs(state: KernelState): void {
    this.#stop.disabled = state === "off" || state === "idle";
    // Which cell runs, and how it ended, is said where it is run.
    if (state === "starting") this.say("starts …");
    else if (state === "drawing") this.say("drawing …");
    else if (state === "idle" && this.#was === "drawing") this.say("ready");
    this.#was = state;
  }

  #dress(cell: CodeCell): void {
    const number = this.cells.indexOf(cell) + 1;
    const original = button("Original", () => this.#reset(cell), "Go back to the notebook's own text");
    original.hidden = true;
    cell.tools.append(
      original,
      button("Edit", () => void this.edit(cell), `Edit cell ${number}`),
      button("Run", () => void this.run(cell), `Run cell ${number}, and what it needs above (Shift + Enter)`),
    );
    cell.source.addEventListener("dblclick", () => void this.edit(cell));
    cell.source.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      if (event.shiftKey || event.ctrlKey || event.metaKey) void this.run(cell);
      else void this.edit(cell);
    });
    const before = this.edits.read(cell.id, cell.original);
    if (before?.isOutdated) this.#announce(cell, before.code);
    else if (before) this.#take(cell, before.code);
    this.#connectKnobs(cell);
    if (cell.tags.includes("predict")) this.#cover(cell);
  }

  /** Opens the editor of a cell. */
  async edit(cell: CodeCell): Promise<void> {
    if (!cell.editor) {
      const { createEditor } = await import("./editor.js");
      const host = document.createElement("div");
      cell.source.after(host);
      cell.source.hidden = true;
      const number = this.cells.indexOf(cell) + 1;
      const ask = this.kernel;
      cell.editor = createEditor(
        host,
        cell.code,
        `Code of cell ${number}`,
        {
          check: (code) => ask.ask({ type: "check", code }),
          complete: (code, cursor) => ask.ask({ type: "complete", code, cursor }),
          inspect: (code, cursor) => ask.ask({ type: "inspect", code, cursor }),
          signature: (code, cursor) => ask.ask({ type: "signature", code, cursor }),
        },
        {
          changed: (code) => this.#changed(cell, code),
          run: (next) => {
            void this.run(cell);
            const following = this.cells[this.cells.indexOf(cell) + 1];
            if (next && following) (following.editor ?? following.source).focus();
          },
          leave: () => cell.tools.querySelector("button")?.focus(),
        },
      );
    }
    cell.editor.focus();
  }

  #changed(cell: CodeCell, code: string): void {
    cell.edit(code);
    this.edits.write(cell.id, cell.original, code);
    const original = cell.tools.querySelector("button");
    if (original) original.hidden = !cell.isEdited;
  }

  /** Shows a text of the reader's in place of the notebook's. */
  #take(cell: CodeCell, code: string): void {
    this.#changed(cell, code);
    if (cell.editor) cell.editor.set(code);
    else {
      cell.source.textContent = code;
      void import("../pages/highlight.js")
        .then(({ highlighted }) => {
          if (cell.code === code) cell.source.innerHTML = highlighted(code);
        })
        .catch(() => {}); // without a connection it is read without colors
    }
  }

  #reset(cell: CodeCell): void {
    this.#take(cell, cell.original);
    cell.tools.querySelectorAll("button")[1]?.focus();
  }

  #announce(cell: CodeCell, code: string): void {
    const notice = document.createElement("div");
    notice.className = "notice";
    notice.append(
      "This cell has changed since you edited it. ",
      button("Show my edit", () => {
        this.#take(cell, code);
        notice.remove();
      }),
      " ",
      button("Keep the new text", () => {
        this.edits.write(cell.id, cell.original, cell.original);
        notice.remove();
      }),
    );
    cell.element.prepend(notice);
  }

  /** Hides what came out until the reader has guessed. */
  #cover(cell: CodeCell): void {
    if (cell.outputsElement.childElementCount === 0) return;
    cell.outputsElement.classList.add("covered");
    const cover = button("Make your guess, then run the cell or show what came out", () => {
      this.#uncover(cell);
      cell.outputsElement.focus();
    });
    cover.className = "cover";
    cell.outputsElement.tabIndex = -1;
    cell.outputsElement.before(cover);
  }

  #uncover(cell: CodeCell): void {
    cell.outputsElement.classList.remove("covered");
    cell.element.querySelector(".cover")?.remove();
  }

  #noteVerdict(cell: CodeCell): void {
    if (!cell.tags.includes("exercise")) return;
    if (/^✓ /.test(cell.outputsElement.textContent ?? "")) this.edits.solve(cell.id);
    this.#countSolved();
  }

  /** Says beside each exercise, and above the contents, what is solved. */
  #countSolved(): void {
    const exercises = this.cells.filter(({ tags }) => tags.includes("exercise"));
    const contents = document.querySelector(".contents");
    if (exercises.length === 0 || !contents) return;
    const solved = exercises.filter(({ id }) => this.edits.solved.includes(id));
    for (const cell of solved) cell.showSolved();
    let counter = contents.querySelector<HTMLElement>(".solved-count");
    if (!counter) {
      counter = document.createElement("p");
      counter.className = "solved-count";
      contents.prepend(counter);
    }
    counter.textContent = `${solved.length} of ${exercises.length} exercises solved`;
  }

  /** Brings the figures with knobs below a cell to life. @param outputs those of a kernel that can draw them anew */
  #connectKnobs(cell: CodeCell, outputs?: CellOutputs): void {
    const ids = new Map<unknown, string>();
    for (const [id, shown] of this.kernel.displays) for (const { output } of shown) ids.set(output, id);
    const { generation } = this.kernel;
    const run = () => void this.run(cell);
    for (const [index, element] of [...cell.outputsElement.children].entries()) {
      const box = element.querySelector<HTMLElement>(".knobs");
      const image = element.querySelector<HTMLImageElement>("figure img");
      const display = ids.get(outputs?.list[index]);
      const redraw = async (values: Readonly<Record<string, unknown>>) => {
        if (display === undefined || generation !== this.kernel.generation || this.kernel.state === "off") return null;
        return this.kernel.redraw(display, values);
      };
      if (box && image) new Knobs(box, image, { redraw, run }, display !== undefined);
    }
  }

  /** Marks in the contents where the reader is. */
  #followContents(): void {
    const links = new Map<string, Element>();
    for (const link of document.querySelectorAll<HTMLAnchorElement>(".contents a"))
      links.set(decodeURIComponent(link.hash.slice(1)), link);
    const observer = new IntersectionObserver(
      (entries) => {
        const seen = entries.filter(({ isIntersecting }) => isIntersecting).at(-1);
        const link = seen && links.get(seen.target.id);
        if (!link) return;
        for (const other of links.values()) other.removeAttribute("aria-current");
        link.setAttribute("aria-current", "location");
      },
      { rootMargin: "-10% 0px -75% 0px" },
    );
    for (const id of links.keys()) {
      const heading = document.getElementById(id);
      if (heading) observer.observe(heading);
    }
  }
}

function button(label: string, onClick: () => void, title?: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  if (title) {
    made.title = title;
    made.setAttribute("aria-label", title);
  }
  made.addEventListener("click", onClick);
  return made;
}

/** Draws at most once for each frame of the screen, and never something old after something new. */
function perFrame<Value>(draw: (value: Value) => void): { soon(value: Value): void; now(value: Value): void } {
  let frame = 0;
  return {
    soon: (value) => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        draw(value);
      });
    },
    now: (value) => {
      cancelAnimationFrame(frame);
      frame = 0;
      draw(value);
    },
  };
}
