/**
 * @file The benchmark: this library beside its peers, every case in a process of its own, all of them in turn, round after
 * round, so that what else the machine does falls on all alike. `npm run bench -- [case …] [--rounds 5]
 * [--seconds 2] [--only peer,peer] [--out file.md]`, which writes file.svg too. The peers are installed into `.cache/bench`,
 * not among the project's dependencies. The library is a peer of itself by the versions of Node that `npm run nodes`
 * installs, with one thread and with two, and with 256-bit code where V8 makes it.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, root } from "../build.js";
import { nodeProgram } from "../nodes.js";
import { cases, hopeless } from "./cases.js";
import { figure, OURS, table, wall } from "./report.js";

const versions = {
  "@tensorflow/tfjs": "4.22.0",
  "@tensorflow/tfjs-backend-wasm": "4.22.0",
  "@jax-js/jax": "0.1.25",
  "js-pytorch": "0.7.2",
  "brain.js": "1.6.1",
};

const folder = join(root, ".cache/bench");
const script = (file: string) => fileURLToPath(new URL(`peers/${file}`, import.meta.url));
const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import torch"]).status === 0,
);

interface Peer {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const node = (name: string, file: string, environment = {}): Peer => ({
  name,
  command: [process.execPath, script(file)],
  environment,
});

/** This library by another version of Node, as the kernel starts it. */
const byNode = (major: number, program: string, threads: number): Peer => ({
  name: `Node ${major}, ${threads} thread${threads > 1 ? "s" : ""}`,
  command: [program, ...(major < 24 ? [] : ["--experimental-wasm-revectorize"]), script("ours.mjs")],
  environment: { OMP_NUM_THREADS: String(threads) },
});
const two = { OMP_NUM_THREADS: "2", OPENBLAS_NUM_THREADS: "2", MKL_NUM_THREADS: "2" };

const peers: readonly Peer[] = [
  node(OURS, "ours.mjs"),
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

interface Answer {
  readonly about: string;
  /** Seconds per step: processor time of all threads, and time on the wall. */
  readonly times?: readonly number[];
  readonly walls?: readonly number[];
}

/** One peer, one case, one process. */
function measure(peer: Peer, name: string, seconds: number): Answer | null {
  const [command, ...rest] = peer.command;
  const single = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const environment: NodeJS.ProcessEnv = { ...process.env, ...single, ...peer.environment, BENCH_PEERS: folder };
  // A BLAS told to be careful on every machine would not show what this one can do.
  delete environment.OPENBLAS_CORETYPE;
  delete environment.OPENBLAS_L2_SIZE;
  const result = spawnSync(command, [...rest, name, String(seconds)], {
    env: environment,
    encoding: "utf8",
    timeout: 300_000,
  });
  const line = result.stdout.trim().split("\n").pop() ?? "";
  if (line.startsWith("{")) return JSON.parse(line);
  console.error(
    `bench: ${peer.name} failed at ${name}: ${result.stderr.trim().split("\n").slice(-3).join(" ") || (result.error?.message ?? result.signal ?? `exit code ${result.status}`)}`,
  );
  return null;
}

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
  },
});
const chosen = positionals.length > 0 ? positionals : Object.keys(cases);
for (const name of chosen) {
  if (!(name in cases)) throw new Error(`bench: no case ${name}; there are ${Object.keys(cases).join(", ")}`);
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
await build();
if (measured.some(({ command }) => !/ours\.mjs$|\.py$/.test(command.at(-1) ?? ""))) installPeers();

const samples = new Map<string, number[]>();
const load = loadavg()[0].toFixed(1);
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
${cpus()[0].model}, ${cpus().length} cores, load before the run ${load}; ${[...about.values()].join("; ")}.
`;
console.log(text);
if (values.out) {
  writeFileSync(values.out, text);
  writeFileSync(values.out.replace(/(\.md)?$/, ".svg"), figure(samples, names, chosen));
}
