/**
 * @file The kernel's second thread: the control and heartbeat channels. It answers while a cell keeps the first thread
 * busy, and so can stop a loop that never ends, wherever it is; and it ends the kernel when the program that started it
 * is gone.
 */

import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import * as zmq from "zeromq";
import { address, type Connection, type Content, type Message, Wire } from "../../packages/jupyter-wire/wire.js";
import { Interrupter } from "./interrupt.js";
import { isRequest, refusal } from "./refusals.js";
import { State } from "./shared.js";
import { starterOf } from "./starter.js";

interface Setting {
  connection: Connection;
  kernelInfo: Content;
  state: Int32Array;
}

const { connection, kernelInfo, state } = workerData as Setting;
const wire = new Wire(connection.key);
const heart = new zmq.Reply();
const control = new zmq.Router();

const interrupter = new Interrupter(state, () => parentPort?.postMessage("interrupt"));

/** How long the first thread may take to end on its own, in milliseconds. */
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
    // Not awaited: while an interrupt is under way, the kernel can still be shut down.
    void answer(request);
  }
}

async function answer(request: Message): Promise<void> {
  parentPort?.postMessage({ state: "busy", header: request.header });
  await handle(request);
  parentPort?.postMessage({ state: "idle", header: request.header });
}

async function handle(request: Message): Promise<void> {
  const type = request.header.msg_type;
  const reply = (content: Content) =>
    control.send(wire.encode(wire.message(type.replace("_request", "_reply"), content, request)));
  if (type === "kernel_info_request") await reply({ status: "ok", ...kernelInfo });
  if (type === "interrupt_request") await reply(await interrupt());
  if (!["kernel_info_request", "interrupt_request", "shutdown_request"].includes(type) && isRequest(request)) {
    await reply(refusal(`the control channel does not know ${type}`));
  }
  if (type === "shutdown_request") {
    await reply({ status: "ok", restart: request.content.restart === true });
    parentPort?.postMessage("end");
    await sleep(patience);
    process.kill(process.pid, "SIGKILL");
  }
}

/** What an interrupt that cannot be carried out is answered with, before the reader decides to restart. */
const blocked = {
  status: "error",
  ename: "NotInterrupted",
  evalue:
    "the cell is inside a call that Node cannot end; it will be interrupted when that returns. " +
    "Restarting the kernel ends it now, and all variables are lost",
  traceback: [],
};

async function interrupt(): Promise<Content> {
  if ((await interrupter.interrupt()) === "handled") return { status: "ok" };
  // At once, where the kernel was started from; and through the first thread, which shows it at the cell when it can.
  writeSync(2, `${blocked.evalue}\n`);
  process.stderr.write(`${blocked.evalue}\n`);
  return blocked;
}

const starter = starterOf(process);
if (starter !== null) {
  setInterval(() => {
    try {
      process.kill(starter, 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ESRCH") process.kill(process.pid, "SIGKILL");
    }
  }, 1000);
}

parentPort?.on("message", (message) => {
  if (message !== "close") return;
  heart.close();
  control.close();
  Atomics.store(state, State.closed, 1);
  Atomics.notify(state, State.closed);
});

void beat();
void listen();
