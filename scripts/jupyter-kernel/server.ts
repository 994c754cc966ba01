/** @file The kernel's side of Jupyter's protocol: the shell channel, one cell after another, and what is published. */

import { setTimeout as sleep } from "node:timers/promises";
import * as zmq from "zeromq";
import { address, type Connection, type Content, type Message, Wire } from "../../packages/jupyter-wire/wire.js";
import { Execution } from "../interpreter/execution.js";
import { thrown } from "../interpreter/failure.js";
import type { Interpreter } from "../interpreter/interpreter.js";
import { toCodePoints, toUnits } from "./characters.js";
import { origin } from "./origin.js";
import { isRequest, problemWith, refusal } from "./refusals.js";
import { importsLibrary, type Library } from "./reload.js";
import { State } from "./shared.js";

export class Server {
  /** What ran last: output whose origin is unknown is filed under it. */
  latest: Execution | null = null;
  readonly #shell = new zmq.Router();
  // zeromq.js refuses more than 512 sends in one turn unless they return at once; ØMQ drops what exceeds its mark.
  readonly #iopub = new zmq.Publisher({ sendTimeout: 0, sendHighWaterMark: 0 });
  readonly #stdin = new zmq.Router();
  readonly #wire: Wire;
  readonly #queue: Message[] = [];
  /** Who waits for the answers of the reader. */
  readonly #questions: ((answer: string) => void)[] = [];
  #current: Message | null = null;
  #busy = false;
  #count = 0;
  #executions = 0;

  constructor(
    readonly connection: Connection,
    readonly interpreter: Interpreter,
    readonly library: Library,
    readonly state: Int32Array,
  ) {
    this.#wire = new Wire(connection.key);
  }

  /** Binds the sockets and answers requests until the process ends. */
  async serve(): Promise<never> {
    const { connection } = this;
    await this.#iopub.bind(address(connection, connection.iopub_port));
    await this.#stdin.bind(address(connection, connection.stdin_port));
    await this.#shell.bind(address(connection, connection.shell_port));
    void this.#hearAnswers();
    for (;;) {
      const message = this.#wire.decode(await this.#shell.receive());
      if (!message) continue;
      const problem = problemWith(message);
      if (problem === null && message.header.msg_type === "execute_request") {
        this.#queue.push(message);
        void this.#work();
      } else
        await this.#during(message, () => (problem === null ? this.#answer(message) : this.#refuse(message, problem)));
    }
  }

