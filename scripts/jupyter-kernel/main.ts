/**
 * @file This checkout's Jupyter kernel: tslab's own parts, unmodified, put together so that nothing is lost.
 *
 * Beside stock tslab it checks strictly; sends `execute_input`, `execute_result` and `error` messages; answers silent
 * requests and `user_expressions`; goes on after an error where the client allows it; reports rejections that nobody
 * awaits, and exceptions in callbacks, with the cell they come from; stops any loop; and takes up edits of `lib` at the
 * next cell. Its kernelspec is named `tslab`, as stock tslab's is: a notebook opens in either, and which one runs is
 * decided by where Jupyter looks (JUPYTER_PATH comes before what is installed), not by what the notebook says.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { type Execution, origin } from "../interpreter/execution.js";
import { thrown } from "../interpreter/failure.js";
import { Interpreter } from "../interpreter/interpreter.js";
import { seedMathRandom } from "../interpreter/random.js";
import { State, sharedState, untrack } from "../interpreter/shared.js";
import { Library } from "./reload.js";
import { Server } from "./server.js";
import type { Connection, Header } from "./wire.js";

const connection: Connection = JSON.parse(readFileSync(process.argv[2], "utf8"));
const state = sharedState();
const interpreter = new Interpreter(process.cwd(), state);
const server = new Server(connection, interpreter, new Library());
const here = (): Execution | null => origin.getStore() ?? server.latest;

seedMathRandom(0);

for (const name of ["stdout", "stderr"] as const) {
  const stream = process[name];
  const write = stream.write.bind(stream);
  stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    const execution = here();
    if (!execution) return (write as (...args: unknown[]) => boolean)(chunk, ...rest);
    execution.stream(name, typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
    const written = rest.at(-1);
    if (typeof written === "function") process.nextTick(written as () => void);
    return true;
  }) as typeof stream.write;
}
const jupyter = createRequire(__filename)("tslab/dist/jupyter.js") as { lastWriteDisplayData: unknown };
jupyter.lastWriteDisplayData = (content: object, update?: boolean) =>
  here()?.show(update ? "update_display_data" : "display_data", content);

/** Thrown after code was torn out of this thread's hands: Node forgets what it was tracking at an uncaught error only. */
const tidying = new Error("tidying up after an interrupt");
Object.assign(globalThis, { [Symbol.for(untrack)]: () => origin.disable() });

/** What nobody catches ends the cell that it comes from, as it would end a program; if that has ended, it is told late. */
function uncaught(error: unknown): void {
  if (error === tidying) return;
  const execution = here();
  execution?.fail(thrown(error));
  if (execution?.running) interpreter.interrupt();
}
process.on("uncaughtException", uncaught);
process.on("unhandledRejection", uncaught);
process.on("SIGINT", () => {
  if (Atomics.exchange(state, State.torn, 0) === 1)
    setImmediate(() => {
      throw tidying;
    });
  interpreter.interrupt();
});

const control = new Worker(process.argv[1], {
  workerData: { connection, kernelInfo: interpreter.editor.handleKernel(), state },
});
control.on("message", (message: "end" | { state: "busy" | "idle"; header: Header }) => {
  if (message === "end") process.exit(0);
  server.announce(message.state, message.header);
});
control.on("error", (error) => {
  process.stderr.write(`the kernel's control thread failed: ${error.stack}\n`);
  process.exit(1);
});
void server.serve();

process.on("exit", () => {
  server.latest?.flush();
  control.postMessage("close");
  Atomics.wait(state, State.closed, 0, 1000);
});
