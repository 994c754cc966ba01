/** @file What an update leaves alone: edits made meanwhile, links, modes, owners, files that may not be written. */

import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { replaceNotebook, writeNotebook } from "../../packages/notebook-check/notebook/file.js";
import { serialize } from "../../packages/notebook-check/notebook/nbformat.js";
import { code, markdown, notebookOf, runFile, temporaryFolder } from "./fixture.js";

/** Whether there is room for so many more bytes: what is written beyond breaks off. */
const disk = vi.hoisted(() => ({ room: Infinity }));
vi.mock("node:fs", async (load) => {
  const fs = await load<typeof import("node:fs")>();
  const writeFileSync = (file: string, text: string, options?: object) => {
    const fits = Buffer.byteLength(text) <= disk.room;
    fs.writeFileSync(file, fits ? text : text.slice(0, disk.room), options);
    if (!fits) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    disk.room -= Buffer.byteLength(text);
  };
  return { ...fs, writeFileSync };
});

const before = notebookOf([code("2 + 3")]);
const after = notebookOf([code("2 + 3", {}, [], 1)]);
let folder: string;
let remove: () => void;
let file: string;

beforeEach(() => {
  disk.room = Infinity;
  ({ folder, remove } = temporaryFolder());
  file = join(folder, "made.ipynb");
  writeNotebook(file, before);
});
afterEach(() => remove());

const update = (path = file) => replaceNotebook(path, serialize(before), after);

describe("an update", () => {
  it("keeps an edit that was saved during the run, and says so", async () => {
    const edited = notebookOf([code("2 + 3"), markdown("Written meanwhile.")]);
    const { run, findings } = await runFile(file, { update: true, edit: () => writeNotebook(file, edited) });
    expect(findings.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      "failed: it was edited while it ran, so nothing was stored: run the update again",
    ]);
    expect(run.updated).toBe(false);
    expect(readFileSync(file, "utf8")).toBe(serialize(edited));
  }, 60_000);

  it("writes through a link, which stays one", () => {
    const link = join(folder, "link.ipynb");
    symlinkSync("made.ipynb", link);
    update(link);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, "utf8")).toBe(serialize(after));
  });

  it("writes what a second name of the file shows, too", () => {
    const other = join(folder, "other.ipynb");
    linkSync(file, other);
    update();
    expect(readFileSync(other, "utf8")).toBe(serialize(after));
    expect(statSync(file).ino).toBe(statSync(other).ino);
    expect(readdirSync(folder)).toEqual(["made.ipynb", "other.ipynb"]);
  });

  it.each([["one name"], ["two names"]])("of a file of %s changes nothing where the disk is full", (names) => {
    if (names === "two names") linkSync(file, join(folder, "other.ipynb"));
    const all = readdirSync(folder);
    disk.room = 100;
    expect(() => update()).toThrow("it cannot be written (ENOSPC), so nothing was stored");
    expect(readFileSync(file, "utf8")).toBe(serialize(before));
    expect(readdirSync(folder)).toEqual(all);
  });

  it("that breaks off in a file of two names says where all of it is", () => {
    linkSync(file, join(folder, "other.ipynb"));
    disk.room = serialize(after).length + 100;
    expect(() => update()).toThrow(
      /^writing broke off \(ENOSPC\): the whole notebook is in .*made\.ipynb\.\d+\.tmp; copy it over .*made/,
    );
    const kept = readdirSync(folder).find((name) => name.endsWith(".tmp")) as string;
    expect(readFileSync(join(folder, kept), "utf8")).toBe(serialize(after));
  });

  it.each([0o600, 0o664, 0o755])("keeps the mode %o and the owner", (mode) => {
    // Only root can give a file away, so that there is another owner to keep.
    if (process.getuid?.() === 0) chownSync(file, 1234, 5678);
    chmodSync(file, mode);
    const { uid, gid } = statSync(file);
    update();
    expect(statSync(file)).toMatchObject({ mode: 0o100000 | mode, uid, gid });
  });

  it("does not write into a file that is read-only", () => {
    chmodSync(file, 0o444);
    expect(() => update()).toThrow("it is read-only, so nothing was stored: allow writing to it");
    expect(readFileSync(file, "utf8")).toBe(serialize(before));
  });

  it("of a file that is gone makes none", () => {
    rmSync(file);
    expect(() => update()).toThrow();
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });

  it("leaves numbers in metadata as they are spelled", () => {
    const text = serialize(before)
      .replace('"nbformat": 4,', '"nbformat": 4,')
      .replace('"language"', '"big": 12345678901234567890123,\n   "one": 1.0,\n   "language"');
    writeFileSync(file, text);
    return runFile(file, { update: true }).then(() => {
      expect(readFileSync(file, "utf8")).toContain('"big": 12345678901234567890123,');
      expect(readFileSync(file, "utf8")).toContain('"one": 1.0\n');
    });
  }, 60_000);
});
