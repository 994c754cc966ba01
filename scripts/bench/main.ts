/**
 * @file The benchmark: this library beside its peers, every case in a process of its own, all of them in turn, round after
 * round, so that what else the machine does falls on all alike. `npm run bench -- [case …] [--rounds 5]
 * [--seconds 2] [--only peer,peer] [--out file.md]`, which writes file.svg too. The peers are installed into `.cache/bench`,
 * not among the project's dependencies. The library is a peer of itself by the versions of Node that `npm run nodes`
 * installs, with one thread and with two, and with 256-bit code where V8 makes it. With `--growth`, this library alone is
 * measured, at growing sizes: see growth.ts.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, root } from "../build.js";
import { nodeProgram } from "../nodes.js";
import { cases, hopeless } from "./cases.js";
import { growthCases, growthReport } from "./growth.js";
import { figure, table, wall } from "./report.js";
import { folder, measure, node, OURS, ours, type Peer, script } from "./run.js";

const versions = {
  "@tensorflow/tfjs": "4.22.0",
  "@tensorflow/tfjs-backend-wasm": "4.22.0",
  "@jax-js/jax": "0.1.25",
  "js-pytorch": "0.7.2",
  "brain.js": "1.6.1",
};

const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import torch"]).status === 0,
);

const kernel = JSON.parse(readFileSync(join(root, "scripts/jupyter-kernel/share/kernels/tslab/kernel.json"), "utf8"));
/** This library by another version of Node, as the kernel starts it. */
const byNode = (major: number, program: string, threads: number): Peer => ({
  name: `Node ${major}, ${threads} thread${threads > 1 ? "s" : ""}`,
  command: [program, ...(major < 24 ? [] : ["--experimental-wasm-revectorize"]), script("ours.mjs")],
  environment: { ...kernel.env, OMP_NUM_THREADS: String(threads) },
});
const two = { OMP_NUM_THREADS: "2", OPENBLAS_NUM_THREADS: "2", MKL_NUM_THREADS: "2" };

const peers: readonly Peer[] = [
  ours,
  ...[20, 24, 26].flatMap((major) => {
    const program = nodeProgram(major);
    return program ? [1, 2].map((threads) => byNode(major, program, threads)) : [];
  }),
  node("tfjs wasm", "tfjs.mjs", { BENCH_BACKEND: "wasm" }),
  node("tfjs cpu", "tfjs.mjs", { BENCH_BACKEND: "cpu" }),
  node("jax-js", "jax.mjs"),
  node("js-pytorch", "js-pytorch.mjs"),
  node("brain.js", "brain.mjs"),
  ...(python
    ? [
        { name: "PyTorch", command: [python, script("pytorch.py")] },
        { name: "PyTorch, 2 threads", command: [python, script("pytorch.py")], environment: two },
      ]
    : []),
];

function installPeers(): void {
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, "package.json");
  const wanted = JSON.stringify({ private: true, dependencies: versions }, null, 2);
  if (existsSync(manifest) && readFileSync(manifest, "utf8") === wanted && existsSync(join(folder, "node_modules")))
    return;
  writeFileSync(manifest, wanted);
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder, stdio: "inherit" });
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    only: { type: "string" },
    out: { type: "string" },
    growth: { type: "boolean", default: false },
  },
});
if (values.growth && values.only) throw new Error("bench: --growth measures this library alone; leave out --only");
const all = values.growth ? growthCases : Object.keys(cases);
const chosen = positionals.length > 0 ? positionals : all;
for (const name of chosen) {
  if (!all.includes(name)) throw new Error(`bench: no case ${name}; there are ${all.join(", ")}`);
}
const [rounds, seconds] = (["rounds", "seconds"] as const).map((option) => {
  const number = Number(values[option]);
  if (!(number > 0)) throw new Error(`bench: --${option} is a number above 0, got ${values[option]}`);
  return number;
});
const only = values.only?.split(",");
for (const name of only ?? []) {
  if (!peers.some((peer) => peer.name.startsWith(name))) {
    throw new Error(`bench: no peer ${name}; there are ${peers.map((peer) => peer.name).join("; ")}`);
  }
}
const measured = peers.filter(({ name }) => !only || name === OURS || only.some((start) => name.startsWith(start)));
const load = loadavg()[0].toFixed(1);
const machine = `${cpus()[0].model}, ${cpus().length} cores, load before the run ${load}`;

/** Tables and what they need to be read, and a figure of them. */
interface Result {
  readonly text: string;
  readonly svg: string;
}

function growthResult(): Result {
  const { text, svg } = growthReport(chosen, seconds);
  const notes = `Processor time of a step on one thread: the median. Memory: the most that the process held, beyond what it held before. Power:
p where it grew as the p-th power of the size, from the size above.${chosen.includes("notebooks") ? " Notebooks: time on the wall, one after another." : ""}
${machine}; Node ${process.versions.node}.`;
  return { text: `${text}\n\n${notes}\n`, svg };
}

function compare(): Result {
  if (measured.some(({ command }) => !/ours\.mjs$|\.py$/.test(command.at(-1) ?? ""))) installPeers();
  const samples = new Map<string, number[]>();
  const about = new Map<string, string>();
  const skipped = new Set(hopeless);
  for (let round = 1; round <= rounds; round++) {
    for (const name of chosen) {
      for (const peer of measured) {
        const key = `${peer.name} ${name}`;
        if (skipped.has(key)) continue;
        const answer = measure(peer, name, seconds);
        if (answer) about.set(peer.name, answer.about);
        if (!answer?.times) skipped.add(key);
        else {
          samples.set(key, [...(samples.get(key) ?? []), ...answer.times]);
          samples.set(wall(key), [...(samples.get(wall(key)) ?? []), ...(answer.walls ?? [])]);
        }
      }
      console.error(`round ${round}, ${name}`);
    }
  }
  const names = measured.map((peer) => peer.name);
  const text = `${table(samples, names, chosen)}

How many times longer than ours (and the least that is wanted), then processor time of a step: median (1st to 9th tenth) over
${rounds} rounds, one process each time; then time on the wall, which the ratio compares where there are two threads.
${machine}; ${[...about.values()].join("; ")}.
`;
  return { text, svg: figure(samples, names, chosen) };
}

await build();
const { text, svg } = values.growth ? growthResult() : compare();
console.log(text);
if (values.out) {
  writeFileSync(values.out, text);
  writeFileSync(values.out.replace(/(\.md)?$/, ".svg"), svg);
}
