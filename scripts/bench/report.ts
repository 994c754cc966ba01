/** @file What was measured, as a table and as a figure: ratios first. */

import * as Plot from "@observablehq/plot";
import { chart } from "../../lib/plot/chart.js";
import { Figure } from "../../lib/plot/figure.js";
import { entries } from "../../lib/plot/legend.js";
import { colorOf, ink, paper, symbolOf } from "../../lib/plot/theme.js";
import { type Case, cases } from "./cases.js";
import { OURS } from "./run.js";

/** Seconds per step, by peer and case: `samples.get("tfjs wasm gpt")`. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/** Where a peer's times on the wall are kept. */
export const wall = (key: string): string => `${key} wall`;

function quantile(times: readonly number[], q: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place % 1);
}

export const median = (times: readonly number[]): number => quantile(times, 0.5);

/** How many times longer than ours the peer takes; nothing where either was not measured. */
function ratioOf(samples: Samples, peer: string, name: string): number | null {
  const clock = peer.endsWith("threads") ? wall : (key: string) => key;
  const [times, own] = [samples.get(clock(`${peer} ${name}`)), samples.get(clock(`${OURS} ${name}`))];
  return times && own ? median(times) / median(own) : null;
}

export const timeOf = (seconds: number): string => {
  const [value, unit] = seconds < 1e-3 ? [seconds * 1e6, "µs"] : seconds < 1 ? [seconds * 1e3, "ms"] : [seconds, "s"];
  return `${value.toPrecision(3)} ${unit}`;
};

/** A median time, or how many a second; its spread, from the 1st to the 9th tenth; and the median time on the wall. */
function timesOf(times: readonly number[], walls: readonly number[] | undefined, { counts }: Case): string {
  const [low, median, high] = [0.1, 0.5, 0.9].map((q) => quantile(times, q));
  const rate = counts && `, ${(counts.perStep / median / 1e6).toPrecision(2)} M ${counts.unit}/s`;
  const onWall = walls?.length ? `, wall ${timeOf(quantile(walls, 0.5))}` : "";
  return `${timeOf(median)} (${timeOf(low)} – ${timeOf(high)}${rate ?? ""})${onWall}`;
}

/** The peers that were measured at any of the cases. */
const shownOf = (samples: Samples, peers: readonly string[], names: readonly string[]) =>
  peers.filter((peer) => names.some((name) => samples.has(`${peer} ${name}`)));

/** A row for each case: how many times longer each peer takes, beside the least that is wanted (✓ or ✗), then its time. */
export function table(samples: Samples, peers: readonly string[], names: readonly string[]): string {
  const shown = shownOf(samples, peers, names);
  const rows = names.map((name) => {
    const cells = shown.map((peer) => {
      const times = samples.get(`${peer} ${name}`);
      const ratio = ratioOf(samples, peer, name);
      if (!times || ratio === null) return "–";
      const walls = samples.get(wall(`${peer} ${name}`));
      if (peer === OURS) return timesOf(times, walls, cases[name]);
      const goal = cases[name].goals?.[peer];
      const verdict = goal === undefined ? "" : ` ≥ ${goal} ${ratio >= goal ? "✓" : "✗"}`;
      return `**${ratio.toPrecision(ratio >= 10 ? 3 : 2)}×**${verdict}<br>${timesOf(times, walls, cases[name])}`;
    });
    return `| ${cases[name].title} | ${cells.join(" | ")} |`;
  });
  return [`| case | ${shown.join(" | ")} |`, `|${" --- |".repeat(shown.length + 1)}`, ...rows].join("\n");
}

/** The same ratios as points, and a line where a peer would take as long as this library: an SVG. */
export function figure(samples: Samples, peers: readonly string[], names: readonly string[]): string {
  const shown = shownOf(samples, peers, names).filter((peer) => peer !== OURS);
  const points = names.flatMap((name) =>
    shown.flatMap((peer, index) => {
      const ratio = ratioOf(samples, peer, name);
      return ratio === null ? [] : [{ title: cases[name].short, peer, index, ratio }];
    }),
  );
  type Point = (typeof points)[number];
  const ratios = points.map(({ ratio }) => ratio);
  const [low, high] = [Math.min(0.5, ...ratios), Math.max(20, ...ratios)];
  const powers = [0.1, 1, 10, 100, 1000].filter((power) => power >= low && power <= high);
  const options = { title: "How long the peers take, beside this library", width: 640, height: 40 * names.length };
  const body = chart(
    options,
    { x: "times as long as this library", y: "" },
    {
      x: { type: "log", domain: [low, high], ticks: powers, tickFormat: String, grid: true, inset: 12 },
      y: { type: "point", domain: names.map((name) => cases[name].short), grid: true, tickSize: 0 },
      marks: [
        Plot.ruleX([1], { stroke: ink.text }),
        Plot.dot(points, {
          x: "ratio",
          y: "title",
          r: 6,
          fill: ({ index }: Point) => colorOf(index),
          symbol: ({ index }: Point) => symbolOf(index),
          stroke: paper,
        }),
      ],
    },
  );
  const legend = shown.map((peer, index) => entries.point(peer, colorOf(index), symbolOf(index)));
  const words = points.map(({ title, peer, ratio }) => `${title}: ${peer} ${ratio.toPrecision(2)} times.`);
  return new Figure(options, { desc: words.join(" "), legend, body }).svg;
}
