/**
 * @file A kernel that breaks the protocol: `fake-kernel.ts <how> <connection file>`. It answers every request as it
 * should, but for the one flaw that it is asked for.
 */

import { readFileSync } from "node:fs";
import * as zmq from "zeromq";
import { address, type Connection, type Content, type Message, Wire } from "../../packages/jupyter-wire/wire.js";

const [how, file] = process.argv.slice(2);
if (how === "dies") {
  console.error("no such module");
  process.exit(5);
}
const connection: Connection = JSON.parse(readFileSync(file, "utf8"));
const wire = new Wire(connection.key);
const iopub = new zmq.Publisher();
const [shell, control] = [new zmq.Router(), new zmq.Router()];
await iopub.bind(address(connection, connection.iopub_port));
await shell.bind(address(connection, connection.shell_port));
await control.bind(address(connection, connection.control_port));

async function answer(request: Message): Promise<void> {
  const publish = (type: string, content: Content) =>
    iopub.send(wire.encode(wire.message(type, content, { header: request.header })));
  const reply = (content: Content, metadata: Content = {}) => {
    const message = wire.message(request.header.msg_type.replace("request", "reply"), content, request);
    return shell.send(wire.encode({ ...message, metadata }));
  };
  if (how === "never answers") return;
  if (request.header.msg_type === "execute_request" && !request.content.silent) {
    if (how === "never replies") return;
    await publish("stream", { name: "stdout", text: "hello\n" });
    const status = how === "refuses" ? "aborted" : "ok";
    if (how !== "forgets the reply")
      await reply(
        { status, execution_count: how === "miscounts" ? 7 : 1 },
        how === "loses output" ? { published: 3 } : {},
      );
    if (how === "forgets the idle status") return;
  } else await reply({ status: "ok", language_info: { name: "fake" } });
  await publish("status", { execution_state: "idle" });
}

for await (const frames of shell) {
  const request = wire.decode(frames);
  if (request) await answer(request);
}
