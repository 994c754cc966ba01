/**
 * @file Proof by mutation: each kind of stored thing altered, and exactly its cell fails. These kinds are run from end to
 * end; alterations.test.ts tries many more on the comparison alone, and counts them.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNotebook, writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import { type Cell, joined, type Output } from "../../packages/notebook-check/notebook/nbformat.js";
import { code, markdown, notebookOf, runFile, temporaryFolder, type WholeRun } from "./fixture.js";

/**
 * The check itself is checked: every kind of stored thing is altered in a notebook that was run, and exactly the cells
 * that were altered must fail, each for what was done to it.
 */
interface Mutation {
  cell: Cell;
  /** What is stored otherwise than the run gives it. */
  alter: (cell: Cell) => void;
  /** What is said of it; null if it must pass. */
  says: string | null;
}

const show = (type: string, text: string) => `tslab.display.raw(${JSON.stringify(type)}, ${JSON.stringify(text)});`;
const use = 'import * as tslab from "tslab";\n';
const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0,0L1,42.1L2,7"/><circle cx="1" cy="2" r="3"/></svg>';

/** Alters text in the outputs of a cell. */
const replace = (from: string, to: string) => (cell: Cell) => {
  const outputs = JSON.stringify(cell.outputs);
  if (!outputs.includes(from)) throw new Error(`there is no ${from} in ${outputs}`);
  cell.outputs = JSON.parse(outputs.replace(from, to));
};
/** Alters text in the compressed frames of a figure that moves. */
const replaceInFilm = (from: RegExp, to: string) => (cell: Cell) => {
  const [output] = outputsOf(cell);
  if (!("data" in output)) throw new Error(`there is no figure in ${JSON.stringify(output)}`);
  const html = joined(output.data["text/html"] as string | string[]);
  output.data["text/html"] = html.replace(/(?<=application\/gzip;base64,)[^"]*/, (packed) => {
    const frames = gunzipSync(Buffer.from(packed, "base64")).toString();
    if (!from.test(frames)) throw new Error(`there is no ${from} in ${frames}`);
    return gzipSync(frames.replace(from, to)).toString("base64");
  });
};
const outputsOf = (cell: Cell) => cell.outputs as Output[];

