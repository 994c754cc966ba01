/**
 * @file The kernel's second thread: the control and heartbeat channels. It answers while a cell keeps the first thread
 * busy, and so can stop a loop that never ends, wherever it is; and it ends the kernel when the program that started it
 * is gone.
 */

import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import * as zmq from "zeromq";
import { Phase } from "./phase.js";
import { address, type Connection, type Content, type Message, Wire } from "./wire.js";

interface Setting {
  connection: Connection;
  kernelInfo: Content;
  /** [what the interpreter is doing, how many interrupts it has heeded] */
  state: Int32Array;
}

const { connection, kernelInfo, state } = workerData as Setting;
const wire = new Wire(connection.key);
const parent = process.ppid;

/** How long the first thread may take to heed an interrupt on its own, and to end on its own, in milliseconds. */
const patience = 200;

async function heartbeat(): Promise<never> {
  const socket = new zmq.Reply();
  await socket.bind(address(connection, connection.hb_port));
  for (;;) await socket.send(await socket.receive());
}

async function control(): Promise<never> {
  const socket = new zmq.Router();
  await socket.bind(address(connection, connection.control_port));
  for (;;) {
    const request = wire.decode(await socket.receive());
    if (!request) continue;
    const reply = (content: Content) => {
      const type = request.header.msg_type.replace("_request", "_reply");
      return socket.send(wire.encode(wire.message(type, content, request)));
    };
    await handle(request, reply);
  }
}

async function handle(request: Message, reply: (content: Content) => Promise<void>): Promise<void> {
  const { header, content } = request;
  parentPort?.postMessage({ state: "busy", header });
  if (header.msg_type === "kernel_info_request") await reply(kernelInfo);
  if (header.msg_type === "interrupt_request") {
    await interrupt();
    await reply({ status: "ok" });
  }
  if (header.msg_type === "shutdown_request") {
    await reply({ status: "ok", restart: content.restart });
    await end();
  }
  parentPort?.postMessage({ state: "idle", header });
}

/**
 * A signal ends code that `vm` is running and gives up on what is awaited. Neither helps against code that went on after
 * an `await` and does not return: that is ended as a debugger would.
 */
async function interrupt(): Promise<void> {
  const heeded = state[1];
  process.kill(process.pid, "SIGINT");
  await sleep(patience);
  if (Atomics.load(state, 1) !== heeded || Atomics.load(state, 0) !== Phase.running) return;
  const session = new Session();
  session.connectToMainThread();
  await new Promise((resolve) => session.post("Runtime.terminateExecution", resolve));
  session.disconnect();
}

async function end(): Promise<void> {
  parentPort?.postMessage("end");
  await sleep(patience);
  process.kill(process.pid, "SIGKILL");
}

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
}, 1000);

void heartbeat();
void control();
