/** @file The processes that a kernel's cells have started and not ended. */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

interface Descendant {
  pid: number;
  command: string;
}

/** Watches what outlives the cell that started it. */
export class Processes {
  readonly #started = new Map<number, { cell: number; command: string }>();

  /** Looks at the kernel after a cell: what is new, the cell has started. */
  look(kernel: number, cell: number): void {
    for (const { pid, command } of descendantsOf(kernel)) {
      if (!this.#started.has(pid)) this.#started.set(pid, { cell, command });
    }
  }

  /** Ends what is still there, and tells what that was. To be called when the kernel has ended. */
  end(): { cell: number; command: string }[] {
    const left = [...this.#started].filter(([pid]) => isAlive(pid));
    for (const [pid] of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself just now.
      }
    }
    return left.map(([, started]) => started);
  }
}

/** Everything below a process, its children first. */
function descendantsOf(pid: number): Descendant[] {
  const children = process.platform === "linux" ? childrenOnLinux(pid) : childrenByPs(pid);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid)]);
}

/** Whether a process runs; one that has ended and waits for its parent to notice does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return process.platform !== "linux" || commandOf(pid) !== "";
}

function childrenOnLinux(pid: number): Descendant[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8"));
    const pids = lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
    return pids.map((child) => ({ pid: child, command: commandOf(child) })).filter(({ command }) => command);
  } catch {
    // The process has ended while we looked.
    return [];
  }
}

/** The command line; of a process that has ended and waits to be noticed, nothing. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

function childrenByPs(pid: number): Descendant[] {
  const { stdout } = spawnSync("ps", ["-axo", "ppid=,pid=,command="], { encoding: "utf8" });
  return (stdout ?? "").split("\n").flatMap((line) => {
    const [, parent, child, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === pid && !command.startsWith("ps -axo") ? [{ pid: Number(child), command }] : [];
  });
}
