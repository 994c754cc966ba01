/** @file The processes that a kernel's cells have started and not ended. */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A process, and when it started: its number alone may by then be another's. */
interface Process {
  pid: number;
  started: string;
  command: string;
}

/**
 * The variable by which a process is known to come from a kernel, wherever it has gone: children inherit it, those that
 * leave the kernel's group and outlive their parents, too.
 */
export const markName = "NOTEBOOK_RUN";

/** Watches what outlives the cell that started it. */
export class Processes {
  readonly #started = new Map<string, Process & { cell: number | null }>();
  /** What has been looked at, so that each process is read once. */
  #seen = new Set<number>();

  /**
   * @param mark the value of the variable `markName` in the kernel's environment
   * @param startOf when a process started, null if it does not run
   */
  constructor(
    readonly mark: string,
    readonly startOf: (pid: number) => string | null = startOfProcess,
  ) {}

  /**
   * Looks for new processes after a cell: the cell has started them.
   *
   * @param kernel the kernel's own process, if it lives
   * @param cell null before the first cell: what is there then is the kernel's own
   */
  look(kernel: number | null, cell: number | null): void {
    const found = process.platform === "linux" ? this.#marked() : kernel === null ? [] : descendantsByPs(kernel);
    for (const one of found) {
      const key = `${one.pid} ${one.started}`;
      if (one.pid !== kernel && !this.#started.has(key)) this.#started.set(key, { ...one, cell });
    }
  }

  /** What cells have started that still runs. */
  left(): { cell: number; command: string }[] {
    return this.#alive().flatMap(({ cell, command }) => (cell === null ? [] : [{ cell, command }]));
  }

  /** Ends what still runs. */
  async end(): Promise<void> {
    for (let tries = 0; tries < 100 && this.#alive().length > 0; tries++) {
      for (const { pid } of this.#alive()) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // It ended by itself just now.
        }
      }
      await sleep(10);
    }
  }

  #alive() {
    return [...this.#started.values()].filter(({ pid, started }) => this.startOf(pid) === started);
  }

  /** On Linux: the processes not yet seen whose environment carries the mark. */
  #marked(): Process[] {
    const all = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
    const fresh = all.filter((pid) => !this.#seen.has(pid));
    this.#seen = new Set(all);
    return fresh.flatMap((pid) => {
      const environment = read(`/proc/${pid}/environ`).split("\0");
      const started = environment.includes(`${markName}=${this.mark}`) ? this.startOf(pid) : null;
      return started === null ? [] : [{ pid, started, command: commandOf(pid) }];
    });
  }
}

/** Whether a process runs; one that has ended and waits for its parent to notice does not. */
export const isAlive = (pid: number): boolean => startOfProcess(pid) !== null;

/** The seconds that a process has computed, on all its threads; null where that is not known. */
export function secondsOf(pid: number): number | null {
  const fields = statOf(pid);
  // The kernel of Linux counts hundredths on every architecture that Node runs on.
  return fields.length < 20 ? null : (Number(fields[11]) + Number(fields[12])) / 100;
}

/** How many threads a process has; 0 where that is not known. */
export const threadsOf = (pid: number): number => Number(statOf(pid)[17] ?? 0);

/** The state of a process on Linux, and what follows it in /proc/…/stat. */
const statOf = (pid: number): string[] =>
  // The command, in parentheses, may hold anything.
  read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, "")
    .split(" ");

/** When a process started, in whatever unit; null if it does not run. */
function startOfProcess(pid: number): string | null {
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-o", "lstart=", "-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
    return stdout?.trim() && !/Z\S*$/.test(stdout.trim()) ? stdout.trim().replace(/\s+\S+$/, "") : null;
  }
  const fields = statOf(pid);
  return fields.length < 20 || fields[0] === "Z" || fields[0] === "X" ? null : fields[19];
}

/** The command line; of a process that has ended and waits to be noticed, nothing. */
const commandOf = (pid: number): string => read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // It has ended, or is another user's.
    return "";
  }
}

/** Everything below a process, where there is no /proc: what has left its parent is not found. */
function descendantsByPs(pid: number): Process[] {
  const { stdout } = spawnSync("ps", ["-axo", "ppid=,pid=,command="], { encoding: "utf8" });
  const all = (stdout ?? "").split("\n").flatMap((line) => {
    const [, parent, child, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return child ? [{ parent: Number(parent), pid: Number(child), command }] : [];
  });
  const below = (parent: number): Process[] =>
    all
      .filter((one) => one.parent === parent && !one.command.startsWith("ps -axo"))
      .flatMap(({ pid: child, command }) => {
        const started = startOfProcess(child);
        return started === null ? [] : [{ pid: child, started, command }, ...below(child)];
      });
  return below(pid);
}
