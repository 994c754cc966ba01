/** @file The kernel's side of Jupyter's protocol, request by request, off the wire. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as zmq from "zeromq";
import { findKernel } from "../../scripts/check-notebooks/kernelspec.js";
import { isAlive } from "../../scripts/check-notebooks/processes.js";
import { address, type Connection, type Content, type Message, Wire } from "../../scripts/jupyter-kernel/wire.js";
import { temporaryFolder } from "../check-notebooks/fixture.js";

/** The kernel as a front end sees it that is not ours: requests sent without waiting, on every channel. */
const { folder, remove } = temporaryFolder();
const wire = new Wire("a key");
const sockets = { shell: new zmq.Dealer(), control: new zmq.Dealer(), heartbeat: new zmq.Request() };
const ports = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 };
const connection: Connection = {
  transport: "ipc",
  ip: join(folder, "k"),
  key: wire.key,
  signature_scheme: "hmac-sha256",
  ...ports,
};
const connectionFile = join(folder, "connection.json");
const [command, ...args] = findKernel("tslab").argv.map((arg) => arg.replace("{connection_file}", connectionFile));
let kernel: ChildProcess;

beforeAll(() => {
  writeFileSync(connectionFile, JSON.stringify(connection));
  kernel = spawn(command, args, { cwd: folder, stdio: "inherit" });
  sockets.shell.connect(address(connection, 1));
  sockets.control.connect(address(connection, 4));
  sockets.heartbeat.connect(address(connection, 5));
});
afterAll(() => {
  kernel.kill("SIGKILL");
  for (const socket of Object.values(sockets)) socket.close();
  remove();
});

async function send(channel: "shell" | "control", type: string, content: Content = {}): Promise<void> {
  await sockets[channel].send(wire.encode(wire.message(type, content)));
}
const receive = async (channel: "shell" | "control"): Promise<Message> =>
  wire.decode(await sockets[channel].receive()) as Message;
async function ask(channel: "shell" | "control", type: string, content: Content = {}): Promise<Content> {
  await send(channel, type, content);
  return (await receive(channel)).content;
}

describe("on the wire, the kernel", () => {
  it("says what it is, on the shell and on the control channel", async () => {
    for (const channel of ["shell", "control"] as const) {
      expect(await ask(channel, "kernel_info_request")).toMatchObject({
        status: "ok",
        protocol_version: "5.3",
        language_info: { name: "typescript", file_extension: ".ts" },
      });
    }
  }, 60_000);

  it("completes, inspects, and knows whether code is complete", async () => {
    expect(await ask("shell", "complete_request", { code: "Math.sq", cursor_pos: 7 })).toMatchObject({
      matches: expect.arrayContaining(["sqrt"]),
    });
    const inspected = await ask("shell", "inspect_request", { code: "Math.sqrt", cursor_pos: 7, detail_level: 0 });
    expect(inspected.data["text/plain"]).toContain("sqrt(x: number): number");
    expect(await ask("shell", "is_complete_request", { code: "if (true) {" })).toMatchObject({ status: "incomplete" });
    expect(await ask("shell", "comm_info_request")).toEqual({ status: "ok", comms: {} });
  });

  it("aborts what was sent along with a cell that fails, and only that", async () => {
    for (const code of ["throw 1", "2", "3"]) await send("shell", "execute_request", { code });
    const statuses = [
      (await receive("shell")).content,
      (await receive("shell")).content,
      (await receive("shell")).content,
    ];
    expect(statuses.map(({ status }) => status)).toEqual(["error", "aborted", "aborted"]);
    expect(await ask("shell", "execute_request", { code: "4" })).toMatchObject({ status: "ok" });
  });

  it("ignores messages that are not signed with its key", async () => {
    const forged = new Wire("another key");
    await sockets.shell.send(forged.encode(forged.message("execute_request", { code: "process.exit(1)" })));
    expect(await ask("shell", "execute_request", { code: "5" })).toMatchObject({ status: "ok" });
  });

  it("answers its heartbeat and its control channel while a cell keeps it busy", async () => {
    const sign = join(folder, "running");
    const code = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(sign)}, "");\nfor (;;) {}`;
    await send("shell", "execute_request", { code });
    await expect.poll(() => existsSync(sign), { timeout: 20_000 }).toBe(true);
    await sockets.heartbeat.send("beat");
    expect(String(await sockets.heartbeat.receive())).toBe("beat");
    expect(await ask("control", "interrupt_request")).toEqual({ status: "ok" });
    expect((await receive("shell")).content).toMatchObject({ status: "error", ename: "Interrupted" });
  });

  it("ends at once when asked to, with code 0, even when busy", async () => {
    const ended = new Promise((resolve) => kernel.once("exit", (code, signal) => resolve(signal ?? code)));
    expect(await ask("control", "shutdown_request", { restart: false })).toMatchObject({ status: "ok" });
    expect(await ended).toBe(0);
  });

  it("ends when the program that started it is gone", async () => {
    const starter = `const { spawn } = require("node:child_process");
      const kernel = spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, { detached: true, stdio: "ignore",
        env: { ...process.env, JPY_PARENT_PID: process.pid } });
      kernel.unref(); console.log(kernel.pid); setTimeout(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["-e", starter], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    expect(isAlive(pid)).toBe(true);
    await new Promise((resolve) => parent.once("exit", resolve));
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
});
