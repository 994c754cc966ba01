/** @file The API reference that TypeDoc makes of the library's docstrings, kept until one of them changes. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../scripts/build.js";
import { pageOf, type Source } from "./pages/source.js";

const home = join(root, "docs/reference");
const cache = join(root, ".cache/reference");
/** Stands in TypeDoc's links before what lies elsewhere on the site, because TypeDoc writes one address for all depths. */
const site = "site:";

/** The files of the reference, by their paths in it. @throws if TypeDoc fails, with what it says */
export function reference(sources: readonly Source[]): Map<string, Uint8Array> {
  const folder = join(cache, hashOf(sources));
  if (!existsSync(folder)) make(folder);
  const files = new Map<string, Uint8Array>();
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).map((one) =>
    one.replaceAll("\\", "/"),
  )) {
    if (!/\.\w+$/.test(path)) continue;
    const bytes = readFileSync(join(folder, path));
    files.set(path, path.endsWith(".html") ? new TextEncoder().encode(linked(path, bytes.toString())) : bytes);
  }
  return files;
}

function hashOf(sources: readonly Source[]): string {
  const hash = createHash("sha256");
  for (const { path, text } of sources) hash.update(`${path}\0${text}\0`);
  for (const name of ["package.json", "typedoc.json"]) hash.update(readFileSync(join(home, name)));
  return hash
    .update(readFileSync(import.meta.filename))
    .digest("hex")
    .slice(0, 16);
}

function make(folder: string): void {
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const options = join(cache, "typedoc.json");
  const out = `${folder}-started`;
  const settings = {
    extends: [join(home, "typedoc.json")],
    out,
    sourceLinkTemplate: `${site}lib/{path}#L{line}`,
    navigationLinks: { Lessons: `${site}index.html`, Source: `${site}source/index.html` },
  };
  writeFileSync(options, JSON.stringify(settings));
  const typedoc = join(home, "node_modules/typedoc/bin/typedoc");
  const made = spawnSync(process.execPath, [typedoc, "--options", options], { cwd: home, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`TypeDoc could not make the reference:\n${made.stdout}${made.stderr}`);
  renameSync(out, folder);
}

/** How a notebook imports what a module has, and what it is; TypeDoc names modules after their folders. */
const modules: Readonly<Record<string, readonly [name: string, words: string]>> = {
  data: ["foundations/data", "data sets, with their sources and licenses"],
  index: ["foundations", "tensors, gradients, layers, optimizers, training, probability and text"],
  notebook: ["foundations/notebook", "figures with knobs, progress, and the check of an exercise"],
  plot: ["foundations/plot", "figures"],
};

/** The first page, which says what each module is. */
const explained = (html: string): string =>
  html.replace(
    /(href="modules\/(\w+)\.html">\w+<.*?<dd class="tsd-member-summary">)(?=<\/dd>)/g,
    (_, start, module) => {
      const known = modules[module];
      if (!known) throw new Error(`site/reference.ts: say what the module ${module} is`);
      return `${start}<p><code>import { … } from "${known[0]}"</code>: ${known[1]}</p>`;
    },
  );

/** A page whose links to the rest of the site fit its own depth, and whose landmarks a screen reader finds. */
function linked(path: string, html: string): string {
  const up = "../".repeat(path.split("/").length);
  return (path === "index.html" ? explained(html) : html)
    .replace('<div class="col-content">', '<div class="col-content" role="main">')
    .replace('<nav id="tsd-sidebar-links"', '$& aria-label="The site"')
    .replace(/href="site:lib\/([^"#]*)#/g, (_, source: string) => `href="${up}${pageOf(source)}#`)
    .replaceAll(`href="${site}`, `href="${up}`);
}
