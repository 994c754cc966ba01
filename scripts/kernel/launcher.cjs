/**
 * @file This checkout's Jupyter kernel: tslab's own parts, unmodified, put together so that nothing is lost.
 *
 * Beside stock tslab it checks strictly; sends `execute_input`, `execute_result` and `error` messages; answers silent
 * requests and `user_expressions`; goes on after an error where the client allows it; reports rejections that nobody
 * awaits; and takes up edits of `lib` at the next cell. The kernelspec beside it is named `tslab`, as stock tslab's is, so
 * that notebooks open in either: which one runs is decided by where Jupyter looks, not by what a notebook says.
 */
"use strict";

const path = require("node:path");
const root = path.resolve(__dirname, "../..");
// tslab resolves imports, and finds its rootDir, from the working directory.
process.chdir(root);
process.env.TZ = "UTC";

const { seedMathRandom } = require("./random.cjs");
const { strictTypeScript } = require("./strict.cjs");
strictTypeScript();
const { createConverter } = require("tslab/dist/converter.js");
const { createExecutor } = require("tslab/dist/executor.js");
const { JupyterHandlerImpl } = require("tslab/dist/jupyter.js");
const { KernelServer } = require("./server.cjs");

seedMathRandom(0);

const connectionFile = process.argv[process.argv.indexOf("--config-path") + 1];
const converter = createConverter({ isJS: false, isBrowser: false });
/** What tslab's executor hands its results and errors to: whichever cell is running. */
const reports = { log: () => {}, error: () => {} };
const executor = createExecutor(root, { node: converter, close: () => converter.close() }, {
  log: (value) => reports.log(value),
  error: (...args) => reports.error(args),
});

const server = new KernelServer(new JupyterHandlerImpl(executor, false), connectionFile, { executor, reports, root });
process.on("SIGINT", () => executor.interrupt());
process.on("uncaughtException", (error) => server.reportStray("exception in a callback", error));
process.on("unhandledRejection", (error) => server.reportStray("rejected promise that nobody awaits", error));
server.init().catch((error) => {
  console.error(error);
  process.exit(1);
});
