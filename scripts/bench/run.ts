/** @file One peer, one case, one process: what it answers. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../build.js";

/** Where the peers are installed. */
export const folder = join(root, ".cache/bench");
export const script = (file: string) => fileURLToPath(new URL(`peers/${file}`, import.meta.url));

export interface Peer {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A peer that runs on this program's Node. */
export const node = (name: string, file: string, environment = {}): Peer => ({
  name,
  command: [process.execPath, script(file)],
  environment,
});

export const OURS = "ours";
export const ours = node(OURS, "ours.mjs");

export interface Answer {
  readonly about: string;
  /** Seconds per step: processor time of all threads, and time on the wall. */
  readonly times?: readonly number[];
  readonly walls?: readonly number[];
  /** The most bytes that the process held, beyond what it held before the case was set up; told by peers in JavaScript. */
  readonly memory?: number;
}

/** Measures a case, for about `seconds` of warming up and as many of measuring; null if the peer fails. */
export function measure(peer: Peer, name: string, seconds: number): Answer | null {
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
