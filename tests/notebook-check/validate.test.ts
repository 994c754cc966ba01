/** @file Stored notebooks that break the format: each defect is named by cell and key, and stops nothing else. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../packages/notebook-check/notebook/json.js";
import {
  type Notebook,
  type Output,
  parseNotebook,
  serialize,
} from "../../packages/notebook-check/notebook/nbformat.js";
import { mendDefects, repeatedIn } from "../../packages/notebook-check/notebook/validate.js";
import { NotebookRun } from "../../packages/notebook-check/run.js";
import { code, markdown, notebookOf, runCells, runFile, temporaryFolder } from "./fixture.js";

type Json = Record<string, never>;
const shown: Output = { output_type: "display_data", data: { "text/plain": "x" }, metadata: {} };
const error: Output = { output_type: "error", ename: "Error", evalue: "no", traceback: ["Error: no"] };
const sound = (): Notebook =>
  notebookOf([
    markdown("# Title"),
    code("1", {}, [structuredClone(shown)], 1),
    code("2", {}, [{ output_type: "stream", name: "stdout", text: "x" }], 2),
    code("3", { tags: ["raises-exception"] }, [structuredClone(error)], 3),
  ]);

/** What is said of a notebook in which one thing was altered, with the place of the cell. */
function said(alter: (cells: Json[], notebook: Json) => void): string[] {
  const notebook = JSON.parse(JSON.stringify(sound()));
  alter(notebook.cells, notebook);
  return mendDefects(notebook).map(({ cell, message }) => `${cell ?? "notebook"}: ${message}`);
}
const set = (target: Json, fields: object) => void Object.assign(target, fields);
const drop = (target: Json, key: string) => void delete target[key];
const output = (cell: Json): Json => (cell.outputs as Json[])[0];

