/**
 * @file `npm run bench -- --growth [matmul attention graph notebooks]`: how time and memory grow with the size of matrices, the
 * length of sequences and the nodes of a graph, and how long each notebook runs.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bars, type Figure, lines, multiples } from "../../lib/plot/index.js";
import type { NotebookResult } from "../../packages/notebook-check/reports.js";
import { root } from "../build.js";
import { median, timeOf } from "./report.js";
import { folder, measure, ours } from "./run.js";

interface Growth {
  readonly title: string;
  /** What grows, as a letter or a word. */
  readonly by: string;
  readonly sizes: readonly number[];
}

const growths: Readonly<Record<string, Growth>> = {
  matmul: { title: "Products of n × n matrices", by: "n", sizes: [64, 128, 256, 512, 1024] },
  attention: {
    title: "Attention over T positions, B8 C128 H4, forward and backward",
    by: "T",
    sizes: [64, 128, 256, 512, 1024],
  },
  graph: { title: "A chain of operations on a number, forward and backward", by: "nodes", sizes: [1e3, 1e4, 1e5, 1e6] },
};

/** What can be asked for. */
export const growthCases = [...Object.keys(growths), "notebooks"];

interface Point {
  readonly size: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** A row of a table. */
const row = (...values: readonly (string | number)[]): string => `| ${values.join(" | ")} |`;

/** What a part of the answer says, and the panels that show it. */
interface Part {
  readonly text: string;
  readonly panels: readonly ((width: number) => Figure)[];
}

const megabytes = (bytes: number) => `${Number((bytes / 1e6).toPrecision(3))} MB`;

/** The power of the size that a quantity grows with, from one size to the next. */
const power = (before: Point | undefined, now: Point, of: "seconds" | "bytes"): string =>
  before && before[of] > 0 ? (Math.log(now[of] / before[of]) / Math.log(now.size / before.size)).toFixed(1) : "";

function measureGrowth(name: string, seconds: number): Part {
  const { title, by, sizes } = growths[name];
  const points = sizes.flatMap((size): Point[] => {
    const { times, memory = 0 } = measure(ours, `${name}${size}`, seconds) ?? {};
    return times ? [{ size, seconds: median(times), bytes: memory }] : [];
  });
  const rows = points.map((point, i) => {
    const before = points[i - 1];
    const [time, memory] = [power(before, point, "seconds"), power(before, point, "bytes")];
    return row(point.size, timeOf(point.seconds), time, megabytes(point.bytes), memory);
  });
  const x = { label: by, log: true, ticks: sizes };
  const at = points.map(({ size }) => size);
  const panel = (quantity: string, unit: string, values: readonly number[]) => (width: number) =>
    lines(
      { [quantity]: { x: at, y: values, as: "marked" } },
      { title: `${name}: ${quantity}`, x, y: { label: unit, log: true }, width, height: 150 },
    );
  return {
    text: [
      `## ${title}\n`,
      row(by, "time", "power", "memory", "power"),
      row("---", "---", "---", "---", "---"),
      ...rows,
    ].join("\n"),
    panels: [
      panel(
        "time",
        "ms",
        points.map((point) => point.seconds * 1e3),
      ),
      panel(
        "memory",
        "MB",
        points.map((point) => point.bytes / 1e6),
      ),
    ],
  };
}

/** How many of the slowest cells are listed. */
const SLOWEST = 10;

/** Runs every notebook, one after another, as a reader's kernel would. */
function notebooks(): Part {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "notebooks.json");
  const check = join(root, "packages/notebook-check/main.ts");
  rmSync(file, { force: true }); // a run that fails must not leave the times of an older one
  spawnSync(process.execPath, ["--import", "tsx", check, "--jobs", "1", "--report", `json=${file}`], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const { notebooks: results }: { notebooks: NotebookResult[] } = JSON.parse(readFileSync(file, "utf8"));
  const cells = results.flatMap(({ notebook, cells }) => cells.map((cell) => ({ ...cell, notebook })));
  const slowest = cells.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  const byNumber = results.flatMap(({ notebook, seconds }) => {
    const [, number] = /\/(\d+)-[^/]*$/.exec(notebook) ?? [];
    return number ? [[number, seconds] as const] : [];
  });
  return {
    text: [
      "## The notebooks, each on a kernel of its own\n",
      row("notebook", "time"),
      row("---", "---"),
      ...results.map(({ notebook, seconds }) => row(notebook, timeOf(seconds))),
      `\n## The ${SLOWEST} slowest cells\n`,
      row("notebook", "cell", "time"),
      row("---", "---", "---"),
      ...slowest.map(({ notebook, cell, title, seconds }) =>
        row(notebook, `${cell} ${title}`.replaceAll("|", "\\|"), timeOf(seconds)),
      ),
    ].join("\n"),
    panels: [
      (width) =>
        bars(Object.fromEntries(byNumber), {
          title: "notebooks",
          x: "number",
          y: "seconds",
          width,
          height: 150,
        }),
    ],
  };
}

/** Tables of what was asked for, and a figure of them. */
export function growthReport(names: readonly string[], seconds: number): { text: string; svg: string } {
  const parts = names.map((name) => {
    console.error(`growth, ${name}`);
    return name === "notebooks" ? notebooks() : measureGrowth(name, seconds);
  });
  const panels = parts.flatMap((part) => part.panels);
  const sheet = multiples(panels, (draw, width) => draw(width), {
    title: "How time and memory grow",
    columns: Math.min(2, panels.length),
    width: 640,
  });
  return { text: parts.map(({ text }) => text).join("\n\n"), svg: sheet.svg };
}
