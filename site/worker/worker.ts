/**
 * @file The kernel in a Web Worker: tslab's converter, executor and editor services and our interpreter, as they are in
 * Jupyter. Whatever a cell does, it does here, where there is no page to reach.
 */

import { format } from "node:util";
import type { Content } from "../../scripts/interpreter/display.js";
import { Execution } from "../../scripts/interpreter/execution.js";
import type { Place } from "../../scripts/interpreter/hover.js";
import type { Interpreter } from "../../scripts/interpreter/interpreter.js";
import { seedMathRandom } from "../../scripts/interpreter/random.js";
import { confine } from "./confine.js";
import { dataFiles, fetchNow, provideData } from "./files.js";
import { compiledLibrary, sourcePage } from "./layout.js";
import { fetchTexts } from "./load.js";
import type { Answers, FromWorker, Question, ToWorker } from "./messages.js";
import { asModule, provide, provideFiles, runInThisContext } from "./modules.js";
import { setDirectory } from "./node/globals.js";
import { stacksAsInNode } from "./stacks.js";
import { systemOf } from "./system.js";
import { diagnosticsOf, jupyter, provideTslab } from "./tslab.js";

const post = (message: FromWorker): void => self.postMessage(message);

let interpreter: Interpreter;
let thrown: typeof import("../../scripts/interpreter/failure.js").thrown;
/** What ran last: output that comes later is filed under it. */
let latest: Execution | null = null;
let count = 0;
/** Where the library puts figures with knobs (lib/notebook/knobs.ts), which it then gives no frames. */
const drawings = new Map<string, (values: object) => object>();
Object.assign(globalThis, { [Symbol.for("foundations.knobs")]: drawings });
Object.assign(globalThis, {
  prompt: async () => {
    throw new Error("prompt: nobody can be asked on a page; write the answer into the cell");
  },
});

/** Runs code that defines one global, and gives what it defined. */
const evaluated = (code: string, name: string) => runInThisContext(`(() => { ${code}\nreturn ${name}; })()`);

const utf8 = new TextDecoder();

async function start({ assets, site, directory }: Question & { type: "start" }): Promise<object> {
  setDirectory(directory);
  const { compiler, packages, files, later, data } = assets;
  const total = compiler.bytes + packages.bytes + files.bytes;
  const [compilerCode, packagesCode, filesText] = await fetchTexts(site, [compiler, packages, files], (done) =>
    post({ type: "loading", what: "the compiler and the library", done, total }),
  );
  provideData(site, data, (what) => post({ type: "fetching", what }));
  const map = new Map<string, string>(Object.entries(JSON.parse(filesText)));
  provideFiles(map);
  provide(`${compiledLibrary}/data/files.js`, () => dataFiles);
  for (const name of ["fs", "path", "util", "module", "url", "zlib"] as const) provide(name, () => builtins[name]);
  let found: Record<string, object> | null = null;
  for (const name of packages.names)
    provide(name, () => {
      found ??= evaluated(packagesCode, "packages") as Record<string, object>;
      return asModule(found[name]);
    });
  for (const [name, { path }] of Object.entries(later))
    provide(name, () => {
      post({ type: "fetching", what: name });
      return asModule(evaluated(utf8.decode(fetchNow(path)), "later") as object);
    });
  const { default: ts } = evaluated(compilerCode, "compiler") as {
    default: typeof import("@tslab/typescript-for-tslab") & { setSys(system: object): void };
  };
  ts.setSys(systemOf(map, directory));
  provide("@tslab/typescript-for-tslab", () => ts);
  provideTslab({
    converter: () => require("tslab/dist/converter.js"),
    executor: () => require("tslab/dist/executor.js"),
    jupyter: () => require("tslab/dist/jupyter.js"),
  });
  // Only now: as soon as it is loaded, the interpreter asks for the compiler.
  const kernel =
    require("../../scripts/interpreter/interpreter.ts") as typeof import("../../scripts/interpreter/interpreter.js");
  ({ thrown } =
    require("../../scripts/interpreter/failure.ts") as typeof import("../../scripts/interpreter/failure.js"));
  interpreter = new kernel.Interpreter(directory);
  stacksAsInNode();
  seedMathRandom(0);
  confine();
  jupyter().lastWriteDisplayData = (content: Content, update?: boolean) =>
    latest?.show(update ? "update_display_data" : "display_data", content);
  printTo("stdout", ["log", "info", "debug", "table", "dir"]);
  printTo("stderr", ["error", "warn", "trace"]);
  return {};
}

