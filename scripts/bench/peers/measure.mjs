/**
 * @file Times one case in this process: warms up, then repeats until the time is spent; prints seconds per step as JSON.
 * `times` are processor time of the process, all its threads together, so that other programs do not count; `walls` are what
 * a clock on the wall shows, which is what threads shorten. `memory` is the most bytes that the process held, beyond what it
 * held before.
 */

import { readFileSync } from "node:fs";

/** Numbers in [−s, s], the same in every library. */
export function noise(length, s = 1, seed = 1) {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state / 2 ** 31) * s;
  });
}

export const labels = (length, classes) => Int32Array.from({ length }, (_, i) => (i * 7) % classes);

/** The version of a library under measurement. */
export const versionOf = (name) =>
  JSON.parse(readFileSync(`${process.env.BENCH_PEERS}/node_modules/${name}/package.json`, "utf8")).version;

/** The most bytes that this process held. On Linux not as `resourceUsage` tells it, whose maximum begins at the parent's. */
function peak() {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(kilobytes) * 1024;
}

/**
 * Runs the case that the command line names, for about as many seconds as it says.
 * @param cases from a case's name (without its number) to what sets it up and returns one step
 * @param about what is measured: library, version, backend
 */
export async function run(cases, about) {
  const [, name, number] = process.argv[2].match(/^([a-z]+)(\d*)$/);
  const seconds = Number(process.argv[3]);
  if (!cases[name]) return console.log(JSON.stringify({ about, unsupported: true }));
  const held = process.memoryUsage.rss();
  const step = await cases[name](Number(number));
  const clock = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const start = clock();
  let warm = 0;
  while (clock() - start < seconds || warm < 2) {
    await step();
    warm++;
  }
  // A sample takes some milliseconds, however short a step is.
  const steps = Math.ceil(0.005 / ((clock() - start) / warm));
  const [times, walls] = [[], []];
  const end = clock() + seconds;
  while (clock() < end || times.length < 3) {
    const [before, began] = [clock(), performance.now()];
    for (let i = 0; i < steps; i++) await step();
    walls.push((performance.now() - began) / 1e3 / steps);
    times.push((clock() - before) / steps);
  }
  const memory = peak() - held;
  console.log(JSON.stringify({ about, times, walls, memory }));
}