describe("a notebook's defect is named by its cell and key:", () => {
  it("a sound one has none", () => {
    expect(said(() => {})).toEqual([]);
  });

  it.each<[string, Parameters<typeof said>[0], string]>([
    ["metadata missing", ([cell]) => drop(cell, "metadata"), "0: metadata must be an object, not missing"],
    ["metadata null", ([, cell]) => set(cell, { metadata: null }), "1: metadata must be an object, not null"],
    [
      "tags in one string",
      ([, cell]) => set(cell, { metadata: { tags: "exercise" } }),
      '1: metadata.tags must be a list of strings without commas, not "exercise"',
    ],
    ["a tag twice", ([, cell]) => set(cell, { metadata: { tags: ["a", "a"] } }), "1: metadata.tags names a tag twice"],
    [
      "source missing",
      ([, cell]) => drop(cell, "source"),
      "1: source must be a string or a list of strings, not missing",
    ],
    ["source a number", ([cell]) => set(cell, { source: 5 }), "0: source must be a string or a list of strings, not 5"],
    [
      "source of lists",
      ([cell]) => set(cell, { source: [["x"]] }),
      '0: source must be a string or a list of strings, not [["x"]]',
    ],
    [
      "an id missing",
      ([, cell]) => drop(cell, "id"),
      "1: id must be a string of 1 to 64 letters, digits, - and _, not missing",
    ],
    [
      "an id with a space",
      ([, cell]) => set(cell, { id: "a b" }),
      '1: id must be a string of 1 to 64 letters, digits, - and _, not "a b"',
    ],
    [
      "an id twice",
      ([, , cell]) => set(cell, { id: "cell-1" }),
      '2: id "cell-1" is that of cell 1, too, counted from 0',
    ],
    [
      "a kind of cell",
      ([cell]) => set(cell, { cell_type: "heading" }),
      '0: cell_type must be one of code, markdown, raw, not "heading"',
    ],
    [
      "a kind of cell from a prototype",
      ([cell]) => set(cell, { cell_type: "constructor" }),
      '0: cell_type must be one of code, markdown, raw, not "constructor"',
    ],
    ["a cell that is none", (cells) => void cells.splice(0, 1, "x" as never), '0: it must be an object, not "x"'],
    ["outputs on Markdown", ([cell]) => set(cell, { outputs: [] }), "0: outputs is no part of it"],
    ["a count on Markdown", ([cell]) => set(cell, { execution_count: 1 }), "0: execution_count is no part of it"],
    ["outputs missing", ([, cell]) => drop(cell, "outputs"), "1: outputs must be a list, not missing"],
    [
      "a count missing",
      ([, cell]) => drop(cell, "execution_count"),
      "1: execution_count must be null or a whole number, not missing",
    ],
    [
      "a broken count",
      ([, cell]) => set(cell, { execution_count: 1.5 }),
      "1: execution_count must be null or a whole number, not 1.5",
    ],
    ["a key that is misspelled", ([, cell]) => set(cell, { meta: {} }), "1: meta is no part of it"],
    [
      "an output without a type",
      ([, cell]) => drop(output(cell), "output_type"),
      "1: outputs[0].output_type must be one of stream, display_data, execute_result, error, not missing",
    ],
    [
      "an output without metadata",
      ([, cell]) => drop(output(cell), "metadata"),
      "1: outputs[0].metadata must be an object, not missing",
    ],
    [
      "an output without data",
      ([, cell]) => drop(output(cell), "data"),
      "1: outputs[0].data must be an object, not missing",
    ],
    [
      "data that is no text",
      ([, cell]) => set(output(cell), { data: { "text/plain": 5 } }),
      '1: outputs[0].data["text/plain"] must be a string or a list of strings, not 5',
    ],
    [
      "a key of an output",
      ([, cell]) => set(output(cell), { text: "x" }),
      "1: outputs[0].text is no part of an output of its type",
    ],
    [
      "a stream without a name",
      ([, , cell]) => drop(output(cell), "name"),
      "2: outputs[0].name must be a string, not missing",
    ],
    [
      "a traceback missing",
      ([, , , cell]) => drop(output(cell), "traceback"),
      "3: outputs[0].traceback must be a list of strings, not missing",
    ],
    [
      "a traceback of one string",
      ([, , , cell]) => set(output(cell), { traceback: "x" }),
      '3: outputs[0].traceback must be a list of strings, not "x"',
    ],
    [
      "an output that is null",
      ([, cell]) => set(cell, { outputs: [null] }),
      "1: outputs[0] must be an object, not null",
    ],
    [
      "the notebook's metadata",
      (_, notebook) => set(notebook, { metadata: [] }),
      "notebook: metadata must be an object, not []",
    ],
    [
      "a minor version",
      (_, notebook) => drop(notebook, "nbformat_minor"),
      "notebook: nbformat_minor must be a whole number, not missing",
    ],
    [
      "a kernel without a name",
      (_, notebook) => set(notebook, { metadata: { kernelspec: {} } }),
      "notebook: metadata.kernelspec.name must be a string, not missing",
    ],
    [
      "a key of the notebook",
      (_, notebook) => set(notebook, { worksheets: [] }),
      "notebook: worksheets is no part of it",
    ],
  ])("%s", (_, alter, message) => {
    expect(said(alter)).toContain(message);
  });
});

describe("a run of a notebook with defects", { timeout: 60_000 }, () => {
  it("names each, and checks all that is sound", async () => {
    const { folder, remove } = temporaryFolder();
    const file = join(folder, "made.ipynb");
    const notebook = JSON.parse(serialize(sound()));
    delete notebook.cells[0].metadata;
    delete notebook.cells[1].outputs[0].metadata;
    notebook.cells[2].source = 'console.log("x")';
    notebook.cells[2].outputs[0].text = "y";
    delete notebook.cells[3].source;
    writeFileSync(file, JSON.stringify(notebook));
    const { findings } = await runFile(file);
    const messages = findings.map(({ cell, message }) => `${cell}: ${message}`);
    expect(messages).toContain("text before cell [1]: metadata must be an object, not missing");
    expect(messages).toContain("cell [1]: outputs[0].metadata must be an object, not missing");
    expect(messages).toContain("cell [2]: its output is no longer the stored one: the stdout differs");
    expect(messages).toContain("unrun cell after cell [2]: source must be a string or a list of strings, not missing");
    remove();
  });
});