const builtins = {
  fs: require("node:fs"),
  path: require("node:path"),
  util: require("node:util"),
  module: require("node:module"),
  url: require("node:url"),
  zlib: require("node:zlib"),
};

function printTo(
  name: "stdout" | "stderr",
  methods: readonly ("log" | "info" | "debug" | "table" | "dir" | "error" | "warn" | "trace")[],
): void {
  for (const method of methods) {
    console[method] = (...values: unknown[]) => latest?.stream(name, `${format(...values)}\n`);
  }
}

async function execute({ code }: Question & { type: "execute" }, id: number): Promise<Answers["execute"]> {
  const execution = new Execution((message, content) => post({ type: "published", id, message, content }));
  latest = execution;
  const began = performance.now();
  if (code.trim() !== "") await run(code, execution);
  // A rejected promise is reported once the event loop turns.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve));
  execution.end();
  return {
    count,
    failed: execution.failures.length > 0,
    published: execution.published,
    milliseconds: performance.now() - began,
  };
}

async function run(code: string, execution: Execution): Promise<void> {
  count++;
  try {
    const outcome = await interpreter.run(code, count);
    if ("failure" in outcome) {
      if (execution.failures.length === 0) execution.fail(outcome.failure);
    } else if (outcome.data)
      execution.show("execute_result", { execution_count: count, data: outcome.data, metadata: {} });
  } catch (error) {
    execution.fail(thrown(error));
  }
}

async function evaluate({ expressions }: Question & { type: "evaluate" }): Promise<Answers["evaluate"]> {
  const values: Answers["evaluate"]["values"] = [];
  for (const evaluate of await interpreter.evaluations(expressions)) {
    const outcome = await evaluate();
    if ("failure" in outcome) values.push({ error: `${outcome.failure.ename}: ${outcome.failure.evalue}` });
    else values.push({ text: outcome.data?.["text/plain"] ?? "" });
  }
  return { values };
}

const handlers: { [Type in Question["type"]]: (question: Question & { type: Type }, id: number) => object } = {
  start,
  execute,
  evaluate,
  check: ({ code }) => ({
    problems: diagnosticsOf(code).map(({ start, end, messageText }) => ({
      from: start.offset,
      to: end.offset,
      message: messageText,
    })),
  }),
  complete: ({ code, cursor }) => {
    const found = interpreter.editor.handleComplete({ code, cursor_pos: cursor });
    return { from: found.cursor_start, options: found.matches };
  },
  inspect: ({ code, cursor }) => {
    const found = interpreter.editor.handleInspect({ code, cursor_pos: cursor, detail_level: 0 });
    const { place } = found.metadata as { place?: Place };
    return {
      text: found.found ? ((found.data as Content)["text/plain"] ?? null) : null,
      source: place ? sourcePage(place) : null,
    };
  },
  signature: ({ code, cursor }) => ({ signature: interpreter.signature(code, cursor) }),
  redraw: ({ display, values }) => ({ data: drawings.get(display)?.(values) ?? null }),
};

/** What nobody catches ends the cell that it comes from. */
function uncaught(event: Event, error: unknown): void {
  event.preventDefault();
  latest?.fail(thrown(error));
  if (latest?.running) interpreter.interrupt();
}
self.addEventListener("error", (event) => uncaught(event, event.error));
self.addEventListener("unhandledrejection", (event) => uncaught(event, event.reason));

let queue: Promise<void> = Promise.resolve();
self.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "interrupt") {
    interpreter?.interrupt();
    return;
  }
  const { id } = data;
  const answer = async () => {
    try {
      const handle = handlers[data.type] as (question: Question, id: number) => object;
      post({ type: "answer", id, answer: await handle(data, id) });
    } catch (error) {
      post({ type: "broken", id, reason: String((error as Error)?.message ?? error) });
    }
  };
  // Knobs are turned while a cell waits, too.
  if (data.type === "redraw") void answer();
  else queue = queue.then(answer);
});
