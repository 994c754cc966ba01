/** @file One kernel process, from start to end, as a Jupyter client sees it: requests, replies, outputs, death. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as zmq from "zeromq";
import type { Output } from "./nbformat.js";
import { type Content, type Message, Wire } from "./wire.js";

export interface KernelOptions {
  /** The kernel's command line; `{connection_file}` is replaced. */
  argv: readonly string[];
  cwd: string;
  env?: Record<string, string>;
  /** Milliseconds until a kernel that does not answer counts as one that never will. */
  startTimeout?: number;
}

/** How a cell ended. */
export type Ending =
  | { status: "ok" | "error" | "aborted" }
  /** It ran longer than allowed; `stopped` tells whether an interrupt ended it or the kernel had to be killed. */
  | { status: "timeout"; after: number; stopped: boolean }
  /** The kernel's process ended. */
  | { status: "dead"; how: string };

export type CellRun = Ending & {
  executionCount: number | null;
  outputs: Output[];
  milliseconds: number;
};

/** What `evaluate` finds: the text of a value, or the error instead of it. */
export type Evaluation = { text: string } | { error: string };

interface Pending {
  reply?: Content;
  idle: boolean;
  onOutput: (message: Message) => void;
  settle: () => void;
}

/** A kernel that has started. It is one process group, so that nothing that a cell spawned outlives it. */
export class KernelClient {
  startMilliseconds = 0;
  /** The kernel's answer to kernel_info_request. */
  info: Content = {};

  readonly #options: KernelOptions;
  readonly #wire = new Wire();
  readonly #directory = mkdtempSync(join(tmpdir(), "notebooks-"));
  readonly #shell = new zmq.Dealer({ linger: 0, reconnectInterval: 20 });
  readonly #control = new zmq.Dealer({ linger: 0, reconnectInterval: 20 });
  readonly #iopub = new zmq.Subscriber({ linger: 0, receiveHighWaterMark: 0, reconnectInterval: 20 });
  readonly #pending = new Map<string, Pending>();
  /** Requests whose output still belongs to a cell though the cell has ended. */
  readonly #ended = new Map<string, (message: Message) => void>();
  #process!: ChildProcess;
  #stderr = "";
  #death: string | null = null;
  #onDeath: () => void = () => {};

  private constructor(options: KernelOptions) {
    this.#options = options;
  }

  /** @throws if the kernel dies at once or does not answer in time, with what it printed */
  static async start(options: KernelOptions): Promise<KernelClient> {
    const client = new KernelClient(options);
    try {
      await client.#start();
      return client;
    } catch (error) {
      await client.shutdown(0);
      throw error;
    }
  }

