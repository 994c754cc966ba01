/** @file One kernel process, from start to end, as a Jupyter client sees it: requests, replies, outputs, death. */

import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as zmq from "zeromq";
import { address, type Connection, type Content, type Message, Wire } from "../../jupyter-wire/wire.js";
import { withoutColors } from "../compare/terminal.js";
import { parseMessage } from "../notebook/json.js";
import { joined, type Output, type Text } from "../notebook/nbformat.js";
import type { KernelSpec } from "./kernelspec.js";
import { CellOutputs } from "./outputs.js";
import { Request } from "./request.js";

/** How long things may take, in milliseconds. */
export interface Limits {
  /** From the start of the process to its first answer. */
  start: number;
  /** One cell. */
  cell: number;
  /** What should be immediate: the idle status after a reply, heeding an interrupt, ending. */
  grace: number;
  /** Not a time: bytes of output of one cell. What comes after them is cut, and the cell fails. */
  output: number;
}
export const defaultLimits: Limits = { start: 60_000, cell: 120_000, grace: 3000, output: 10e6 };

/** How long a cell's timers are waited for after its end: what they show soon is the cell's, as in any front end. */
const lingerMs = 100;

/** How long the value of an expression is waited for, if the kernel says that it is done and has shown none. */
const valueMs = 1000;

/** Some kernels refuse a cell that follows an error closely, whatever they are told; a reader would run it later. */
const retries = 3;

/** Protocol 5.3 says "aborted"; older kernels say "abort". */
const isAborted = ({ reply }: Request): boolean => /^abort(ed)?$/.test(String(reply?.content.status));

/** How a cell ended. */
export type Ending =
  | { status: "ok" | "error" | "aborted" }
  /** It ran longer than allowed; an interrupt ended it, or else the kernel was killed. */
  | { status: "timeout"; killed: boolean }
  /** It gave more output than allowed; an interrupt ended it, or else the kernel was killed. */
  | { status: "flooded"; most: number; killed: boolean }
  /** The kernel's process ended, or it had to be killed because it broke the protocol. */
  | { status: "dead"; how: string };

export type CellRun = Ending & {
  executionCount: number | null;
  /** Outputs that come late are added to it. */
  outputs: Output[];
  /** Whether later cells can change what it shows. */
  updatable?: boolean;
  /** What the cell showed after its end, in a few words each; grows until the kernel is shut down. */
  late: readonly string[];
  /** How many messages the kernel says it published and that did not arrive. */
  lost: number;
  /** What the kernel says still works for it at the cell's end: kinds of timers, servers and requests, as Node names them. */
  resources: readonly string[];
  milliseconds: number;
};

/** What works in a kernel unseen by its event loop. */
export interface Diagnosis {
  /** How many workers run. */
  workers: number;
  /** In how many milliseconds timers fire that keep nothing alive. */
  timers: readonly number[];
}

/** The text of a value, or why there is none. */
export type Evaluation = { text: string } | { error: string };

/** Whatever runs cells as a kernel does: what a run of a notebook asks of it. */
export type Host = Pick<
  KernelClient,
  | "info"
  | "startMilliseconds"
  | "pid"
  | "death"
  | "start"
  | "execute"
  | "evaluate"
  | "activeResources"
  | "diagnose"
  | "shutdown"
  | "abort"
> &
  Partial<Pick<KernelClient, "countFrom">>;

/** A kernel that has started. It is a process group of its own, so that nothing that a cell spawned outlives it. */
export class KernelClient {
  /** The kernel's answer to kernel_info_request. */
  info: Content = {};
  /** How long the start took. */
  startMilliseconds = 0;

  readonly #wire = new Wire(randomUUID(), parseMessage);
  readonly #directory = makeFolder();
  readonly #shell = new zmq.Dealer({ linger: 0, reconnectInterval: 10 });
  readonly #control = new zmq.Dealer({ linger: 0, reconnectInterval: 10 });
  readonly #iopub = new zmq.Subscriber({ linger: 0, receiveHighWaterMark: 0, reconnectInterval: 10 });
  /** By message id. Those of cells stay: their late output still finds them. */
  readonly #requests = new Map<string, Request>();
  readonly #displays: CellOutputs["displays"] = new Map();
  #process: ChildProcess | null = null;
  #printed = "";
  #death: string | null = null;
  #aborted = false;
  #resources: readonly string[] = [];
  /** The execution count that the kernel told last, and how many of those were taken by no cell. */
  #count = 0;
  #uncounted = 0;

