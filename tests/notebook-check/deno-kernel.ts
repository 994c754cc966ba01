/**
 * @file What Deno's kernel (`deno jupyter --kernel`) answers, as its source says: `deno-kernel.ts <connection file>`. It
 * takes TCP alone, evaluates no `user_expressions`, colors what it shows, and counts what is not silent and is stored. Its
 * values may come after the idle status, as if they were those of the last cell asked for; here, all do. With `stock tslab`
 * as one more argument, its errors are as that kernel's: printed, and the request that follows is refused.
 */

import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { inspect } from "node:util";
import { runInThisContext } from "node:vm";
import * as zmq from "zeromq";
import { address, type Connection, type Content, type Message, Wire } from "../../packages/jupyter-wire/wire.js";

const connection: Connection = JSON.parse(readFileSync(process.argv[2], "utf8"));
if (connection.transport !== "tcp" || !isIP(connection.ip)) throw new Error("invalid host");
const wire = new Wire(connection.key);
const iopub = new zmq.Publisher();
const [shell, control] = [new zmq.Router(), new zmq.Router()];
await iopub.bind(address(connection, connection.iopub_port));
await shell.bind(address(connection, connection.shell_port));
await control.bind(address(connection, connection.control_port));

const info = {
  status: "ok",
  protocol_version: "5.3",
  implementation: "Deno kernel",
  language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/x.typescript" },
};
let count = 0;
/** What is asked last. */
let last: Message;
const isTslab = process.argv[3] === "stock tslab";
let refuses = false;

for await (const frames of shell) {
  const request = wire.decode(frames);
  if (!request) continue;
  const publish = (type: string, content: Content, { header }: Message = request) =>
    iopub.send(wire.encode(wire.message(type, content, { header })));
  const reply = (content: Content) =>
    shell.send(wire.encode(wire.message(request.header.msg_type.replace("request", "reply"), content, request)));
  await publish("status", { execution_state: "busy" });
  if (request.header.msg_type === "kernel_info_request") await reply(info);
  if (request.header.msg_type === "execute_request") {
    last = request;
    const { code, silent, store_history } = request.content;
    if (!silent && store_history) count++;
    if (refuses) {
      refuses = false;
      await reply({ status: "abort" });
      await publish("status", { execution_state: "idle" });
      continue;
    }
    try {
      const value = runInThisContext(code);
      if (value !== undefined) {
        const data = { "text/plain": inspect(value, { colors: true }) };
        setTimeout(() => publish("execute_result", { execution_count: count, data, metadata: {} }, last), 40);
      }
      await reply({ status: "ok", execution_count: count });
    } catch (error) {
      const { name, message, stack } = error as Error;
      refuses = isTslab;
      if (isTslab) await publish("stream", { name: "stderr", text: `1:1 - ${message}\n` });
      else await publish("error", { ename: name, evalue: message, traceback: `Stack trace:\n${stack}`.split("\n") });
      await reply({ status: "error", execution_count: count });
    }
  }
  await publish("status", { execution_state: "idle" });
}
