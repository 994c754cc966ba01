/** @file The kernel's side of Jupyter's protocol, request by request, off the wire. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as zmq from "zeromq";
import { address, type Connection, type Content, type Message, Wire } from "../../packages/jupyter-wire/wire.js";
import { findKernel } from "../../packages/notebook-check/kernel/kernelspec.js";
import { isAlive } from "../../packages/notebook-check/kernel/processes.js";
import { temporaryFolder } from "../notebook-check/fixture.js";

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

  it.each([
    ["a request that it does not know", "unknown_request", {}, "does not know unknown_request"],
    ["a debugger's request", "debug_request", { type: "request" }, "does not know debug_request"],
    ["an interrupt on the wrong channel", "interrupt_request", {}, "control channel"],
    ["a cell without code", "execute_request", {}, '"code", a string'],
    ["a cell whose code is a number", "execute_request", { code: 7 }, '"code", a string'],
    ["expressions that are no strings", "execute_request", { code: "1", user_expressions: { x: 1 } }, "strings"],
    ["a completion without a position", "complete_request", { code: "x" }, '"cursor_pos", a number'],
    ["an inspection without code", "inspect_request", { cursor_pos: 1 }, '"code", a string'],
    ["a question about no code", "is_complete_request", {}, '"code", a string'],
  ])("refuses %s with a sentence", async (_, type, content, sentence) => {
    const reply = await ask("shell", type, content);
    expect(reply).toMatchObject({ status: "error", evalue: expect.stringContaining(sentence) });
  });

  it("refuses on the control channel, too", async () => {
    expect(await ask("control", "debug_request")).toMatchObject({ status: "error" });
  });

  it.each([
    ["kernel_info_request", { protocol_version: "5.3" }],
    ["history_request", { history: [] }],
    ["comm_info_request", { comms: {} }],
    ["connect_request", { shell_port: 1, hb_port: 5 }],
    ["execute_request", { status: "ok" }],
  ])("answers a %s whose content says what it need not", async (type, expected) => {
    const content = { code: "1", cursor_pos: -3, user_expressions: null, extra: [null], silent: "yes" };
    expect(await ask("shell", type, content)).toMatchObject({ status: "ok", ...expected });
  });

  it("goes on after what is no message, no JSON, a copy, or part of one", async () => {
    const whole = wire.encode(wire.message("kernel_info_request", {}));
    await sockets.shell.send(["not", "a", "message"]);
    await sockets.shell.send(whole.slice(0, 4));
    await sockets.shell.send(wire.encode({ ...wire.message("comm_msg", {}), header: 7 as never }));
    await sockets.shell.send(whole);
    expect((await receive("shell")).header.msg_type).toBe("kernel_info_reply");
    await sockets.shell.send(whole);
    expect(await ask("shell", "comm_info_request")).toMatchObject({ comms: {} });
  });

  it.each([
    ["before", "/* 😀😀 */ Math.sq", 14],
    ["after", "Math.sq /* 😀 */", 5],
    ["of several units that are one letter", "/* e\u0301 👨‍👩‍👧 */ Math.sq", 20],
  ])("counts positions in characters, with some %s", async (_, code, start) => {
    const end = start + 2;
    expect([...code].slice(start, end).join("")).toBe("sq");
    const reply = await ask("shell", "complete_request", { code, cursor_pos: end });
    expect(reply).toMatchObject({ cursor_start: start, cursor_end: end, matches: expect.arrayContaining(["sqrt"]) });
  });

  it.each([
    ["before the first character", -3, 0],
    ["behind the last one", 1e9, 7],
    ["between two", 4.5, 5],
  ])("takes a position %s for the next that there is", async (_, cursor_pos, meant) => {
    for (const type of ["complete_request", "inspect_request"]) {
      const at = (position: number) => ask("shell", type, { code: "Math.sq", cursor_pos: position, detail_level: 0 });
      const reply = await at(cursor_pos);
      expect(reply).toMatchObject({ status: "ok" });
      expect(reply).toEqual(await at(meant));
    }
  });

  it("inspects at the character that is meant", async () => {
    // In UTF-16 units, this would be in "Math".
    const code = "/* 😀😀😀😀 */ Math.sqrt";
    const reply = await ask("shell", "inspect_request", { code, cursor_pos: 17, detail_level: 0 });
    expect([...code][17]).toBe("q");
    expect(reply.data["text/plain"]).toContain("sqrt(x: number): number");
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

  it("ends when the program that started it is gone, however busy the machine", async () => {
    const own = { ...connection, ip: join(folder, "orphan") };
    const file = join(folder, "orphan.json");
    writeFileSync(file, JSON.stringify(own));
    const orphanArgs = args.map((arg) => (arg === connectionFile ? file : arg));
    // It ends when its standard input does.
    const starter = `const { spawn } = require("node:child_process");
      const kernel = spawn(${JSON.stringify(command)}, ${JSON.stringify(orphanArgs)}, { detached: true, stdio: "ignore",
        env: { ...process.env, JPY_PARENT_PID: process.pid } });
      kernel.unref(); console.log(kernel.pid); process.stdin.resume().on("end", () => process.exit());`;
    const parent = spawn(process.execPath, ["-e", starter], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    const shell = new zmq.Dealer({ linger: 0 });
    shell.connect(address(own, own.shell_port));
    try {
      await shell.send(wire.encode(wire.message("kernel_info_request", {})));
      expect(wire.decode(await shell.receive())?.content).toMatchObject({ status: "ok" });
      expect(isAlive(pid)).toBe(true);
      const ended = new Promise((resolve) => parent.once("exit", resolve));
      parent.stdin.end();
      await ended;
      await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
    } finally {
      shell.close();
      parent.kill("SIGKILL");
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
    }
  }, 180_000);
});