describe("an output that no notebook can hold", { timeout: 60_000 }, () => {
  it("fails its cell, is not stored, and stops nothing else", async () => {
    const use = 'import * as tslab from "tslab";\n';
    const { run, findings, reports } = await runCells(
      [code(`${use}tslab.display.raw("text/plain", 5 as never);`), code("2 + 3")],
      { update: true },
    );
    expect(findings.map(({ kind, cell, message }) => `${cell} (${kind}): ${message}`)).toEqual([
      'cell [1] (failed): it gave an output that no notebook can hold: outputs[0].data["text/plain"] must be a string or a list of strings, not 5',
    ]);
    expect(reports.map(({ status }) => status)).toEqual(["wrong", "passed"]);
    expect(run.updated).toBe(false);
  });
});

describe("a key that stands twice in one object", () => {
  const said = (text: string) => repeatedIn(text).map(({ cell, message }) => `${cell ?? "notebook"}: ${message}`);

  it("is named with its cell, whatever it is and however it is spelled", () => {
    const cells =
      '[{"source": "a", "source": "b"}, {"outputs": [{"text": 1, "\\u0074ext": 2}], "metadata": {"a": {"b": [], "b": []}}}]';
    expect(said(`{"cells": ${cells}, "nbformat": 4, "nbformat": 3}`)).toEqual([
      "0: source stands twice, and only the last is read",
      "1: outputs[0].text stands twice, and only the last is read",
      "1: metadata.a.b stands twice, and only the last is read",
      "notebook: nbformat stands twice, and only the last is read",
    ]);
  });

  it("is not seen in strings, in lists, or in objects side by side", () => {
    expect(said('[{"a": "{\\"a\\": 1, \\"a\\": 2}", "b": {"a": ["a", "a"]}}, {"a": "\\\\", "c": 1}]')).toEqual([]);
  });

  it("fails the check of a notebook", async () => {
    const { folder, remove } = temporaryFolder();
    const file = join(folder, "made.ipynb");
    writeFileSync(
      file,
      serialize(sound()).replace('"execution_count": 1', '"execution_count": 7, "execution_count": 1'),
    );
    const run = new NotebookRun(file, {
      kernel: { argv: ["/nonexistent"], env: {}, interruptMode: "signal", transport: "ipc" },
    });
    const { findings } = await run.check(1);
    remove();
    expect(findings.map(({ message }) => message)).toContain("execution_count stands twice, and only the last is read");
  });
});

describe("a text of many megabytes", () => {
  it("is read as any other", () => {
    const long = { text: 'A\\"'.repeat(3e6), slashes: "\\".repeat(3e6), number: 1.5 };
    const text = JSON.stringify(long).replace("1.5", "1.50");
    expect(parseJson(text)).toMatchObject(long);
    expect(repeatedIn(text)).toEqual([]);
  });
});

describe("the numbers of a file", () => {
  it("keep their spelling, however long or odd", () => {
    const metadata = {
      numbers: ["12345678901234567890123", "1.0", "-0.0", "1e5", "0.10", "1E-9", "1e-09", "7"],
      text: '\\"1.0 {"',
    };
    const json = `{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {"x": [${metadata.numbers.join(", ")}], "y": {"z": 2.50}, "text": ${JSON.stringify(metadata.text)}}}`;
    const written = serialize(parseNotebook(json, "x.ipynb"));
    for (const number of [...metadata.numbers, "2.50"])
      expect(written).toMatch(new RegExp(`[ "]${number.replace(".", "\\.")},?\n`));
    expect(serialize(parseNotebook(written, "x.ipynb"))).toBe(written);
  });

  it("keep it where a number is a whole output", () => {
    const output =
      '{"output_type": "display_data", "data": {"application/json": 12345678901234567890}, "metadata": {}}';
    const cell = `{"cell_type": "code", "id": "a", "source": [], "metadata": {}, "execution_count": 1, "outputs": [${output}]}`;
    const json = `{"nbformat": 4, "nbformat_minor": 5, "cells": [${cell}], "metadata": {}}`;
    expect(serialize(parseNotebook(json, "x.ipynb"))).toContain('"application/json": 12345678901234567890\n');
  });

  it("that were changed are written as they are now", () => {
    const notebook = parseNotebook(
      '{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {"x": 1.0}}',
      "x.ipynb",
    );
    notebook.metadata.x = 2;
    expect(serialize(notebook)).toContain('"x": 2\n');
  });
});