  /** Asks the reader for a line, at the cell that runs or ran last. */
  async ask(question = ""): Promise<string> {
    if (this.#current?.content.allow_stdin !== true)
      throw new Error("prompt: nobody can be asked, since the program that runs this cell takes no input");
    this.latest?.flush();
    const content = { prompt: question, password: false };
    await this.#stdin.send(this.#wire.encode(this.#wire.message("input_request", content, this.#current)));
    return new Promise((resolve) => this.#questions.push(resolve));
  }

  async #hearAnswers(): Promise<void> {
    for await (const frames of this.#stdin) {
      const message = this.#wire.decode(frames);
      if (message?.header.msg_type === "input_reply") this.#questions.shift()?.(`${message.content.value}`);
    }
  }

  /** Announces that a request on another channel is being handled. */
  announce(state: "busy" | "idle", header: Message["header"]): void {
    this.#publish("status", { execution_state: state }, { header });
  }

  /** Runs the cells that wait, in their order. */
  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let request = this.#queue.shift(); request; request = this.#queue.shift()) {
      const current = request;
      await this.#during(current, () => this.#execute(current));
    }
    this.#busy = false;
  }

  async #execute(request: Message): Promise<void> {
    const { code, silent = false, store_history = true, stop_on_error = true, user_expressions } = request.content;
    const publish = (type: string, content: Content) => this.#publish(type, content, request);
    const execution = new Execution(silent ? null : publish);
    this.latest = execution;
    this.#current = request;
    this.#questions.length = 0;
    Atomics.store(this.state, State.executing, ++this.#executions);
    let expressions: Content = {};
    await origin.run(execution, async () => {
      if (code.trim() !== "") {
        if (store_history && !silent) this.#count++;
        if (!silent) publish("execute_input", { code, execution_count: this.#count });
        await this.#run(code, execution);
      }
      if (execution.failures.length === 0) expressions = await this.#evaluate(user_expressions ?? {}, execution);
    });
    // A rejected promise is reported once the event loop turns; and cells that were sent along with this one come in.
    for (let turn = 0; turn < 3; turn++) await sleep(0);
    execution.end();
    Atomics.store(this.state, State.executing, 0);
    const [failure] = execution.failures;
    const state = failure
      ? { status: "error", ...failure }
      : { status: "ok", payload: [], user_expressions: expressions };
    const aborted = failure && stop_on_error ? this.#queue.splice(0) : [];
    this.#reply(
      request,
      { ...state, execution_count: this.#count },
      {
        published: execution.published,
        resources: process.getActiveResourcesInfo(),
      },
    );
    for (const waiting of aborted) {
      await this.#during(waiting, () => this.#reply(waiting, { status: "aborted", execution_count: this.#count }));
    }
  }

  async #run(code: string, execution: Execution): Promise<void> {
    try {
      const library = this.library.refresh();
      // What does not use the library goes on without it.
      if (typeof library === "object" && importsLibrary(code)) {
        execution.fail({ ename: "LibraryError", evalue: library.broken, traceback: library.broken.split("\n") });
        return;
      }
      if (library === "replaced") {
        execution.stream("stderr", "lib was edited and has been rebuilt: imports from here on get the new one.\n");
      }
      const outcome = await this.interpreter.run(code, this.#count);
      // An exception in a callback of the cell ends the cell by an interrupt; it has been told.
      if ("failure" in outcome) {
        if (execution.failures.length === 0) execution.fail(outcome.failure);
      } else if (outcome.data) {
        execution.show("execute_result", { execution_count: this.#count, data: outcome.data, metadata: {} });
      }
    } catch (error) {
      execution.fail(thrown(error));
    }
  }

  /** `user_expressions`: for each name, a value as display data, or the error in its place. */
  async #evaluate(expressions: Record<string, string>, execution: Execution): Promise<Content> {
    const results: Content = {};
    const evaluations = await this.interpreter.evaluations(Object.values(expressions));
    for (const [i, name] of Object.keys(expressions).entries()) {
      const outcome = await evaluations[i]();
      const failure = "failure" in outcome ? outcome.failure : execution.failures.pop();
      results[name] = failure
        ? { status: "error", ...failure }
        : { status: "ok", data: (outcome as { data: Content }).data, metadata: {} };
    }
    return results;
  }

  /** Says what is wrong with a request; what is no request gets no reply. */
  #refuse(message: Message, problem: string): void {
    if (isRequest(message)) this.#reply(message, refusal(problem));
  }

  /** Whatever is not a cell: what an editor asks while it waits or while a cell runs. */
  #answer(request: Message): void {
    const { content, header } = request;
    const reply = this.#answerTo(header.msg_type, content);
    if (reply) this.#reply(request, { status: "ok", ...reply });
    else if (isRequest(request)) this.#reply(request, refusal(`this kernel does not know ${header.msg_type}`));
    // A comm that nobody here has opened is closed again; the protocol wants that said.
    else if (header.msg_type === "comm_open")
      this.#publish("comm_close", { comm_id: content.comm_id, data: {} }, request);
    if (header.msg_type === "shutdown_request") setTimeout(() => process.exit(0), 50);
  }

  #answerTo(type: string, { code, cursor_pos, restart }: Content): object | null {
    const { editor } = this.interpreter;
    switch (type) {
      case "kernel_info_request":
        return editor.handleKernel();
      case "is_complete_request":
        return editor.handleIsComplete({ code });
      case "complete_request":
        return this.#complete(code, cursor_pos);
      case "inspect_request":
        return editor.handleInspect({ code, cursor_pos: toUnits(code, cursor_pos), detail_level: 0 });
      case "comm_info_request":
        return { comms: {} };
      case "connect_request":
        return this.#ports();
      case "interrupt_request":
        return refusal("interrupts go to the control channel");
      case "history_request":
        return { history: [] };
      case "shutdown_request":
        return { restart };
      default:
        return null;
    }
  }

  #complete(code: string, position: number): object {
    const found = this.interpreter.editor.handleComplete({ code, cursor_pos: toUnits(code, position) });
    const [cursor_start, cursor_end] = [found.cursor_start, found.cursor_end].map((at) => toCodePoints(code, at));
    const { _jupyter_types_experimental: types }: Content = found.metadata;
    const placed = types.map((type: Content) => ({ ...type, start: cursor_start, end: cursor_end }));
    return { ...found, cursor_start, cursor_end, metadata: { _jupyter_types_experimental: placed } };
  }

  #ports(): object {
    const { shell_port, iopub_port, stdin_port, control_port, hb_port } = this.connection;
    return { shell_port, iopub_port, stdin_port, control_port, hb_port };
  }

  async #during(request: Message, work: () => void | Promise<void>): Promise<void> {
    this.announce("busy", request.header);
    try {
      await work();
    } catch (error) {
      this.#reply(request, { status: "error", ...thrown(error) });
    } finally {
      this.announce("idle", request.header);
    }
  }

  #publish(type: string, content: Content, parent: Pick<Message, "header">): void {
    const message = this.#wire.message(type, content, { header: parent.header });
    void this.#iopub.send([type, ...this.#wire.encode(message)]);
  }

  #reply(request: Message, content: object, metadata: Content = {}): void {
    const message = this.#wire.message(request.header.msg_type.replace("_request", "_reply"), content, request);
    void this.#shell.send(this.#wire.encode({ ...message, metadata }));
  }
}
