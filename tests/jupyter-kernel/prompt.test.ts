/** @file `prompt()` asks whoever reads the notebook, by the protocol's stdin channel. */

import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as zmq from "zeromq";
import { address, type Connection, type Content, type Message, Wire } from "../../packages/jupyter-wire/wire.js";
import { findKernel } from "../../packages/notebook-check/kernel/kernelspec.js";
import { temporaryFolder } from "../notebook-check/fixture.js";

const { folder, remove } = temporaryFolder();
const wire = new Wire("a key");
// A front end's channels go under one identity, by which the kernel answers.
const sockets = { shell: new zmq.Dealer({ routingId: "reader" }), stdin: new zmq.Dealer({ routingId: "reader" }) };
const connection: Connection = {
  transport: "ipc",
  ip: join(folder, "k"),
  key: wire.key,
  signature_scheme: "hmac-sha256",
  ...{ shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 },
};
let kernel: ChildProcess;

beforeAll(async () => {
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection));
  const [command, ...args] = findKernel("tslab").argv.map((arg) => arg.replace("{connection_file}", file));
  kernel = spawn(command, args, { cwd: folder, stdio: "inherit" });
  // What a kernel asks before the channel for it is there is lost.
  const joined = Object.values(sockets).map(
    (socket) => new Promise((resolve) => socket.events.on("handshake", resolve)),
  );
  sockets.shell.connect(address(connection, 1));
  sockets.stdin.connect(address(connection, 3));
  await Promise.all(joined);
});
afterAll(() => {
  kernel.kill("SIGKILL");
  for (const socket of Object.values(sockets)) socket.close();
  remove();
});

const receive = async (channel: "shell" | "stdin"): Promise<Message> =>
  wire.decode(await sockets[channel].receive()) as Message;
const execute = (code: string, rest: Content): Promise<void> =>
  sockets.shell.send(wire.encode(wire.message("execute_request", { code, ...rest })));

it("asks, and takes the answer", async () => {
  const name = { name: "name" };
  await execute('const name = await prompt("Your name?");', { allow_stdin: true, user_expressions: name });
  for (const answer of ["Ada", "Grace"]) {
    const question = await receive("stdin");
    expect(question).toMatchObject({ header: { msg_type: "input_request" }, content: { prompt: "Your name?" } });
    await sockets.stdin.send(wire.encode(wire.message("input_reply", { value: answer }, question)));
    expect((await receive("shell")).content).toMatchObject({
      status: "ok",
      user_expressions: { name: { data: { "text/plain": answer } } },
    });
    if (answer === "Ada")
      await execute('const name = await prompt("Your name?");', { allow_stdin: true, user_expressions: name });
  }
}, 60_000);

it("says so where nobody can be asked", async () => {
  await execute("await prompt()", { allow_stdin: false });
  expect((await receive("shell")).content).toMatchObject({
    status: "error",
    evalue: "prompt: nobody can be asked, since the program that runs this cell takes no input",
  });
});
