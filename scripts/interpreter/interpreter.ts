/** @file tslab's compiler and executor, unmodified, put together: code in, a value or a failure out. */

import { createRequire } from "node:module";
import { type Failure, interrupted, thrown, typeErrors } from "./failure.js";
import { named } from "./positions.js";
import { Phase, State } from "./shared.js";
import { refreshTypes, strictTypeScript } from "./strict.js";

const require = createRequire(__filename);
strictTypeScript();
const { createConverter } = require("tslab/dist/converter.js") as typeof import("tslab/dist/converter.js");
const { createExecutor } = require("tslab/dist/executor.js") as typeof import("tslab/dist/executor.js");
const { JupyterHandlerImpl } = require("tslab/dist/jupyter.js") as typeof import("tslab/dist/jupyter.js");

export type Outcome = { value: unknown } | { failure: Failure };

export class Interpreter {
  /** tslab's answers to what an editor asks: completion, inspection, kernel info. */
  readonly editor: InstanceType<typeof JupyterHandlerImpl>;
  readonly #executor: ReturnType<typeof createExecutor>;
  readonly #state: Int32Array;
  #source = "";
  #name = "";
  #outcome: Outcome = { value: undefined };

  /** @param state kept up to date: what the interpreter is doing, and how many interrupts it has heeded */
  constructor(directory: string, state: Int32Array) {
    this.#state = state;
    const converter = createConverter({ isJS: false, isBrowser: false });
    type Diagnostics = ReturnType<typeof converter.addModule>;
    const compiling = <T>(compile: () => T, diagnosticsOf: (result: T) => Diagnostics): T => {
      Atomics.store(this.#state, State.phase, Phase.compiling);
      const result = compile();
      const diagnostics = diagnosticsOf(result);
      if (diagnostics.length > 0) this.#outcome = { failure: typeErrors(this.#source, diagnostics) };
      Atomics.store(this.#state, State.phase, Phase.running);
      return result;
    };
    const node: typeof converter = {
      ...converter,
      convert: (...args) => {
        const result = compiling(
          () => converter.convert(...args),
          ({ diagnostics }) => diagnostics,
        );
        return result.output ? { ...result, output: named(result.output, this.#name) } : result;
      },
      addModule: (...args) =>
        compiling(
          () => converter.addModule(...args),
          (diagnostics) => diagnostics,
        ),
    };
    this.#executor = createExecutor(
      directory,
      { node, browser: node, close: () => converter.close() },
      {
        log: (value) => {
          this.#outcome = { value };
        },
        error: (...args) => {
          // A type error, which comes as a format string and its arguments, has been seen above.
          if (args.length === 1) this.#outcome = { failure: this.#failureOf(args[0]) };
        },
      },
    );
    this.editor = new JupyterHandlerImpl(this.#executor, false);
  }

  /**
   * Runs code to its end, promises that it awaits included. One call at a time.
   *
   * @param count the number by which errors name the cell
   */
  async run(source: string, count: number): Promise<Outcome> {
    refreshTypes();
    this.#source = source;
    this.#name = `cell-${count}`;
    this.#outcome = { value: undefined };
    try {
      await this.#executor.execute(source);
    } catch (error) {
      return { failure: thrown(error) };
    } finally {
      Atomics.store(this.#state, State.phase, Phase.idle);
    }
    return this.#outcome;
  }

  /** Gives up waiting for what the running code awaits. (Code that keeps the thread busy is stopped by `vm` itself.) */
  interrupt(): void {
    Atomics.add(this.#state, State.heeded, 1);
    this.#executor.interrupt();
    // The cell is no longer waited for, but what it awaited works on: the library's `train` looks here whether to stop.
    const shared = globalThis as { [key: symbol]: { count: number } | undefined };
    shared[Symbol.for("foundations.interrupts")] ??= { count: 0 };
    (shared[Symbol.for("foundations.interrupts")] as { count: number }).count++;
  }

  #failureOf(error: unknown): Failure {
    const { message, code } = (error ?? {}) as { message?: string; code?: string };
    if (message === "Interrupted asynchronously") return interrupted();
    if (code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") return thrown(error);
    Atomics.add(this.#state, State.heeded, 1);
    return interrupted();
  }
}
