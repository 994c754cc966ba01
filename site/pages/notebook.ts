/** @file A notebook as a page that is complete without any script: prose, code, and outputs as they are stored. */

import { type Cell, joined, type Notebook } from "../../packages/notebook-check/notebook/nbformat.js";
import { highlighted } from "./highlight.js";
import { escaped } from "./html.js";
import { type Heading, prose } from "./markdown.js";
import { renderOutputs } from "./outputs.js";
import { shell } from "./shell.js";

export interface Lesson {
  /** The file's name without its ending, which is the page's, too. */
  readonly name: string;
  /** The notebook's folder below the checkout, in which its cells run: notebooks/excursions. */
  readonly folder: string;
  readonly notebook: Notebook;
}

/** What a page of a notebook needs of the site. */
export interface Site {
  readonly style: string;
  readonly script: string;
  readonly assets: object;
  readonly worker: string;
  /** What the library's names do, and where their source is. */
  readonly names: string;
  /** Where an address in the prose leads. */
  link(href: string): string;
  /** Keeps the frames of a figure that moves as a file, and says where. */
  keepFilm(film: Uint8Array): string;
  /** Where the library's source has what a piece of code in the prose names. */
  source(code: string): string | null;
}

/** The first heading of a notebook. */
export const titleOf = ({ notebook, name }: Lesson): string =>
  /^# (.*)/m.exec(joined(notebook.cells[0]?.source ?? ""))?.[1] ?? name;

/** What a reader will be able to do after a lesson: the first list of its introduction, as Markdown. */
export const promisesOf = ({ notebook }: Lesson): string =>
  /(?:^|\n)((?:[-*] .*(?:\n {2,}.*)*\n?)+)/.exec(joined(notebook.cells[0]?.source ?? ""))?.[1] ?? "";

/** The sentence below the title, as Markdown. */
export const subtitleOf = ({ notebook }: Lesson): string =>
  /^# .*\n\n(?:\*(?!\*))?(.*?)\*?(?:\n|$)/.exec(joined(notebook.cells[0]?.source ?? ""))?.[1] ?? "";

/** The page of a notebook. */
export function notebookPage(lesson: Lesson, site: Site): string {
  const headings: Heading[] = [];
  const mentioned = new Set<string>();
  /** Only the first mention leads to the source: more would be noise. */
  const source = (code: string) => {
    const address = site.source(code);
    if (address === null || mentioned.has(address)) return null;
    mentioned.add(address);
    return address;
  };
  const cells = lesson.notebook.cells.map((cell, index) => {
    const id = `cell-${cell.id ?? index}`;
    if (cell.cell_type === "code") return codeCell(cell, id, site);
    if (cell.cell_type === "raw") return `<pre class="raw" id="${escaped(id)}">${escaped(joined(cell.source))}</pre>`;
    const { html, headings: own } = prose(joined(cell.source), site.link, source);
    headings.push(...own);
    return `<section class="cell prose" id="${escaped(id)}">${html}</section>`;
  });
  const title = titleOf(lesson);
  const main = `<div class="columns">
<nav class="contents" aria-label="Contents"><details open><summary>Contents</summary>${contents(headings)}</details></nav>
<main id="content">
${cells.join("\n")}
</main>
</div>`;
  return shell({
    title,
    description: subtitleOf(lesson) || title,
    style: site.style,
    script: site.script,
    settings: {
      notebook: lesson.name,
      directory: lesson.folder,
      worker: site.worker,
      names: site.names,
      assets: site.assets,
    },
    header: `<a class="home" href="index.html"><span>Foundations of AI</span></a><span class="title">${escaped(title)}</span><div class="controls"></div>`,
    main,
  });
}

function contents(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  const item = ({ id, level, text }: Heading) =>
    `<li class="level-${level}"><a href="#${escaped(encodeURI(id))}">${escaped(text)}</a></li>`;
  return `<ol>${shown.map(item).join("")}</ol>`;
}

function codeCell(cell: Cell, id: string, { keepFilm }: Site): string {
  const count = cell.execution_count ? `In [${cell.execution_count}]` : "In [ ]";
  const tags = (cell.metadata.tags ?? []).join(" ");
  return `<section class="cell code" id="${escaped(id)}" data-tags="${escaped(tags)}" aria-label="Code, ${count}">
<div class="input"><div class="tools"><span class="count">${count}</span></div><pre class="source" tabindex="0"><code>${highlighted(joined(cell.source))}</code></pre></div>
<div class="outputs">${renderOutputs(cell.outputs ?? [], keepFilm)}</div>
</section>`;
}