  /**
   * @param directory where the kernel is to run
   * @param environment variables beside those that everything on this machine has
   */
  constructor(
    readonly spec: KernelSpec,
    readonly directory: string,
    readonly limits: Limits = defaultLimits,
    readonly environment: Readonly<Record<string, string>> = {},
  ) {}

  /** How the kernel's process ended, or null while it lives. */
  get death(): string | null {
    return this.#death;
  }

  /** The kernel's process, while it lives. */
  get pid(): number | null {
    return this.#death === null ? (this.#process?.pid ?? null) : null;
  }

  /** Makes a kernel and starts it. */
  static async start(spec: KernelSpec, directory: string, limits: Limits = defaultLimits): Promise<KernelClient> {
    const client = new KernelClient(spec, directory, limits);
    await client.start();
    return client;
  }

  /** Starts the kernel. @throws if it dies at once or does not answer in time, with what it printed */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const began = performance.now();
    const isTcp = this.spec.transport === "tcp" || process.platform === "win32";
    const [shell, iopub, stdin, control, heartbeat] = isTcp ? await freePorts(5) : [1, 2, 3, 4, 5];
    const connection: Connection = {
      transport: isTcp ? "tcp" : "ipc",
      ip: isTcp ? "127.0.0.1" : join(this.#directory, "kernel"),
      shell_port: shell,
      iopub_port: iopub,
      stdin_port: stdin,
      control_port: control,
      hb_port: heartbeat,
      key: this.#wire.key,
      signature_scheme: "hmac-sha256",
    };
    const file = join(this.#directory, "connection.json");
    writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
    this.#spawn(file);
    // Subscribed before connected: nothing that is published after the connection stands can be missed.
    this.#iopub.subscribe();
    this.#iopub.connect(address(connection, connection.iopub_port));
    this.#shell.connect(address(connection, connection.shell_port));
    this.#control.connect(address(connection, connection.control_port));
    for (const socket of [this.#iopub, this.#shell, this.#control]) void this.#receive(socket);
    // A subscription takes effect some time after connecting: asked until the reply and its idle status have both come.
    for (;;) {
      const { reply, answered } = await this.#request(this.#shell, "kernel_info_request", {}, 150);
      if (reply && answered) {
        this.info = reply.content;
        this.startMilliseconds = performance.now() - began;
        return;
      }
      if (this.#aborted) throw new Error("the run was aborted");
      if (this.#death !== null) throw new Error(`the kernel ${this.#death} before it answered${this.#lastWords()}`);
      if (performance.now() - began > this.limits.start)
        throw new Error(
          `the kernel did not answer within ${this.limits.start / 1000} s of its start${this.#lastWords()}`,
        );
    }
  }

  /** What the kernel printed outside of any cell. */
  #lastWords(): string {
    const text = this.#printed.trim();
    return text && `; it printed:\n${text}`;
  }

  #spawn(connectionFile: string): void {
    const [command, ...args] = this.spec.argv.map((part) => part.replace("{connection_file}", connectionFile));
    const child = spawn(command, args, {
      cwd: this.directory,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...bareEnvironment(), ...this.spec.env, ...this.environment, JPY_PARENT_PID: String(process.pid) },
    });
    this.#process = child;
    const keep = (chunk: Buffer) => {
      this.#printed = (this.#printed + chunk).slice(-4000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const died = (how: string) => {
      this.#death ??= how;
      for (const { progress } of this.#requests.values()) progress();
    };
    child.on("error", (error) => died(`could not be started (${error.message})`));
    child.on("exit", async (code, signal) => {
      // What it printed last may still be on its way; a process that it left behind may hold the pipe open for ever.
      await Promise.race([new Promise((resolve) => child.once("close", resolve)), sleep(100)]);
      if (this.#printed.includes("heap out of memory")) died("ran out of memory");
      else died(signal ? `was ended by ${signal}` : `ended with code ${code}`);
    });
  }

  async #receive(socket: zmq.Dealer | zmq.Subscriber): Promise<void> {
    try {
      for await (const frames of socket as AsyncIterable<Buffer[]>) {
        const message = this.#wire.decode(frames);
        const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
        if (message) this.#deliver(message, socket === this.#iopub, bytes);
      }
    } catch (error) {
      // `shutdown` closes the sockets under their receivers.
      if (!socket.closed) throw error;
    }
  }

  #deliver(message: Message, published: boolean, bytes: number): void {
    const { header, parent, content } = message;
    const request = this.#requests.get(parent.msg_id ?? "");
    if (!request) return;
    if (!published) request.reply = message;
    else if (header.msg_type !== "status") request.outputs?.add(header.msg_type, content, bytes);
    else if (content.execution_state === "idle") request.idle = true;
    request.progress();
  }

  async #request(
    socket: zmq.Dealer,
    type: string,
    content: Content,
    limit: number,
    outputs: CellOutputs | null = null,
  ): Promise<Request> {
    const message = this.#wire.message(type, content);
    const request = new Request(outputs);
    this.#requests.set(message.header.msg_id, request);
    if (this.#death === null && !socket.closed) await socket.send(this.#wire.encode(message));
    await request.wait(limit, this.limits.grace, () => this.#isOver || outputs?.cut === true);
    if (!outputs) this.#requests.delete(message.header.msg_id);
    return request;
  }

  get #isOver(): boolean {
    return this.#death !== null || this.#aborted;
  }

  /**
   * Runs a cell, for `limit` milliseconds at the most. When it returns, its outputs are all there: the reply has come, the
   * idle status, and the answer to one more request, sent after both: what the kernel publishes at once is in. So is what
   * the cell's timers show soon after its end.
   */
  async execute(code: string, limit = this.limits.cell): Promise<CellRun> {
    const began = performance.now();
    const outputs = new CellOutputs(this.#displays, this.limits.output);
    const request = await this.#execute({ ...execution, code }, limit, outputs);
    const timedOut = !outputs.cut && !request.reply && !request.idle && !this.#isOver;
    if (timedOut || (outputs.cut && !request.answered)) await this.#stop(request);
    // Before anything else is asked, or the count of this cell would pass for that of a question.
    this.#count = request.reply?.content.execution_count ?? this.#count;
    if (request.answered) await this.#linger(request);
    if (!this.#isOver && !request.answered) {
      await this.kill();
      if (!timedOut && !outputs.cut)
        this.#death = `never sent the ${request.idle ? "reply" : "idle status"} of the cell, and was ended`;
    }
    outputs.ended = true;
    const { content, metadata } = request.reply ?? {};
    const killed = this.#death !== null;
    const forced: Ending | null = outputs.cut
      ? { status: "flooded", most: this.limits.output, killed }
      : timedOut
        ? { status: "timeout", killed }
        : null;
    return {
      ...(forced ?? this.#ending(request)),
      executionCount: this.#counted(content?.execution_count ?? null, outputs.list),
      outputs: outputs.list,
      updatable: outputs.updatable,
      late: outputs.late,
      lost: Math.max(0, (metadata?.published ?? outputs.received) - outputs.received),
      resources: this.#resources,
      milliseconds: performance.now() - began,
    };
  }

  /** Asks for an execution, again if it is refused. */
  async #execute(content: Content, limit: number, outputs: CellOutputs): Promise<Request> {
    const ask = () => this.#request(this.#shell, "execute_request", content, limit, outputs);
    let request = await ask();
    for (let tries = 0; isAborted(request) && tries < retries; tries++) {
      await sleep(lingerMs);
      request = await ask();
    }
    return request;
  }

  /** The execution count of a cell, in its outputs, too, without what was asked between the cells. */
  #counted(count: number | null, outputs: readonly Output[]): number | null {
    if (count === null) return null;
    this.#count = count;
    for (const output of outputs) {
      if (output.output_type === "execute_result" && output.execution_count !== null)
        output.execution_count -= this.#uncounted;
    }
    return count - this.#uncounted;
  }

  /** Counts on from the cells that a notebook holds, however many were run. */
  countFrom(count: number): void {
    this.#uncounted = this.#count - count;
  }

  /** Notes the count that a request between cells was answered with: some kernels count those, too. */
  #uncount({ reply }: Request): void {
    const count = reply?.content.execution_count ?? this.#count;
    this.#uncounted += Math.max(0, count - this.#count);
    this.#count = Math.max(count, this.#count);
  }

  /**
   * Waits for the value of a cell that has ended. Deno's kernel sends some tens of milliseconds after the idle status, and
   * names as their cell whatever is asked last: nothing else may be asked meanwhile.
   */
  async #awaitValue({ list }: CellOutputs, limit: number): Promise<void> {
    const hasCome = () => list.some(({ output_type }) => output_type === "execute_result" || output_type === "error");
    if (this.info.implementation !== "Deno kernel") return;
    for (const end = performance.now() + limit; !hasCome() && !this.#isOver && performance.now() < end; )
      await sleep(2);
  }

  /** Waits for what a cell that has ended shows nevertheless. */
  async #linger({ reply, outputs }: Request): Promise<void> {
    if (outputs) await this.#awaitValue(outputs, lingerMs);
    const resources: readonly string[] = reply?.metadata.resources ?? [];
    const isLingering = resources.includes("Timeout");
    if (isLingering) await sleep(lingerMs);
    else await this.#request(this.#shell, "kernel_info_request", {}, this.limits.grace);
    this.#resources = isLingering ? ((await this.activeResources()) ?? resources) : resources;
  }

