/**
 * @file The kernel's second thread: the control and heartbeat channels. It answers while a cell keeps the first thread
 * busy, and so can stop a loop that never ends, wherever it is; and it ends the kernel when the program that started it
 * is gone.
 */

import { type Debugger, Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import * as zmq from "zeromq";
import { Phase, State, untrack } from "../interpreter/shared.js";
import { address, type Connection, type Content, type Message, Wire } from "./wire.js";

interface Setting {
  connection: Connection;
  kernelInfo: Content;
  state: Int32Array;
}

const { connection, kernelInfo, state } = workerData as Setting;
const wire = new Wire(connection.key);
const heart = new zmq.Reply();
const control = new zmq.Router();

/** How long the first thread may take to heed an interrupt, and to end, on its own, in milliseconds. */
const patience = 200;

async function beat(): Promise<void> {
  await heart.bind(address(connection, connection.hb_port));
  for await (const frames of heart) await heart.send(frames);
}

async function listen(): Promise<void> {
  await control.bind(address(connection, connection.control_port));
  for await (const frames of control) {
    const request = wire.decode(frames);
    if (!request) continue;
    parentPort?.postMessage({ state: "busy", header: request.header });
    await handle(request);
    parentPort?.postMessage({ state: "idle", header: request.header });
  }
}

async function handle(request: Message): Promise<void> {
  const type = request.header.msg_type;
  const reply = (content: Content) =>
    control.send(wire.encode(wire.message(type.replace("_request", "_reply"), content, request)));
  if (type === "kernel_info_request") await reply({ status: "ok", ...kernelInfo });
  if (type === "interrupt_request") {
    await interrupt();
    await reply({ status: "ok" });
  }
  if (type === "shutdown_request") {
    await reply({ status: "ok", restart: request.content.restart });
    parentPort?.postMessage("end");
    await sleep(patience);
    process.kill(process.pid, "SIGKILL");
  }
}

/**
 * A signal ends code that `vm` is running, and gives up on what is awaited. Neither helps against code that went on after
 * an `await` and does not return: that is torn out of the first thread's hands, as by a debugger.
 */
async function interrupt(): Promise<void> {
  const before = Atomics.load(state, State.heeded);
  process.kill(process.pid, "SIGINT");
  for (;;) {
    await sleep(patience);
    const phase = Atomics.load(state, State.phase);
    if (Atomics.load(state, State.heeded) !== before || phase === Phase.idle) return;
    // The compiler is let finish: ended in its midst, it would be of no use for the next cell.
    if (phase === Phase.running) break;
  }
  await tearOut();
  Atomics.store(state, State.torn, 1);
  process.kill(process.pid, "SIGINT");
}

/**
 * Node cannot bear that code which it tracks (`AsyncLocalStorage`) ends without a word: it aborts. So the code is paused,
 * the tracking is turned off in its midst, and only then it is ended.
 */
async function tearOut(): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  const post = (method: string, params = {}) => new Promise((resolve) => session.post(method, params, resolve));
  const paused = new Promise<Debugger.CallFrame[]>((resolve) => {
    session.on("Debugger.paused", ({ params }) => resolve(params.callFrames));
  });
  await post("Debugger.enable");
  await post("Debugger.pause");
  const frames = await Promise.race([paused, sleep(patience, [])]);
  if (frames[0]) {
    const { callFrameId } = frames[0];
    await post("Debugger.evaluateOnCallFrame", { callFrameId, expression: `globalThis[Symbol.for("${untrack}")]()` });
  }
  // Answered only once the code goes on, which it does by ending.
  const ended = post("Runtime.terminateExecution");
  await post("Debugger.disable");
  await ended;
  session.disconnect();
}

/** The program that started this kernel; Jupyter's clients say which that is. */
const starter = Number(process.env.JPY_PARENT_PID) || process.ppid;
setInterval(() => {
  try {
    process.kill(starter, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") process.kill(process.pid, "SIGKILL");
  }
}, 1000);

parentPort?.on("message", (message) => {
  if (message !== "close") return;
  heart.close();
  control.close();
  Atomics.store(state, State.closed, 1);
  Atomics.notify(state, State.closed);
});

void beat();
void listen();
