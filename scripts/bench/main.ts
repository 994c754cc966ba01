/**
 * @file The benchmark: this library beside its peers, every case in a process of its own, all of them in turn, round after
 * round, so that what else the machine does falls on all alike. `npx tsx scripts/bench/main.ts [case …] [--rounds 5]
 * [--seconds 1] [--out file.md]`. The peers are installed into `.cache/bench`, not among the project's dependencies.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, root } from "../build.js";

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

const ours = node("ours", "ours.mjs");
const peers: readonly Peer[] = [
  ours,
  node("tfjs wasm", "tfjs.mjs", { BENCH_BACKEND: "wasm" }),
  node("tfjs cpu", "tfjs.mjs", { BENCH_BACKEND: "cpu" }),
  node("jax-js", "jax.mjs"),
  node("js-pytorch", "js-pytorch.mjs"),
  node("brain.js", "brain.mjs"),
  ...(python ? [{ name: "PyTorch", command: [python, script("pytorch.py")] }] : []),
];

const cases: Readonly<Record<string, string>> = {
  matmul64: "64 × 64 matrices",
  matmul128: "128 × 128 matrices",
  matmul256: "256 × 256 matrices",
  matmul512: "512 × 512 matrices",
  matmul1024: "1024 × 1024 matrices",
  xor: "XOR, 2-8-1 tanh, 2000 Adam steps",
  mnist: "MNIST step, 784-128-10, batch 64, Adam",
  attention: "attention, B8 T64 C128 H4, forward and backward",
  gpt: "GPT step, 4 layers, C128 H4 T64 B16 V65, AdamW",
};

/** What a plain loop in a peer would take minutes for. */
const hopeless = new Set(["tfjs cpu gpt", "tfjs cpu attention", "js-pytorch matmul512", "js-pytorch matmul1024"]);

interface Answer {
  readonly about: string;
  readonly times?: readonly number[];
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
  writeFileSync(manifest, wanted);
  if (Object.keys(versions).every((name) => existsSync(join(folder, "node_modules", name)))) return;
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder, stdio: "inherit" });
}

function quantile(sorted: readonly number[], q: number): number {
  const place = q * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place % 1);
}

const timeOf = (seconds: number): string => {
  const [value, unit] = seconds < 1e-3 ? [seconds * 1e6, "µs"] : seconds < 1 ? [seconds * 1e3, "ms"] : [seconds, "s"];
  return `${value.toPrecision(3)} ${unit}`;
};

const ratioOf = (ratio: number): string => `${ratio >= 10 ? ratio.toFixed(0) : ratio.toPrecision(2)}×`;

/** A table: for each peer how many times longer it takes, then its time; the spread is from the 1st to the 9th tenth. */
function table(samples: ReadonlyMap<string, number[]>, chosen: readonly string[]): string {
  const shown = peers.filter((peer) => chosen.some((name) => samples.has(`${peer.name} ${name}`)));
  const rows = chosen.map((name) => {
    const sorted = (peer: Peer) => samples.get(`${peer.name} ${name}`)?.sort((a, b) => a - b);
    const own = sorted(ours);
    const cells = shown.map((peer) => {
      const times = sorted(peer);
      if (!times || !own) return "–";
      const median = quantile(times, 0.5);
      const spread = `${timeOf(quantile(times, 0.1))} – ${timeOf(quantile(times, 0.9))}`;
      const ratio = peer === ours ? "" : `**${ratioOf(median / quantile(own, 0.5))}** `;
      return `${ratio}${timeOf(median)} (${spread})`;
    });
    return `| ${cases[name]} | ${cells.join(" | ")} |`;
  });
  const head = `| case | ${shown.map((peer) => peer.name).join(" | ")} |`;
  return [head, `|${" --- |".repeat(shown.length + 1)}`, ...rows].join("\n");
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "1" },
    out: { type: "string" },
  },
});
const chosen = positionals.length > 0 ? positionals : Object.keys(cases);
for (const name of chosen) {
  if (!(name in cases)) throw new Error(`bench: no case ${name}; there are ${Object.keys(cases).join(", ")}`);
}
await build();
installPeers();

const samples = new Map<string, number[]>();
const about = new Map<string, string>();
const skipped = new Set(hopeless);
for (let round = 1; round <= Number(values.rounds); round++) {
  for (const name of chosen) {
    for (const peer of peers) {
      const key = `${peer.name} ${name}`;
      if (skipped.has(key)) continue;
      const answer = measure(peer, name, Number(values.seconds));
      if (answer) about.set(peer.name, answer.about);
      if (!answer?.times) skipped.add(key);
      else samples.set(key, [...(samples.get(key) ?? []), ...answer.times]);
    }
    console.error(`round ${round}, ${name}`);
  }
}

const text = `${table(samples, chosen)}

How many times longer than ours, then processor time: median (1st to 9th tenth) over ${values.rounds} rounds, one process each
time, one thread. ${cpus()[0].model}; ${[...about.values()].join("; ")}.
`;
console.log(text);
if (values.out) writeFileSync(values.out, text);
