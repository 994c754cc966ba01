/** @file Starts and ends of the kernel: it ends whatever its cells left at work, and nothing of it stays with its client. */

import { readdirSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { KernelClient } from "../../packages/notebook-check/kernel/client.js";
import { findKernel } from "../../packages/notebook-check/kernel/kernelspec.js";
import { isAlive, threadsOf } from "../../packages/notebook-check/kernel/processes.js";
import { temporaryFolder } from "../notebook-check/fixture.js";

const { folder, remove } = temporaryFolder();
afterAll(remove);

/** A hundred were tried, and left no more than these. */
const STARTS = 8;

/** A cell that leaves threads of its own, a server and a timer at work. */
const busy = `import { createServer } from "node:net";
import { Worker } from "node:worker_threads";
const workers = [1, 2].map(() => new Worker("setInterval(() => {}, 1000)", { eval: true }));
const server = createServer().listen(0);
const timer = setInterval(() => {}, 1000);`;

/** What this process holds: threads, open files, and what its event loop waits for. */
const held = () => ({
  threads: threadsOf(process.pid),
  files: readdirSync("/proc/self/fd").length,
  resources: process.getActiveResourcesInfo().length,
});

it.runIf(process.platform === "linux")(
  "starts and ends leave no process, and no thread, file or handle with the client",
  { timeout: 240_000 },
  async () => {
    const pids: number[] = [];
    let before = held();
    for (let i = 0; i < STARTS; i++) {
      const kernel = await KernelClient.start(findKernel("tslab"), folder);
      pids.push(kernel.pid as number);
      if (i % 2 === 1) expect(await kernel.execute(busy)).toMatchObject({ status: "ok" });
      await kernel.shutdown();
      if (i === 0) before = held(); // the first start loads what all use
    }
    expect(pids.filter(isAlive)).toEqual([]);
    expect(new Set(pids).size).toBe(STARTS);
    // Pipes close some time after their processes have ended.
    const more = () => (Object.keys(before) as (keyof typeof before)[]).filter((kind) => held()[kind] > before[kind]);
    await expect.poll(more, { timeout: 10_000 }).toEqual([]);
  },
);