  async #start(): Promise<void> {
    const began = performance.now();
    const limit = this.#options.startTimeout ?? 30_000;
    const connection = {
      transport: "ipc",
      ip: join(this.#directory, "kernel"),
      shell_port: 1,
      iopub_port: 2,
      stdin_port: 3,
      control_port: 4,
      hb_port: 5,
      key: this.#wire.key,
      signature_scheme: "hmac-sha256",
    };
    const file = join(this.#directory, "connection.json");
    writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
    this.#spawn(file);
    const address = (port: number) => `ipc://${connection.ip}:${port}`;
    // Subscribed before connected: nothing that is published after the connection stands can be missed.
    this.#iopub.subscribe();
    this.#iopub.connect(address(connection.iopub_port));
    this.#shell.connect(address(connection.shell_port));
    this.#control.connect(address(connection.control_port));
    for (const [channel, socket] of [
      ["iopub", this.#iopub],
      ["shell", this.#shell],
      ["control", this.#control],
    ] as const) {
      void this.#receive(channel, socket);
    }
    // A subscription takes effect at some time after connecting: asked until reply and idle have both come.
    while (this.#death === null) {
      if (performance.now() - began > limit) {
        throw new Error(`the kernel did not answer within ${limit / 1000} s of its start\n${this.#stderr}`);
      }
      const { reply, idle } = await this.#request("shell", "kernel_info_request", {}, 250);
      if (reply && idle) {
        this.info = reply;
        this.startMilliseconds = performance.now() - began;
        return;
      }
    }
    throw new Error(`the kernel ${this.#death} before it answered\n${this.#stderr}`);
  }

  #spawn(connectionFile: string): void {
    const { argv, cwd, env } = this.#options;
    const [command, ...args] = argv.map((arg) => arg.replace("{connection_file}", connectionFile));
    this.#process = spawn(command, args, {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0", TZ: "UTC", LANG: "C.UTF-8", ...env },
    });
    const keep = (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk).slice(-4000);
    };
    this.#process.stdout?.on("data", keep);
    this.#process.stderr?.on("data", keep);
    const died = (how: string) => {
      this.#death ??= how;
      this.#onDeath();
      for (const { settle } of [...this.#pending.values()]) settle();
    };
    this.#process.on("error", (error) => died(`could not be started: ${error.message}`));
    this.#process.on("exit", (code, signal) => died(signal ? `was ended by ${signal}` : `ended with code ${code}`));
  }

  async #receive(channel: Message["channel"], socket: zmq.Dealer | zmq.Subscriber): Promise<void> {
    try {
      for await (const frames of socket as AsyncIterable<Buffer[]>) {
        const message = this.#wire.decode(channel, frames);
        if (message?.parent) this.#deliver(message, message.parent);
      }
    } catch {
      // The socket was closed by `shutdown`.
    }
  }

  #deliver(message: Message, parent: string): void {
    const request = this.#pending.get(parent);
    if (!request) {
      this.#ended.get(parent)?.(message);
      return;
    }
    if (message.channel !== "iopub") request.reply = message.content;
    else if (message.type === "status") request.idle ||= message.content.execution_state === "idle";
    else request.onOutput(message);
    if (request.reply && request.idle) request.settle();
  }

