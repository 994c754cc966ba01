/** @file What the README promises is there. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/build.js";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const readme = read("README.md");
const manifest = JSON.parse(read("package.json"));
const library = JSON.parse(read("lib/package.json"));

test("the README says of every package why it is here", () => {
  const packages = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...library.dependencies });
  const table = readme.slice(readme.indexOf("## What it stands on"), readme.indexOf("## Licences"));
  const unexplained = packages.filter((name) => !name.startsWith("@types/") && !table.includes(`[${name}]`));
  expect(unexplained).toEqual([]);
});

test("the README names no package that is not here", () => {
  const table = readme.slice(readme.indexOf("## What it stands on"), readme.indexOf("## Licences"));
  const named = [...table.matchAll(/\[([^\]]+)\]\(/g)].map(([, name]) => name);
  const packages = { ...manifest.dependencies, ...manifest.devDependencies, ...library.dependencies };
  expect(named.filter((name) => !(name in packages))).toEqual([]);
});

test("every npm command in the README exists", () => {
  const commands = [...readme.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name]) => name);
  const unknown = commands.filter((name) => name !== "install" && name !== "run" && !(name in manifest.scripts));
  expect(unknown).toEqual([]);
});

test("every file that the README links to exists", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
