/** @file The site's first page: what this is, in one screen, and where each lesson leads. */

import { highlighted } from "./highlight.js";
import { escaped } from "./html.js";
import { prose } from "./markdown.js";
import { type Lesson, promisesOf, subtitleOf, titleOf } from "./notebook.js";
import { shell } from "./shell.js";

const example = `const weights = tensor([[1, 2, 3], [4, 5, 6]]);
weights.matmul(tensor([1, 0, -1])); // Tensor<[2]> [-2, -2]
weights.matmul(weights); // matmul: [2, 3] @ [2, 3]: inner dimensions 3 ≠ 2`;

/** Gradient descent on (x − 1)² + 6y², from (−2.4, 0.9), at two learning rates: the path below each other, as points. */
export function descent(rate: number, steps: number): [number, number][] {
  let [x, y] = [-2.4, 0.9];
  const path: [number, number][] = [[x, y]];
  for (let step = 0; step < steps; step++) {
    x -= rate * 2 * (x - 1);
    y -= rate * 12 * y;
    path.push([x, y]);
  }
  return path;
}

/** The valley from above, and a ball that rolls down by gradient descent, drawn and moved without a script. */
function valley(): string {
  const at = ([x, y]: readonly [number, number]) => [300 + 95 * x, 130 - 95 * y].map((value) => value.toFixed(1));
  const [cx, cy] = at([1, 0]);
  const rings = [0.25, 0.7, 1.4, 2.3, 3.4, 4.7].map(
    (radius) =>
      `<ellipse cx="${cx}" cy="${cy}" rx="${(95 * radius).toFixed(1)}" ry="${((95 * radius) / Math.sqrt(6)).toFixed(1)}"/>`,
  );
  const path = descent(0.135, 24).map((point) => at(point).join(" "));
  const d = `M${path.join("L")}`;
  const dots = path.map((point) => `<circle cx="${point.split(" ")[0]}" cy="${point.split(" ")[1]}" r="2.5"/>`);
  return `<svg class="valley" viewBox="0 0 600 260" role="img" aria-label="A ball rolls down a narrow valley by gradient descent: it swings from wall to wall and comes to rest at the bottom.">
<g class="rings">${rings.join("")}</g><path class="path" pathLength="1" d="${d}"/><g class="dots">${dots.join("")}</g>
<circle class="ball" r="8" style="offset-path:path('${d}')"/></svg>`;
}

function card(lesson: Lesson): string {
  const promises = prose(promisesOf(lesson)).html;
  const subtitle = prose(subtitleOf(lesson)).html;
  return `<article><h3><a href="${escaped(lesson.name)}.html">${escaped(titleOf(lesson))}</a></h3>${subtitle}${promises ? `<details><summary>Afterward you will be able to</summary>${promises}</details>` : ""}</article>`;
}

/** The first page. */
export function homePage(lessons: readonly Lesson[], style: string, script: string): string {
  const main = lessons.filter(({ folder }) => folder === "notebooks");
  const excursions = lessons.filter(({ folder }) => folder !== "notebooks");
  const more =
    excursions.length > 0 ? `<h2>Excursions</h2><div class="cards">${excursions.map(card).join("\n")}</div>` : "";
  return shell({
    title: "Foundations of AI, in TypeScript",
    description:
      "Four notebooks from vectors to transformers, on a small typed library. Read them here, and run them in the browser.",
    style,
    script,
    header:
      '<a class="home" href="index.html" aria-current="page"><span>Foundations of AI</span></a><span class="title"></span><a href="source/index.html">Source</a><a href="reference/index.html">Reference</a>',
    main: `<main id="content" class="front">
<h1>From vectors to transformers, in TypeScript that runs</h1>
<p class="lead">Four lessons for people who know TypeScript and not yet machine learning. Read them here with all their outputs. Press <b>Run</b> in any cell, and it runs in your browser: nothing to install, and nothing leaves your machine.</p>
${valley()}
<pre class="source" tabindex="0"><code>${highlighted(example)}</code></pre>
<p>Shapes are types: the last line does not compile, and the compiler says why. The <a href="source/index.html">library underneath</a> is small enough to read, and every name is explained in <a href="reference/index.html">the reference</a>. A machine runs every cell again and compares each output, each figure and each number in the prose.</p>
<h2>Lessons</h2>
<div class="cards">${main.map(card).join("\n")}</div>
${more}
<h2>On your own machine</h2>
<p>With <a href="https://nodejs.org">Node.js</a> installed, two commands open the same notebooks in Jupyter, with the same kernel:</p>
<pre class="source" tabindex="0"><code>npm install
npm start</code></pre>
<p>A lesson you have changed here can be downloaded as a notebook and opened there.</p>
</main>`,
  });
}
