/** @file What the README, CONTRIBUTING and docs promise is there. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/build.js";
import { runExample } from "../helpers/example.js";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const readme = read("README.md");
const manifests = [
  "package.json",
  "lib/package.json",
  "docs/reference/package.json",
  "packages/notebook-check/package.json",
].map((file) => JSON.parse(read(file)));
const [manifest] = manifests;
const packages = Object.assign(
  {},
  ...manifests.flatMap(({ dependencies, devDependencies }) => [dependencies, devDependencies]),
);
const table = read("docs/packages.md");

test("docs say of every package why it is here", () => {
  const unexplained = Object.keys(packages).filter(
    (name) => !name.startsWith("@types/") && !table.includes(`[${name}]`),
  );
  expect(unexplained).toEqual([]);
});

test("docs name no package that is not here", () => {
  const named = [...table.matchAll(/\[([^\]]+)\]\(/g)].map(([, name]) => name);
  expect(named.filter((name) => !(name in packages))).toEqual([]);
});

test("the README's code gives what it says", async () => {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const results = await runExample(code);
  expect(results.length).toBeGreaterThanOrEqual(3);
  for (const { says, gives } of results) expect(gives).toBe(says);
});

test("the library's own README opens with the same code", () => {
  const [block] = /```ts\n[\s\S]*?```/.exec(read("lib/README.md")) ?? [];
  expect(block?.split("\n").length).toBeGreaterThan(10);
  expect(readme).toContain(block);
});

const docs = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"));

describe.each([
  "README.md",
  "lib/README.md",
  "packages/notebook-check/README.md",
  "CONTRIBUTING.md",
  ...docs.map((file) => `docs/${file}`),
])("%s", (file) => {
  const text = read(file);
  /** Commands: the lines of sh blocks, and code in sentences and tables. */
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block.trim().split("\n"));
  const prose = text.replace(/```[\s\S]*?```/g, "");
  const commands = [...blocks, ...[...prose.matchAll(/`([^`]+)`/g)].map(([, code]) => code)].flatMap((line) =>
    line.split(" && "),
  );

  test("names npm commands that exist", () => {
    const scripts = commands.flatMap((line) => /^npm (?:run )?(?:-s )?([a-z:]+)/.exec(line)?.[1] ?? []);
    const unknown = scripts.filter((name) => !["install", "ci", "pack"].includes(name) && !(name in manifest.scripts));
    expect(unknown).toEqual([]);
  });

  test("gives commands files that are there", () => {
    const given = commands
      .filter((line) => /^(npm|npx|node|python3|git) /.test(line))
      .flatMap((line) => line.split(/[\s"]+/).filter((word) => /^(tests|notebooks|scripts|lib)\b/.test(word)));
    const missing = given.filter((path) => path.includes("/") && !/\bNN\b/.test(path) && !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });

  test("links to files that are there", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path);
    expect(links.filter((path) => !existsSync(join(root, dirname(file), path)))).toEqual([]);
  });

  test("names files in backticks that are there", () => {
    const paths = [...prose.matchAll(/`((?:lib|tests|scripts|notebooks|docs|\.ci)\/[^`\s]+)`/g)].map(
      ([, path]) => path,
    );
    const made = ["docs/reference/html"];
    const missing = paths.filter((path) => !/NN|…/.test(path) && !made.includes(path) && !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });
});
