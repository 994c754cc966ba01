/** @file The kernel's side of Jupyter's protocol: what tslab's server leaves out, added by overriding how it executes. */
"use strict";

const path = require("node:path");
const util = require("node:util");
const jupyter = require("tslab/dist/jupyter.js");
const { liveReload } = require("./reload.cjs");

/** How many messages may wait on a socket: all of them. zeromq drops or refuses output beyond its default of 1000. */
const UNLIMITED = 0;

exports.KernelServer = class KernelServer extends jupyter.ZmqServer {
  #executor;
  #reports;
  #root;
  #reload;
  /** The latest execute request: what arrives after its end, from timers and promises, is filed under it. */
  #parent = null;

  constructor(handler, connectionFile, { executor, reports, root }) {
    super(handler, connectionFile);
    this.#executor = executor;
    this.#reports = reports;
    this.#root = root + path.sep;
    this.#reload = liveReload(root);
  }

  async bindSocket(socket, port) {
    if (socket === this.iopub) {
      // zeromq.js refuses further sends after 512 in one turn unless they return at once.
      socket.sendTimeout = 0;
      socket.sendHighWaterMark = UNLIMITED;
    }
    return super.bindSocket(socket, port);
  }

  #publish(parent, type, content) {
    const message = parent.createReply();
    message.header.msg_type = type;
    message.content = content;
    message.signAndSend(this.connInfo.key, this.iopub);
  }

  async handleExecute(socket, request) {
    const { code, silent = false, stop_on_error = true, user_expressions = {} } = request.content;
    const hasCode = code.trim() !== "";
    this.#parent = request;
    let outcome = { status: "ok", execution_count: this.handler.execCount };
    let failure = null;
    if (hasCode) {
      const count = this.handler.execCount + (silent ? 0 : 1);
      if (!silent) this.#publish(request, "execute_input", { code, execution_count: count });
      failure = this.#reloadLibrary();
      this.#reports.log = (value) => {
        if (!silent) this.#publish(request, "execute_result", { execution_count: count, data: bundle(value), metadata: {} });
      };
      this.#reports.error = (args) => {
        failure = this.#failureFrom(args, failure);
      };
      if (!failure) outcome = await this.#run(request, silent);
      else if (!silent) this.handler.execCount = count;
      if (failure) {
        outcome = { status: "error", execution_count: count, ...failure };
        if (!silent) this.#publish(request, "error", failure);
      }
    }
    const expressions = {};
    if (outcome.status === "ok") {
      for (const [name, expression] of Object.entries(user_expressions)) {
        expressions[name] = await this.#evaluate(expression);
      }
    }
    // tslab answers "abort" to whatever comes in the 200 ms after an error; where the client means to go on, it may.
    if (failure && !stop_on_error) this.handler.execQueue.reset();
    const reply = request.createReply();
    reply.header.msg_type = "execute_reply";
    reply.content = { payload: [], user_expressions: expressions, ...outcome };
    reply.signAndSend(this.connInfo.key, socket);
  }

  /** Runs the cell through tslab, its output going to the cell's own place, or nowhere if silent. */
  async #run(request, silent) {
    const stream = (name, text) => {
      if (!silent) this.#publish(request, "stream", { name, text });
    };
    const display = (content, update) => {
      if (!silent) this.#publish(request, update ? "update_display_data" : "display_data", content);
    };
    const before = this.handler.execCount;
    const outcome = await this.handler.handleExecute(request.content, stream, display);
    if (silent) this.handler.execCount = before;
    // Protocol 5.3 says "aborted"; tslab says "abort".
    return { execution_count: this.handler.execCount, status: outcome.status === "abort" ? "aborted" : outcome.status };
  }

  /** One of `user_expressions`: its value as display data, or the error it raised. */
  async #evaluate(expression) {
    let value;
    let failure = null;
    this.#reports.log = (result) => {
      value = result;
    };
    this.#reports.error = (args) => {
      failure = this.#failureFrom(args, failure);
    };
    // As an expression in parentheses, with an array around it so that undefined and null come back too.
    const ok = await this.#executor.execute(`[(${expression}\n)]`);
    if (!ok || failure) return { status: "error", ...(failure ?? { ename: "Error", evalue: "no value", traceback: [] }) };
    return { status: "ok", data: bundle(value[0]), metadata: {} };
  }

  #reloadLibrary() {
    try {
      this.#reload();
      return null;
    } catch (error) {
      return this.#failureFrom([error], null);
    }
  }

  /** tslab reports a thrown value as such, and each type error as a format string with its place and text. */
  #failureFrom(args, before) {
    if (typeof args[0] === "string" && args.length > 1) {
      const line = util.format(...args);
      if (before?.ename === "TypeScriptError") return { ...before, traceback: [...before.traceback, line] };
      return { ename: "TypeScriptError", evalue: line, traceback: [line] };
    }
    const [thrown] = args;
    const stack = String(thrown?.stack ?? util.inspect(thrown)).split("\n");
    return {
      ename: thrown?.name ?? typeof thrown,
      evalue: String(thrown?.message ?? thrown),
      // Frames of tslab and Node say nothing to a reader, and paths of this machine would end up in the notebook.
      traceback: stack
        .filter((line) => !/tslab[\\/]dist|node:|scripts[\\/]kernel/.test(line))
        .map((line) => line.replaceAll(this.#root, "")),
    };
  }

  /** An error outside any cell's own flow: reported on stderr of the cell that ran last, marked so that a checker sees it. */
  reportStray(kind, error) {
    const text = `Uncaught: ${kind}: ${error?.stack ? this.#failureFrom([error], null).traceback.join("\n") : util.inspect(error)}\n`;
    if (this.#parent) this.#publish(this.#parent, "stream", { name: "stderr", text });
    else process.stderr.write(text);
  }

  handleShutdown(socket, message) {
    super.handleShutdown(socket, message);
    // Timers that cells left behind must not keep the kernel alive; the reply is given time to leave.
    setTimeout(() => process.exit(0), 50);
  }
};

/** A value as display data: its own rich form if it has one (Deno's `Jupyter.display` convention), else text. */
function bundle(value) {
  const rich = value?.[Symbol.for("Jupyter.display")]?.();
  const text = typeof value === "string" ? value : util.inspect(value);
  return rich ? { "text/plain": text, ...rich } : { "text/plain": text };
}
