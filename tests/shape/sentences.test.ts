/** @file The compilers and the run time say the same sentences: tests/shape/types/sentences.ts and shapes.ts go through all of them. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { build } from "../../scripts/build.js";
import { messageOf } from "../helpers/messages.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = "tests/shape/types";

/** Types of tools that the project is built with are left out: TypeScript 5.0.4 cannot read all of them. */
const shared = ["--noEmit", "--pretty", "false", "--target", "es2022", "--module", "esnext", "--types", "node"];
const compilers = {
  /** The project's own. */
  "TypeScript 7, strict": [
    "node_modules/typescript/bin/tsc",
    ...["--ignoreConfig", "--strict", "--moduleResolution", "bundler"],
  ],
  /** As a notebook's cells are checked under stock tslab. */
  "TypeScript 5.0.4, not strict": [
    "node_modules/@tslab/typescript-for-tslab/bin/tsc",
    ...["--moduleResolution", "node10", "--esModuleInterop"],
  ],
};

interface Complaint {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What a compiler says of both files: the first line of each message, a shape sentence without its surroundings. */
async function compile(command: readonly string[]): Promise<Complaint[]> {
  const files = ["sentences.ts", "shapes.ts"].map((file) => `${directory}/${file}`);
  const run = promisify(execFile)(process.execPath, [...command, ...shared, ...files], { cwd: root });
  const { stdout } = await run.catch((failed: { stdout: string }) => failed);
  return [...stdout.matchAll(/^(\S+)\((\d+),\d+\): error TS\d+: (.*)$/gm)].map(([, file, line, message]) => {
    const sentence = /(?:parameter of type|method's 'this' of type) '(".*")'\.$/.exec(message);
    return { file, line: Number(line), message: sentence ? JSON.parse(sentence[1]) : message };
  });
}

/** `code; // sentence`, or `// compiler: one | run time: another`, either of which may be missing. */
const lines = readFileSync(`${root}/${directory}/sentences.ts`, "utf8")
  .split("\n")
  .flatMap((text, i) => {
    const match = /^(.*;) \/\/ (?!biome-ignore)(.*)$/.exec(text);
    if (!match) return [];
    const [, code, comment] = match;
    const said = Object.fromEntries(
      comment.split(" | ").map((part) => /^(?:(compiler|run time): )?(.*)$/.exec(part)?.slice(1) ?? []),
    );
    return [
      { line: i + 1, code, compiler: said.undefined ?? said.compiler, runTime: said.undefined ?? said["run time"] },
    ];
  });

/** The code above the first mistake, with what it imports: each mistake is made after it. */
const opening = readFileSync(`${root}/${directory}/sentences.ts`, "utf8")
  .split("// Creation")[0]
  .replace(/^[\s\S]*from "foundations";/, "");

const complaints = new Map<string, Complaint[]>();
beforeAll(async () => {
  await build();
  const all = Object.entries(compilers).map(async ([name, command]) => complaints.set(name, await compile(command)));
  await Promise.all(all);
}, 120_000);

describe.each(Object.keys(compilers))("%s", (name) => {
  it("says of each mistake its sentence, and nothing else", () => {
    const expected = lines.filter(({ compiler }) => compiler).map(({ line, compiler }) => `${line}: ${compiler}`);
    const found = complaints.get(name)?.filter(({ file }) => file.endsWith("sentences.ts"));
    expect(found?.map(({ line, message }) => `${line}: ${message}`)).toEqual(expected);
  });

  it("finds for each expression its exact shape", () => {
    expect(complaints.get(name)?.filter(({ file }) => file.endsWith("shapes.ts"))).toEqual([]);
  });
});

describe("the run time", () => {
  it.each(lines.filter(({ runTime }) => runTime))("says of $code its sentence", async ({ code, runTime }) => {
    const foundations = await import("foundations");
    const run = new Function(...Object.keys(foundations), `"use strict"; ${opening} ${code}`);
    expect(messageOf(() => run(...Object.values(foundations)))).toBe(runTime);
  });

  it("finds for each expression its shape", async () => {
    await import("./types/shapes.js");
  });
});
