/** @file The worker as the page sees it: started when it is first needed, interrupted, ended, and begun anew. */

import { CellOutputs } from "../../packages/notebook-check/kernel/outputs.js";
import type { Assets } from "../worker/layout.js";
import type { Answers, FromWorker, Question, ToWorker } from "../worker/messages.js";

export interface Settings {
  /** The notebook's name, which is that of its page and of the file to download. */
  readonly notebook: string;
  /** Its folder below the checkout. */
  readonly directory: string;
  readonly worker: string;
  readonly names: string;
  readonly assets: Assets;
}

/** How a cell ended; `ended` if the kernel was ended under it. */
export type Run = { outputs: CellOutputs } & ((Answers["execute"] & { ended: false }) | { ended: true });

/** `drawing`: a figure is being drawn anew, and takes long. */
export type KernelState = "off" | "starting" | "idle" | "busy" | "drawing";

interface Waiting {
  resolve: (answer: object | null) => void;
  reject: (error: Error) => void;
  outputs: CellOutputs | null;
  onOutput: () => void;
}

/** As much output of one cell as is shown, in bytes: what comes after it is cut. */
const mostOutput = 10e6;
/** How long an interrupted cell may take to return to its event loop, in milliseconds. */
const patience = 400;
/** How long a figure may be drawn until that is said, and can be stopped, in milliseconds. */
const slow = 1000;

export class Kernel {
  state: KernelState = "off";
  /** Counts kernels: what ran in an earlier one is gone. */
  generation = 0;
  readonly displays: CellOutputs["displays"] = new Map();
  #worker: Worker | null = null;
  #ready: Promise<unknown> | null = null;
  /** Settled when no cell runs. */
  #running: Promise<unknown> = Promise.resolve();
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();

  /**
   * @param onState is told of each change
   * @param onLoading is told how far the start is, from 0 to 1, and of data that a cell fetches
   */
  constructor(
    readonly settings: Settings,
    readonly onState: (state: KernelState) => void,
    readonly onLoading: (what: string, fraction: number | null) => void,
  ) {}

  /** Starts the worker, unless it has been. @throws if it cannot be loaded */
  start(): Promise<unknown> {
    this.#ready ??= this.#start();
    return this.#ready;
  }

  async #start(): Promise<void> {
    this.generation++;
    this.#set("starting");
    const site = new URL(".", document.baseURI).href;
    const worker = new Worker(new URL(this.settings.worker, site));
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      if (worker === this.#worker) this.#hear(data);
    });
    worker.addEventListener("error", () =>
      this.#fail(new Error("the kernel could not be loaded; check the connection and try again")),
    );
    const { assets, directory } = this.settings;
    try {
      await this.#ask({ type: "start", assets, site, directory: `/foundations/${directory}` });
    } catch (error) {
      this.end();
      throw error;
    }
    if (worker === this.#worker) this.#set("idle");
  }

  /** The answer to a question, or null if the kernel was ended meanwhile. @throws if it could not be answered */
  async ask<Type extends Question["type"]>(question: Question & { type: Type }): Promise<Answers[Type] | null> {
    await this.start();
    return this.#ask(question) as Promise<Answers[Type] | null>;
  }

  #ask(question: Question, outputs: CellOutputs | null = null, onOutput = () => {}): Promise<object | null> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, outputs, onOutput });
      this.#worker?.postMessage({ ...question, id } satisfies ToWorker);
    });
  }

  /** Runs a cell; `onOutput` is told whenever it has shown something. */
  async execute(code: string, onOutput: (outputs: CellOutputs) => void = () => {}): Promise<Run> {
    await this.start();
    this.#set("busy");
    const outputs = new CellOutputs(this.displays, mostOutput);
    const asked = this.#ask({ type: "execute", code }, outputs, () => onOutput(outputs));
    this.#running = asked.catch(() => null);
    const answer = await asked;
    outputs.ended = true;
    if (this.state === "busy") this.#set("idle");
    return answer ? { ...(answer as Answers["execute"]), ended: false, outputs } : { ended: true, outputs };
  }

  /** The forms of a figure with knobs at other values; null if no kernel can draw it any more. @throws if drawing fails */
  async redraw(display: string, values: Readonly<Record<string, unknown>>): Promise<Answers["redraw"]["data"]> {
    const timer = setTimeout(() => {
      if (this.state === "idle") this.#set("drawing");
    }, slow);
    try {
      return (await this.ask({ type: "redraw", display, values }))?.data ?? null;
    } finally {
      clearTimeout(timer);
      if (this.state === "drawing") this.#set("idle");
    }
  }

  #hear(message: FromWorker): void {
    if (message.type === "loading") {
      this.onLoading(message.what, message.total > 0 ? Math.min(1, message.done / message.total) : null);
      return;
    }
    if (message.type === "fetching") {
      this.onLoading(message.what, null);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (message.type === "published") {
      const { message: type, content } = message;
      waiting?.outputs?.add(type, content, JSON.stringify(content).length);
      if (waiting?.outputs?.cut) this.end();
      waiting?.onOutput();
      return;
    }
    this.#waiting.delete(message.id);
    if (message.type === "answer") waiting?.resolve(message.answer);
    else waiting?.reject(new Error(message.reason));
  }

  /**
   * Stops what runs. What awaits something hears of it; what keeps the worker busy is ended together with the worker.
   *
   * @returns whether the kernel is still the same, with all that the cells have made
   */
  async stop(): Promise<"interrupted" | "ended"> {
    if (this.state === "busy") {
      this.#worker?.postMessage({ type: "interrupt" } satisfies ToWorker);
      const late = new Promise<"late">((resolve) => setTimeout(resolve, patience, "late"));
      if ((await Promise.race([this.#running, late])) !== "late") return "interrupted";
    }
    this.end();
    return "ended";
  }

  /** Ends the worker, and forgets what the cells have made. */
  end(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#ready = null;
    this.displays.clear();
    for (const { resolve } of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
    this.#set("off");
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.end();
  }

  #set(state: KernelState): void {
    this.state = state;
    this.onState(state);
  }
}