  /** What works in the kernel's process, as Node names it; null from a kernel that does not run on Node. */
  async activeResources(): Promise<string[] | null> {
    const [value] = await this.#userExpressions([activeResources], this.limits.grace);
    return value && "text" in value ? value.text.split(",").filter(Boolean) : null;
  }

  /** What only Node's diagnostic report tells; null from a kernel that does not run on Node. Takes tens of milliseconds. */
  async diagnose(): Promise<Diagnosis | null> {
    const [value] = await this.#userExpressions([diagnosis], this.limits.grace);
    if (!value || !("text" in value)) return null;
    const [workers, ...timers] = value.text.split(",").map(Number);
    return { workers, timers };
  }

  #ending(request: Request): Ending {
    if (this.#death !== null) return { status: "dead", how: this.#death };
    if (isAborted(request)) return { status: "aborted" };
    return { status: request.reply?.content.status === "ok" ? "ok" : "error" };
  }

  /** As Jupyter's stop button: the kernel interrupts the cell, or else it is not to be saved. */
  async #stop(request: Request): Promise<void> {
    if (this.spec.interruptMode === "signal") this.#signal("SIGINT");
    else await this.#request(this.#control, "interrupt_request", {}, this.limits.grace);
    await request.wait(this.limits.grace, this.limits.grace, () => this.#isOver);
  }

