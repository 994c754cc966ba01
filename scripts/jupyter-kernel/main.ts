/**
 * @file This checkout's Jupyter kernel: tslab's own parts, unmodified, put together so that nothing is lost.
 *
 * Beside stock tslab it checks strictly; keeps the types of names that a later cell declares anew; sends `execute_input`,
 * `execute_result` and `error` messages; answers silent requests and `user_expressions`; goes on after an error where the
 * client allows it; reports rejections that nobody awaits, and exceptions in callbacks, with the cell they come from; stops
 * any loop; asks the reader by `prompt()`; documents completions; and takes up edits of `lib` at the next cell. Its
 * kernelspec is named `tslab`, as stock tslab's is: a notebook opens in either, and which one runs is decided by where
 * Jupyter looks (JUPYTER_PATH comes before what is installed), not by what the notebook says.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Connection, Header } from "../../packages/jupyter-wire/wire.js";
import type { Execution } from "../interpreter/execution.js";
import { interrupted, thrown } from "../interpreter/failure.js";
import { Interpreter } from "../interpreter/interpreter.js";
import { seedMathRandom } from "../interpreter/random.js";
import { hideNotes, origin } from "./origin.js";
import { Library } from "./reload.js";
import { hideExcerpts, hideRequireStack } from "./resolution.js";
import { Server } from "./server.js";
import { State, sharedState } from "./shared.js";
import { letTerminate } from "./terminable.js";
import { dropTimers } from "./timers.js";

const connection: Connection = JSON.parse(readFileSync(process.argv[2], "utf8"));
const state = sharedState();
const interpreter = new Interpreter(process.cwd());
const server = new Server(connection, interpreter, new Library(), state);
const here = (): Execution | null => origin.getStore() ?? server.latest;

seedMathRandom(0);
hideNotes();
hideRequireStack();
hideExcerpts();
dropTimers();
Object.assign(globalThis, { prompt: (question?: string) => server.ask(question) });

for (const name of ["stdout", "stderr"] as const) {
  const stream = process[name];
  const write = stream.write.bind(stream);
  stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    const execution = here();
    if (!execution) return (write as (...args: unknown[]) => boolean)(chunk, ...rest);
    const [encoding] = rest;
    execution.stream(name, typeof encoding === "string" ? Buffer.from(chunk as string, encoding as "hex") : chunk);
    const written = rest.at(-1);
    if (typeof written === "function") process.nextTick(written as () => void);
    return true;
  }) as typeof stream.write;
}
const jupyter = createRequire(__filename)("tslab/dist/jupyter.js") as { lastWriteDisplayData: unknown };
jupyter.lastWriteDisplayData = (content: object, update?: boolean) =>
  here()?.show(update ? "update_display_data" : "display_data", content);

/** What nobody catches ends the cell that it comes from, as it would end a program; if that has ended, it is told late. */
function uncaught(error: unknown): void {
  const execution = here();
  execution?.fail(thrown(error));
  if (execution?.running) giveUp(execution);
}

/** Ends the wait for a cell; what it has left to timers does not happen. */
function giveUp(execution: Execution | null): void {
  if (execution) execution.interrupted = true;
  interpreter.interrupt();
}
process.on("uncaughtException", uncaught);
process.on("unhandledRejection", uncaught);

/** The execution whose code was terminated, if any was, and whether no cell was running then. */
let terminated: { execution: Execution | null; between: boolean } | null = null;
/**
 * Only at an uncaught error does Node forget which callbacks it was in. This one is for Node alone: whoever else listens for
 * uncaught errors may be what was terminated.
 */
function tidy(): void {
  process.setUncaughtExceptionCaptureCallback(null);
  process.setUncaughtExceptionCaptureCallback(() => process.setUncaughtExceptionCaptureCallback(null));
  throw new Error("tidying up after an interrupt");
}

function interrupt(): void {
  if (terminated) setTimeout(tidy);
  // A callback of a cell that had ended: the one that waited behind it may run.
  if (terminated?.between) {
    const { execution } = terminated;
    if (execution) execution.interrupted = true;
    execution?.fail(interrupted());
  } else giveUp(server.latest);
  terminated = null;
  Atomics.add(state, State.interruptsHandled, 1);
}
process.on("SIGINT", interrupt);
letTerminate(state, () => {
  terminated = { execution: here(), between: Atomics.load(state, State.executing) === 0 };
});

type FromControl = "end" | "interrupt" | { state: "busy" | "idle"; header: Header };
const control = new Worker(process.argv[1], {
  workerData: { connection, kernelInfo: interpreter.editor.handleKernel(), state },
});
control.on("message", (message: FromControl) => {
  if (message === "end") process.exit(0);
  else if (message === "interrupt") interrupt();
  else server.announce(message.state, message.header);
});
control.on("error", (error) => {
  process.stderr.write(`the kernel's control thread failed: ${error.stack}\n`);
  process.exit(1);
});
// A client that counts the threads before its first cell must find this one.
control.once("online", () => void server.serve());

process.on("exit", () => {
  server.latest?.flush();
  control.postMessage("close");
  Atomics.wait(state, State.closed, 0, 1000);
});