  /** Sends a request and waits for its reply and the idle status after it, for `limit` milliseconds at the most. */
  async #request(
    channel: "shell" | "control",
    type: string,
    content: Content,
    limit: number,
    onOutput: (message: Message) => void = () => {},
    keepListening = false,
  ): Promise<{ reply?: Content; idle: boolean }> {
    const { id, frames } = this.#wire.encode(type, content);
    let timer: NodeJS.Timeout | undefined;
    const request: Pending = { idle: false, onOutput, settle: () => {} };
    const settled = new Promise<void>((resolve) => {
      request.settle = resolve;
      timer = setTimeout(resolve, limit);
    });
    this.#pending.set(id, request);
    if (this.#death !== null) request.settle();
    else await (channel === "shell" ? this.#shell : this.#control).send(frames);
    await settled;
    clearTimeout(timer);
    this.#pending.delete(id);
    if (keepListening) this.#ended.set(id, onOutput);
    return request;
  }

  /**
   * Runs a cell. Its outputs are complete: after the reply and the idle status one more round trip is waited for, so that
   * what a rejected promise or a timer of the cell reports is in too. `onLate` is told of output that comes after that.
   */
  async execute(code: string, limit: number, onLate: (output: Output) => void = () => {}): Promise<CellRun> {
    const began = performance.now();
    const outputs: Output[] = [];
    let over = false;
    const collect = (message: Message) => {
      const before = outputs.length;
      addOutput(outputs, message, this.#displays);
      if (over && (outputs.length > before || message.type === "stream")) onLate(outputs[outputs.length - 1]);
    };
    const content = {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: false,
    };
    const { reply, idle } = await this.#request("shell", "execute_request", content, limit, collect, true);
    if (reply && idle) await this.#request("shell", "kernel_info_request", {}, 2000);
    const ending = await this.#ending(reply, limit);
    over = true;
    const executionCount = (reply?.execution_count as number | undefined) ?? null;
    return { ...ending, executionCount, outputs, milliseconds: performance.now() - began };
  }

  readonly #displays = new Map<string, Output[]>();

  async #ending(reply: Content | undefined, limit: number): Promise<Ending> {
    if (this.#death !== null) return { status: "dead", how: this.#death };
    if (reply) return { status: reply.status === "abort" ? "aborted" : reply.status };
    // A busy kernel is interrupted as by Jupyter's stop button; one that does not listen is killed.
    this.#signal("SIGINT");
    const answer = await this.#request("shell", "kernel_info_request", {}, 2000);
    const stopped = answer.reply !== undefined;
    if (!stopped) await this.kill();
    return { status: "timeout", after: limit, stopped };
  }

  /** The value of an expression, as text, without taking an execution count. */
  async evaluate(expression: string, limit = 10_000): Promise<Evaluation> {
    const content = {
      code: "",
      silent: true,
      store_history: false,
      user_expressions: { value: expression },
      allow_stdin: false,
      stop_on_error: false,
    };
    const { reply } = await this.#request("shell", "execute_request", content, limit);
    if (this.#death !== null) return { error: `the kernel ${this.#death}` };
    const value = reply?.user_expressions?.value;
    if (!value)
      return { error: reply ? "the kernel does not answer user_expressions" : `no answer within ${limit / 1000} s` };
    if (value.status !== "ok") return { error: `${value.ename}: ${value.evalue}` };
    return { text: String(value.data["text/plain"]) };
  }

  /** Kills the kernel and everything its cells have started. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL", "group");
    const ended = new Promise<void>((resolve) => {
      this.#onDeath = resolve;
    });
    if (this.#death === null) await Promise.race([ended, sleep(2000)]);
  }

  /** Asks the kernel to end, for `grace` milliseconds, then ends it; leaves no process, socket or file behind. */
  async shutdown(grace = 2000): Promise<void> {
    if (this.#death === null && grace > 0) {
      const ended = new Promise<void>((resolve) => {
        this.#onDeath = resolve;
      });
      await this.#request("control", "shutdown_request", { restart: false }, grace);
      if (this.#death === null) await Promise.race([ended, sleep(grace)]);
    }
    await this.kill();
    for (const socket of [this.#shell, this.#control, this.#iopub]) socket.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #signal(signal: NodeJS.Signals, to: "kernel" | "group" = "kernel"): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    try {
      process.kill(to === "group" ? -pid : pid, signal);
    } catch {
      // It has ended already.
    }
  }
}

/** Adds what a message shows to a cell's outputs, as Jupyter does: streams grow, displays are updated in place. */
function addOutput(outputs: Output[], { type, content }: Message, displays: Map<string, Output[]>): void {
  switch (type) {
    case "stream": {
      const last = outputs.at(-1);
      if (last?.output_type === "stream" && last.name === content.name) last.text = `${last.text}${content.text}`;
      else outputs.push({ output_type: "stream", name: content.name, text: content.text });
      return;
    }
    case "display_data":
    case "execute_result": {
      const shown = { data: content.data, metadata: content.metadata ?? {} };
      const output: Output =
        type === "execute_result"
          ? { output_type: type, ...shown, execution_count: content.execution_count }
          : { output_type: type, ...shown };
      const id = content.transient?.display_id;
      if (id) displays.set(id, [...(displays.get(id) ?? []), output]);
      outputs.push(output);
      return;
    }
    case "update_display_data":
      for (const output of displays.get(content.transient?.display_id) ?? []) {
        if ("data" in output) Object.assign(output, { data: content.data, metadata: content.metadata ?? {} });
      }
      return;
    case "error":
      outputs.push({
        output_type: "error",
        ename: content.ename,
        evalue: content.evalue,
        traceback: content.traceback,
      });
      return;
    case "clear_output":
      outputs.length = 0;
  }
}
