/** @file The processes that a cell has started: a cell that waits for one without turning the event loop ends with it. */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Sends a signal to everything below this process. Does nothing on Windows, which has no signals. */
export function signalDescendants(signal: NodeJS.Signals): void {
  if (process.platform === "win32") return;
  const parents = process.platform === "linux" ? parentsByProc() : parentsByPs();
  const below = new Set([process.pid]);
  for (let size = 0; size < below.size; ) {
    size = below.size;
    for (const [pid, parent] of parents) if (below.has(parent)) below.add(pid);
  }
  below.delete(process.pid);
  for (const pid of below) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

type Parents = [pid: number, parent: number][];

function parentsByProc(): Parents {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid): Parents => {
      try {
        // pid (command) state parent …; a command may hold spaces and parentheses.
        const [, parent] = /^.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
        return [[Number(pid), Number(parent)]];
      } catch {
        return [];
      }
    });
}

function parentsByPs(): Parents {
  const { stdout } = spawnSync("ps", ["-axo", "pid=,ppid="], { encoding: "utf8" });
  return [...(stdout ?? "").matchAll(/(\d+)\s+(\d+)/g)].map(([, pid, parent]) => [Number(pid), Number(parent)]);
}
