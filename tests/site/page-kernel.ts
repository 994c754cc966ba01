/** @file A page's kernel as a run of a notebook knows kernels: what is checked in Jupyter is checked in the browser by the same code. */

import { basename } from "node:path";
import type { CellRun, Evaluation, Host } from "../../packages/notebook-check/kernel/client.js";
import { joined, type Notebook } from "../../packages/notebook-check/notebook/nbformat.js";
import { knobsType } from "../../site/pages/knobs.js";

/** A page of the site in any browser. */
export interface OpenPage {
  evaluate<Argument, Result>(f: (argument: Argument) => Result, argument: Argument): Promise<Awaited<Result>>;
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Drops the stored frames of figures with one knob: they serve pages without a kernel, and a running page stores none. */
export function withoutFilms({ cells }: Notebook): void {
  for (const output of cells.flatMap(({ outputs = [] }) => outputs)) {
    if (!("data" in output && knobsType in output.data)) continue;
    const html = joined(output.data["text/html"] as string | string[]);
    output.data["text/html"] = html.replace(/^<div data-knob=[^>]*>(<img )onload="[^"]*" (.*)<\/div>$/s, "$1$2");
  }
}

export class PageKernel implements Host {
  info = { language_info: { name: "typescript" } };
  startMilliseconds = 0;
  readonly pid = null;
  death: string | null = null;
  #page: OpenPage | null = null;

  /** @param open opens a page of the site, and tells of its crash, if it can */
  constructor(
    readonly open: (page: string, onCrash: () => void) => Promise<OpenPage>,
    readonly file: string,
  ) {}

  async start(): Promise<void> {
    this.#page = await this.open(`${basename(this.file, ".ipynb")}.html`, () => {
      this.death = "crashed with its page";
    });
    const began = performance.now();
    await this.#page.evaluate(async () => {
      await globalThis.page.kernel.start();
    }, null);
    this.startMilliseconds = performance.now() - began;
  }

  /** Runs the next cell of the page, which has this source, as its reader would. */
  async execute(code: string): Promise<CellRun> {
    const run = await this.page.evaluate(async (source) => {
      const { page } = globalThis;
      const cell = page.cells.find(({ ranIn }) => ranIn !== page.kernel.generation);
      if (cell?.original !== source) throw new Error(`the page's next cell reads ${cell?.original}`);
      await page.run(cell);
      if (!cell.lastRun) return null;
      const { outputs, ...ending } = cell.lastRun;
      return { ...ending, list: outputs.list, late: outputs.late, received: outputs.received };
    }, code);
    if (!run) throw new Error("the cell did not run to its end; the page's status line says why");
    return {
      status: run.failed ? "error" : "ok",
      executionCount: run.count,
      outputs: run.list,
      late: run.late,
      lost: run.published - run.received,
      resources: [],
      milliseconds: run.milliseconds,
    };
  }

  async evaluate(expressions: readonly string[]): Promise<Evaluation[]> {
    const answer = await this.page.evaluate(
      (list) => globalThis.page.kernel.ask({ type: "evaluate", expressions: list }),
      expressions,
    );
    return answer?.values ?? expressions.map(() => ({ error: "the page ended its kernel" }));
  }

  /** A browser does not say what still works for a page: here and in `diagnose`, nothing is known. */
  async activeResources(): Promise<null> {
    return null;
  }

  async diagnose(): Promise<null> {
    return null;
  }

  async shutdown(): Promise<void> {
    await this.#page?.close();
  }

  abort(): Promise<void> {
    return this.shutdown();
  }

  private get page(): OpenPage {
    if (!this.#page) throw new Error("the page is not open");
    return this.#page;
  }
}
