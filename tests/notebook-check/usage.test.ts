/** @file Command lines that are mistyped: the mistake is named, the nearest right thing, and where help is. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "../../packages/notebook-check/command.js";
import { configurationAt, notebooksOf } from "../../packages/notebook-check/configuration.js";
import { serialize } from "../../packages/notebook-check/notebook/nbformat.js";
import { NotebookRun } from "../../packages/notebook-check/run.js";
import { root } from "../../scripts/build.js";
import { notebookOf } from "./fixture.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "usage-"));
  for (const name of ["vectors", "steps", "steps-too"])
    writeFileSync(join(folder, `${name}.ipynb`), serialize(notebookOf([])));
  mkdirSync(join(folder, "more.ipynb"));
  writeFileSync(join(folder, "notes.md"), "");
  writeFileSync(join(folder, "marked.ipynb"), `\ufeff${serialize(notebookOf([]))}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is said of a command line. */
const said = (...args: string[]): string => {
  const configuration = { ...configurationAt(folder), folder };
  try {
    return JSON.stringify(parse(args, configuration)?.targets.map(({ file }) => file));
  } catch (error) {
    return (error as Error).message;
  }
};

describe("a mistake in the command line", () => {
  it.each([
    [["--wacth"], "there is no option --wacth; did you mean --watch?"],
    [["--upd"], "there is no option --upd; did you mean --update?"],
    [["--no-jobs"], "there is no option --no-jobs; did you mean --jobs?"],
    [["--nonsense"], "there is no option --nonsense"],
    [["-x"], "there is no option -x"],
    [["-draft.ipynb"], "-draft.ipynb begins as options do: write ./-draft.ipynb"],
    [["--repeat"], "Option '-r, --repeat <value>' argument missing"],
    [[""], "a notebook's name is empty"],
    [["vektors"], 'no notebook\'s name begins with "vektors"; did you mean vectors?'],
    [["Vectors"], 'no notebook\'s name begins with "Vectors"; did you mean vectors?'],
    [["a\nb"], 'no notebook\'s name begins with "a\nb": marked, more, steps-too, steps, vectors'],
    [["--report", "junit=/nowhere/at/all.xml"], "there is no folder /nowhere/at to write a report into"],
  ])("such as %j is named in one line", (args, message) => {
    expect(said(...args)).toBe(message);
  });

  it("that names a folder or another file says what that is", () => {
    expect(said(folder)).toBe(`${folder} is a folder: name a notebook in it`);
    const notes = join(folder, "notes.md");
    expect(said(notes)).toBe(`${notes} is no notebook, whose name would end in .ipynb`);
  });

  it("that names a notebook twice runs it once", () => {
    expect(said("steps", "vectors", join(folder, "steps.ipynb"))).toBe(
      JSON.stringify([join(folder, "steps.ipynb"), join(folder, "vectors.ipynb")]),
    );
  });

  it("is told in three lines", () => {
    const main = join(root, "packages/notebook-check/main.ts");
    const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", main, "--wacth"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(stderr).toBe(
      "there is no option --wacth; did you mean --watch?\nusage: npm run notebooks -- [notebook[:cell] …] [options]\n--help tells more\n",
    );
    expect(status).toBe(64);
  }, 30_000);
});

describe("what is no notebook", () => {
  it("is named with what it is", () => {
    const open = (name: string) => new NotebookRun(join(folder, name));
    expect(() => open("more.ipynb")).toThrow("more.ipynb: a folder and no file");
    expect(() => open("absent.ipynb")).toThrow("absent.ipynb: cannot be read (ENOENT)");
    expect(() => open("marked.ipynb")).toThrow("marked.ipynb: begins with a byte order mark");
  });
});

describe("a configuration", () => {
  it.each(["null", "[]", '"x"'])("that is %s is refused", (text) => {
    const other = mkdtempSync(join(tmpdir(), "usage-"));
    writeFileSync(join(other, "notebook-check.json"), text);
    expect(() => configurationAt(other)).toThrow("notebook-check.json: not an object of settings");
    rmSync(other, { recursive: true });
  });

  it("that takes a file for a folder is told so", () => {
    const configuration = { ...configurationAt(folder), folder, notebooks: ["notes.md"] };
    expect(() => notebooksOf(configuration)).toThrow(
      `"notebooks" holds ${join(folder, "notes.md")}, which is no folder`,
    );
  });
});