const mutations: Record<string, Mutation> = {
  "a float by 1e-6 of itself": {
    cell: code("0.1 + 0.2"),
    alter: replace("0.30000000000000004", "0.3000003"),
    says: "0.3000003 → 0.30000000000000004",
  },
  "a float within the tolerance": {
    cell: code("[0.1 + 0.2, 1]"),
    alter: replace("0.30000000000000004", "0.3"),
    says: "its stored output says the same in another spelling",
  },
  "a float by 1e-6 of itself, where the cell allows 1e-5": {
    cell: code("0.25", { check: { rtol: 1e-5 } }),
    alter: replace("0.25", "0.25000025"),
    says: null,
  },
  "an integer": { cell: code("1000"), alter: replace("1000", "1001"), says: "1001 → 1000" },
  "an integer, where the cell allows decimals to differ": {
    cell: code("[2000]", { check: { rtol: 0.5, atol: 100 } }),
    alter: replace("2000", "2001"),
    says: "2001 → 2000",
  },
  "a word": {
    cell: code('"the cat sat"'),
    alter: replace("cat", "dog"),
    says: "the execute result (text/plain) differs",
  },
  "the sign of a zero": { cell: code("-0"), alter: replace("-0", "0"), says: "0 → -0" },
  NaN: { cell: code("[NaN]"), alter: replace("NaN", "0"), says: "the execute result (text/plain) differs" },
  "a path's point": {
    cell: code(use + show("image/svg+xml", drawing)),
    alter: replace("42.1", "43"),
    says: "path 1, point 2: 43 → 42.1",
  },
  "an attribute": {
    cell: code(use + show("image/svg+xml", drawing)),
    alter: replace('r=\\"3\\"', 'r=\\"4\\"'),
    says: "circle 1, r: 4 → 3",
  },
  "a number in one frame of a figure with a knob": {
    cell: code(
      [
        'import { knobs } from "foundations/notebook";\nimport { lines } from "foundations/plot";',
        'knobs({ rate: { of: [1, 2, 3], at: 1 } }, ({ rate }) => lines({ y: [0, rate] }, { title: "y", x: "x", y: "y" }));',
      ].join("\n"),
    ),
    alter: replaceInFilm(/(?<=rate = 2.*?<path d=\\"M)(\d+),/, "7$1,"),
    says: "data-film, rate = 2, path 1, point 1: ",
  },
  "a missing output": {
    cell: code('console.log("a");\n1'),
    alter: (cell) => outputsOf(cell).pop(),
    says: "outputs: stdout → stdout; execute result (text/plain)",
  },
  "an extra output": {
    cell: code("3;"),
    alter: (cell) => outputsOf(cell).push({ output_type: "stream", name: "stdout", text: "x" }),
    says: "outputs: execute result (text/plain); stdout → execute result (text/plain)",
  },
  "two outputs in each other's place": {
    cell: code('console.log("a");\nconsole.error("b");'),
    alter: (cell) => outputsOf(cell).reverse(),
    says: "outputs: stderr; stdout → stdout; stderr",
  },
  "two of a kind in each other's place": {
    cell: code(`${use}${show("text/html", "<b>1</b>")}\n${show("text/html", "<b>2</b>")}`),
    alter: (cell) => outputsOf(cell).reverse(),
    says: 'b 1, "2" → "1"',
  },
  "an error's message": {
    cell: code('throw new Error("too big")', { tags: ["raises-exception"] }),
    alter: (cell) => Object.assign(outputsOf(cell)[0], { evalue: "too small" }),
    says: "the error differs",
  },
  "an error's type": {
    cell: code('throw new RangeError("x")', { tags: ["raises-exception"] }),
    alter: (cell) => Object.assign(outputsOf(cell)[0], { ename: "Error" }),
    says: "the error differs",
  },
  "a type error": {
    cell: code("const n: number = 'x';", { tags: ["raises-exception"] }),
    alter: (cell) =>
      Object.assign(outputsOf(cell)[0], { evalue: "1:8 - Type 'string' is not assignable to type 'number'." }),
    says: "8 → 7",
  },
  "an execution count": {
    cell: code("4;"),
    alter: (cell) => Object.assign(cell, { execution_count: 99 }),
    says: "its stored execution count is 99; a run from top to bottom gives",
  },
  "a number in prose": {
    cell: markdown("It is <!-- check: (1 / 3).toFixed(2) -->0.33<!-- /check -->."),
    alter: (cell) => Object.assign(cell, { source: joined(cell.source).replace("0.33", "0.34") }),
    says: "it says 0.34; (1 / 3).toFixed(2) is 0.33",
  },
  "an expression in prose": {
    cell: markdown("It is <!-- check: 2 + 3 -->5<!-- /check -->."),
    alter: (cell) => Object.assign(cell, { source: joined(cell.source).replace("2 + 3", "2 + missing") }),
    says: "2 + missing: TypeScriptError: Cannot find name 'missing'.",
  },
  "a new number in prose": {
    cell: markdown("As before."),
    alter: (cell) => Object.assign(cell, { source: "As before, 97 percent." }),
    says: "97 is neither checked nor given",
  },
  "a cell's source": {
    cell: code("5 + 5"),
    alter: (cell) => Object.assign(cell, { source: "5 + 6" }),
    says: "10 → 11",
  },
  "the output of a cell that is not run": {
    cell: code("6", { tags: ["skip-execution"] }),
    alter: (cell) => outputsOf(cell).push({ output_type: "stream", name: "stdout", text: "x" }),
    says: "it is not run, and yet has a stored output",
  },
  "an output that nobody compares": {
    cell: code("Math.random()", { tags: ["nbval-ignore-output"] }),
    alter: (cell) => outputsOf(cell).pop(),
    says: null,
  },
  "a tag that nobody knows": {
    cell: code("7;"),
    alter: (cell) => Object.assign(cell.metadata, { tags: ["nbval-ignore-ouput"] }),
    says: 'unknown tag "nbval-ignore-ouput"',
  },
  "an option that nobody knows": {
    cell: code("8;"),
    alter: (cell) => Object.assign(cell.metadata, { check: { tolerance: 1 } }),
    says: 'unknown option "tolerance" in metadata.check',
  },
  "the tag of a cell that raises nothing": {
    cell: code("9;"),
    alter: (cell) => Object.assign(cell.metadata, { tags: ["raises-exception"] }),
    says: "it is tagged raises-exception, and raised nothing",
  },
};

const names = Object.keys(mutations);
const { folder, remove } = temporaryFolder();
const executed = join(folder, "executed.ipynb");
const mutated = (which: number) => join(folder, `mutated-${which}.ipynb`);
/** Every mutation is made in one of two runs, so that in the other the same cell must pass. */
const isMade = (i: number, which: number) => i % 2 === which;
let runs: WholeRun[];

beforeAll(async () => {
  writeNotebook(executed, notebookOf(Object.values(mutations).map(({ cell }) => cell)));
  const first = await runFile(executed, { update: true });
  expect(first.findings).toEqual([]);
  for (const which of [0, 1]) {
    const notebook = readNotebook(executed);
    for (const [i, name] of names.entries()) if (isMade(i, which)) mutations[name].alter(notebook.cells[i]);
    writeNotebook(mutated(which), notebook);
  }
  runs = await Promise.all([0, 1].map((which) => runFile(mutated(which))));
}, 120_000);
afterAll(remove);

/** What is said of a cell: while it runs or, where later cells can change its display, at the end. */
function saidOf({ run, reports, findings }: WholeRun, i: number): string[] {
  const cells = new Set(reports.flatMap((report) => report.findings));
  const atEnd = findings.filter((finding) => !cells.has(finding) && finding.cell === run.places.label(i));
  return [...reports[i].findings, ...atEnd].map(({ message }) => message);
}

describe("the check", () => {
  it.each(names.map((name, i) => [name, i] as const))("of a notebook in which %s was altered", (name, i) => {
    const [altered, untouched] = [runs[i % 2], runs[1 - (i % 2)]];
    const { says } = mutations[name];
    expect(saidOf(altered, i)).toEqual(says === null ? [] : [expect.stringContaining(says)]);
    expect(saidOf(untouched, i)).toEqual([]);
  });

  it("finds nothing else in those notebooks", () => {
    for (const run of runs) expect(run.findings).toHaveLength(names.flatMap((_, i) => saidOf(run, i)).length);
  });
});

describe("an update", () => {
  /** What no update can mend: a person wrote it. */
  const beyondRepair = ["an expression in prose", "a new number in prose", "a cell's source"];
  const isMended = (name: string) => !/tag|option/.test(name) && !beyondRepair.includes(name);

  it("brings back every byte, but where a cell states a tolerance or is not compared, and then changes nothing", async () => {
    const [notebook, expected] = [readNotebook(executed), readNotebook(executed)];
    for (const [i, name] of names.entries()) {
      if (!isMended(name)) continue;
      mutations[name].alter(notebook.cells[i]);
      if (mutations[name].says === null) mutations[name].alter(expected.cells[i]);
    }
    const [file, goal] = [join(folder, "updated.ipynb"), join(folder, "goal.ipynb")];
    writeNotebook(file, notebook);
    writeNotebook(goal, expected);
    expect(readFileSync(file)).not.toEqual(readFileSync(goal));
    const { run, findings } = await runFile(file, { update: true });
    expect(findings).toEqual([]);
    expect(run.updated).toBe(true);
    expect(readFileSync(file, "utf8")).toBe(readFileSync(goal, "utf8"));
    const second = await runFile(file, { update: true });
    expect(second.run.updated).toBe(false);
    expect(readFileSync(file, "utf8")).toBe(readFileSync(goal, "utf8"));
  }, 120_000);

  it("writes nothing at all when a cell fails", async () => {
    const file = join(folder, "failing.ipynb");
    writeNotebook(file, notebookOf([code("1"), code("throw new Error('unexpected')")]));
    const before = readFileSync(file, "utf8");
    const { run, findings } = await runFile(file, { update: true });
    expect(findings).toHaveLength(1);
    expect(run.updated).toBe(false);
    expect(readFileSync(file, "utf8")).toBe(before);
  }, 60_000);
});
