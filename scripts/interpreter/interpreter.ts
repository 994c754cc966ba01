/** @file tslab's compiler and executor, unmodified, put together: code in, a value or a failure out. */

import { createRequire } from "node:module";
import { completeReply } from "./completion.js";
import { stillDeclared } from "./declarations.js";
import { bundle, type Content } from "./display.js";
import { type Failure, interrupted, thrown, typeErrors } from "./failure.js";
import { asBody } from "./forms.js";
import { hoverText, type Placed } from "./hover.js";
import { remember } from "./positions.js";
import { keepOlder } from "./redeclaration.js";
import { type Signature, signatureAt } from "./signature.js";
import { readableStacks } from "./stack.js";
import { refreshTypes, strictTypeScript } from "./strict.js";

const require = createRequire(__filename);
strictTypeScript();
const { createConverter } = require("tslab/dist/converter.js") as typeof import("tslab/dist/converter.js");
const { createExecutor } = require("tslab/dist/executor.js") as typeof import("tslab/dist/executor.js");
const { JupyterHandlerImpl } = require("tslab/dist/jupyter.js") as typeof import("tslab/dist/jupyter.js");

/** What code came to: its value as display data, if it has one, or why it failed. */
export type Outcome = { data: Content | null } | { failure: Failure };

type CompleteReply = ReturnType<InstanceType<typeof JupyterHandlerImpl>["handleComplete"]>;
type InspectReply = ReturnType<InstanceType<typeof JupyterHandlerImpl>["handleInspect"]>;
type Result = { value: unknown } | { failure: Failure };

export class Interpreter {
  /** tslab's answers to what an editor asks: completion, inspection, kernel info. */
  readonly editor: InstanceType<typeof JupyterHandlerImpl>;
  readonly #executor: ReturnType<typeof createExecutor>;
  #source = "";
  #count = 0;
  #result: Result = { value: undefined };
  #giveUp = () => {};

