/** @file The library's source as pages: in color, with an anchor for every line and every name that is declared. */

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, posix } from "node:path";
import type { Node, SourceFile } from "@tslab/typescript-for-tslab";
import { root } from "../../scripts/build.js";
import { highlighted } from "./highlight.js";
import { escaped } from "./html.js";
import { prose } from "./markdown.js";
import { shell } from "./shell.js";

const ts: typeof import("@tslab/typescript-for-tslab") = createRequire(import.meta.url)("@tslab/typescript-for-tslab");

/** A file of the library's source. */
export interface Source {
  /** Its path below `lib`: ops/softmax.ts. */
  readonly path: string;
  readonly text: string;
  /** The lines, from 1, in which names are first declared. */
  readonly lines: ReadonlyMap<string, number>;
}

/** All that is written by hand, in the order of its paths. */
export function librarySources(): Source[] {
  return readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts") && !/^(?:dist|node_modules)\/|\.generated\.ts$/.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, "lib", path), "utf8");
      return { path, text, lines: declaredLines(text) };
    });
}

/** Names at the top first: a member of the same name is not what somebody looks for who has only the name. */
function declaredLines(text: string): Map<string, number> {
  const file = ts.createSourceFile("source.ts", text, ts.ScriptTarget.ES2022, true);
  const lines = new Map<string, number>();
  const note = (name: Node | undefined) => {
    if (name && ts.isIdentifier(name) && !lines.has(name.text))
      lines.set(name.text, file.getLineAndCharacterOfPosition(name.getStart(file)).line + 1);
  };
  for (const name of topNames(file)) note(name);
  const members = (node: Node): void => {
    if (ts.isClassElement(node) || ts.isPropertyAssignment(node) || ts.isTypeElement(node)) note(node.name);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, members);
  };
  members(file);
  return lines;
}

function topNames({ statements }: SourceFile): Node[] {
  return statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name);
    const { name } = statement as { name?: Node };
    return name ? [name] : [];
  });
}

/** The page of a file of the source below the site's root. */
export const pageOf = (path: string): string => `source/${path.replace(/\.ts$/, ".html")}`;

const up = (path: string): string => "../".repeat(pageOf(path).split("/").length - 1);

/** A file as a page. */
export function sourcePage({ path, text, lines }: Source, style: string, script: string): string {
  const names = new Map<number, string[]>();
  for (const [name, line] of lines) names.set(line, [...(names.get(line) ?? []), name]);
  const anchors = (line: number) => (names.get(line) ?? []).map((name) => `<a id="${escaped(name)}"></a>`).join("");
  const code = highlighted(text.trimEnd())
    .split("\n")
    .map((line, i) => `<span class="line" id="L${i + 1}">${anchors(i + 1)}${withLinks(line)}\n</span>`);
  return shell({
    title: `lib/${path}`,
    description: summaryOf(text) || `The source of lib/${path}`,
    style,
    script,
    up: up(path),
    header: `<a class="home" href="${up(path)}index.html"><span>Foundations of AI</span></a><a href="${up(path)}source/index.html">Source</a><span class="title">lib/${escaped(path)}</span>`,
    main: `<main id="content" class="source-page"><h1>lib/${escaped(path)}</h1><pre class="source numbered" tabindex="0"><code>${code.join("")}</code></pre></main>`,
  });
}

/** Imports of the library's own files lead to them. */
const withLinks = (line: string): string =>
  /<span class="k">from<\/span>/.test(line)
    ? line.replace(/&quot;(\.{1,2}\/[^&]*)\.js&quot;/, '<a href="$1.html">&quot;$1.js&quot;</a>')
    : line;

/** The sentence in which a file says what it holds. */
const summaryOf = (text: string): string =>
  (/\/\*\* @file ([^.]*(?:\.\S[^.]*)*\.)/.exec(text.replace(/^ \* /gm, ""))?.[1] ?? "").replace(/\s+/g, " ");

/** Where to start reading, and every file with what it holds. */
export function sourceIndex(sources: readonly Source[], style: string, script: string): string {
  const readme = readFileSync(join(root, "lib/README.md"), "utf8");
  const { html } = prose(readme, (href) => (/^[a-z]+:|^#/.test(href) ? href : href.replace(/\.ts$/, ".html")));
  const folders = [...new Set(sources.map(({ path }) => posix.dirname(path)))];
  const lists = folders.map((folder) => {
    const items = sources
      .filter(({ path }) => posix.dirname(path) === folder)
      .map(
        ({ path, text }) =>
          `<li><a href="${pageOf(path).replace("source/", "")}">${escaped(posix.basename(path))}</a> ${prose(summaryOf(text)).html.replace(/^<p>|<\/p>\s*$/g, "")}</li>`,
      );
    return `<h3>lib${folder === "." ? "" : `/${escaped(folder)}`}</h3><ul>${items.join("\n")}</ul>`;
  });
  return shell({
    title: "The source of the library",
    description: "The library behind the lessons, small enough to read.",
    style,
    script,
    up: "../",
    header: `<a class="home" href="../index.html"><span>Foundations of AI</span></a><span class="title">Source</span>`,
    main: `<main id="content" class="front">${html}<h2>Every file</h2>${lists.join("\n")}</main>`,
  });
}
