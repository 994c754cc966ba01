/** @file The whole site, put together in memory. */

import { readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { readNotebook } from "../packages/notebook-check/notebook/file.js";
import { build, root } from "../scripts/build.js";
import { lessons } from "../scripts/lessons.js";
import * as bundles from "./bundles.js";
import { data, files } from "./files.js";
import { explainedNames, publicNames, sourceLinks } from "./names.js";
import { Output } from "./output.js";
import { homePage } from "./pages/home.js";
import { escaped } from "./pages/html.js";
import { prose } from "./pages/markdown.js";
import { type Lesson, notebookPage, type Site } from "./pages/notebook.js";
import { shell } from "./pages/shell.js";
import { librarySources, pageOf, sourceIndex, sourcePage } from "./pages/source.js";
import { reference } from "./reference.js";

export const folder = join(root, "site/dist");

/** Packages that cells import and the library does not. */
const laterPackages = ["mathjs"];

/** Where an address in a notebook's prose leads on the site. */
export function linkOnSite(href: string): string {
  if (/^(?:[a-z]+:|#)/i.test(href)) return href;
  const [path, anchor] = href.split("#");
  const name = basename(path);
  if (!/\.(?:ipynb|md)$/.test(name)) return name; // a file that lies beside the pages
  const page = `${name.replace(/\.(?:ipynb|md)$/, "")}.html`;
  return anchor === undefined ? page : `${page}#${anchor}`;
}

export const siteLessons = (): Lesson[] =>
  lessons().map((file) => ({
    name: basename(file, ".ipynb"),
    folder: relative(root, dirname(file)).replaceAll("\\", "/"),
    notebook: readNotebook(file),
  }));

/** Builds all of it. @param more notebooks whose pages no other page leads to */
export async function makeSite(more: readonly Lesson[] = []): Promise<Output> {
  await build();
  const output = new Output();
  const later = Object.fromEntries(
    await Promise.all(laterPackages.map(async (name) => [name, await bundles.laterPackage(output, name)] as const)),
  );
  const [compiler, packages, worker, script, library] = await Promise.all([
    bundles.compiler(output),
    bundles.packages(output),
    bundles.kernel(output),
    bundles.reader(output),
    files(output),
  ]);
  const style = output.asset("style.css", readFileSync(join(root, "site/reader/style.css"))).path;
  const assets = { compiler, packages, files: library, later, data: data(output) };
  const keepFilm = (film: Uint8Array) => output.asset("film.gz", film).path;
  const sources = librarySources();
  const names = await publicNames();
  const site: Site = {
    style,
    script,
    worker: worker.path,
    assets,
    link: linkOnSite,
    keepFilm,
    names: output.asset("names.json", JSON.stringify(explainedNames(sources, names))).path,
    source: sourceLinks(sources, names),
  };
  const all = siteLessons();
  for (const lesson of [...all, ...more]) output.add(`${lesson.name}.html`, notebookPage(lesson, site));
  for (const lesson of all) {
    output.add(`${lesson.name}.ipynb`, readFileSync(join(root, lesson.folder, `${lesson.name}.ipynb`)));
  }
  output.add("read_gpt.py", readFileSync(join(root, "notebooks/take-with-you/read_gpt.py")));
  output.add("claims.html", textPage("notebooks/claims.md", site));
  output.add("index.html", homePage(all, style, script));
  for (const source of sources) {
    output.add(pageOf(source.path), sourcePage(source, style, script));
    // As it is, for the worker: some documentation stands only here.
    output.add(`source/${source.path}.txt`, source.text);
  }
  output.add("source/index.html", sourceIndex(sources, style, script));
  for (const [path, bytes] of reference(sources)) output.add(`reference/${path}`, bytes);
  output.add("offline.js", readFileSync(join(root, "site/reader/offline.js")));
  // GitHub Pages then publishes the files as they are.
  output.add(".nojekyll", "");
  return output;
}

/** A Markdown file as a page. */
function textPage(file: string, site: Site): string {
  const { html, headings } = prose(readFileSync(join(root, file), "utf8"), site.link);
  const title = headings[0]?.text ?? file;
  return shell({
    title,
    description: title,
    style: site.style,
    script: site.script,
    header: `<a class="home" href="index.html"><span>Foundations of AI</span></a><span class="title">${escaped(title)}</span>`,
    main: `<main id="content">${html}</main>`,
  });
}