  /** The values of expressions, as text, by the cells run so far; takes no execution count. */
  async evaluate(expressions: readonly string[], limit = this.limits.cell): Promise<Evaluation[]> {
    const evaluations: Evaluation[] = [];
    for (const [i, value] of (await this.#userExpressions(expressions, limit)).entries())
      evaluations.push(value ?? (await this.#evaluateAsCode(expressions[i], limit)));
    return evaluations;
  }

  /** The same by what the protocol has for it; null from a kernel that does not heed it. */
  async #userExpressions(expressions: readonly string[], limit: number): Promise<(Evaluation | null)[]> {
    const user_expressions = Object.fromEntries(expressions.map((expression, i) => [String(i), expression]));
    const content = { ...execution, code: "", silent: true, store_history: false, user_expressions };
    const request = await this.#request(this.#shell, "execute_request", content, limit);
    this.#uncount(request);
    if (!request.reply && this.#death === null) await this.#stop(request);
    const values = request.reply?.content.user_expressions;
    return expressions.map((_, i) => {
      if (this.#death !== null) return { error: `the kernel ${this.#death}` };
      if (!request.reply) return { error: "it took too long" };
      const { status, data, ename, evalue } = values?.[String(i)] ?? {};
      if (status === "ok") return { text: this.#unquoted(data["text/plain"]) };
      return status === "error" ? { error: `${ename}: ${evalue}` } : null;
    });
  }

  /** What a kernel shows for an expression that is run as code: some evaluate no `user_expressions`. */
  async #evaluateAsCode(expression: string, limit: number): Promise<Evaluation> {
    const outputs = new CellOutputs(new Map(), this.limits.output);
    const content = { ...execution, code: expression, store_history: false };
    const request = await this.#execute(content, limit, outputs);
    if (request.answered) await this.#awaitValue(outputs, valueMs);
    outputs.ended = true;
    this.#uncount(request);
    if (this.#death !== null) return { error: `the kernel ${this.#death}` };
    if (!request.answered) {
      await this.#stop(request);
      return { error: "it took too long" };
    }
    const error = outputs.list.find((output) => output.output_type === "error");
    if (error) return { error: `${error.ename}: ${error.evalue}` };
    const plain = (text: unknown) => withoutColors(joined(text as Text)).trim();
    if (request.reply?.content.status !== "ok") {
      // Stock tslab prints its errors.
      const printed = outputs.list.map((output) => (output.output_type === "stream" ? plain(output.text) : ""));
      return { error: printed.filter(Boolean).join("; ") || "it failed" };
    }
    for (const output of outputs.list) {
      const isPrinted = output.output_type === "stream" && output.name === "stdout";
      const text = isPrinted ? output.text : "data" in output ? output.data["text/plain"] : "";
      if (text) return { text: this.#unquoted(plain(text)) };
    }
    return { error: "this kernel shows no value for it" };
  }

  /** Kernels quote strings as their languages do; what prose says stands without quotes. */
  #unquoted(text: string): string {
    const isQuoted = this.info.language_info?.name === "python" || this.info.implementation === "Deno kernel";
    return isQuoted ? (/^(['"`])(.*)\1$/s.exec(text)?.[2] ?? text) : text;
  }

  /** Ends the kernel and everything that its cells have started, at once. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL", "group");
    await this.#gone();
  }

  /** Asks the kernel to end, then ends it; leaves no process, socket or file behind. */
  async shutdown(): Promise<void> {
    if (this.#death === null && this.startMilliseconds > 0) {
      await this.#request(this.#control, "shutdown_request", { restart: false }, this.limits.grace);
      await this.#gone();
    }
    await this.abort();
  }

  /** As `shutdown`, without asking; also while the kernel starts. */
  async abort(): Promise<void> {
    this.#aborted = true;
    for (const { progress } of this.#requests.values()) progress();
    await this.kill();
    for (const socket of [this.#shell, this.#control, this.#iopub]) socket.close();
    // A process that has left the kernel's group may hold these open.
    this.#process?.stdout?.destroy();
    this.#process?.stderr?.destroy();
    removeFolder(this.#directory);
  }

  /** Waits for the process to end, but not for long. */
  async #gone(): Promise<void> {
    const child = this.#process;
    if (!child || this.#death !== null) return;
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (!ended) await Promise.race([new Promise((resolve) => child.once("exit", resolve)), sleep(this.limits.grace)]);
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

/** An expression for kernels that run on Node; others answer it with an error. */
const activeResources = "process.getActiveResourcesInfo().join()";

/** As `activeResources`. Defaults of type `any` instead of annotations, which JavaScript kernels would refuse. */
const diagnosis = `((report = Object(process.report)) => {
  // With it, the report would look up the names of all peers.
  report.excludeNetwork = true;
  const { workers, libuv } = report.getReport();
  const timers = libuv.filter((one = Object()) => one.type === "timer" && one.is_active && !one.is_referenced);
  return [workers.length, ...timers.map((timer = Object()) => timer.firesInMsFromNow)].join();
})()`;

/** What every execute request says. A client that goes on after errors decides for itself when to stop. */
const execution = {
  code: "",
  silent: false,
  store_history: true,
  user_expressions: {},
  allow_stdin: false,
  stop_on_error: false,
};

/**
 * The environment without what npm and test runners put there, and without what changes how Node itself talks: a notebook
 * gives the same under all of them.
 */
function bareEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(npm_|VITEST|VITE_|NODE_(?!PATH$|EXTRA_CA_CERTS$)|(FORCE_COLOR|NO_COLOR|DEBUG|TEST|DEV|PROD|MODE|SSR|BASE_URL)$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** Ports that nobody listens at; all are held until the last is found, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const folders = new Set<string>();
// However this program ends, if it ends by itself.
process.on("exit", () => folders.forEach(removeFolder));

/** A folder for a kernel's connection file and sockets, whose addresses must be shorter than 108 bytes. */
function makeFolder(): string {
  const parent = Buffer.byteLength(tmpdir()) <= 60 || process.platform === "win32" ? tmpdir() : "/tmp";
  const folder = mkdtempSync(join(parent, `notebook-${process.pid}-`));
  folders.add(folder);
  return folder;
}

function removeFolder(folder: string): void {
  folders.delete(folder);
  rmSync(folder, { recursive: true, force: true });
}