  constructor(directory: string) {
    Object.assign(globalThis, { Out: {}, _: undefined, import_meta: metaOf(directory) });
    readableStacks();
    const converter = createConverter({ isJS: false, isBrowser: false });
    type Diagnostics = ReturnType<typeof converter.addModule>;
    const judge = (diagnostics: Diagnostics) => {
      if (diagnostics.length > 0) this.#result = { failure: typeErrors(this.#source, diagnostics) };
    };
    const node: typeof converter = {
      ...converter,
      convert: (declared, written) => {
        const { source, isAsync } = asBody(written);
        const before = keepOlder(declared, source, this.#count);
        const result = converter.convert(before.text, source);
        judge(result.diagnostics);
        for (const { path, data } of result.sideOutputs ?? []) remember(data, path);
        if (!result.output) return result;
        const declOutput = before.settle(`${result.declOutput}${stillDeclared(before.text, result.declOutput ?? "")}`);
        return { ...result, declOutput, output: this.#named(result.output), hasToplevelAwait: isAsync };
      },
      addModule: (...args) => {
        const diagnostics = converter.addModule(...args);
        judge(diagnostics);
        return diagnostics;
      },
    };
    this.#executor = createExecutor(
      directory,
      { node, browser: node, close: () => converter.close() },
      {
        log: (value) => {
          this.#result = { value: nameless(value) };
        },
        error: (...args) => {
          // A type error, which comes as a format string and its arguments, has been seen above.
          if (args.length === 1) this.#result = { failure: failureOf(args[0]) };
        },
      },
    );
    Object.setPrototypeOf(this.#executor.locals, globals);
    this.editor = new JupyterHandlerImpl(this.#executor, false);
    this.editor.handleComplete = ({ code, cursor_pos }) =>
      completeReply(this.#executor.complete(code, cursor_pos), code, cursor_pos) as CompleteReply;
    this.editor.handleInspect = ({ code, cursor_pos }) => {
      const info = this.#executor.inspect(code, this.#callee(code, cursor_pos)) as Placed | undefined;
      const data: Record<string, string> = info ? { "text/plain": hoverText(info) } : {};
      const metadata = info?.place ? { place: info.place } : {};
      return { status: "ok", found: info !== undefined, data, metadata } as InspectReply;
    };
  }

  /** The signature of the call around a position. */
  signature(code: string, position: number): Signature | null {
    return signatureAt(position, () => this.#executor.inspect(code, position));
  }

  /**
   * Runs code to its end, promises that it awaits included, or until it is interrupted. One call at a time.
   *
   * @param count the number by which errors name the cell
   */
  run(source: string, count: number): Promise<Outcome> {
    return this.#interruptibly(async () => {
      const result = await this.#execute(source, count);
      if ("failure" in result) return result;
      if (result.value === undefined) return { data: null };
      keepValue(result.value, count);
      return { data: await bundle(result.value) };
    });
  }

  /**
   * For each expression, what gives its value, which may be `undefined`; to be called in turn. They are no cells: nothing
   * is declared. They are compiled together, which takes hardly longer than one; but where one of them cannot be compiled,
   * or awaits, each is compiled as it is called.
   */
  async evaluations(expressions: readonly string[]): Promise<(() => Promise<Outcome>)[]> {
    const compiled = expressions.length > 1 ? await this.#functions(expressions) : null;
    return expressions.map((expression, i) => () => (compiled ? this.#call(compiled[i]) : this.#evaluate(expression)));
  }

  /** Functions that give the values of expressions; null if they cannot be compiled. */
  async #functions(expressions: readonly string[]): Promise<(() => unknown)[] | null> {
    let functions: (() => unknown)[] | null = null;
    await this.#interruptibly(async () => {
      const result = await this.#execute(`[${expressions.map((expression) => `() => (${expression}\n)`)}]`, 0);
      const values = "value" in result ? (result.value as (() => unknown)[]) : [];
      if (values.length === expressions.length) functions = values;
      return { data: null };
    });
    return functions;
  }

  #call(compute: () => unknown): Promise<Outcome> {
    return this.#interruptibly(async () => ({ data: await bundle(compute()) }));
  }

  #evaluate(expression: string): Promise<Outcome> {
    return this.#interruptibly(async () => {
      // In parentheses, so that it must be an expression; in an array, so that undefined and null come back, too.
      const result = await this.#execute(`[(${expression}\n)]`, 0);
      if ("value" in result) return { data: await bundle((result.value as [unknown])[0]) };
      // Columns would be those of the parentheses.
      const { ename, evalue, traceback } = result.failure;
      return { failure: { ename, evalue: evalue.replace(/^\d+:\d+ - /, ""), traceback } };
    });
  }

  #interruptibly(work: () => Promise<Outcome>): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#giveUp = () => resolve({ failure: interrupted() });
      // In a turn of its own: whoever waits for it is not on the stack, and outlives it if it is terminated.
      setTimeout(() => {
        work().then(resolve, (error) => resolve({ failure: thrown(error) }));
      });
    });
  }

  async #execute(source: string, count: number): Promise<Result> {
    refreshTypes();
    // A cell may have taken it away.
    readableStacks();
    this.#source = source;
    this.#count = count;
    this.#result = { value: undefined };
    await this.#executor.execute(source);
    return this.#result;
  }

  /** Where to look: behind an open parenthesis, and among arguments, at the function that is called. */
  #callee(code: string, position: number): number {
    if (/[\w$]/.test(code[position] ?? "") || /[\w$]/.test(code[position - 1] ?? "")) return position;
    let depth = 0;
    for (let i = position - 1; i >= 0 && code[i] !== ";"; i--) {
      if (code[i] === ")") depth++;
      else if (code[i] === "(" && depth-- === 0)
        return (
          code
            .slice(0, i)
            .trimEnd()
            .replace(/<[^<>]*>$/, "").length - 1
        );
    }
    return position;
  }

  /** Code under the name by which errors know the cell. */
  #named(code: string): string {
    const name = `cell-${this.#count}`;
    remember(code, name);
    return `${code}\n//# sourceURL=${name}`;
  }

  /** Gives up waiting for the running code. (What keeps the thread busy has to be terminated by the host.) */
  interrupt(): void {
    this.#giveUp();
    this.#executor.interrupt();
    // The cell is no longer waited for, but what it awaited works on: the library's `train` looks here whether to stop.
    const shared = globalThis as { [key: symbol]: { count: number } | undefined };
    shared[Symbol.for("foundations.interrupts")] ??= { count: 0 };
    (shared[Symbol.for("foundations.interrupts")] as { count: number }).count++;
  }
}

/** What tslab takes for a variable of an earlier cell, though that cell said by `declare global` that it is one of all modules. */
const globals = new Proxy(
  {},
  {
    get: (_, name) => Reflect.get(globalThis, name),
    // A variable of a cell is its own, whatever else has the name.
    set: (_, name, value, cells) =>
      Reflect.defineProperty(cells, name, { value, writable: true, enumerable: true, configurable: true }),
  },
);

/** `import.meta` of a module in a folder. */
function metaOf(directory: string): object {
  const url = `file://${encodeURI(`${directory}/`).replace(/[?#]/g, encodeURIComponent)}`;
  const resolve = (specifier: string) =>
    /^\.{0,2}\/|^[a-z]+:/.test(specifier)
      ? new URL(specifier, url).href
      : `file://${requireFrom(directory)(specifier)}`;
  return { url, dirname: directory, resolve };
}

const requireFrom = (directory: string) => createRequire(`${directory}/`).resolve;

/** The value of a cell. tslab hands it over in a variable, whose name a function or class without one would show. */
function nameless(value: unknown): unknown {
  if (typeof value === "function" && /^tsLastExpr\d*$/.test(value.name))
    Object.defineProperty(value, "name", { value: "", configurable: true });
  return value;
}

/** Has the value of a cell at hand in later ones: see cells.d.ts. */
function keepValue(value: unknown, count: number): void {
  const shared = globalThis as unknown as { Out: Record<number, unknown>; _: unknown };
  shared.Out[count] = value;
  shared._ = value;
}

function failureOf(error: unknown): Failure {
  const { code } = (error ?? {}) as { code?: string };
  // A signal from a terminal ends code that `vm` runs.
  return code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" ? interrupted() : thrown(error);
}
