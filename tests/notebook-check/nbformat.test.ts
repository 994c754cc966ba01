/** @file Notebook files: the very bytes that Jupyter writes. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import {
  joined,
  type Notebook,
  parseNotebook,
  serialize,
  sourceLines,
} from "../../packages/notebook-check/notebook/nbformat.js";
import { code, markdown, notebookOf } from "./fixture.js";

/** Reads notebooks as lines of JSON and writes each as Jupyter does, as a JSON string on a line. */
const jupyter = `
import json, sys, nbformat
for line in sys.stdin:
    print(json.dumps(nbformat.v4.writes(nbformat.from_dict(json.loads(line))) + "\\n"))
`;
const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import nbformat"]).status === 0,
);

function asJupyterWrites(notebooks: Notebook[]): string[] {
  const input = notebooks.map((notebook) => JSON.stringify(notebook)).join("\n");
  const { stdout } = spawnSync(python as string, ["-c", jupyter], { input, encoding: "utf8", maxBuffer: 1e9 });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const text = fc.string({ unit: fc.constantFrom(...'ab é\n\r\t\v\f\x1c\x85\u2028"\\/<&\x7f😀0') });
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(1e-6, 1e21, 0.1, 1e-4),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.oneof(number, text, fc.boolean(), fc.constant(null)),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "B", "10", "9", "é", "😀", "\uffee"), tie("any"), { noNullPrototype: true }),
  ),
})).any;
const bundle = fc.record(
  { "text/plain": text, "text/html": text, "image/svg+xml": text, "image/png": text, "application/json": value },
  { requiredKeys: [], noNullPrototype: true },
);
const output = fc.oneof(
  fc.record({
    output_type: fc.constant("stream" as const),
    name: fc.constantFrom("stdout" as const, "stderr" as const),
    text,
  }),
  fc.record({ output_type: fc.constant("display_data" as const), data: bundle, metadata: fc.constant({}) }),
  fc.record({
    output_type: fc.constant("execute_result" as const),
    data: bundle,
    metadata: fc.constant({}),
    execution_count: fc.nat(),
  }),
  fc.record({ output_type: fc.constant("error" as const), ename: text, evalue: text, traceback: fc.array(text) }),
);
const cell = fc.oneof(
  fc
    .tuple(text, fc.array(output, { maxLength: 3 }), fc.option(fc.nat()))
    .map(([source, outputs, count]) => code(source, {}, outputs, count)),
  fc
    .tuple(text, fc.dictionary(fc.constantFrom("x", "trusted"), value, { noNullPrototype: true }))
    .map(([source, metadata]) => markdown(source, metadata)),
);
const notebook = fc.array(cell, { maxLength: 4 }).map((cells) => notebookOf(cells));

describe("a notebook file", () => {
  it.skipIf(!python)(
    "is written byte for byte as Jupyter's own nbformat writes it (skipped where that is missing)",
    () => {
      const made = fc.sample(notebook, { numRuns: 300, seed: 1 });
      const theirs = asJupyterWrites(made);
      for (const [i, one] of made.entries()) expect(serialize(one)).toBe(theirs[i]);
    },
  );

  it("is the same after reading and writing again", () => {
    fc.assert(
      fc.property(notebook, (one) => {
        const first = serialize(one);
        expect(serialize(parseNotebook(first, "x.ipynb"))).toBe(first);
      }),
    );
  });

  it("keeps every text, whatever ends its lines", () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(joined(parseNotebook(serialize(notebookOf([code(source)])), "x.ipynb").cells[0].source)).toBe(source);
      }),
    );
  });

  it("knows the line that each source begins on", () => {
    const made = notebookOf([
      markdown("# Title"),
      code("1 + 1\n2", { source: "not this" }, [
        { output_type: "display_data", data: { "application/json": { source: "nor this" } }, metadata: {} },
      ]),
      code(""),
    ]);
    const file = serialize(made);
    const lines = file.split("\n");
    const at = sourceLines(file);
    expect(at).toHaveLength(3);
    expect(lines[at[0] - 1]).toContain("# Title");
    expect(lines[at[1] - 1]).toContain("1 + 1");
    expect(lines[at[2] - 1]).toContain('"source": []');
  });

  it.each([
    ["four spaces", 4],
    ["tabs", "\t"],
    ["nothing", 0],
  ] as const)("knows them where it is indented by %s, and its metadata name a source, too", (_, indent) => {
    const made = notebookOf([markdown("# Title"), code("1 + 1")], { source: "elsewhere" });
    const { metadata, ...rest } = made;
    const text = JSON.stringify({ metadata, ...rest }, null, indent);
    const lines = text.split("\n");
    const found = sourceLines(text).map((at) => lines[at - 1]);
    expect(found).toEqual([expect.stringContaining("# Title"), expect.stringContaining("1 + 1")]);
  });

  it("that is none is refused, saying why", () => {
    expect(() => parseNotebook("{", "x.ipynb")).toThrow("x.ipynb: not JSON");
    expect(() => parseNotebook('{"nbformat": 3}', "x.ipynb")).toThrow("x.ipynb: not a notebook of nbformat 4");
  });

  it("is written whole or not at all, and nothing is left beside it", () => {
    const folder = mkdtempSync(join(tmpdir(), "nbformat-"));
    try {
      const file = join(folder, "x.ipynb");
      writeFileSync(file, "before");
      expect(() => writeNotebook(file, notebookOf([], { cannot: 1n }))).toThrow();
      expect(readFileSync(file, "utf8")).toBe("before");
      writeNotebook(file, notebookOf([]));
      expect(readdirSync(folder)).toEqual(["x.ipynb"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
